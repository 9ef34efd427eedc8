package io.qorrelate.app.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.app.embedded.EmbeddedKafka;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.http.HttpCollector;
import io.qorrelate.collectors.http.HttpCollectorSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Servers.class)
class HttpCollectorIT {
    /** The source of everything that comes over loopback. */
    private static final String HERE = "127.0.0.1";

    @TempDir
    Path data;

    @Test
    void tenThousandEventsArriveOnceAndInTheOrderOfTheirLinks(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        Story story = new Story("http-it-order-", 7, 10_000);
        try (Running running = new Running(servers.bootstrapServers())) {
            HttpResponse<String> response = running.post(story.ndjson());

            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(json(response).path("accepted").asInt()).isEqualTo(10_000);
            assertThat(topics.idsByLink("http-it-order-")).isEqualTo(story.idsByLink());
        }
    }

    @Test
    void badLinesReachTheDeadLettersByteForByte(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        Set<Long> before = new HashSet<>();
        byte[] notUtf8 = {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ' ', '}'};
        byte[] large = ("{\"note\":\"" + "é".repeat(3 << 20) + "\"}").getBytes(UTF_8);
        Story story = new Story("http-it-bad-", 1, 2);
        try (Running running = new Running(servers.bootstrapServers())) {
            before.addAll(timestamps(topics.deadLetters(HERE)));
            HttpResponse<String> response = running.post(BodyPublishers.concat(
                    BodyPublishers.ofString(story.lines().getFirst() + "\n"),
                    BodyPublishers.ofByteArray(notUtf8),
                    BodyPublishers.ofString("\r\n"),
                    BodyPublishers.ofByteArray(large),
                    BodyPublishers.ofString("\n" + story.lines().getLast())));

            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(json(response).path("rejected").asInt()).isEqualTo(2);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = topics.deadLetters(HERE).stream()
                .filter(letter -> !before.contains(letter.timestamp()))
                .toList();
        assertThat(letters).extracting(ConsumerRecord::value).containsExactlyInAnyOrder(notUtf8, large);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(KafkaTopics.header(letter, "reason")).isIn("not_json", "too_large");
            assertThat(KafkaTopics.header(letter, "detail")).isNotBlank();
            assertThat(KafkaTopics.header(letter, "collector")).isEqualTo("http");
            assertThat(KafkaTopics.header(letter, "received")).matches("\\d{4}-.*Z");
            assertThat(KafkaTopics.header(letter, "position")).isIn("line 2", "line 3");
        });
        assertThat(topics.idsByLink("http-it-bad-")).isEqualTo(story.idsByLink());
    }

    @Test
    void whileKafkaIsAwayItSaysSoWithinSecondsAndGoesOnWhenKafkaIsBack() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(data, 0);
        String servers = kafka.bootstrapServers();
        int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        KafkaTopics topics = KafkaTopics.make(servers);
        Story before = new Story("before-", 2, 100);
        Story during = new Story("during-", 2, 100);
        try (Running running = new Running(servers)) {
            // A collector that has just started says 503 until it has found its Kafka.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(running.post(before.ndjson()).statusCode())
                                    .isEqualTo(202));

            kafka.close();
            long begun = System.nanoTime();
            HttpResponse<String> response = running.post(during.ndjson());
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));

            try (EmbeddedKafka again = EmbeddedKafka.start(data, port)) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> running.post(during.ndjson()).statusCode() == 202);
                assertThat(topics.idsByLink("before-")).isEqualTo(before.idsByLink());
                assertThat(topics.idsByLink("during-"))
                        .allSatisfy((link, ids) -> assertThat(new HashSet<>(ids))
                                .containsExactlyInAnyOrderElementsOf(
                                        during.idsByLink().get(link)));
                assertThat(again.bootstrapServers()).isEqualTo(servers);
            }
        }
    }

    @Test
    void itStartsBeforeKafkaAndClosesInTimeWithoutIt() throws Exception {
        Running running = new Running("127.0.0.1:1");
        assertThat(running.post("{}").statusCode()).isEqualTo(503);

        long begun = System.nanoTime();
        running.close();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    private static List<Long> timestamps(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(ConsumerRecord::timestamp).toList();
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    /** The HTTP collector as the platform starts it, and a client. */
    private static final class Running implements AutoCloseable {
        private final Collectors collectors;
        private final HttpClient client = HttpClient.newHttpClient();
        private final URI address;

        Running(String bootstrapServers) throws IOException {
            collectors = Collectors.start(
                    new PublisherSettings(bootstrapServers),
                    List.of(new HttpCollectorSettings("127.0.0.1", 0)),
                    new SimpleMeterRegistry());
            address = URI.create("http://127.0.0.1:"
                    + collectors.running(HttpCollector.class).getFirst().port() + "/v1/telemetry");
        }

        HttpResponse<String> post(String body) throws Exception {
            return post(BodyPublishers.ofString(body));
        }

        HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
            return client.send(
                    HttpRequest.newBuilder(address)
                            .header("Content-Type", "application/x-ndjson")
                            .POST(body)
                            .build(),
                    BodyHandlers.ofString());
        }

        @Override
        public void close() {
            client.close();
            collectors.close();
        }
    }
}
