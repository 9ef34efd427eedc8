package io.qorrelate.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.app.embedded.EmbeddedElasticsearch;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topics;
import io.qorrelate.streams.sink.ElasticsearchSink;
import io.qorrelate.streams.sink.IndexTemplates;
import io.qorrelate.streams.sink.Indices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The sink between the real Kafka and an Elasticsearch of its own, which is taken away and given back. */
@ExtendWith(Servers.class)
class ElasticsearchSinkIT {
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String HEAP = "384m";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private @Nullable EmbeddedElasticsearch server;
    private @Nullable Elasticsearch connection;
    private @Nullable ElasticsearchSink sink;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private Map<String, Object> kafka = Map.of();

    @BeforeEach
    void start(Servers.Running servers) throws Exception {
        kafka = Map.of("bootstrap.servers", servers.bootstrapServers());
        servers.createTopics(4, Topics.TELEMETRY, Topics.FINDINGS, Topics.INCIDENTS, Topics.DEAD_LETTER);
        server = startElasticsearch(0);
        Elasticsearch opened = new Elasticsearch(elasticsearch().url(), null);
        connection = opened;
        IndexTemplates.install(opened.client(), 0);
        sink = new ElasticsearchSink(kafka, "sink-it", "", opened.client(), registry, Clock.systemUTC());
        producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() throws Exception {
        Objects.requireNonNull(sink).close();
        Objects.requireNonNull(producer).close();
        Objects.requireNonNull(connection).close();
        elasticsearch().close();
    }

    @Test
    void nothingIsLostOrDoubledByBadRecordsRefusedDocumentsAndAnOutage() throws Exception {
        send("sink-it-1", event("sink-it-1", 0, Map.of())).get();
        byte[] noEvent = "{\"kind\":\"link_quality\", \"link\":\"sink-it-1\" …".getBytes(UTF_8);
        send("sink-it-1", noEvent).get();
        // A flattened field takes no key with a nought in it: Elasticsearch itself refuses this one.
        byte[] refused = event("sink-it-1", 1, Map.of("no\u0000key", "value"));
        send("sink-it-1", refused).get();
        send("sink-it-1", event("sink-it-1", 2, Map.of())).get();
        send("sink-it-1", event("sink-it-1", 0, Map.of())).get();

        awaitCount("sink-it-1", 2);
        await().atMost(SOON).untilAsserted(() -> {
            List<ConsumerRecord<byte[], byte[]>> letters = deadLettersOf("sink-it-1");
            assertThat(letters).hasSize(2);
            assertThat(letters.getFirst().value()).isEqualTo(noEvent);
            assertThat(header(letters.getFirst(), DeadLetter.REASON)).isEqualTo("not_json");
            assertThat(letters.getLast().value()).isEqualTo(refused);
            assertThat(header(letters.getLast(), DeadLetter.REASON)).isEqualTo("elasticsearch");
            assertThat(header(letters.getLast(), DeadLetter.DETAIL)).contains("reserved character");
        });

        int port = elasticsearch().url().getPort();
        ProcessHandle.of(elasticsearch().pid()).orElseThrow().destroyForcibly();
        assertThat(elasticsearch().fault())
                .succeedsWithin(SOON)
                .asString()
                .startsWith("Elasticsearch has ended by itself, with exit code ");
        elasticsearch().close();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sent.add(send("sink-it-2", event("sink-it-2", i, Map.of())));
        }
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(counted("qorrelate.sink.failures", "reason", "unreachable"))
                    .isPositive();
            assertThat(Objects.requireNonNull(sink).isHealthy()).isFalse();
        });
        server = startElasticsearch(port);

        awaitCount("sink-it-2", 5_000);
        assertThat(Objects.requireNonNull(sink).isHealthy()).isTrue();
        assertThat(count("sink-it-1")).isEqualTo(2);
        assertThat(deadLettersOf("sink-it-2")).isEmpty();
    }

    private EmbeddedElasticsearch startElasticsearch(int port) {
        return EmbeddedElasticsearch.start(
                Servers.elasticsearchArchive(), folder.resolve("elasticsearch"), port, HEAP, line -> {});
    }

    private EmbeddedElasticsearch elasticsearch() {
        return Objects.requireNonNull(server);
    }

    private static byte[] event(String link, int number, Map<String, String> labels) {
        return TelemetryJson.write(new LinkQuality(
                new Header(new EventId(link + "-" + number), TIME.plusMillis(number), link, null, "sink-it", labels),
                Readings.of(Observable.QBER, 0.02)));
    }

    private Future<RecordMetadata> send(String link, byte[] value) {
        return Objects.requireNonNull(producer)
                .send(new ProducerRecord<>(Topics.TELEMETRY, link.getBytes(UTF_8), value));
    }

    /** An index that is being made, or read in again, has no shard yet that could count, and Elasticsearch answers with 503. */
    private void awaitCount(String link, long expected) {
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(ResponseException.class)
                .untilAsserted(() -> assertThat(count(link)).isEqualTo(expected));
    }

    private long count(String link) throws Exception {
        var client = Objects.requireNonNull(connection).client();
        client.indices().refresh(refresh -> refresh.index(Indices.TELEMETRY).ignoreUnavailable(true));
        return client.count(count -> count.index(Indices.TELEMETRY)
                        .ignoreUnavailable(true)
                        .query(query ->
                                query.term(term -> term.field("qkd.link").value(link))))
                .count();
    }

    private double counted(String meter, String tag, String value) {
        Counter counter = registry.find(meter).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value(), UTF_8);
    }

    /** In the order they were written, as all of a link lie in one partition. */
    private List<ConsumerRecord<byte[], byte[]>> deadLettersOf(String link) {
        List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTER).stream()
                    .map(partition -> new TopicPartition(Topics.DEAD_LETTER, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (record.key() != null && new String(record.key(), UTF_8).equals(link)) {
                        letters.add(record);
                    }
                });
            }
        }
        return letters;
    }
}
