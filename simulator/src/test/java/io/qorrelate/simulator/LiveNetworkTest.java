package io.qorrelate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.qorrelate.model.TelemetryEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveNetworkTest {
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    /** Some thousand events, so that they go out in several batches. */
    private static final Instant NOW = START.plusSeconds(200);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Collector collector = new Collector();
    private final List<Long> caughtUp = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void collectorListens() throws IOException {
        collector.listen(0);
    }

    @AfterEach
    void collectorStops() {
        collector.close();
    }

    @Test
    void everythingIsPostedOnceAndInOrder() {
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged()).isEqualTo(history());
        assertThat(collector.received).hasSizeGreaterThan(1);
        assertThat(caughtUp).containsExactly((long) history().size());
        assertThat(collector.contentTypes).containsOnly("application/x-ndjson");
    }

    @Test
    void aCollectorThatIsFullOrAwayLosesNothingAndGetsNothingTwiceThatItAcknowledged() {
        collector.answers(202, 429, 503, 202);
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged()).isEqualTo(history());
        // What it refused came again, unchanged, before anything newer.
        assertThat(collector.received.get(2).body())
                .isEqualTo(collector.received.get(1).body())
                .isEqualTo(collector.received.get(3).body());
        assertThat(caughtUp).hasSize(1);
    }

    @Test
    void aBodyThatCameTooSlowlyIsSentAgain() {
        collector.answers(408, 202);
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged()).isEqualTo(history());
    }

    @Test
    void itWaitsAsLongAsTheCollectorAsksFor() {
        collector.retryAfter = "2";
        collector.answers(429, 202);
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(Duration.ofNanos(collector.received.get(1).nanos()
                        - collector.received.get(0).nanos()))
                .isBetween(Duration.ofMillis(1950), Duration.ofSeconds(10));
    }

    @Test
    void aRetryAfterThatIsADateOrNonsenseIsNoReasonToStop() {
        collector.retryAfter = "Mon, 23 Nov 2026 07:28:00 GMT";
        collector.answers(503, 202);
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged()).isEqualTo(history());
    }

    @Test
    void whatTheCollectorRefusesForGoodDoesNotHoldUpTheRest() {
        collector.answers(400, 202);
        try (LiveNetwork network = network()) {
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged())
                .isNotEmpty()
                .isEqualTo(history()
                        .subList(
                                history().size() - collector.acknowledged().size(),
                                history().size()));
        assertThat(collector.received.get(1).body())
                .isNotEqualTo(collector.received.get(0).body());
    }

    @Test
    void aCollectorThatComesLaterGetsEverything() throws IOException {
        int port = collector.port();
        collector.close();
        try (LiveNetwork network = network(port)) {
            assertThat(caughtUp).isEmpty();
            collector.listen(port);
            awaitCaughtUp(network);
        }

        assertThat(collector.acknowledged()).isEqualTo(history());
    }

    @Test
    void itStopsAtOnceThoughTheCollectorIsAwayAndDoesNotClaimToHaveCaughtUp() {
        collector.answers(503);
        long begin = System.nanoTime();
        try (LiveNetwork network = network()) {
            await().until(() -> !collector.received.isEmpty());
            assertThat(network.simulation().linkIds()).isNotEmpty();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(caughtUp).isEmpty();
    }

    @Test
    void anEventIsALine() {
        List<TelemetryEvent> events = simulation().advanceTo(START.plusSeconds(5));
        String ndjson = new String(LiveNetwork.ndjson(events), StandardCharsets.UTF_8);

        assertThat(ndjson.lines()).hasSameSizeAs(events).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(ndjson).endsWith("\n");
        assertThat(LiveNetwork.ndjson(List.of())).isEmpty();
    }

    private LiveNetwork network() {
        return network(collector.port());
    }

    private LiveNetwork network(int port) {
        return new LiveNetwork(
                simulation(),
                URI.create("http://127.0.0.1:" + port + "/v1/telemetry"),
                Clock.fixed(NOW, ZoneOffset.UTC),
                caughtUp::add);
    }

    private void awaitCaughtUp(LiveNetwork network) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !caughtUp.isEmpty());
        assertThat(network.clock().instant()).isEqualTo(NOW);
    }

    private static NetworkSimulation simulation() {
        return new NetworkSimulation(Metropolis.topology(), 5, START, INTERVAL);
    }

    private static List<String> history() {
        return lines(LiveNetwork.ndjson(simulation().advanceTo(NOW)));
    }

    private static List<String> lines(byte[] body) {
        return new String(body, StandardCharsets.UTF_8).lines().toList();
    }

    private record Post(List<String> body, int status, long nanos) {}

    /** Gives the answers it is told to give, the last of them for ever. */
    private static final class Collector implements AutoCloseable {
        final List<Post> received = Collections.synchronizedList(new ArrayList<>());
        final List<String> contentTypes = Collections.synchronizedList(new ArrayList<>());
        private final Queue<Integer> answers = new ConcurrentLinkedQueue<>(List.of(202));
        volatile String retryAfter = "1";
        private @Nullable HttpServer server;

        void listen(int port) throws IOException {
            HttpServer begun = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
            begun.createContext("/v1/telemetry", this::take);
            begun.start();
            server = begun;
        }

        int port() {
            return Objects.requireNonNull(server).getAddress().getPort();
        }

        void answers(Integer... statuses) {
            answers.clear();
            answers.addAll(List.of(statuses));
        }

        List<String> acknowledged() {
            return received.stream()
                    .filter(post -> post.status() == 202)
                    .flatMap(post -> post.body().stream())
                    .toList();
        }

        private void take(HttpExchange exchange) throws IOException {
            try (exchange) {
                List<String> body = lines(exchange.getRequestBody().readAllBytes());
                int status = answers.size() > 1 ? answers.remove() : answers.element();
                contentTypes.add(exchange.getRequestHeaders().getFirst("Content-Type"));
                received.add(new Post(body, status, System.nanoTime()));
                if (status == 429 || status == 503) {
                    exchange.getResponseHeaders().set("Retry-After", retryAfter);
                }
                exchange.sendResponseHeaders(status, -1);
            }
        }

        @Override
        public void close() {
            Objects.requireNonNull(server).stop(0);
        }
    }
}
