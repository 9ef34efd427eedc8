package io.qorrelate.app.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alert rules, tried by Prometheus's own tool where the machine has it. */
class AlertRulesTest {
    private static final Path RULES =
            Path.of(System.getProperty("qorrelate.home", "..")).resolve("dashboards/prometheus");

    @Test
    void promtoolFindsThemSoundAndTheirTestsGreen() throws IOException, InterruptedException {
        assumeTrue(isInstalled(), "promtool is not installed");

        assertThat(promtool("check", "rules", "qorrelate-rules.yaml")).contains("SUCCESS");
        assertThat(promtool("test", "rules", "qorrelate-rules.test.yaml")).contains("SUCCESS");
    }

    @Test
    void everyAlertHasATest() throws IOException {
        String tests = Files.readString(RULES.resolve("qorrelate-rules.test.yaml"));
        Stream<String> alerts = Files.readAllLines(RULES.resolve("qorrelate-rules.yaml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("- alert: QorrelateSource"))
                .map(line -> line.substring("- alert: ".length()));

        assertThat(alerts).isNotEmpty().allSatisfy(alert -> assertThat(tests).contains("alertname: " + alert));
    }

    private static boolean isInstalled() {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .directory(RULES.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
