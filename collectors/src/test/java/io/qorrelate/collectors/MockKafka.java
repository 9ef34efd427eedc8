package io.qorrelate.collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.model.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A publisher whose Kafka is in the test's hands. */
public final class MockKafka implements AutoCloseable {
    /** What the clock says. */
    public static final Instant NOW = Instant.parse("2026-11-23T10:00:30.000Z");

    private final MockProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TelemetryPublisher publisher;

    private MockKafka(boolean acknowledging) {
        producer = new MockProducer<>(acknowledging, null, new ByteArraySerializer(), new ByteArraySerializer());
        publisher = new TelemetryPublisher(
                producer,
                problem::get,
                new PublisherSettings(
                        "mock:9092", PublisherSettings.MIN_IN_FLIGHT_BYTES, Duration.ofMillis(500), Map.of()),
                InstantSource.fixed(NOW),
                registry,
                null);
        publisher.start();
    }

    /** Acknowledges everything at once. */
    public static MockKafka acknowledging() {
        return new MockKafka(true);
    }

    /** Takes everything and acknowledges when told. */
    public static MockKafka silent() {
        return new MockKafka(false);
    }

    public MockProducer<byte[], byte[]> producer() {
        return producer;
    }

    public TelemetryPublisher publisher() {
        return publisher;
    }

    public CollectorContext context() {
        return new CollectorContext(
                new EventIntake(InstantSource.fixed(NOW), EventIntake.DEFAULT_ALLOWED_SKEW),
                publisher,
                registry,
                InstantSource.fixed(NOW));
    }

    public SimpleMeterRegistry registry() {
        return registry;
    }

    /** Kafka goes away, and the publisher's watch notices. */
    public void goAway() throws InterruptedException {
        problem.set("Kafka does not answer");
        publisher.look();
    }

    public void comeBack() throws InterruptedException {
        problem.set(null);
        publisher.look();
    }

    public List<ProducerRecord<byte[], byte[]>> events() {
        return sent(Topics.TELEMETRY);
    }

    public List<String> eventTexts() {
        return events().stream().map(record -> text(record.value())).toList();
    }

    public List<ProducerRecord<byte[], byte[]>> deadLetters() {
        return sent(Topics.DEAD_LETTER);
    }

    public double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    public static @Nullable String header(ProducerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : text(header.value());
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<ProducerRecord<byte[], byte[]>> sent(String topic) {
        return producer.history().stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
    }

    @Override
    public void close() {
        publisher.close();
    }
}
