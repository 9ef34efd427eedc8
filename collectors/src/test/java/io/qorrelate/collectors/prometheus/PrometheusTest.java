package io.qorrelate.collectors.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.HttpsStandIn;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final String MAPPING = """
            format: prometheus
            by: channel
            events:
              - event:
                  kind: link_quality
                  qber: {from: qkd_qber_percent, times: 0.01}
                  loss_db: ${qkd_channel_loss_db}
                  detection_rate_hz: {from: 'qkd_clicks_hz{detector="0"}', times: 1}
                  labels: {channel: '${label.channel}'}
              - event:
                  kind: key_rate
                  secret_key_rate_bps: {from: qkd_secret_key_kbps, times: 1000}
            """;

    @TempDir
    private Path folder;

    private Path sources(String url) throws IOException {
        Files.writeString(folder.resolve("acme.yml"), MAPPING);
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: qkd-exporter
                    type: prometheus
                    target: %s
                    mapping: ./acme.yml
                    links: {east: ams-1~del-1, west: ams-1~rtm-1}
                    interval: 1s
                    timeout: 1s
                """.formatted(url));
    }

    private static Poll ask(Path sources) throws Exception {
        return SourceFile.read(sources, List.of(new Prometheus()))
                .entries()
                .getFirst()
                .configured()
                .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
    }

    private List<Intake> read(String exposition) throws IOException {
        return SourceFile.read(sources("http://127.0.0.1:9/metrics"), List.of(new Prometheus()))
                .entries()
                .getFirst()
                .configured()
                .read(exposition.getBytes(UTF_8), INTAKE, MockKafka.NOW);
    }

    private static JsonNode json(Intake intake) {
        assertThat(intake).isInstanceOf(Intake.Accepted.class);
        try {
            return JSON.readTree(((Intake.Accepted) intake).json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrometheusRegistry equipment() {
        PrometheusRegistry registry = new PrometheusRegistry();
        Gauge qber = Gauge.builder()
                .name("qkd_qber_percent")
                .help("QBER, with a \\ and a \n line end")
                .labelNames("channel", "note")
                .register(registry);
        qber.labelValues("east", "a \"quoted\" {note}, with \\ and\nlines").set(2.5);
        qber.labelValues("west", "").set(Double.NaN);
        Gauge loss = Gauge.builder()
                .name("qkd_channel_loss_db")
                .labelNames("channel")
                .register(registry);
        loss.labelValues("east").set(7.9);
        loss.labelValues("west").set(1.25e1);
        Gauge clicks = Gauge.builder()
                .name("qkd_clicks_hz")
                .labelNames("channel", "detector")
                .register(registry);
        clicks.labelValues("east", "1").set(1);
        clicks.labelValues("east", "0").set(61_200);
        Gauge.builder()
                .name("qkd_secret_key_kbps")
                .labelNames("channel")
                .register(registry)
                .labelValues("west")
                .set(3.2);
        Counter.builder().name("other_things").register(registry).inc();
        Histogram.builder().name("other_seconds").register(registry).observe(0.1);
        return registry;
    }

    @Test
    void whatThePrometheusClientExposesBecomesAnEventForEachLink() throws Exception {
        try (HTTPServer exporter = HTTPServer.builder()
                .inetAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .registry(equipment())
                .buildAndStart()) {
            Poll poll = ask(sources("http://127.0.0.1:" + exporter.getPort() + "/metrics"));

            assertThat(poll.trouble()).isNull();
            List<JsonNode> events =
                    poll.intakes().stream().map(PrometheusTest::json).toList();
            assertThat(events).hasSize(3);
            JsonNode east = events.stream()
                    .filter(event -> event.path("link").asText().equals("ams-1~del-1"))
                    .findFirst()
                    .orElseThrow();
            assertThat(east.path("qber").asDouble()).isEqualTo(0.025);
            assertThat(east.path("loss_db").asDouble()).isEqualTo(7.9);
            assertThat(east.path("detection_rate_hz").asInt()).isEqualTo(61_200);
            assertThat(east.at("/labels/channel").asText()).isEqualTo("east");
            assertThat(east.path("source").asText()).isEqualTo("qkd-exporter");
            assertThat(events)
                    .filteredOn(event -> event.path("link").asText().equals("ams-1~rtm-1"))
                    .anySatisfy(event -> assertThat(event.has("qber")).isFalse())
                    .anySatisfy(event -> assertThat(
                                    event.path("secret_key_rate_bps").asInt())
                            .isEqualTo(3_200));
        }
    }

    @Test
    void anExporterIsScrapedAgainAndAgain() throws Exception {
        try (HTTPServer exporter = HTTPServer.builder()
                        .inetAddress(InetAddress.getLoopbackAddress())
                        .port(0)
                        .registry(equipment())
                        .buildAndStart();
                MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(
                                sources("http://127.0.0.1:" + exporter.getPort() + "/metrics"),
                                List.of(new Prometheus()))
                        .open(kafka.context())) {
            await().until(() -> kafka.events().size() >= 6);
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void whatTheContractRefusesGoesToTheDeadLettersWithTheLinesThatSaidIt() throws Exception {
        List<Intake> intakes = read("""
                qkd_qber_percent{channel="east"} 250
                qkd_qber_percent{channel="west"} 2.5
                qkd_channel_loss_db{channel="unplaced"} 1
                """);

        assertThat(intakes).hasSize(3);
        assertThat(intakes.get(0)).isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.OUT_OF_RANGE);
            assertThat(new String(rejected.raw(), UTF_8)).isEqualTo("qkd_qber_percent{channel=\"east\"} 250\n");
        });
        assertThat(intakes.get(1)).isInstanceOf(Intake.Accepted.class);
        assertThat(intakes.get(2))
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.MISSING_FIELD));
    }

    @Test
    void openMetricsAndNewerNamesAreReadToo() throws Exception {
        List<Intake> intakes = read("""
                # TYPE qkd_qber_percent gauge
                # UNIT qkd_qber_percent percent
                {"qkd_qber_percent", channel="east",} 2.5 1764064830.123 # {trace_id="x"} 1
                 qkd_channel_loss_db { channel = "east" }\t7.9\r
                # EOF
                """);

        assertThat(json(intakes.getFirst()).path("qber").asDouble()).isEqualTo(0.025);
        assertThat(json(intakes.getFirst()).path("loss_db").asDouble()).isEqualTo(7.9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "qkd_qber_percent",
                "qkd_qber_percent{",
                "qkd_qber_percent{channel",
                "qkd_qber_percent{channel=\"east",
                "qkd_qber_percent{channel=\"east\\",
                "qkd_qber_percent{channel=\"east\"}",
                "qkd_qber_percent{channel=\"east\"} two",
                "qkd_qber_percent{channel=\"east\" note=\"x\"} 2",
                "qkd_qber_percent{channel=\"east\",channel=\"west\"} 2",
                "{channel=\"east\"} 2",
                "9 2"
            })
    void whatIsNoExpositionIsRejectedWhole(String text) throws Exception {
        assertThat(read("good 1\n" + text)).singleElement().isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
            assertThat(rejected.detail()).contains("line 2: ");
            assertThat(new String(rejected.raw(), UTF_8)).isEqualTo("good 1\n" + text);
        });
    }

    @Test
    void aBrokenTokenIsNamedByItsPlaceAndNotRepeated() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "hunter2\nhunter3\n");
        Path file = sources("https://127.0.0.1:9/metrics");
        Files.writeString(file, Files.readString(file) + "    credentials: {token: {file: token}}\n");
        Poll.Trouble trouble = ask(file).trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("no_credentials");
        assertThat(trouble.detail()).contains(token.toString()).doesNotContain("hunter");
    }

    @ParameterizedTest
    @CsvSource({"401, unauthorized", "404, http_404", "200, bad_answer"})
    void anExporterWithoutMetricsIsInTrouble(int status, String outcome) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "other 1\n".getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            Poll.Trouble trouble = ask(sources(
                            "http://127.0.0.1:" + server.getAddress().getPort() + "/metrics"))
                    .trouble();
            assertThat(trouble).isNotNull();
            assertThat(trouble.reason()).isEqualTo(outcome);
        } finally {
            server.stop(0);
        }
    }

    /** As every target that refuses us, or that we do not believe. */
    @Test
    void anExporterThatDoesNotLetUsInIsAnAuthenticationFailure() throws Exception {
        Certificates ours = new Certificates(folder, "ours");
        ours.issue("exporter", "-1d", 10);
        ours.issue("monitor", "-1d", 10);
        Certificates strangers = new Certificates(folder, "strangers");
        strangers.issue("monitor", "-1d", 10);
        try (HttpsStandIn exporter = new HttpsStandIn(ours.context("exporter"))) {
            for (int status : new int[] {401, 403}) {
                exporter.answers(status, "");
                Poll refused = ask(identified(exporter.url(), ours, ours));
                assertThat(Objects.requireNonNull(refused.trouble()).reason()).isEqualTo("unauthorized");
                JsonNode event = json(refused.intakes().getFirst());
                assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
                assertThat(event.path("plane").asText()).isEqualTo("management");
                assertThat(event.path("reason").asText())
                        .isEqualTo(status == 401 ? "bad_credentials" : "unknown_principal");
                assertThat(event.path("principal").asText()).isEqualTo("CN=monitor");
                // Its links are many, and it is at none of the nodes that the operator named.
                assertThat(event.path("node").asText()).isEqualTo("qkd-exporter");
                assertThat(event.at("/labels/http_status").asInt()).isEqualTo(status);
            }

            JsonNode refused = json(
                    ask(identified(exporter.url(), strangers, ours)).intakes().getFirst());
            assertThat(refused.path("reason").asText()).isEqualTo("bad_certificate");
            assertThat(refused.at("/labels/refused_by").asText()).isEqualTo("server");

            JsonNode unbelieved = json(
                    ask(identified(exporter.url(), ours, strangers)).intakes().getFirst());
            assertThat(unbelieved.path("reason").asText()).isEqualTo("bad_certificate");
            assertThat(unbelieved.path("principal").asText()).isEqualTo("127.0.0.1");
            assertThat(unbelieved.at("/labels/refused_by").asText()).isEqualTo("client");
        }
    }

    private Path identified(String url, Certificates us, Certificates trusted) throws IOException {
        Path file = sources(url + "/metrics");
        return Files.writeString(
                file,
                Files.readString(file).replace("timeout: 1s", "timeout: 30s")
                        + """
                    credentials: {certificate: {file: %s}, key: {file: %s}, trust: {file: %s}}
                """.formatted(us.certificate("monitor"), us.key("monitor"), trusted.authority()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exporter:9100/metrics|an exporter's target is a URL such as http://exporter.example:9100/metrics",
                "https://u:p@h/metrics|a target holds no password",
                "http://h/metrics, credentials: {token: {env: T}}|credentials would be sent in the clear"
            })
    void aMistakeIsNamedWithTheWayOut(String target, String message) throws Exception {
        Files.writeString(folder.resolve("acme.yml"), MAPPING);
        Path file = Files.writeString(
                folder.resolve("wrong.yml"),
                "sources: [{id: a, type: prometheus, mapping: ./acme.yml, target: "
                        + (target.contains(",")
                                ? target.replace("http://h/metrics", "'http://h/metrics'")
                                : "'" + target + "'")
                        + "}]");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Prometheus())))
                .withMessageContaining(message);
    }

    @Test
    void aNameThatIsNoMetricIsNamedToo() throws Exception {
        Path file = sources("http://h/metrics");
        Files.writeString(folder.resolve("acme.yml"), MAPPING.replace("qkd_channel_loss_db", "qkd channel loss"));

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Prometheus())))
                .withMessageContaining("acme.yml:7:16: 'qkd channel loss' is no metric; name one as qkd_qber");
    }
}
