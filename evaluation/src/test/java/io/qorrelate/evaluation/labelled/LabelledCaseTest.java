package io.qorrelate.evaluation.labelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.Catalogue;
import io.qorrelate.evaluation.scenario.Scenario;
import io.qorrelate.evaluation.scenario.SeedSet;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledCaseTest {
    private static final String TELEMETRY = """
            {"time":"2026-03-02T00:00:00.000Z","kind":"link_quality","link":"a~b","qber":0.02}
            {"time":"2026-03-02T00:00:10.000Z","kind":"link_quality","link":"a~b","qber":0.02}
            not json
            {"time":"2026-03-02T00:00:20.000Z","kind":"link_quality","link":"a~b","qber":0.12}
            {"time":"2026-03-02T00:00:30.000Z","kind":"environment","node":"a","temperature_c":20}
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"macro_bend", "channel_tap", "power_event", "within_polarization_drift"})
    void whatIsWrittenReadsAsItWas(String kind) throws IOException {
        Scenario written = Catalogue.scenario(kind, SeedSet.DEVELOPMENT, 5).orElseThrow();
        CaseFolder.write(written, folder);
        Scenario again = Catalogue.scenario(kind, SeedSet.DEVELOPMENT, 5).orElseThrow();
        List<TelemetryEvent> events = new ArrayList<>();
        Case.Played played = again.play(events::add);

        Case read = LabelledCase.open(CaseFolder.in(folder).getFirst());

        List<TelemetryEvent> readEvents = new ArrayList<>();
        Case.Played readPlayed = read.play(readEvents::add);
        assertThat(readEvents).isEqualTo(events);
        assertThat(read.kind()).isEqualTo(again.kind());
        assertThat(read.name()).isEqualTo(again.name());
        assertThat(read.group()).isEqualTo(again.group());
        assertThat(read.linkIds()).isEqualTo(again.linkIds());
        assertThat(read.topology()).usingRecursiveComparison().isEqualTo(again.topology());
        assertThat(read.truths()).isEqualTo(again.truths());
        assertThat(readPlayed.incidents().getFirst().boundS())
                .isEqualTo(played.incidents().getFirst().boundS());
        assertThat(readPlayed.incidents().getFirst().reports().until(1e9))
                .isEqualTo(played.incidents().getFirst().reports().until(1e9));
        assertThat(readPlayed.events()).isEqualTo(played.events());
    }

    private Path write(String labels) throws IOException {
        Files.writeString(folder.resolve("labels.json"), labels);
        Files.writeString(folder.resolve("telemetry.ndjson"), TELEMETRY);
        return folder;
    }

    @Test
    void theLeastThatALabelNeedsIsClassLinkAndOnset() throws IOException {
        LabelledCase read = LabelledCase.open(write(
                "{\"incidents\":[{\"class\":\"ATTACK\",\"link\":\"a~b\",\"onset\":\"2026-03-02T00:00:15.000Z\"}]}"));

        Truth truth = read.truths().getFirst();
        assertThat(truth.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(truth.subtype()).isNull();
        assertThat(truth.end()).isEqualTo(Instant.parse("2026-03-02T00:00:30Z"));
        assertThat(truth.intervalS()).isEqualTo(10);
        assertThat(read.kind()).isEqualTo("attack");
        assertThat(read.group()).isEqualTo(Case.Group.PLAIN);
        assertThat(read.linkIds()).containsExactly("a~b");
        assertThat(read.description()).isEqualTo("recorded, 1 lines rejected");
        Case.Played played = read.play(event -> {});
        assertThat(played.reports()).isEqualTo(3);
        assertThat(played.incidents().getFirst().reports().until(100)).isEqualTo(1);
        assertThat(played.incidents().getFirst().boundS()).isEmpty();
    }

    @Test
    void withoutIncidentsItIsQuiet() throws IOException {
        LabelledCase read = LabelledCase.open(write("{}"));

        assertThat(read.group()).isEqualTo(Case.Group.QUIET);
        assertThat(read.kind()).isEqualTo("quiet");
        assertThat(read.truths()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"link":"a~b","onset":"2026-03-02T00:00:15Z"}                        | a 'class', a 'subtype', or both
                    {"class":"ATTACK","onset":"2026-03-02T00:00:15Z"}                    | link
                    {"class":"ATTACK","link":"a~b"}                                      | 'onset' is missing
                    {"class":"ATTACK","link":"a~b","onset":"yesterday"}                  | onset is no time
                    {"class":"UNDETERMINED","link":"a~b","onset":"2026-03-02T00:00:15Z"} | nothing is truly undetermined
                    {"class":"ATTACK","subtype":"macro_bend","link":"a~b","onset":"2026-03-02T00:00:15Z"} | is no subtype of ATTACK
                    {"subtype":"macro_bnd","link":"a~b","onset":"2026-03-02T00:00:15Z"}  | macro_bend
                    """)
    void whatIsNoLabelIsRefusedWithItsPlace(String incident, String message) {
        assertThatThrownBy(() -> LabelledCase.open(write("{\"incidents\":[" + incident + "]}")))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("labels.json:1:")
                .hasMessageContaining(message);
    }

    @Test
    void aFolderWithoutCasesOrTelemetryIsSaidSo() throws IOException {
        assertThatThrownBy(() -> CaseFolder.in(folder)).hasMessageContaining("labels.json");
        assertThatThrownBy(() -> CaseFolder.in(folder.resolve("no"))).isInstanceOf(IOException.class);
        Files.writeString(folder.resolve("labels.json"), "{}");
        assertThatThrownBy(() -> LabelledCase.open(folder)).hasMessageContaining("no telemetry");
    }
}
