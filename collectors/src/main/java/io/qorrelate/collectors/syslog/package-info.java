/**
 * Syslog, by RFC 5424 and RFC 3164, over UDP, TCP (RFC 6587) and TLS (RFC 5425): what patterns ask for becomes events.
 * Most of what a machine logs is nobody's telemetry; it is counted and let go.
 * Knows what sources share, and mappings.
 */
@NullMarked
package io.qorrelate.collectors.syslog;

import org.jspecify.annotations.NullMarked;
