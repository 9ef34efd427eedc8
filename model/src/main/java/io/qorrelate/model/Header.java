package io.qorrelate.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What every telemetry event has.
 *
 * @param id identity of the event
 * @param time when it was measured, UTC, to the millisecond
 * @param link the QKD link (a transmitter–receiver pair) it is about; null where it is about a node alone
 * @param node the trusted node or site it is about; null where only the link is known
 * @param source device or service that measured it
 * @param labels free text fields, sorted by name; holds every field the contract does not know
 */
public record Header(
        EventId id,
        Instant time,
        @Nullable String link,
        @Nullable String node,
        @Nullable String source,
        Map<String, String> labels) {

    /** Longest name of a link, node or source, in characters; longer ones are mistakes, and would not fit an index key. */
    public static final int MAX_NAME_LENGTH = 256;

    public Header {
        if (link == null && node == null) {
            throw new IllegalArgumentException("an event names its link or its node");
        }
        checkName("link", link);
        checkName("node", node);
        checkName("source", source);
        time = time.truncatedTo(ChronoUnit.MILLIS);
        labels = labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** A header with nothing but what is required. */
    public static Header ofLink(EventId id, Instant time, String link) {
        return new Header(id, time, link, null, null, Map.of());
    }

    /** A header of an event that is about a node. */
    public static Header ofNode(EventId id, Instant time, String node) {
        return new Header(id, time, null, node, null, Map.of());
    }

    private static void checkName(String field, @Nullable String name) {
        if (name != null && (name.isBlank() || name.length() > MAX_NAME_LENGTH)) {
            throw new IllegalArgumentException(field + " has 1 to " + MAX_NAME_LENGTH + " characters");
        }
        // Keys of stores end a name with it.
        if (name != null && name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + " has no zero character");
        }
    }
}
