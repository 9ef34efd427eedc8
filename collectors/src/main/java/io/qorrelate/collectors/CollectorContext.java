package io.qorrelate.collectors;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/**
 * What the platform gives every collector.
 *
 * @param intake reads events
 * @param publisher writes them to Kafka
 * @param registry for metrics of the collector's own
 * @param clock wall clock, for what comes without a time of its own
 */
public record CollectorContext(
        EventIntake intake, TelemetryPublisher publisher, MeterRegistry registry, InstantSource clock) {}
