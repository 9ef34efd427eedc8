/**
 * The outside contract as Java types: telemetry events, findings, incidents and topology, with their JSON and YAML.
 * Every type validates itself, so that whoever holds one holds a sound one.
 * Knows nobody: no Kafka, no Elasticsearch, no clock.
 */
@NullMarked
package io.qorrelate.model;

import org.jspecify.annotations.NullMarked;
