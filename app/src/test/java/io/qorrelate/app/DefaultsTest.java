package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DefaultsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("qorrelate.yml");
    }

    @Test
    void whereNobodySaysAnythingTheOptionsOwnDefaultHolds() {
        assertThat(value(Map.of(), "--http-port", "up")).isEqualTo(8080);
    }

    @Test
    void theFileWinsOverTheOptionsOwnDefault() throws IOException {
        assertThat(value(config("http-port: 1111"), "--http-port", "up")).isEqualTo(1111);
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws IOException {
        Map<String, String> environment = config("http-port: 1111", "QORRELATE_HTTP_PORT", "2222");

        assertThat(value(environment, "--http-port", "up")).isEqualTo(2222);
    }

    @Test
    void aFlagWinsOverAll() throws IOException {
        Map<String, String> environment = config("http-port: 1111", "QORRELATE_HTTP_PORT", "2222");

        assertThat(value(environment, "--http-port", "up", "--http-port", "3333"))
                .isEqualTo(3333);
    }

    @Test
    void eachOptionIsLookedUpByItself() throws IOException {
        Map<String, String> environment = config("http-port: 1111\nseed: 42", "QORRELATE_METRICS_PORT", "2222");

        assertThat(value(environment, "--http-port", "up")).isEqualTo(1111);
        assertThat(value(environment, "--metrics-port", "up")).isEqualTo(2222);
        assertThat(value(environment, "--seed", "up")).isEqualTo(42L);
        assertThat(value(environment, "--drill-port", "up")).isEqualTo(8089);
    }

    @Test
    void theEnvironmentCanGiveWhatIsRequired() {
        Map<String, String> environment =
                Map.of("QORRELATE_KAFKA", "kafka:9092", "QORRELATE_ELASTICSEARCH", "http://es:9200");

        assertThat(value(environment, "--kafka", "process")).isEqualTo("kafka:9092");
    }

    @Test
    void aSwitchCanBeTurnedByEnvironmentAndBackByFlag() {
        Map<String, String> off = Map.of("QORRELATE_SIMULATION", "false");

        assertThat(value(Map.of(), "--simulation", "up")).isEqualTo(true);
        assertThat(value(Map.of(), "--simulation", "up", "--no-simulation")).isEqualTo(false);
        assertThat(value(off, "--simulation", "up")).isEqualTo(false);
        assertThat(value(off, "--simulation", "up", "--simulation")).isEqualTo(true);
        assertThat(value(Map.of("QORRELATE_JSON", "true"), "--json", "doctor")).isEqualTo(true);
    }

    @Test
    void nullInTheFileIsTheSameAsAbsent() throws IOException {
        assertThat(value(config("http-port:\nseed: null\n"), "--http-port", "up"))
                .isEqualTo(8080);
    }

    @Test
    void fieldsOfTheFileThatAreForOtherCommandsDoNoHarm() throws IOException {
        assertThat(value(config("scenario: fibre-cut\ntopology: net.yaml"), "--topology", "classify"))
                .isEqualTo(Path.of("net.yaml"));
    }

    @Test
    void aSettingThatDoesNotFitIsWrongUsageAndIsNamed() {
        Run run = Run.with(Map.of("QORRELATE_HTTP_PORT", "tcp://10.0.0.7:8080"), "", "doctor", "--json");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("--http-port").contains("tcp://10.0.0.7:8080");
    }

    /** Such variables are often there for other reasons: the version of an image, say. */
    @ParameterizedTest
    @ValueSource(strings = {"1.2.3", "true"})
    void helpAndVersionAreQuestionsAndNoSettings(String value) {
        Run run = Run.with(Map.of("QORRELATE_VERSION", value, "QORRELATE_HELP", value), "", "drill", "--list");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("intercept-resend");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Run run = Run.with(Map.of("QORRELATE_CONFIG", file.toString()), "", "drill", "--list");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("QORRELATE_CONFIG")
                .contains(file.toString())
                .doesNotContain("\tat ");
    }

    @Test
    void aFileThatIsNoYamlIsNamedWithThePlace() throws IOException {
        Run run = Run.with(config("http-port: 8080\nseed: ]\n"), "", "drill", "--list");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith(file + ":2:").hasLineCount(1);
    }

    private Map<String, String> config(String yaml) throws IOException {
        return Map.of("QORRELATE_CONFIG", Files.writeString(file, yaml).toString());
    }

    private Map<String, String> config(String yaml, String name, String value) throws IOException {
        return Map.of("QORRELATE_CONFIG", Files.writeString(file, yaml).toString(), name, value);
    }

    private static @Nullable Object value(Map<String, String> environment, String option, String... arguments) {
        CommandLine line = Main.commandLine(environment);
        line.parseArgs(arguments);
        return line.getSubcommands()
                .get(Arrays.asList(arguments).getFirst())
                .getCommandSpec()
                .findOption(option)
                .getValue();
    }
}
