package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** Whether there is someone to send to. */
interface Probe extends AutoCloseable {
    /** Null where all is well, else a sentence that says what is not. May take a few seconds. */
    @Nullable
    String problem() throws InterruptedException;

    @Override
    default void close() {}
}
