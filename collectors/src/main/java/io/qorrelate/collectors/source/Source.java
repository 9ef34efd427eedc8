package io.qorrelate.collectors.source;

import java.time.Duration;

/**
 * One piece of equipment to collect from, as listed in the sources file: what all types have.
 *
 * @param id the operator's name for it, in metrics, logs and dead letters
 * @param type the interface it speaks
 * @param target where it is, or where to listen for it, in the type's own notation
 * @param interval between two polls
 * @param timeout for one answer, from the first byte sent to the last received
 * @param silentAfter how long it may say nothing before that is news
 */
public record Source(
        String id,
        String type,
        String target,
        Credentials credentials,
        Placement placement,
        Duration interval,
        Duration timeout,
        Duration silentAfter) {}
