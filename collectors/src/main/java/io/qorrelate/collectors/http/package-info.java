/**
 * Telemetry pushed over HTTP: {@code POST /v1/telemetry} with NDJSON or a JSON array.
 * Knows the intake and the publisher, and Jetty's server.
 */
@NullMarked
package io.qorrelate.collectors.http;

import org.jspecify.annotations.NullMarked;
