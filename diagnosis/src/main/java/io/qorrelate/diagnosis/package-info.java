/**
 * The pure core: from a link's telemetry to findings, in event time.
 * Link physics, baselines, change detection, hypotheses, rules and explanation live here.
 * Knows the model only: no Kafka, no Elasticsearch, no clock, no I/O, no threads.
 */
@NullMarked
package io.qorrelate.diagnosis;

import org.jspecify.annotations.NullMarked;
