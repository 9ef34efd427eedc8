/**
 * Exporters that speak Prometheus's text format: what they measure now, by metric and label names, becomes events.
 * Knows what sources share, and mappings.
 */
@NullMarked
package io.qorrelate.collectors.prometheus;

import org.jspecify.annotations.NullMarked;
