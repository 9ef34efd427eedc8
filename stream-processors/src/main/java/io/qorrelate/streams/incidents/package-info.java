/**
 * Findings that belong together: which scope a finding falls in, and the fold that gathers a scope's findings into incidents.
 * Pure: event time only, no Kafka. Knows the model.
 */
@NullMarked
package io.qorrelate.streams.incidents;

import org.jspecify.annotations.NullMarked;
