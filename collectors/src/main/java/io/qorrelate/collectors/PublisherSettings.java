package io.qorrelate.collectors;

import io.qorrelate.model.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How collectors write to Kafka.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param inFlightBytes most bytes on their way to Kafka at one time; what does not fit waits or is refused. At least
 *     {@value #MIN_IN_FLIGHT_BYTES}, so that the largest dead letter fits
 * @param stallTimeout Kafka counts as away when messages are on their way and none was acknowledged for so long
 * @param kafkaProperties further properties of the Kafka clients, such as TLS; they win over the platform's own
 */
public record PublisherSettings(
        String bootstrapServers, int inFlightBytes, Duration stallTimeout, Map<String, String> kafkaProperties) {

    /**
     * Largest record written. {@value Topics#TELEMETRY} and {@value Topics#DEAD_LETTER} must take it:
     * {@code max.message.bytes} of the topic, or {@code message.max.bytes} of the broker.
     */
    public static final int MAX_RECORD_BYTES = FragmentReader.MAX_HELD_BYTES + (1 << 20);

    static final int MIN_IN_FLIGHT_BYTES = 16 << 20;

    /** A tenth of the smallest heap the platform runs with, and half a second of what one broker takes. */
    private static final int DEFAULT_IN_FLIGHT_BYTES = 32 << 20;

    /** Longer than a garbage collection or a change of leader, short enough to be answered "within seconds". */
    private static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofSeconds(4);

    public PublisherSettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("no Kafka servers given; expected host:port");
        }
        if (inFlightBytes < MIN_IN_FLIGHT_BYTES) {
            throw new IllegalArgumentException(
                    "in-flight bytes must be at least " + MIN_IN_FLIGHT_BYTES + ", were " + inFlightBytes);
        }
        if (stallTimeout.isNegative() || stallTimeout.isZero()) {
            throw new IllegalArgumentException("the stall time-out must be more than nothing, was " + stallTimeout);
        }
        kafkaProperties = Map.copyOf(kafkaProperties);
    }

    /** The defaults for these servers. */
    public PublisherSettings(String bootstrapServers) {
        this(bootstrapServers, DEFAULT_IN_FLIGHT_BYTES, DEFAULT_STALL_TIMEOUT, Map.of());
    }

    Map<String, Object> producerProperties() {
        Map<String, Object> properties = clientProperties();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "qorrelate-collectors");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // A batch fills in a few milliseconds under load; a lone event waits no longer than anyone notices.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES + (1 << 20));
        // The in-flight budget is what limits; the producer's own limit, in whole batches, must never be the one that
        // blocks.
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * inFlightBytes + MAX_RECORD_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        // What Kafka did not take by then has been reported as not acknowledged long ago, and was sent again if it
        // mattered.
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        properties.putAll(kafkaProperties);
        return properties;
    }

    Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        // Back within a second of Kafka's own return.
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 100);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        return properties;
    }

    Map<String, Object> adminProperties() {
        Map<String, Object> properties = clientProperties();
        properties.put("client.id", "qorrelate-collectors-probe");
        kafkaProperties.forEach((name, value) -> {
            if (name.startsWith("ssl.") || name.startsWith("sasl.") || name.startsWith("security.")) {
                properties.put(name, value);
            }
        });
        return properties;
    }
}
