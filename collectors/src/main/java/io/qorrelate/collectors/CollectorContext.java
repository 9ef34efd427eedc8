package io.qorrelate.collectors;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What the platform gives every collector.
 *
 * @param intake reads events
 * @param publisher writes them to Kafka
 * @param registry for metrics of the collector's own
 * @param clock wall clock, for what comes without a time of its own
 * @param state folder of what collectors must remember over a restart; null where nothing is remembered
 */
public record CollectorContext(
        EventIntake intake,
        TelemetryPublisher publisher,
        MeterRegistry registry,
        InstantSource clock,
        @Nullable Path state) {
    /** Without a memory. */
    public CollectorContext(
            EventIntake intake, TelemetryPublisher publisher, MeterRegistry registry, InstantSource clock) {
        this(intake, publisher, registry, clock, null);
    }
}
