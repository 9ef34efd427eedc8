package io.qorrelate.collectors;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the platform gives every collector.
 *
 * @param intake reads events
 * @param publisher writes them to Kafka
 * @param registry for metrics of the collector's own
 */
public record CollectorContext(EventIntake intake, TelemetryPublisher publisher, MeterRegistry registry) {}
