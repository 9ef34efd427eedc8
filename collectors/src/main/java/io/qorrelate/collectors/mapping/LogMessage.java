package io.qorrelate.collectors.mapping;

import org.jspecify.annotations.Nullable;

/** A line of a log, as patterns look at it. */
public interface LogMessage {
    /** The program that wrote it; null where it is not said. */
    @Nullable
    String app();

    /** The kind of message, as the program calls it; null where it is not said. */
    @Nullable
    String msgid();

    /** What it says. */
    String text();

    /** What else is known of it, by one of the names in {@link LogMapping#HEADER}. */
    @Nullable
    String header(String name);

    /** A named value that stands beside the text; null where there is none. */
    @Nullable
    String data(String name);
}
