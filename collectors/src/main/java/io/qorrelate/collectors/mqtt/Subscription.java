package io.qorrelate.collectors.mqtt;

import io.qorrelate.collectors.mapping.JsonMapping;
import org.jspecify.annotations.Nullable;

/**
 * Topics, and what is said on them.
 *
 * @param mapping what a payload means; null where it is an event of the contract
 */
record Subscription(TopicPattern topics, @Nullable JsonMapping mapping) {}
