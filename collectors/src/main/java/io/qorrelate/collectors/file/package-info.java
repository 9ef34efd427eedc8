/**
 * Telemetry from files with one event a line: read once, or followed as they grow, are rotated and truncated.
 * A checkpoint is written only behind what Kafka has acknowledged, so that a restart loses nothing; what it sends twice has
 * the same ids. Knows the file system and what collectors share.
 */
@NullMarked
package io.qorrelate.collectors.file;

import org.jspecify.annotations.NullMarked;
