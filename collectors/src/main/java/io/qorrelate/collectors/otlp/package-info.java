/**
 * OTLP, OpenTelemetry's protocol, over HTTP and gRPC: exporters and collectors push metrics and logs to a port.
 * What their names mean, mappings say: those of metrics as for scraped ones, those of logs as for syslog or as for JSON.
 * Knows what collectors, sources and mappings share, and nothing of other interfaces.
 */
@NullMarked
package io.qorrelate.collectors.otlp;

import org.jspecify.annotations.NullMarked;
