package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.simulator.LiveNetwork;
import io.qorrelate.simulator.Metropolis;
import io.qorrelate.simulator.NetworkSimulation;
import io.qorrelate.simulator.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyCommandTest {
    private static final String LINK = "ams-1~del-1";
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
    private static final String EVENT = """
            {"time":"2026-11-23T10:00:10.000Z","kind":"link_quality","link":"ams-1~del-1","qber":0.0213}
            """.strip();

    /** An hour and a quarter of one link, on whose last quarter somebody listens. */
    private static final List<String> ATTACK = attack();

    @TempDir
    private Path folder;

    @Test
    void findingsAreNdjsonOnStandardOutputAndTheSummaryIsOnStandardError() throws IOException {
        Run run = Run.of("classify", file("attack.ndjson", ATTACK));

        assertThat(run.exit()).isZero();
        assertThat(run.json()).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.path("id").asText()).isNotBlank();
            assertThat(finding.path("link").asText()).isEqualTo(LINK);
            double sum = 0;
            for (JsonNode probability : finding.path("probabilities")) {
                sum += probability.asDouble();
            }
            assertThat(sum).isCloseTo(1, within(1e-6));
            assertThat(finding.path("explanation").asText()).isNotBlank();
        });
        JsonNode last = run.json().getLast();
        assertThat(last.path("class").asText()).isEqualTo("ATTACK");
        assertThat(last.path("subtype").asText()).isEqualTo("intercept_resend");
        assertThat(run.err()).contains(ATTACK.size() + " events read, 0 rejected, 0 duplicates, 0 late; 1 findings");
    }

    @Test
    void theSameTelemetryGivesTheSameFindingsWhereverItComesFrom() throws IOException {
        int middle = ATTACK.size() / 2;
        String first = file("first.ndjson", ATTACK.subList(0, middle));
        String second = file("second.ndjson", ATTACK.subList(middle, ATTACK.size()));
        Run whole = Run.of("classify", file("attack.ndjson", ATTACK));

        assertThat(Run.of("classify", first, second)).isEqualTo(whole);
        assertThat(Run.with(Map.of(), String.join("\n", ATTACK), "classify")).isEqualTo(whole);
        assertThat(Run.with(Map.of(), String.join("\n", ATTACK), "classify", "-"))
                .isEqualTo(whole);
    }

    @Test
    void theOrderWithinTheAllowedLatenessDoesNotMatter() throws IOException {
        List<String> shuffled = new ArrayList<>(ATTACK);
        for (int i = 0; i + 8 <= shuffled.size(); i += 8) {
            Collections.reverse(shuffled.subList(i, i + 8));
        }

        Run inOrder = Run.of("classify", file("attack.ndjson", ATTACK));
        Run outOfOrder = Run.of("classify", file("shuffled.ndjson", shuffled));

        assertThat(last(outOfOrder)).isEqualTo(last(inOrder));
        assertThat(outOfOrder.err()).isEqualTo(inOrder.err());
    }

    @Test
    void whatComesTwiceCountsOnce() throws IOException {
        Run run = Run.of("classify", file("twice.ndjson", List.of(EVENT, EVENT)));

        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("1 duplicates");
    }

    @Test
    void aQuietLinkGivesNoFindingsAndNothingOnStandardOutput() throws IOException {
        Run run = Run.of("classify", file("quiet.ndjson", List.of(EVENT)));

        assertThat(run).isEqualTo(new Run(0, "", run.err()));
        assertThat(run.err()).contains("1 events read, 0 rejected").contains("0 findings");
    }

    @Test
    void badLinesAreNamedByFileAndLineAndTheOthersGoOn() throws IOException {
        String mixed = file(
                "mixed.ndjson",
                List.of(EVENT, "not json", "", EVENT.replace("10:00:10", "10:00:20"), EVENT.replace("0.0213", "1.7")));
        Run run = Run.of("classify", mixed);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .anyMatch(line -> line.startsWith(mixed + ":2: "))
                .anyMatch(line -> line.startsWith(mixed + ":5: ") && line.contains("qber must be 0..1, was 1.7"))
                .anyMatch(line -> line.startsWith("2 events read, 2 rejected"))
                .anyMatch(line -> line.contains("--rejects FILE"));
    }

    @Test
    void aFileOfQuiteAnotherKindDoesNotFillTheScreen() throws IOException {
        Run run = Run.of("classify", file("novel.txt", Collections.nCopies(1000, "It was a dark and stormy night.")));

        assertThat(run.exit()).isZero();
        assertThat(run.err().lines()).hasSizeLessThan(20);
        assertThat(run.err()).contains("0 events read, 1000 rejected");
    }

    @Test
    void rejectedLinesAreKeptAsTheyCame() throws IOException {
        Path rejects = folder.resolve("rejects.ndjson");
        Run run = Run.of(
                "classify",
                "--rejects",
                rejects.toString(),
                file("mixed.ndjson", List.of("not json", EVENT, "{\"kind\":\"link_quality\"}")));

        assertThat(run.exit()).isZero();
        assertThat(rejects).hasContent("not json\n{\"kind\":\"link_quality\"}\n");
        assertThat(run.err()).contains("1 events read, 2 rejected").doesNotContain("--rejects FILE");
    }

    /** As the collectors do: who leaves half of an array away may have left half of an event away. */
    @Test
    void whatStandsBehindAnArrayOrInOneThatBreaksOffIsRejected() throws IOException {
        String behind = file("behind.json", List.of("[" + EVENT + "]", EVENT.replace("10:00:10", "10:00:20")));
        String brokenOff = file("broken-off.json", List.of("[" + EVENT));

        assertThat(Run.of("classify", behind).err())
                .contains(behind + ":2: the input goes on after the end of the array")
                .contains("1 events read, 1 rejected");
        assertThat(Run.of("classify", brokenOff).err())
                .contains(brokenOff + ":1: the input ends before the array does")
                .contains("0 events read, 1 rejected");
    }

    @Test
    void aFileThatIsNotThereIsExitOne() {
        String missing = folder.resolve("missing.ndjson").toString();
        Run run = Run.of("classify", missing);

        assertThat(run).isEqualTo(new Run(1, "", run.err()));
        assertThat(run.err()).contains("cannot read " + missing + ": there is no such file");
    }

    @Test
    void aFolderIsNoFileAndIsNamed() {
        Run run = Run.of("classify", folder.toString());

        assertThat(run).isEqualTo(new Run(1, "", run.err()));
        assertThat(run.err()).contains(folder.toString()).doesNotContain("\tat ");
    }

    @Test
    void aTopologyOrRulesThatAreNotThereAreExitOne() throws IOException {
        String input = file("quiet.ndjson", List.of(EVENT));
        String missing = folder.resolve("missing").toString();

        for (String option : List.of("--topology", "--rules")) {
            Run run = Run.of("classify", option, missing, input);
            assertThat(run).isEqualTo(new Run(1, "", run.err()));
            assertThat(run.err()).contains(missing).doesNotContain("\tat ");
        }
    }

    @Test
    void aMistakeInTheTopologyIsNamedWithItsPlace() throws IOException {
        String topology = file("net.yaml", List.of("links:", "  - {from: ams-1}"));
        Run run = Run.of("classify", "--topology", topology, file("quiet.ndjson", List.of(EVENT)));

        assertThat(run).isEqualTo(new Run(1, "", run.err()));
        assertThat(run.err()).contains(topology + ":2:5: 'id' is missing").doesNotContain("\tat ");
    }

    @Test
    void rejectsThatCannotBeWrittenAreExitOne() throws IOException {
        Run run = Run.of(
                "classify",
                "--rejects",
                folder.resolve("no/such/folder/rejects").toString(),
                file("quiet.ndjson", List.of(EVENT)));

        assertThat(run).isEqualTo(new Run(1, "", run.err()));
        assertThat(run.err()).contains("rejects");
    }

    @Test
    void findingsThatCannotBeWrittenAreExitOne() throws IOException {
        Run run = Run.into(new CommandLineTest.FullDisk(), Map.of(), "", "classify", file("attack.ndjson", ATTACK));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("could not read or write");
    }

    private String file(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines).toString();
    }

    /** What holds in the end: the last line of each finding. */
    private static JsonNode last(Run run) {
        return run.json().getLast();
    }

    private static List<String> attack() {
        NetworkSimulation simulation = new NetworkSimulation(Metropolis.topology(), 1, START, Duration.ofSeconds(10));
        simulation.play(Scenario.INTERCEPT_RESEND, LINK, 1, START.plus(Duration.ofHours(1)));
        return new String(
                        LiveNetwork.ndjson(simulation.advanceTo(START.plus(Duration.ofMinutes(75))).stream()
                                .filter(event -> LINK.equals(event.link()))
                                .toList()),
                        StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
