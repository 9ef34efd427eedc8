/**
 * The way in: bytes from equipment become telemetry events on Kafka, or dead letters with a reason.
 * One package per interface; what they share (intake, publishing, back-pressure) lives here.
 * Knows the model and the Kafka producer.
 */
@NullMarked
package io.qorrelate.collectors;

import org.jspecify.annotations.NullMarked;
