package io.qorrelate.collectors.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.model.Kind;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventTemplateTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] RAW = "as it came".getBytes(UTF_8);

    private static final Vocabulary WORDS = new Vocabulary() {
        @Override
        public @Nullable String complaint(String name) {
            return Set.of("user", "value", "word").contains(name) ? null : "nothing is called '" + name + "'";
        }

        @Override
        public boolean isText() {
            return true;
        }
    };

    private static EventTemplate template(String yaml) {
        return EventTemplate.parse(YamlValue.parse(yaml, "vendor.yml"), WORDS);
    }

    private static Intake fill(String yaml, Map<String, String> said) {
        Values values = name -> said.containsKey(name) ? TextNode.valueOf(said.get(name)) : null;
        return template(yaml)
                .fill(
                        values,
                        new Defaults(MockKafka.NOW, "a~b", null, "kms-1"),
                        RAW,
                        new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW));
    }

    private static JsonNode event(String yaml, Map<String, String> said) throws IOException {
        Intake filled = fill(yaml, said);
        assertThat(filled).isInstanceOf(Intake.Accepted.class);
        return JSON.readTree(((Intake.Accepted) filled).json());
    }

    @Test
    void gapsAreFilledWithWhatTheDeviceSaid() throws IOException {
        JsonNode event = event(
                "{kind: auth_failure, plane: identity, principal: 'user ${user}', count: '${value}'}",
                Map.of("user", "eve", "value", "3"));

        assertThat(event.path("principal").asText()).isEqualTo("user eve");
        assertThat(event.path("count").isInt()).isTrue();
        assertThat(event.path("count").asInt()).isEqualTo(3);
        assertThat(event.path("link").asText()).isEqualTo("a~b");
        assertThat(event.path("source").asText()).isEqualTo("kms-1");
        assertThat(event.path("time").asText()).isEqualTo("2026-11-23T10:00:30.000Z");
    }

    @Test
    void aGapThatNothingFillsLeavesItsFieldOut() throws IOException {
        JsonNode event = event("{kind: auth_failure, principal: 'user ${user}', labels: {u: '${user}'}}", Map.of());

        assertThat(event.has("principal")).isFalse();
        assertThat(event.path("labels").has("u")).isFalse();
    }

    @Test
    void unitsAndWordsAreConverted() throws IOException {
        assertThat(event("{kind: link_quality, qber: {from: value, times: 0.01}}", Map.of("value", "2.5"))
                        .path("qber")
                        .asDouble())
                .isEqualTo(0.025);
        String words = "{kind: calibration, routine: {from: word, words: {pol: polarization}, otherwise: full}}";
        assertThat(event(words, Map.of("word", "pol")).path("routine").asText()).isEqualTo("polarization");
        assertThat(event(words, Map.of("word", "xyz")).path("routine").asText()).isEqualTo("full");
    }

    @Test
    void whatTheContractRefusesIsRejectedWithTheMessageAsItCame() {
        assertThat(fill("{kind: link_quality, qber: '${value}'}", Map.of("value", "2.5")))
                .isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(RejectReason.OUT_OF_RANGE);
                    assertThat(rejected.raw()).isEqualTo(RAW);
                });
        assertThat(fill("{kind: link_quality, qber: '${value}'}", Map.of("value", "NaN or so")))
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.WRONG_TYPE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: link_qualty}|vendor.yml:1:8: unknown value 'link_qualty'; did you mean 'link_quality'?",
                "{kind: link_quality, qbr: 1}|vendor.yml:1:22: unknown field 'qbr' in event link_quality; did you mean 'qber'?",
                "{kind: link_quality, qber: 3}|vendor.yml:1:28: qber must be 0..1, was 3.0",
                "{kind: auth_failure, principal: '${usr}'}|vendor.yml:1:33: nothing is called 'usr'",
                "{kind: policy, decision: {from: word, words: {a: qdk}}}|vendor.yml:1:26: 'decision' must be one of qkd, hybrid, pqc_only, blocked; was 'qdk'",
                "{kind: policy, decision: {from: word}}|vendor.yml:1:26: a converted value has 'times' or 'words'; ${word} takes it as it is"
            })
    void aMistakeIsNamedWithItsPlaceAndTheWayOut(String yaml, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> template(yaml))
                .withMessage(message);
    }

    @ParameterizedTest
    @EnumSource
    void theFieldsAreThoseOfTheContract(Kind kind) throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(Path.of("../docs/schema/telemetry-event.schema.json")));
        Set<String> published = new HashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(published::add);
        schema.at("/$defs/" + kind.wireName() + "/properties").fieldNames().forEachRemaining(published::add);
        published.removeAll(Set.of("id", "kind", "labels"));

        assertThat(ContractFields.of(kind)).containsExactlyInAnyOrderElementsOf(published);
    }
}
