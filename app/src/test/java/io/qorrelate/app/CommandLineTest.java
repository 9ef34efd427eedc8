package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.app.embedded.FolderLock;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.simulator.Metropolis;
import io.qorrelate.simulator.Scenario;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    private Path folder;

    static Set<String> subcommands() {
        return Main.commandLine(Map.of()).getSubcommands().keySet();
    }

    @Test
    void helpNamesEverySubcommandAndTheExitCodes() {
        Run run = Run.of("--help");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(subcommands())
                .contains("Exit codes: 0 done, 1 something failed, 2 wrong usage.");
    }

    @ParameterizedTest
    @MethodSource("subcommands")
    void everySubcommandExplainsItself(String subcommand) {
        Run run = Run.of(subcommand, "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith(subcommand.equals("help") ? "Display" : "Usage: qorrelate " + subcommand)
                .doesNotContain("${");
    }

    @Test
    void theVersionIsTold() {
        Run run = Run.of("--version");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("qorrelate ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "clasify",
                "classify --topologie x",
                "classify --allowed-lateness soon",
                "up --http-port many",
                "doctor --json=perhaps",
                "collect",
                "process --kafka 127.0.0.1:9092",
                "drill",
                "simulate --start yesterday",
                "simulate --interval PT0S",
                "simulate --interval -PT10S",
                "evaluate --set all",
                "evaluate --only intercept",
                "evaluate --seed 3",
                "evaluate --only quiet --seed -1",
                "evaluate --scenarios many",
                "evaluate --seed-offset -1",
                "evaluate --threads 0"
            })
    void wrongUsageIsExitTwoAndSaysSoOnStandardErrorAlone(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" ", -1));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isNotBlank().doesNotContain("\tat ");
    }

    @Test
    void aMisspeltSubcommandIsAnsweredWithTheOneThatWasMeant() {
        assertThat(Run.of("clasify").err()).contains("clasify").contains("classify");
    }

    @ParameterizedTest
    @CsvSource({
        "simulate --scenario fibre-cutt, did you mean 'fibre-cut'?",
        "simulate --scenario fibre-cut --link ams-1~del-2, did you mean 'ams-1~del-1'?"
    })
    void simulateAnswersAMisspeltNameWithTheOneThatWasMeant(String line, String answer) {
        Run run = Run.of(line.split(" ", -1));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(answer);
    }

    @Test
    void simulateWritesTheSameTelemetryForTheSameSeed() {
        Run run = Run.of("simulate", "--duration", "PT2M", "--seed", "4");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.json())
                .isNotEmpty()
                .allSatisfy(event ->
                        assertThat(event.has("kind") && event.has("time")).isTrue());
        assertThat(Run.of("simulate", "--duration", "PT2M", "--seed", "4")).isEqualTo(run);
        assertThat(Run.of("simulate", "--duration", "PT2M", "--seed", "5").out())
                .isNotEqualTo(run.out());
    }

    @Test
    void simulateWritesTheTopologyToo() throws IOException {
        Path topology = folder.resolve("topology.yaml");
        Run.of("simulate", "--duration", "PT0S", "--topology-to", topology.toString());

        assertThat(topology).hasContent(Metropolis.topologyYaml());
    }

    @Test
    void simulateFailsWhereItsOutputIsTakenAway() {
        Run run = Run.into(new FullDisk(), Map.of(), "", "simulate", "--duration", "PT1M");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("standard output");
    }

    @Test
    void drillNamesEveryScenario() {
        Run run = Run.of("drill", "--list");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSameSizeAs(Scenario.values());
        for (Scenario scenario : Scenario.values()) {
            assertThat(run.out().lines())
                    .anyMatch(line ->
                            line.startsWith(scenario.wireName() + " ") && line.endsWith(scenario.description()));
        }
    }

    @Test
    void drillWithoutARunningPlatformSaysWhatToStart() {
        int port = Ports.free();
        Run run = Run.of("drill", "--scenario", "fibre-cut", "--drill-port", Integer.toString(port));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("port " + port).contains("qorrelate up");
    }

    @ParameterizedTest
    @CsvSource({
        "--http-port 99999, 'Port 99999, meant for the HTTP collector, is none'",
        "--http-port -5, 'Port -5, meant for the HTTP collector, is none'",
        "--kafka-port 18090 --http-port 18090, 'Port 18090 is meant for the HTTP collector and for Kafka'",
        "--elasticsearch-heap lots, such as 512m or 2g",
        "--elasticsearch localhost:9200, http://HOST:PORT",
        "--history -PT1H, --history is such as PT1H",
        "--topology /no/topology.yaml, '/no/topology.yaml: there is no such file'",
        "--rules /no/rules, there is no folder of rules at /no/rules"
    })
    void upThatCannotStartSaysWhyInASentence(String line, String sentence) {
        Run run = up(folder, line.split(" ", -1));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void upSaysWhatIsWrongWithItsFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        assertThat(up(file).err())
                .contains("Data cannot be kept in " + file)
                .contains("is no folder")
                .contains("--data-dir");
        assertThat(up(Path.of("")).exit()).isEqualTo(2);
    }

    @Test
    void twoUpsDoNotMeetInOneFolder() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (FolderLock first = FolderLock.take(data, "Qorrelate")) {
            Run second = up(data);

            assertThat(first).isNotNull();
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("another one is using " + data).contains("--data-dir");
        }
        // Not even for a look: whatever the second would open is the first one's.
        assertThat(data.resolve("kafka")).doesNotExist();
    }

    private static Run up(Path data, String... more) {
        List<String> line = new ArrayList<>(List.of("up", "--data-dir", data.toString()));
        for (String port : List.of("http", "metrics", "drill", "kafka", "elasticsearch")) {
            if (!List.of(more).contains("--" + port + "-port")) {
                line.addAll(List.of("--" + port + "-port", Integer.toString(Ports.free())));
            }
        }
        line.addAll(List.of(more));
        return Run.of(line.toArray(String[]::new));
    }

    @Test
    void doctorIsValidJsonForMachines() {
        Run run = doctor("127.0.0.1:" + Ports.free(), "http://127.0.0.1:" + Ports.free(), Ports.free());

        assertThat(run.json()).singleElement().satisfies(checks -> {
            assertThat(checks.isArray()).isTrue();
            assertThat(checks).hasSizeGreaterThanOrEqualTo(7).allSatisfy(check -> {
                assertThat(check.path("check").asText()).isNotBlank();
                assertThat(check.path("found").asText()).isNotBlank();
                assertThat(check.path("health").asText()).isIn("good", "note", "bad");
            });
        });
        assertThat(health(run, "JDK")).isEqualTo("good");
        // Nothing runs and nothing claims to: that is worth a note, not an alarm.
        assertThat(health(run, "Kafka")).isEqualTo("note");
        assertThat(health(run, "Elasticsearch")).isEqualTo("note");
    }

    @Test
    void doctorTellsPeopleWhatToDoAndFailsWhereThePlatformListensButKafkaIsAway() throws IOException {
        String kafka = "127.0.0.1:" + Ports.free();
        try (ServerSocket collector = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Run run = Run.of(
                    "doctor",
                    "--kafka",
                    kafka,
                    "--elasticsearch",
                    "http://127.0.0.1:" + Ports.free(),
                    "--http-port",
                    Integer.toString(collector.getLocalPort()),
                    "--data-dir",
                    folder.toString());

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.out().lines())
                    .hasSizeGreaterThanOrEqualTo(7)
                    .allMatch(line -> line.startsWith("ok  ") || line.startsWith("note") || line.startsWith("BAD "))
                    .anyMatch(line -> line.startsWith("BAD ") && line.contains(kafka) && line.contains("--kafka"))
                    .anyMatch(line -> line.contains(collector.getLocalPort() + " is in use"));
        }
    }

    @Test
    void doctorExaminesAllThatCanBeWhereAnAddressIsNone() {
        Run run = doctor("no address", "localhost:9200", Ports.free());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(health(run, "JDK")).isEqualTo("good");
        assertThat(health(run, "Kafka")).isEqualTo("bad");
        assertThat(health(run, "Elasticsearch")).isEqualTo("bad");
    }

    @Test
    void doctorSaysWhereDataCannotBeKept() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        Run run = Run.of("doctor", "--json", "--data-dir", file.toString());

        assertThat(health(run, "disk")).isEqualTo("bad");
    }

    @Test
    void drillOrdersNothingWhereItCouldNotFollow() {
        Run run = Run.of("drill", "--scenario", "fibre-cut", "--elasticsearch", "localhost:9200");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("http://HOST:PORT");
    }

    private Run doctor(String kafka, String elasticsearch, int httpPort) {
        return Run.of(
                "doctor",
                "--json",
                "--kafka",
                kafka,
                "--elasticsearch",
                elasticsearch,
                "--http-port",
                Integer.toString(httpPort),
                "--metrics-port",
                Integer.toString(Ports.free()),
                "--data-dir",
                folder.resolve("not/yet/there").toString());
    }

    private static String health(Run run, String check) {
        List<JsonNode> checks = run.json();
        for (JsonNode each : checks.getFirst()) {
            if (each.path("check").asText().equals(check)) {
                return each.path("health").asText();
            }
        }
        throw new AssertionError(check + " is not among " + checks);
    }

    static final class FullDisk extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("No space left on device");
        }
    }
}
