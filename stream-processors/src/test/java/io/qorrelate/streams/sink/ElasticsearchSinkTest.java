package io.qorrelate.streams.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.model.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.http.HttpHost;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sink where Kafka itself fails it; with real servers it is tested where they can be started. */
class ElasticsearchSinkTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.TELEMETRY, 0);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Queue<String> bulks = new ConcurrentLinkedQueue<>();
    private final Log log = new Log();
    private final MockProducer<byte[], byte[]> deadLetters =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final HttpServer server;
    private final RestClientTransport transport;
    private @Nullable ElasticsearchSink sink;

    /** What a partition holds can be read again, which Kafka's own mock does not know. */
    private static final class Log extends MockConsumer<byte[], byte[]> {
        private final List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();

        Log() {
            super("earliest");
        }

        void append(String value) {
            ConsumerRecord<byte[], byte[]> record =
                    new ConsumerRecord<>(PARTITION.topic(), 0, all.size(), new byte[0], value.getBytes(UTF_8));
            all.add(record);
            addRecord(record);
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            all.subList((int) offset, all.size()).forEach(this::addRecord);
        }
    }

    ElasticsearchSinkTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        transport = new RestClientTransport(
                RestClient.builder(new HttpHost(
                                server.getAddress().getAddress(),
                                server.getAddress().getPort()))
                        .build(),
                new JacksonJsonpMapper());
    }

    @BeforeEach
    void listen() {
        server.createContext("/_bulk", this::takeAll);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        if (sink != null) {
            sink.close();
        }
        transport.close();
        server.stop(0);
    }

    @Test
    void aBatchWhoseDeadLetterCannotBeWrittenIsTakenAgainAndNotSkipped() {
        deadLetters.sendException = new KafkaException("no broker takes it");
        log.schedulePollTask(() -> {
            log.rebalance(Set.of(PARTITION));
            log.updateBeginningOffsets(Map.of(PARTITION, 0L));
            log.append(event(1));
            log.append("no event");
            log.append(event(2));
        });
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        sink = new ElasticsearchSink(log, deadLetters, new ElasticsearchClient(transport), registry, Clock.systemUTC());
        await().atMost(SOON)
                .until(() -> registry.get("qorrelate.sink.failures").counters().stream()
                        .anyMatch(counter -> counter.count() > 0));
        assertThat(committed()).isZero();

        deadLetters.sendException = null;
        log.schedulePollTask(() -> log.append(event(3)));

        await().atMost(SOON).until(() -> committed() == 4);
        assertThat(deadLetters.history())
                .singleElement()
                .satisfies(letter -> assertThat(letter.value()).isEqualTo("no event".getBytes(UTF_8)));
        assertThat(String.join("", bulks)).contains("link-1", "link-2", "link-3");
    }

    private long committed() {
        OffsetAndMetadata offset = log.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? 0 : offset.offset();
    }

    private static String event(int number) {
        return "{\"time\":\"2026-11-23T10:00:00.000Z\",\"kind\":\"link_quality\",\"link\":\"link-%d\",\"qber\":0.02}"
                .formatted(number);
    }

    private void takeAll(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        bulks.add(body);
        List<String> items = body.lines()
                .filter(line -> line.startsWith("{\"create\""))
                .map(line -> "{\"create\":{\"_index\":\"i\",\"_id\":\"x\",\"status\":201}}")
                .toList();
        byte[] answer = ("{\"took\":1,\"errors\":false,\"items\":[" + String.join(",", items) + "]}").getBytes(UTF_8);
        exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
