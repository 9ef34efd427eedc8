package io.qorrelate.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a record on the dead-letter topic looks like: its value is the input as it came, its headers tell the story. */
public final class DeadLetter {
    /** A stable word: a {@link RejectReason}'s, or {@code elasticsearch} where the sink could not write it. */
    public static final String REASON = "reason";

    /** A sentence for people. */
    public static final String DETAIL = "detail";

    /** Where it came from: an address, a file, or a topic. */
    public static final String SOURCE = "source";

    /** Which part of the platform refused it. */
    public static final String COLLECTOR = "collector";

    /** When it was refused, RFC 3339. */
    public static final String RECEIVED = "received";

    private DeadLetter() {}

    /** The headers of a dead letter, in UTF-8. */
    public static Map<String, byte[]> headers(
            String reason, String detail, String source, String collector, Instant received) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put(REASON, reason.getBytes(StandardCharsets.UTF_8));
        headers.put(DETAIL, detail.getBytes(StandardCharsets.UTF_8));
        headers.put(SOURCE, source.getBytes(StandardCharsets.UTF_8));
        headers.put(COLLECTOR, collector.getBytes(StandardCharsets.UTF_8));
        headers.put(RECEIVED, Times.format(received).getBytes(StandardCharsets.UTF_8));
        return headers;
    }
}
