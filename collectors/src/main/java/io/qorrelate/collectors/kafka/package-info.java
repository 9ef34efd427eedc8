/**
 * Topics of a Kafka that carry telemetry in another shape than the contract's. Offsets are committed when the platform's own Kafka has
 * what the messages say, and what is read again is the same events.
 * Knows what collectors, sources and mappings share, and nothing of other interfaces.
 */
@NullMarked
package io.qorrelate.collectors.kafka;

import org.jspecify.annotations.NullMarked;
