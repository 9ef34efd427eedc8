package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aTableGoesToStandardOutputAndFiguresToFiles() throws IOException {
        Path json = folder.resolve("deep/figures.json");
        Path html = folder.resolve("page.html");

        Run run = Run.of(
                "evaluate",
                "--only",
                "fibre_cut,trojan_horse",
                "--scenarios",
                "1",
                "--json",
                json.toString(),
                "--html",
                html.toString());

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("== diagnosis", "== control charts", "== fixed threshold", "fibre_cut", "macro-F1");
        assertThat(run.err()).contains("2 of 2 scenarios played", "reports per second");
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertThat(figures.path("source").textValue()).isEqualTo("development seeds from number 0");
        assertThat(figures.path("contestants")).hasSize(3);
        assertThat(html).content().startsWith("<!DOCTYPE html>").contains("trojan_horse");
    }

    @Test
    void oneScenarioIsReplayedAsTelemetry() {
        Run run = Run.of("evaluate", "--only", "macro_bend", "--seed", "3");
        Run again = Run.of("evaluate", "--only", "macro_bend", "--seed", "3");
        Run heldOut = Run.of("evaluate", "--only", "macro_bend", "--seed", "3", "--set", "held-out");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("subtype=MACRO_BEND");
        assertThat(run.out()).isEqualTo(again.out()).isNotEqualTo(heldOut.out());
        assertThat(run.json())
                .hasSizeGreaterThan(200)
                .allSatisfy(event -> assertThat(event.has("kind")).isTrue());
    }

    @Test
    void whatIsExportedIsEvaluatedAlike() {
        String cases = folder.resolve("cases").toString();
        List<String> which = List.of("--only", "connector,power_event", "--scenarios", "1", "--no-baselines");

        Run export = Run.of(with(which, "--export", cases));
        Run labelled = Run.of("evaluate", "--labelled", cases, "--no-baselines", "--verbose");
        Run direct = Run.of(with(which, "--verbose"));

        assertThat(export.exit()).isZero();
        assertThat(Path.of(cases, "connector-0", "telemetry.ndjson")).isNotEmptyFile();
        assertThat(labelled.exit()).isZero();
        assertThat(labelled.out()).isEqualTo(direct.out()).contains("connector");
    }

    private static String[] with(List<String> which, String... more) {
        List<String> line = new ArrayList<>(List.of("evaluate"));
        line.addAll(which);
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    @Test
    void labelsThatSayNothingAreNamedWithTheirPlace() throws IOException {
        Files.writeString(folder.resolve("labels.json"), "{\"incidents\":[{\"class\":\"ATACK\"}]}");

        Run run = Run.of("evaluate", "--labelled", folder.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("labels.json:1:", "ATACK").doesNotContain("Exception");
    }

    @Test
    void aFolderWithoutCasesIsSaidSo() {
        Run run = Run.of("evaluate", "--labelled", folder.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("labels.json", "docs/evaluation.md");
    }
}
