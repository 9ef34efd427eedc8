package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.app.dashboards.Dashboard;
import io.qorrelate.app.dashboards.PanelCheck;
import io.qorrelate.app.dashboards.Prometheus;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topology;
import io.qorrelate.simulator.NetworkSimulation;
import io.qorrelate.simulator.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code up} starts, on free ports, told the story of a network that its topology does not name: quiet for two hours, and
 * then each link has its own trouble. Nothing is mocked: HTTP in, Elasticsearch and {@code /metrics} out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration QUIET = Duration.ofHours(2);
    private static final Duration TROUBLE = Duration.ofSeconds(100);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    private static final Duration SEARCHABLE_WITHIN = Duration.ofSeconds(60);

    private static final String INTERCEPTED = "e2e-1~e2e-2";
    private static final String CUT = "e2e-2~e2e-3";
    private static final String BENT = "e2e-3~e2e-4";
    private static final String TAMPERED = "e2e-4~e2e-5";
    private static final String ABUSED = "e2e-5~e2e-6";
    private static final String QUIET_LINK = "e2e-6~e2e-7";

    /** Reports nothing but its key rate, which many causes lower alike. */
    private static final String TACITURN = "e2e-7~e2e-1";

    private static final Map<String, Scenario> TROUBLES = new TreeMap<>(Map.of(
            INTERCEPTED, Scenario.INTERCEPT_RESEND,
            CUT, Scenario.FIBRE_CUT,
            BENT, Scenario.FIBRE_LOSS_STEP,
            TAMPERED, Scenario.AUTH_FAILURE_BURST,
            ABUSED, Scenario.KEY_API_ABUSE,
            TACITURN, Scenario.PARTIAL_INTERCEPT_RESEND));

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> progress = new ArrayList<>();
    private final Instant now = Instant.now();
    private final Instant onset = now.minus(TROUBLE);
    private final List<TelemetryEvent> story = story(onset, now);

    private @Nullable Platform started;
    private @Nullable Prometheus prometheus;

    @BeforeAll
    void up(@TempDir Path data, @TempDir Path prometheusData) throws Exception {
        Path sources =
                Files.writeString(prometheusData.resolve("sources.yml"), """
                sources:
                  - {id: machines, type: syslog, target: 'udp://127.0.0.1:%d'}
                  - {id: nobody, type: prometheus, target: 'http://127.0.0.1:%d/metrics', mapping: qkd-metrics, interval: 1s}
                """.formatted(Ports.free(), Ports.free()));
        started = Platform.start(
                new Platform.Settings(
                        data, 0, null, 0, null, "512m", 0, 0, 0, null, null, sources, true, Duration.ofHours(1), 1),
                progress::add);
        prometheus = Prometheus.startIfInstalled(prometheusData, at().metrics());
    }

    @AfterAll
    void down() {
        Instant begin = Instant.now();
        platform().close();
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
        if (prometheus != null) {
            prometheus.close();
        }
        http.close();
    }

    @Test
    @Order(1)
    void itTellsWhatItIsDoingWhileItStarts() {
        assertThat(progress)
                .anyMatch(line -> line.startsWith("Kafka is ready at 127.0.0.1:"))
                .anyMatch(line -> line.startsWith("Elasticsearch is ready at http://127.0.0.1:"))
                .anyMatch(line -> line.startsWith("stream processors are running, 17 rules"))
                .anyMatch(line -> line.startsWith("the HTTP collector listens at http://127.0.0.1:"))
                .anyMatch(line -> line.startsWith("a simulated network of "));
    }

    @Test
    @Order(2)
    void telemetryPostedOverHttpBecomesClassifiedFindingsInElasticsearch() throws Exception {
        JsonNode answer = post(ndjson(story));
        assertThat(answer.path("accepted").asInt()).isEqualTo(story.size());
        assertThat(answer.path("rejected").asInt()).isZero();

        await().atMost(SEARCHABLE_WITHIN).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            Map<String, String> causes = new TreeMap<>();
            for (JsonNode finding : findings()) {
                causes.put(
                        finding.path("link").asText(),
                        finding.path("class").asText() + " "
                                + finding.path("subtype").asText());
            }
            Map<String, String> expected = new TreeMap<>();
            TROUBLES.forEach((link, scenario) -> expected.put(
                    link,
                    scenario.expectedClass() + " " + scenario.expectedSubtype().wireName()));
            expected.put(TACITURN, "UNDETERMINED ");
            assertThat(causes).isEqualTo(expected);
        });

        for (JsonNode finding : findings()) {
            assertThat(Instant.parse(finding.path("onset").asText()))
                    .isBetween(onset.minus(Duration.ofMinutes(2)), onset.plus(TROUBLE));
            double sum = 0;
            for (JsonNode probability : finding.path("probabilities")) {
                sum += probability.asDouble();
            }
            assertThat(sum).isBetween(0.99999, 1.00001);
            assertThat(finding.path("explanation").asText()).isNotBlank();
            assertThat(finding.path("evidence")).isNotEmpty();
            assertThat(finding.path("recommended_actions")).isNotEmpty();
        }
        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(() ->
                        assertThat(search("qkd-incidents", "qkd.links:e2e*")).hasSize(TROUBLES.size()));
        // The sink writes telemetry at its own pace: a finding may be there before the last of what it rests on.
        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(() -> assertThat(count("qkd-telemetry")).isEqualTo(story.size()));
    }

    @Test
    @Order(3)
    void theSameTelemetryPostedAgainChangesNothing() throws Exception {
        Map<String, JsonNode> before = byId(findings());
        double known = lateOrDuplicate();

        assertThat(post(ndjson(story)).path("accepted").asInt()).isEqualTo(story.size());

        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(() -> assertThat(lateOrDuplicate() - known).isGreaterThanOrEqualTo(1.0 * story.size()));
        // The sink writes telemetry at its own pace: a finding may be there before the last of what it rests on.
        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(() -> assertThat(count("qkd-telemetry")).isEqualTo(story.size()));
        assertThat(byId(findings())).isEqualTo(before);
    }

    @Test
    @Order(4)
    void theCommandLineFindsTheSameInTheSameTelemetry() throws Exception {
        Run run = Run.with(
                Map.of(), new String(ndjson(story), StandardCharsets.UTF_8), "classify", "--rules", "../rules");

        assertThat(run.exit()).isZero();
        Map<String, JsonNode> lastWords = new TreeMap<>();
        for (JsonNode line : run.json()) {
            lastWords.put(line.path("id").asText(), line);
        }
        Map<String, JsonNode> indexed = byId(findings());
        assertThat(lastWords.keySet()).isEqualTo(indexed.keySet());
        lastWords.forEach((id, line) -> line.properties().forEach(field -> {
            if (!field.getKey().equals("id")) {
                assertThat(indexed.get(id).path(field.getKey()))
                        .as("%s of the finding on %s", field.getKey(), line.path("link"))
                        .isEqualTo(field.getValue());
            }
        }));
    }

    @Test
    @Order(5)
    void badLinesReachTheDeadLettersAndTheMetricsAndHarmNothingElse() throws Exception {
        String tooLate = "{\"id\":\"late\",\"time\":\"%s\",\"kind\":\"link_quality\",\"link\":\"%s\",\"qber\":0.02}"
                .formatted(now.minus(Duration.ofDays(2)), QUIET_LINK);
        String good = "{\"id\":\"good\",\"time\":\"%s\",\"kind\":\"link_quality\",\"link\":\"%s\",\"qber\":0.02}"
                .formatted(now.plusSeconds(1), QUIET_LINK);

        JsonNode answer = post((tooLate + "\n{\"qber\":\n" + good + "\n").getBytes(StandardCharsets.UTF_8));

        assertThat(answer.path("accepted").asInt()).isEqualTo(2);
        assertThat(answer.path("rejected").asInt()).isEqualTo(1);
        assertThat(answer.toString()).contains("\"line\":2");
        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(() -> assertThat(count("qkd-telemetry")).isEqualTo(story.size() + 2));
        assertThat(metric("qorrelate_rejects_total")).isEqualTo(1);
        await().atMost(SEARCHABLE_WITHIN)
                .untilAsserted(
                        () -> assertThat(metric("qorrelate_late_events_total")).isGreaterThanOrEqualTo(1));
    }

    @Test
    @Order(6)
    void aDrillIsFollowedUntilItsFindingCanBeSearched() {
        await().atMost(SEARCHABLE_WITHIN)
                .until(() -> progress.stream().anyMatch(line -> line.contains("has told its past")));

        Run run = Run.of(
                "drill",
                "--scenario",
                "fibre-cut",
                "--link",
                "ams-1~del-1",
                "--json",
                "--timeout",
                "PT90S",
                "--drill-port",
                Integer.toString(URI.create(String.valueOf(at().drills())).getPort()),
                "--elasticsearch",
                at().elasticsearch().toString());

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.json()).singleElement().satisfies(result -> {
            assertThat(result.path("finding").path("class").asText()).isEqualTo("PHYSICAL_DEGRADATION");
            assertThat(result.path("finding").path("subtype").asText()).isEqualTo("fibre_cut");
            assertThat(result.path("delay_seconds").asDouble()).isPositive();
        });
    }

    @Test
    @Order(7)
    void everyPanelOfEveryDashboardShowsData() throws Exception {
        Prometheus server = prometheus;
        PanelCheck check = new PanelCheck(
                at().elasticsearch(), server == null ? null : server.url(), get(at().metrics()), INTERCEPTED);
        List<String> failures = new ArrayList<>();
        for (Dashboard dashboard : Dashboard.all()) {
            failures.addAll(check.failures(dashboard));
        }
        assertThat(failures).isEmpty();
    }

    private static List<TelemetryEvent> story(Instant onset, Instant now) {
        StringBuilder topology = new StringBuilder("nodes:\n");
        for (int i = 1; i <= 7; i++) {
            topology.append("  - {id: e2e-").append(i).append("}\n");
        }
        topology.append("links:\n");
        for (int i = 1; i <= 7; i++) {
            topology.append("  - {id: \"e2e-%d~e2e-%d\", from: e2e-%1$d, to: e2e-%2$d, length_km: 25, loss_db: 8}%n"
                    .formatted(i, i % 7 + 1));
        }
        NetworkSimulation network = new NetworkSimulation(
                Topology.parse(topology.toString(), "story"), 20, onset.minus(QUIET), REPORT_EVERY);
        TROUBLES.forEach((link, scenario) -> network.play(scenario, link, scenario.magnitude(), onset));
        List<TelemetryEvent> events = new ArrayList<>();
        for (TelemetryEvent event : network.advanceTo(now)) {
            if (!TACITURN.equals(event.link())) {
                events.add(event);
            } else if (event instanceof KeyRate rate) {
                events.add(new KeyRate(
                        rate.header(),
                        Readings.of(
                                Observable.SECRET_KEY_RATE_BPS,
                                rate.readings().value(Observable.SECRET_KEY_RATE_BPS))));
            }
        }
        return events;
    }

    /** What is told again is a duplicate where it is remembered, and late where it is longer ago. */
    private double lateOrDuplicate() throws IOException, InterruptedException {
        return metric("qorrelate_late_events_total") + metric("qorrelate_duplicate_events_total");
    }

    private static byte[] ndjson(List<TelemetryEvent> events) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (TelemetryEvent event : events) {
            body.writeBytes(TelemetryJson.write(event));
            body.write('\n');
        }
        return body.toByteArray();
    }

    private Platform platform() {
        Platform platform = started;
        if (platform == null) {
            throw new IllegalStateException("not started");
        }
        return platform;
    }

    private Platform.Addresses at() {
        return platform().addresses();
    }

    private JsonNode post(byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(at().collector())
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body());
    }

    private String get(URI url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Sum over all series of that name. */
    private double metric(String name) throws IOException, InterruptedException {
        return get(at().metrics())
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private List<JsonNode> findings() throws IOException, InterruptedException {
        return search("qkd-findings", "qkd.link:e2e*");
    }

    private long count(String index) throws IOException, InterruptedException {
        get(at().elasticsearch().resolve("/" + index + "/_refresh"));
        return JSON.readTree(
                        get(at().elasticsearch().resolve("/" + index + "/_count?q=qkd.link:e2e*%20OR%20qkd.node:e2e*")))
                .path("count")
                .asLong();
    }

    private List<JsonNode> search(String index, String query) throws IOException, InterruptedException {
        get(at().elasticsearch().resolve("/" + index + "/_refresh"));
        JsonNode answer =
                JSON.readTree(get(at().elasticsearch().resolve("/" + index + "/_search?size=100&q=" + query)));
        List<JsonNode> documents = new ArrayList<>();
        for (JsonNode hit : answer.path("hits").path("hits")) {
            documents.add(hit.path("_source").path("qkd").deepCopy());
            ((ObjectNode) documents.getLast()).put("_id", hit.path("_id").asText());
        }
        return documents;
    }

    private static Map<String, JsonNode> byId(List<JsonNode> findings) {
        return new TreeMap<>(findings.stream()
                .collect(Collectors.toMap(finding -> finding.path("_id").asText(), finding -> finding)));
    }
}
