package io.qorrelate.collectors.mapping;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an event says of itself where its template says nothing.
 *
 * @param time when it was heard
 * @param link the link that the device belongs to
 * @param node the node that the device stands in
 * @param source name of the device
 */
public record Defaults(
        Instant time,
        @Nullable String link,
        @Nullable String node,
        @Nullable String source) {}
