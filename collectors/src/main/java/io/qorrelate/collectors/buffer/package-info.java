/**
 * What was collected and cannot go to Kafka yet, on disk: bounded in bytes and age, in order, and there after a crash.
 * Knows events, rejections and files, and neither sources nor Kafka.
 */
@NullMarked
package io.qorrelate.collectors.buffer;

import org.jspecify.annotations.NullMarked;
