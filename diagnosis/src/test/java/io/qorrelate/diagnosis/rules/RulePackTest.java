package io.qorrelate.diagnosis.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulePackTest {
    private static final String AUTH = """
            title: t
            logsource: {product: qkd, category: auth_failure}
            detection:
              %s
              condition: %s
            """;

    @Test
    void anUnknownFieldIsNamedWithItsPlaceAndWhatWasMeant() {
        assertThatThrownBy(() -> RulePack.parse(Map.of("rules/link/odd.yml", """
                        title: t
                        logsource:
                          category: link_quality
                        detection:
                          odd:
                            link: a
                            qbr|gt: 0.1
                          condition: odd
                        """)))
                .isInstanceOf(InvalidYaml.class)
                .hasMessage(
                        "rules/link/odd.yml:7:5: unknown field 'qbr' in category link_quality; did you mean 'qber'?");
    }

    @Test
    void aWordThatAFieldNeverHoldsIsRefused() {
        assertThatThrownBy(() -> auth("s: {plane: clasical_channel}", "s"))
                .hasMessage("r.yml:4:14: 'plane' is never 'clasical_channel'; did you mean 'classical_channel'?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    s and        | r.yml:5:14: the condition ends too early
                    (s           | r.yml:5:14: a parenthesis of the condition is not closed
                    t            | r.yml:5:14: no selection is named 't'; did you mean 's'?
                    s s          | r.yml:5:14: 's' was not expected in the condition
                    1 of filter* | r.yml:5:14: no selection matches 'filter*'
                    """)
    void aConditionThatDoesNotReadIsRefused(String condition, String message) {
        assertThatThrownBy(() -> auth("s: {plane: key_api}", condition)).hasMessage(message);
    }

    @Test
    void aRuleThatWaitsForItselfIsRefused() {
        assertThatThrownBy(() -> RulePack.parse(Map.of("a.yml", ordered("b", "b"), "b.yml", ordered("a", "a"))))
                .hasMessage("a.yml:2:1: a rule that waits for itself: a → b → a");
    }

    @Test
    void aRuleThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> RulePack.parse(Map.of("burst.yml", ordered("bad_tg", "bad_tg"))))
                .hasMessageContaining("no rule is named 'bad_tg'");
    }

    @Test
    void aTimespanWithoutUnitIsRefused() {
        assertThatThrownBy(
                        () -> RulePack.parse(Map.of("a.yml", ordered("b", "b").replace("10m", "10"))))
                .hasMessageContaining("no rule is named 'b'");
        assertThatThrownBy(() -> RulePack.parse(Map.of(
                        "a.yml", ordered("b", "b").replace("10m", "10"),
                        "b.yml", AUTH.formatted("s: {plane: key_api}", "s"))))
                .hasMessage("a.yml:5:13: expected a time span such as 30s, 10m, 1h or 1d, found '10'");
        assertThatThrownBy(() -> RulePack.parse(Map.of(
                        "a.yml", ordered("b", "b").replace("10m", "99999999999999999999d"),
                        "b.yml", AUTH.formatted("s: {plane: key_api}", "s"))))
                .hasMessageStartingWith("a.yml:5:13: expected a time span such as 30s, 10m, 1h or 1d");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
                    s: {principal: 'OPERATOR-*'} → true
                    s: {principal: 'operator-?'} → true
                    s: {principal: 'operator'} → false
                    s: {principal|startswith: op} → true
                    s: {principal|endswith: -3} → true
                    s: {principal|contains: rat} → true
                    s: {principal|contains|all: [oper, -4]} → false
                    s: {principal|re: '-[0-9]$'} → true
                    s: {count|gte: 7, plane: key_api} → true
                    s: {count|gt: 7} → false
                    s: {count: 7} → true
                    s: [{count: 1}, {plane: key_api}] → true
                    s: {origin: null} → true
                    s: {labels.site: north} → true
                    s: {labels.site: south} → false
                    """)
    void selectionsReadAsSigmaReadsThem(String selection, boolean holds) {
        assertThat(auth(selection, "s").matches("r", event(7))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "a and b, false",
        "a or b, true",
        "a and not b, true",
        "not (a or b), false",
        "1 of *, true",
        "all of them, false",
        "not b and not b or b, true"
    })
    void conditionsReadAsSigmaReadsThem(String condition, boolean holds) {
        assertThat(auth("a: {plane: key_api}\n  b: {plane: management}", condition)
                        .matches("r", event(7)))
                .isEqualTo(holds);
    }

    @Test
    void aFloodIsCountedAndYetTheMemoryStaysSmall() throws IOException {
        RulePack pack = RulePack.parse(Map.of("one.yml", AUTH.formatted("s: {plane: key_api}", "s"), "burst.yml", """
                title: burst
                correlation: {type: event_count, rules: [one], group-by: [origin, principal], timespan: 1h, condition: {gte: 100}}
                qorrelate: {class: ATTACK, finding: true}
                """));
        RuleMemory memory = new RuleMemory();
        List<RuleVoice> voices = List.of();
        String longName = "x".repeat(200_000);
        for (int i = 0; i < 1000; i++) {
            memory.observe(read(i, "203.0.113." + i, longName + i, 1), pack);
            voices = memory.observe(read(i, "192.0.2.7", "p", 1), pack);
        }

        assertThat(voices)
                .singleElement()
                .satisfies(voice -> assertThat(voice.rule()).isEqualTo("burst"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.writeTo(new DataOutputStream(bytes));
        assertThat(bytes.size()).as("bytes of memory").isLessThan(4096);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        RuleMemory.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())))
                .writeTo(new DataOutputStream(again));
        assertThat(again.toByteArray()).isEqualTo(bytes.toByteArray());
    }

    /** Groups in groups would overflow the stack. */
    @Test
    void aRegularExpressionOfPagesIsRefused() {
        String pattern = "(".repeat(50_000) + ")".repeat(50_000);

        assertThatThrownBy(() -> auth("s: {'principal|re': '" + pattern + "'}", "s"))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("a regular expression has at most 1000 characters, this one has 100000");
    }

    /** Each star is one more level of the stack. */
    @Test
    void aTextWithPagesOfWildcardsIsRefused() {
        assertThatThrownBy(() -> auth("s: {principal: '" + "a*".repeat(20_000) + "'}", "s"))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("a text to compare with has at most 1000 characters, this one has 40000");
    }

    /** Each item asks the next: an event would overflow the stack. */
    @Test
    void aListOfPagesIsRefused() {
        assertThatThrownBy(() -> auth("s: {principal: [" + "x, ".repeat(20_000) + "y]}", "s"))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("a list has at most 1000 items, this one has 20001");
    }

    @Test
    void aConditionOfPagesIsRefused() {
        assertThatThrownBy(() -> auth("s: {principal: x}", "(".repeat(20_000) + "s" + ")".repeat(20_000)))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("a condition has at most 1000 words, this one has 40001");
    }

    /** Its voice is kept with the link's state, where they are counted in a byte. */
    @Test
    void moreActionsThanAnybodyTakesAreRefused() {
        String rule = AUTH.formatted("s: {principal: x}", "s") + "qorrelate: {actions: [" + "x, ".repeat(255) + "y]}\n";

        assertThatThrownBy(() -> RulePack.parse(Map.of("r.yml", rule)))
                .isInstanceOf(InvalidYaml.class)
                .hasMessageContaining("a rule has at most 16 actions, this one has 256");
    }

    /** Two to the power of forty ways lead from the first to the last. */
    @Test
    @Timeout(20)
    void rulesThatBuildOnManyOthersAreReadInAMoment() {
        Map<String, String> files = new HashMap<>();
        for (int layer = 0; layer < 40; layer++) {
            for (String side : List.of("left", "right")) {
                files.put(side + layer + ".yml", ordered("left" + (layer + 1), "right" + (layer + 1)));
            }
        }
        files.put("left40.yml", AUTH.formatted("s: {plane: key_api}", "s"));
        files.put("right40.yml", AUTH.formatted("s: {plane: management}", "s"));

        assertThat(RulePack.parse(files).names()).hasSize(82);
    }

    private static String ordered(String first, String second) {
        return """
                title: t
                correlation:
                  type: temporal_ordered
                  rules: [%s, %s]
                  timespan: 10m
                """.formatted(first, second);
    }

    private static RulePack auth(String selections, String condition) {
        return RulePack.parse(Map.of("r.yml", AUTH.formatted(selections, condition)));
    }

    private static TelemetryEvent event(int count) {
        return read("""
                {"time":"2026-11-23T10:00:00Z","kind":"auth_failure","node":"n","plane":"key_api",\
                "principal":"operator-3","count":%d,"labels":{"site":"north"}}""".formatted(count));
    }

    private static TelemetryEvent read(int second, String origin, String principal, int count) {
        return read("""
                {"time":"2026-11-23T10:%02d:%02dZ","kind":"auth_failure","node":"n","plane":"key_api",\
                "origin":"%s","principal":"%s","count":%d}""".formatted(second / 60, second % 60, origin, principal, count));
    }

    private static TelemetryEvent read(String json) {
        try {
            return TelemetryJson.read(json);
        } catch (InvalidEvent e) {
            throw new AssertionError(json, e);
        }
    }
}
