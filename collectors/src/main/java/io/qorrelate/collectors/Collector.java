package io.qorrelate.collectors;

import java.util.concurrent.CompletableFuture;

/** A running collector. */
public interface Collector extends AutoCloseable {
    /** Name in headers and metrics, such as {@code http}. */
    String name();

    /**
     * Completes when there is nothing left to collect; exceptionally where collecting had to stop. A collector that listens
     * never completes before it is closed.
     */
    CompletableFuture<Void> finished();

    /** Takes nothing more and lets go of what it has within two seconds. */
    @Override
    void close();
}
