/**
 * Kafka Streams topologies around the pure diagnosis core: which event reaches which subject's story, where its state is kept,
 * and what goes to which topic. The decisions themselves are made in {@code io.qorrelate.diagnosis}.
 * Knows the model, the core and Kafka; not the collectors, and not who configures it.
 */
@NullMarked
package io.qorrelate.streams;

import org.jspecify.annotations.NullMarked;
