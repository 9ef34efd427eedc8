/**
 * The way in: bytes from equipment become telemetry events on Kafka, or dead letters with a reason.
 * One package per interface below this one; what they share (cutting, reading, publishing, back-pressure) lives here.
 * Knows the model and the Kafka producer, and none of the packages below.
 */
@NullMarked
package io.qorrelate.collectors;

import org.jspecify.annotations.NullMarked;
