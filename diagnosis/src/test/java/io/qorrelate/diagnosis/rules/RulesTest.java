package io.qorrelate.diagnosis.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the tests that lie beside the rules, and those of their reader. */
class RulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    List<DynamicTest> everyRuleHoldsWhatItsTestSays() throws IOException {
        Map<String, String> rules = ShippedRules.files();
        RulePack pack = RulePack.parse(rules);
        assertThat(pack.names()).hasSizeGreaterThanOrEqualTo(8);
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : rules.keySet()) {
            String testFile = file.replace(".yml", ".test.yml");
            assertThat(ShippedRules.FOLDER.resolve(testFile))
                    .as("a rule has its test beside it")
                    .exists();
            String name = Path.of(file).getFileName().toString().replace(".yml", "");
            for (YamlValue test : YamlValue.parse(Files.readString(ShippedRules.FOLDER.resolve(testFile)), testFile)
                    .required("cases")
                    .items()) {
                tests.add(dynamicTest(name + ": " + test.required("name").text(), () -> run(pack, name, test)));
            }
        }
        return tests;
    }

    private static void run(RulePack pack, String rule, YamlValue test) throws Exception {
        RuleMemory memory = new RuleMemory();
        TreeSet<String> spoke = new TreeSet<>();
        long matches = 0;
        for (YamlValue item : test.required("events").items()) {
            TelemetryEvent event = event(item);
            memory.observe(event, pack).forEach(voice -> spoke.add(voice.rule()));
            matches += pack.matches(rule, event) ? 1 : 0;
        }
        assertThat(test.field("speaks").isPresent() || test.field("matches").isPresent())
                .as("a case says what it expects")
                .isTrue();
        test.field("speaks")
                .ifPresent(expected -> assertThat(spoke)
                        .containsExactlyInAnyOrderElementsOf(
                                expected.items().stream().map(YamlValue::text).toList()));
        long seen = matches;
        test.field("matches").ifPresent(expected -> assertThat(seen).isEqualTo(expected.integer()));
    }

    private static TelemetryEvent event(YamlValue item) throws InvalidEvent {
        ObjectNode json = JSON.createObjectNode();
        Instant time = Instant.parse("2026-11-23T10:00:00Z");
        for (Map.Entry<String, YamlValue> field : item.fields().entrySet()) {
            if (field.getKey().equals("at")) {
                time = time.plus(Duration.parse("PT" + field.getValue().text().toUpperCase(Locale.ROOT)));
            } else if (field.getValue().isNumber()) {
                json.put(field.getKey(), field.getValue().number());
            } else {
                json.put(field.getKey(), field.getValue().text());
            }
        }
        json.put("time", Times.format(time));
        return TelemetryJson.read(json);
    }

    @Test
    void anUnknownFieldIsToldWithItsPlaceAndWhatWasMeant() {
        String rule = """
                title: x
                logsource: {product: qkd, category: link_quality}
                detection:
                  selection:
                    qbr|gt: 0.1
                  condition: selection
                """;

        assertThatThrownBy(() -> RulePack.parse(Map.of("auth/burst.yml", rule)))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageStartingWith("auth/burst.yml:5:")
                .hasMessageContaining("unknown field 'qbr' in category link_quality; did you mean 'qber'?");
    }

    @Test
    void aConditionThatNamesNoSelectionIsRefused() {
        String rule = """
                title: x
                logsource: {product: qkd, category: link_quality}
                detection:
                  selection: {qber|gt: 0.1}
                  condition: selecton and not filter
                """;

        assertThatThrownBy(() -> RulePack.parse(Map.of("x.yml", rule)))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("no selection is named 'selecton'; did you mean 'selection'?");
    }

    @Test
    void conditionsJoinNegateAndQuantify() throws Exception {
        String rule = """
                title: x
                logsource: {product: qkd, category: auth_failure}
                detection:
                  plane_key: {plane: key_api}
                  plane_mgmt: {plane: management}
                  known: {principal|startswith: 'sae-', origin|contains: '192.0.2.'}
                  condition: 1 of plane_* and not known
                """;
        RulePack pack = RulePack.parse(Map.of("x.yml", rule));

        assertThat(pack.matches("x", auth("key_api", "sae-1", "192.0.2.9"))).isFalse();
        assertThat(pack.matches("x", auth("key_api", "sae-1", "198.51.100.9"))).isTrue();
        assertThat(pack.matches("x", auth("identity", "sae-1", "198.51.100.9"))).isFalse();
    }

    private static TelemetryEvent auth(String plane, String principal, String origin) throws InvalidEvent {
        return TelemetryJson.read(
                "{\"time\":\"2026-11-23T10:00:00Z\",\"kind\":\"auth_failure\",\"node\":\"a\",\"plane\":\"" + plane
                        + "\",\"principal\":\"" + principal + "\",\"origin\":\"" + origin + "\"}");
    }
}
