package io.qorrelate.collectors.gnmi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against OpenConfig's own fake target, {@code testing/fake/gnmi/cmd/fake_server} of github.com/openconfig/gnmi, where it is on the path: no
 * package has it, {@code go install} makes it.
 */
class OpenConfigTargetTest {
    private static final String PROGRAM = "fake_server";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path certificates;

    @TempDir
    private Path folder;

    private static Path program;
    private static Certificates ours;
    private static Certificates strangers;

    private Process process;
    private int port;

    @BeforeAll
    static void find() throws Exception {
        Path found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(found != null, PROGRAM + " of github.com/openconfig/gnmi is not on the path");
        program = Objects.requireNonNull(found);
        ours = new Certificates(certificates, "ours");
        ours.issue("device", "-1d", 10);
        ours.issue("monitor", "-1d", 10);
        strangers = new Certificates(certificates, "strangers");
        strangers.issue("monitor", "-1d", 10);
    }

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("config.txt"),
                "target: 'roadm-1'\nclient_type: GRPC_GNMI\ndisable_eof: true\nfixed {\n"
                        + power("OCH-1-1", "float_val: -18.25")
                        + power("OCH-1-1", "decimal_val { digits: -184 precision: 1 }")
                        + power("OCH-1-1", "json_ietf_val: '\"-18.5\"'")
                        + power("OCH-1-1", "string_val: 'dark'")
                        + power("OCH-9-9", "float_val: -3.0")
                        + "}\n");
        Path log = folder.resolve("log");
        process = new ProcessBuilder(
                        program.toString(),
                        "-logtostderr",
                        "-text",
                        "-config",
                        config.toString(),
                        "-port",
                        Integer.toString(port),
                        "-ca_crt",
                        ours.authority().toString(),
                        "-server_crt",
                        ours.certificate("device").toString(),
                        "-server_key",
                        ours.key("device").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    /** A response as OpenConfig's tools write it; received power of a channel. */
    private static String power(String channel, String value) {
        return """
                responses { update {
                  timestamp: %d000000000
                  prefix { elem { name: 'components' } elem { name: 'component' key { key: 'name' value: '%s' } } }
                  update {
                    path {
                      elem { name: 'optical-channel' } elem { name: 'state' }
                      elem { name: 'input-power' } elem { name: 'instant' }
                    }
                    val { %s }
                  }
                } }
                """.formatted(MockKafka.NOW.getEpochSecond(), channel, value);
    }

    private Path sources(Certificates us, Certificates trusted) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: roadm
                    type: gnmi
                    target: grpcs://127.0.0.1:%d
                    device: roadm-1
                    mappings: [openconfig-optical]
                    node: ams-1
                    links: {OCH-1-1: ams-1~del-1}
                    interval: 1s
                    timeout: 30s
                    credentials: {certificate: {file: %s}, key: {file: %s}, trust: {file: %s}}
                """.formatted(
                        port, us.certificate("monitor"), us.key("monitor"), trusted.authority()));
    }

    private static Poll ask(Path sources) throws Exception {
        return SourceFile.read(sources, List.of(new Gnmi()))
                .entries()
                .getFirst()
                .configured()
                .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
    }

    private static JsonNode json(Intake intake) throws IOException {
        assertThat(intake).isInstanceOf(Intake.Accepted.class);
        return JSON.readTree(new String(((Intake.Accepted) intake).json(), UTF_8));
    }

    @Test
    void whatItStreamsBecomesEvents() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources running = new SourcesSettings(sources(ours, ours), List.of(new Gnmi())).open(kafka.context())) {
            assertThat(running.count()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> kafka.events().size() == 3);
            await().atMost(PATIENCE).until(() -> kafka.deadLetters().size() == 1);

            assertThat(kafka.eventTexts())
                    .extracting(text -> JSON.readTree(text).path("rx_power_dbm").asDouble())
                    .containsExactly(-18.25, -18.4, -18.5);
            assertThat(kafka.eventTexts()).allMatch(text -> text.contains("\"link\":\"ams-1~del-1\""));
        }
    }

    @Test
    void aDryRunHasAllOfItOnce() throws Exception {
        Poll poll = ask(sources(ours, ours));

        assertThat(poll.trouble()).isNull();
        assertThat(poll.intakes()).hasSize(4);
    }

    @Test
    void whoDoesNotBelieveWhomIsTold() throws Exception {
        Poll refused = ask(sources(strangers, ours));
        assertThat(Objects.requireNonNull(refused.trouble()).reason()).isEqualTo("tls");
        JsonNode byDevice = json(refused.intakes().getFirst());
        assertThat(byDevice.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(byDevice.path("principal").asText()).isEqualTo("CN=monitor");
        assertThat(byDevice.at("/labels/refused_by").asText()).isEqualTo("server");

        JsonNode byUs = json(ask(sources(ours, strangers)).intakes().getFirst());
        assertThat(byUs.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(byUs.at("/labels/refused_by").asText()).isEqualTo("client");
    }
}
