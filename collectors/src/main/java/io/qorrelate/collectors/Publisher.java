package io.qorrelate.collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The one way into Kafka: telemetry under its key, dead letters whole. What is acknowledged is written with
 * {@code acks=all} by an idempotent producer, in order for each key. What is on its way is bounded in bytes; where the bound
 * is reached the caller is told instead of being kept waiting for ever.
 */
public final class Publisher implements AutoCloseable {
    /** Bytes on their way to Kafka at any time, over all collectors of this process. */
    private static final int IN_FLIGHT_BYTES = 32 << 20;

    /** What a record weighs besides its value: key, headers, book-keeping. */
    private static final int RECORD_OVERHEAD_BYTES = 256;

    /** A dead letter carries up to 8 MiB of raw input, and its headers. */
    public static final int MAX_REQUEST_BYTES = 10 << 20;

    /** How long Kafka may be silent before a sender is told that it is away: short enough for an HTTP client to wait. */
    private static final Duration AWAY_AFTER = Duration.ofSeconds(5);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(4);
    private static final Duration LINGER = Duration.ofMillis(5);

    private final Producer<byte[], byte[]> producer;
    private final Semaphore room = new Semaphore(IN_FLIGHT_BYTES);
    private final MeterRegistry registry;
    private final Runnable closeMetrics;
    private volatile boolean reachable = true;

    /** A publisher that connects to Kafka with these settings (bootstrap servers, security). */
    public static Publisher connect(Map<String, Object> kafka, MeterRegistry registry) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings(kafka));
        KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(registry);
        return new Publisher(producer, registry, metrics::close);
    }

    Publisher(Producer<byte[], byte[]> producer, MeterRegistry registry, Runnable closeMetrics) {
        this.producer = producer;
        this.registry = registry;
        this.closeMetrics = closeMetrics;
    }

    /** Kafka did not take it, or not in time; sending it again is right and safe. */
    public static final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Too much is on its way already; try again in a moment. */
    public static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Full() {
            super("too much telemetry is on its way to Kafka");
        }
    }

    /**
     * Sends an event.
     *
     * @return completes when Kafka has it, exceptionally with {@link Unavailable} where it has not
     * @throws Full where the bound is reached and stays so for {@code patience}
     */
    public CompletableFuture<Void> telemetry(TelemetryEvent event, String collector, Duration patience) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.TELEMETRY, event.key().getBytes(StandardCharsets.UTF_8), TelemetryJson.write(event));
        record.headers().add(DeadLetter.COLLECTOR, collector.getBytes(StandardCharsets.UTF_8));
        return send(record, patience)
                .thenRun(() -> Counter.builder("qorrelate.events")
                        .description("Events accepted into Kafka")
                        .tag("collector", collector)
                        .tag("kind", event.kind().wireName())
                        .register(registry)
                        .increment());
    }

    /** Sends what could not be accepted, as it came; otherwise like {@link #telemetry}. */
    public CompletableFuture<Void> deadLetter(
            byte[] raw,
            String reason,
            String detail,
            String source,
            String collector,
            Instant received,
            Duration patience) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.DEAD_LETTER, raw);
        DeadLetter.headers(reason, detail, source, collector, received).forEach(record.headers()::add);
        Counter.builder("qorrelate.rejects")
                .description("Inputs that went to the dead letters")
                .tag("collector", collector)
                .tag("reason", reason)
                .register(registry)
                .increment();
        return send(record, patience);
    }

    /** Whether the last attempt reached Kafka. */
    public boolean isReachable() {
        return reachable;
    }

    /** Counts that a sender was asked to wait. */
    public void countBackPressure(String collector) {
        Counter.builder("qorrelate.backpressure")
                .description("Times a sender was asked to come back later")
                .tag("collector", collector)
                .register(registry)
                .increment();
    }

    private CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record, Duration patience) {
        int weight = Math.min(IN_FLIGHT_BYTES, record.value().length + RECORD_OVERHEAD_BYTES);
        try {
            if (!room.tryAcquire(weight, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Full();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Full();
        }
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                room.release(weight);
                reachable = failure == null;
                if (failure == null) {
                    acknowledged.complete(null);
                } else {
                    acknowledged.completeExceptionally(
                            new Unavailable("Kafka did not take it: " + failure.getMessage(), failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            room.release(weight);
            reachable = false;
            acknowledged.completeExceptionally(new Unavailable("Kafka cannot be reached: " + e.getMessage(), e));
        }
        return acknowledged;
    }

    @Override
    public void close() {
        closeMetrics.run();
        producer.close(CLOSE_WITHIN);
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER.toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, AWAY_AFTER.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) AWAY_AFTER.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                AWAY_AFTER.multipliedBy(2).toMillis());
        return settings;
    }
}
