package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** Told once for every message taken, on the sending thread: be brief. */
@FunctionalInterface
interface Receipt {
    /** Kafka has the message on all replicas in sync, or {@code failure} says why it does not. */
    void done(@Nullable Exception failure);
}
