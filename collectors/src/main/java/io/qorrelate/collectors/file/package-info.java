/**
 * Telemetry from NDJSON files: read once, or followed as they grow.
 * Knows the intake and the publisher.
 */
@NullMarked
package io.qorrelate.collectors.file;

import org.jspecify.annotations.NullMarked;
