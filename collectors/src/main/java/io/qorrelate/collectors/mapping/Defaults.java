package io.qorrelate.collectors.mapping;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an event says of itself where its template says nothing.
 *
 * @param id where messages can be told apart that make equal events, such as two failed logins in one second; null where equal
 *     content is the same event
 * @param time when it was heard
 * @param link the link that the device belongs to
 * @param node the node that the device stands in
 * @param source name of the device
 */
public record Defaults(
        @Nullable String id,
        Instant time,
        @Nullable String link,
        @Nullable String node,
        @Nullable String source) {
    /** Of a message whose content says which event it is. */
    public Defaults(Instant time, @Nullable String link, @Nullable String node, @Nullable String source) {
        this(null, time, link, node, source);
    }

    /** Of another event that the same message tells: two events never have one id. */
    Defaults of(int number) {
        return id == null ? this : new Defaults(id + "-" + number, time, link, node, source);
    }
}
