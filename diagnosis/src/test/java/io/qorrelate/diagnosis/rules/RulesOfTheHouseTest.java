package io.qorrelate.diagnosis.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.diagnosis.Step;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the tests that lie beside the rules. */
class RulesOfTheHouseTest {
    private static final Path RULES = Path.of("..", "rules");

    private static final Map<String, String> FILES = files(".yml");
    private static final Map<String, String> TESTS = files(".test.yml");
    private static final RulePack PACK = RulePack.parse(FILES);

    @Test
    void everyRuleHasItsTestsBesideIt() {
        assertThat(TESTS.keySet())
                .isEqualTo(FILES.keySet().stream()
                        .map(file -> file.replaceFirst("\\.yml$", ".test.yml"))
                        .collect(Collectors.toSet()));
        assertThat(PACK.names()).hasSizeGreaterThanOrEqualTo(10);
    }

    @TestFactory
    Stream<DynamicContainer> rules() {
        return TESTS.entrySet().stream().map(file -> {
            String rule = file.getKey().replaceFirst(".*/", "").replaceFirst("\\.test\\.yml$", "");
            YamlValue tests = YamlValue.parse(file.getValue(), file.getKey());
            tests.rejectUnknown(List.of("cases"), "a rule's tests");
            return DynamicContainer.dynamicContainer(
                    file.getKey(),
                    tests.required("cases").items().stream()
                            .map(one ->
                                    DynamicTest.dynamicTest(one.required("name").text(), () -> check(rule, one))));
        });
    }

    private static void check(String rule, YamlValue test) {
        test.rejectUnknown(List.of("name", "events", "expect", "class", "subtype"), "a case");
        List<TelemetryEvent> events = new ArrayList<>();
        for (YamlValue event : test.required("events").items()) {
            events.add(event(event));
        }
        // The story of whom the last event is about; what happened at a node is told to its links as well.
        LinkDiagnosis diagnosis = new LinkDiagnosis(PACK, DiagnosisSettings.defaults());
        LinkState state = diagnosis.initial(events.getLast().key());
        RuleMemory memory = new RuleMemory();
        boolean matches = false;
        List<Finding> findings = new ArrayList<>();
        for (TelemetryEvent event : events) {
            Step step = diagnosis.observe(state, event);
            state = step.state();
            findings.addAll(step.findings());
            matches |= PACK.matches(rule, event);
            boolean spoke = memory.observe(event, PACK).stream()
                    .anyMatch(voice -> voice.rule().equals(rule));
            matches |= spoke;
        }

        String expect = test.required("expect").text();
        boolean finds = test.field("class").isPresent();
        if (expect.equals("none")) {
            assertThat(findings)
                    .as("findings of " + rule)
                    .noneMatch(finding -> finding.rules().contains(rule));
            if (PACK.findsByItself(rule)) {
                return;
            }
        }
        assertThat(matches)
                .as(rule + " holds")
                .isEqualTo(
                        switch (expect) {
                            case "matches" -> true;
                            case "none" -> false;
                            default -> throw test.required("expect").error("expected 'matches' or 'none'");
                        });
        assertThat(PACK.findsByItself(rule) && matches)
                .as("a rule that finds by itself says which class in its tests")
                .isEqualTo(finds);
        if (finds) {
            assertThat(findings).as("findings of " + rule).isNotEmpty();
            Finding last = findings.getLast();
            assertThat(last.rules()).contains(rule);
            assertThat(last.anomalyClass())
                    .as(last.explanation())
                    .isEqualTo(test.required("class").oneOf(AnomalyClass.class));
            test.field("subtype")
                    .ifPresent(subtype -> assertThat(last.subtype()).isEqualTo(subtype.oneOf(Subtype.class)));
        }
    }

    /** An event as the contract's JSON has it, written as a YAML mapping. */
    private static TelemetryEvent event(YamlValue event) {
        String json = event.fields().entrySet().stream()
                .map(field -> quoted(field.getKey())
                        + ":"
                        + (field.getValue().isNumber()
                                ? field.getValue().text()
                                : quoted(field.getValue().text())))
                .collect(Collectors.joining(",", "{", "}"));
        try {
            return TelemetryJson.read(json);
        } catch (InvalidEvent e) {
            throw event.error(String.valueOf(e.getMessage()));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Map<String, String> files(String ending) {
        try (Stream<Path> paths = Files.walk(RULES)) {
            Map<String, String> files = new TreeMap<>();
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = path.toString().replace('\\', '/').replaceFirst("^\\.\\./", "");
                boolean wanted = name.endsWith(ending) && (ending.equals(".test.yml") || !name.endsWith(".test.yml"));
                if (wanted) {
                    files.put(name, Files.readString(path));
                }
            }
            return files;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the rules lie at " + RULES.toAbsolutePath().normalize(), e);
        }
    }
}
