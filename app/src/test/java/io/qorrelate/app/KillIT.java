package io.qorrelate.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.simulator.Metropolis;
import io.qorrelate.simulator.NetworkSimulation;
import io.qorrelate.simulator.Scenario;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that {@code up} is, killed as the kernel kills, in the middle of a POST of a hundred thousand events. */
class KillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int EVENTS = 100_000;
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);

    /** The end of a log says why it ended. */
    private static final int LINES_TOLD = 20;

    private static final Instant BEGIN = Instant.parse("2026-11-23T00:00:00Z");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int collector = Ports.free();
    private final URI elasticsearch = URI.create("http://127.0.0.1:" + Ports.free());
    private final int kafka = Ports.free();
    private final int metrics = Ports.free();

    @TempDir
    Path data;

    @TempDir
    Path logs;

    private @Nullable Process platform;

    @AfterEach
    void stop() throws Exception {
        http.close();
        if (platform != null) {
            platform.destroy();
            assertThat(platform.onExit()).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void whatWasNotAcknowledgedIsSentAgainAndNothingIsLostOrDoubled() throws Exception {
        byte[] telemetry = telemetry();
        Process first = up();

        assertThatThrownBy(() -> post(new KillsHalfway(telemetry, first))).isInstanceOf(IOException.class);
        // The connection may break off a moment before the kernel has done with the process.
        assertThat(first.onExit()).succeedsWithin(Duration.ofSeconds(10));

        up();
        await().atMost(SOON)
                .pollInterval(LOOK_EVERY)
                .untilAsserted(() -> assertThat(count()).isBetween(1L, EVENTS - 1L));
        HttpResponse<String> answer = post(new ByteArrayInputStream(telemetry));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(JSON.readTree(answer.body()).path("accepted").asInt()).isEqualTo(EVENTS);
        await().atMost(SOON)
                .pollInterval(LOOK_EVERY)
                .untilAsserted(() -> assertThat(count()).isEqualTo(EVENTS));

        Map<String, JsonNode> undisturbed = classified(telemetry);
        assertThat(undisturbed).hasSizeGreaterThanOrEqualTo(5);
        await().atMost(SOON)
                .pollInterval(LOOK_EVERY)
                .untilAsserted(() -> assertThat(findings()).isEqualTo(undisturbed));
        assertThat(count()).isEqualTo(EVENTS);
    }

    /** A stream that kills the process once half of it was read. */
    private static final class KillsHalfway extends InputStream {
        private final byte[] bytes;
        private final Process victim;
        private int position;

        KillsHalfway(byte[] bytes, Process victim) {
            this.bytes = bytes;
            this.victim = victim;
        }

        @Override
        public int read() {
            return position == bytes.length ? -1 : bytes[position++] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (position >= bytes.length / 2) {
                victim.destroyForcibly().onExit().join();
            }
            int count = Math.min(length, bytes.length - position);
            System.arraycopy(bytes, position, target, offset, count);
            position += count;
            return count == 0 ? -1 : count;
        }
    }

    /** Five links have trouble of their own; the last of it is over long before the end. */
    private static byte[] telemetry() {
        NetworkSimulation network = new NetworkSimulation(Metropolis.topology(), 7, BEGIN, REPORT_EVERY);
        Map<String, Scenario> troubles = new TreeMap<>(Map.of(
                "ams-1~haa-1", Scenario.INTERCEPT_RESEND,
                "haa-1~lei-1", Scenario.FIBRE_CUT,
                "hag-1~del-1", Scenario.FIBRE_LOSS_STEP,
                "del-1~rot-1", Scenario.AUTH_FAILURE_BURST,
                "gou-1~utr-1", Scenario.DETECTOR_BLINDING));
        troubles.forEach((link, scenario) ->
                network.play(scenario, link, scenario.magnitude(), BEGIN.plus(Duration.ofMinutes(90))));
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        Set<String> ids = new HashSet<>();
        for (Instant now = BEGIN; ids.size() < EVENTS; now = now.plus(Duration.ofMinutes(10))) {
            for (TelemetryEvent event : network.advanceTo(now)) {
                if (ids.size() < EVENTS && ids.add(event.id().value())) {
                    lines.writeBytes(TelemetryJson.write(event));
                    lines.write('\n');
                }
            }
        }
        return lines.toByteArray();
    }

    private static Map<String, JsonNode> classified(byte[] telemetry) {
        Run run = Run.with(Map.of(), new String(telemetry, UTF_8), "classify", "--rules", "../rules");
        assertThat(run.exit()).as(run.err()).isZero();
        Map<String, JsonNode> lastWords = new TreeMap<>();
        run.json().forEach(finding -> lastWords.put(finding.path("id").asText(), told(finding)));
        return lastWords;
    }

    private Map<String, JsonNode> findings() throws IOException, InterruptedException {
        get("/qkd-findings/_refresh");
        Map<String, JsonNode> indexed = new TreeMap<>();
        for (JsonNode hit : get("/qkd-findings/_search?size=1000").path("hits").path("hits")) {
            indexed.put(hit.path("_id").asText(), told(hit.path("_source").path("qkd")));
        }
        return indexed;
    }

    /** What the contract says of it: the document has its id beside it, and a status for those who search. */
    private static JsonNode told(JsonNode finding) {
        ObjectNode copy = finding.deepCopy();
        copy.remove(List.of("id", "status"));
        return copy;
    }

    private long count() throws IOException, InterruptedException {
        get("/qkd-telemetry/_refresh");
        return get("/qkd-telemetry/_count").path("count").asLong();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(elasticsearch.resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private HttpResponse<String> post(InputStream body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + collector + "/v1/telemetry"))
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Process up() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Dqorrelate.home=" + Home.directory(),
                "-Dqorrelate.elasticsearch.zip="
                        + Servers.elasticsearchArchive().toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "up",
                "--no-simulation",
                "--data-dir",
                data.toString()));
        command.addAll(
                List.of("--http-port", Integer.toString(collector), "--metrics-port", Integer.toString(metrics)));
        command.addAll(List.of("--kafka-port", Integer.toString(kafka)));
        command.addAll(List.of("--elasticsearch-port", Integer.toString(elasticsearch.getPort())));
        Path log = Files.createTempFile(logs, "up", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        platform = process;
        BufferedReader told = process.inputReader(UTF_8);
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (line.startsWith("Qorrelate is up.")) {
                return process;
            }
        }
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
        List<String> lines = Files.readAllLines(log);
        throw new AssertionError("up ended with " + process.exitValue() + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size())));
    }
}
