package io.qorrelate.collectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedSendersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration NEVER_OVER = Duration.ofHours(1);

    private static final Source PORT = new Source(
            "port",
            "otlp",
            "https://0.0.0.0:4318",
            new Credentials(Map.of()),
            new Placement(null, null, Map.of(), Map.of("198.51.100.7", "ams-1")),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5));

    private static RefusedSenders<AuthFailure.Reason> counting(MockKafka kafka, Duration window) {
        SourceHealth health =
                new SourceHealth(PORT, new SimpleMeterRegistry(), System::nanoTime, InstantSource.fixed(MockKafka.NOW));
        SourceContext context = new SourceContext(kafka.context(), health);
        Refusals refusals = new Refusals(
                PORT,
                AuthFailure.Plane.MANAGEMENT,
                context.collectors().intake(),
                context.collectors().clock());
        return new RefusedSenders<>(
                PORT,
                context,
                (time, node, why, principal, origin, times, detail) ->
                        refusals.at(time, node, why, principal, true, origin, times, detail),
                window);
    }

    private static List<JsonNode> events(MockKafka kafka) {
        return kafka.eventTexts().stream().map(RefusedSendersTest::parse).toList();
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusalsOfOneSenderAreOneEventAndOfItsNode() {
        try (MockKafka kafka = MockKafka.acknowledging();
                RefusedSenders<AuthFailure.Reason> refused = counting(kafka, Duration.ofMillis(200))) {
            refused.add(AuthFailure.Reason.BAD_CREDENTIALS, "198.51.100.7", "CN=gateway", "no token");
            refused.add(AuthFailure.Reason.BAD_CREDENTIALS, "198.51.100.7", "CN=gateway", "another token");
            await().until(() -> !events(kafka).isEmpty());

            assertThat(events(kafka)).singleElement().satisfies(event -> {
                assertThat(event.path("count").asLong()).isEqualTo(2);
                assertThat(event.path("node").asText()).isEqualTo("ams-1");
                assertThat(event.path("principal").asText()).isEqualTo("CN=gateway");
                assertThat(event.at("/labels/message").asText()).isEqualTo("no token");
            });

            refused.add(AuthFailure.Reason.BAD_CERTIFICATE, "192.0.2.1", null, "not trusted");
            await().until(() -> events(kafka).size() == 2);
            assertThat(events(kafka).getLast().path("node").asText())
                    .as("a stranger names no node")
                    .isEqualTo("port");
        }
    }

    @Test
    void aFloodFromEverywhereIsFewEventsAndNoneOfItGoesUncounted() {
        int flood = 100_000;
        try (MockKafka kafka = MockKafka.acknowledging()) {
            try (RefusedSenders<AuthFailure.Reason> refused = counting(kafka, NEVER_OVER)) {
                for (int i = 0; i < flood; i++) {
                    refused.add(AuthFailure.Reason.BAD_CERTIFICATE, "2001:db8::" + Integer.toHexString(i), null, "no");
                }
            }
            assertThat(events(kafka)).hasSize(RefusedSenders.MOST_APART + 1);
            assertThat(events(kafka).stream()
                            .mapToLong(event -> event.path("count").asLong())
                            .sum())
                    .isEqualTo(flood);
            assertThat(events(kafka).getLast().has("origin")).isFalse();
        }
    }

    @Test
    void whileKafkaIsAwayCountingGoesOn() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                RefusedSenders<AuthFailure.Reason> refused = counting(kafka, Duration.ofMillis(50))) {
            kafka.goAway();
            for (int i = 0; i < 10; i++) {
                refused.add(AuthFailure.Reason.BAD_CREDENTIALS, "192.0.2.1", null, "no token");
                Thread.sleep(20);
            }
            assertThat(events(kafka)).isEmpty();
            kafka.comeBack();
            await().until(() -> events(kafka).stream()
                            .mapToLong(event -> event.path("count").asLong())
                            .sum()
                    == 10);
        }
    }
}
