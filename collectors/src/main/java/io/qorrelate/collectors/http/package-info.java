/**
 * Telemetry by HTTP push: {@code POST /v1/telemetry} with one event a line or an array of events.
 * Answers when Kafka has what it says it has, and says of the rest what is wrong with it or from where to send again.
 * Knows Jetty and what collectors share.
 */
@NullMarked
package io.qorrelate.collectors.http;

import org.jspecify.annotations.NullMarked;
