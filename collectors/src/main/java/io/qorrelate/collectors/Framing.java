package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** Where one piece ends and the next begins. Keeps what it must know of the bytes before, as they come in portions. */
interface Framing {
    /** The index at which the piece at hand ends, looking at {@code from} up to {@code to}; -1 where it does not end there. */
    int scan(byte[] bytes, int from, int to);

    /** Where the next piece begins, given where this one ended. */
    int next(int end);

    /** The next piece begins. */
    void begin();

    /** Counts the piece just ended, and says its number. */
    long count(boolean blank);

    /** The line of the input on which the piece at hand begins. */
    long line();

    /** Whether space before a piece is not part of it. */
    boolean trimsStart();

    /** Whether space behind a piece is not part of it. */
    boolean trimsEnd();

    /** What is wrong with the place of the piece just ended. */
    @Nullable
    String flaw();

    /** What is wrong with the input if it is over now. */
    @Nullable
    String flawAtTheEnd();
}
