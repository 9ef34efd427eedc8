/**
 * MQTT 5: brokers that are subscribed to, with acknowledgement when Kafka has what was said. What a payload means, mappings of JSON say,
 * to which levels of the topic are known too. Knows what sources share, and mappings.
 */
@NullMarked
package io.qorrelate.collectors.mqtt;

import org.jspecify.annotations.NullMarked;
