package io.qorrelate.collectors.mqtt;

import java.time.Instant;

/** What was said on a topic. */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record Message(String topic, byte[] payload, Instant received) {}
