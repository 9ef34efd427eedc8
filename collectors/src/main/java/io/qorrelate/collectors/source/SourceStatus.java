package io.qorrelate.collectors.source;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a source fares, for people.
 *
 * @param circuit {@code closed}, {@code half_open} or {@code open}
 * @param lastSuccess when it last said something of use; null where it never has since it was started
 * @param lastTrouble what was wrong when something was wrong last; null where nothing was
 * @param silentSeconds how long it has been silent, where that is longer than it should be; else 0
 */
public record SourceStatus(
        String id,
        String type,
        String target,
        State state,
        String circuit,
        @Nullable Instant lastSuccess,
        @Nullable Trouble lastTrouble,
        double silentSeconds) {
    /** In a word. */
    public enum State {
        /** It said something of use, and nothing is wrong. */
        OK,
        /** It was started and has not said anything yet. */
        NEW,
        /** Something is wrong, but it has not been silent for too long. */
        TROUBLED,
        /** It has said nothing of use for longer than it should. */
        SILENT,
        /** It could not be started, and is tried again. */
        NOT_STARTED;

        /** As it stands in JSON. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What was wrong.
     *
     * @param reason one of a few stable words
     * @param detail a sentence that names the target
     */
    public record Trouble(Instant time, String reason, String detail) {}
}
