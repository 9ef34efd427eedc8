package io.qorrelate.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingJsonTest {
    private static final Map<AnomalyClass, Double> UNDECIDED = Map.of(AnomalyClass.UNDETERMINED, 1.0);

    private static Finding finding(
            @Nullable String link,
            @Nullable String node,
            AnomalyClass anomalyClass,
            @Nullable Subtype subtype,
            Map<AnomalyClass, Double> probabilities) {
        return new Finding(
                "f-1",
                link,
                node,
                anomalyClass,
                subtype,
                Samples.TIME,
                Samples.TIME,
                null,
                probabilities,
                Severity.LOW,
                List.of(),
                "Something moved.",
                null,
                List.of(),
                List.of());
    }

    @Test
    void aFindingWithEveryFieldFilledComesBackWhole() {
        assertThat(FindingJson.read(FindingJson.write(Samples.finding()))).isEqualTo(Samples.finding());
        assertThat(Samples.finding().isOpen()).isFalse();
        assertThat(Samples.finding().key()).isEqualTo("ams-1~del-1");
    }

    @Test
    void aFindingWithNothingButWhatItMustHaveComesBackWhole() {
        assertThat(FindingJson.read(FindingJson.write(Samples.bareFinding()))).isEqualTo(Samples.bareFinding());
        assertThat(Samples.bareFinding().isOpen()).isTrue();
        assertThat(Samples.bareFinding().key()).isEqualTo("del-1");
    }

    @Test
    void anIncidentComesBackWholeWithItsMembersSorted() {
        Incident incident = Samples.incident();
        Incident open = new Incident(
                incident.id(),
                incident.scope(),
                incident.what(),
                incident.anomalyClass(),
                incident.severity(),
                incident.opened(),
                incident.updated(),
                null,
                List.of("b", "a"),
                List.of("d", "c"),
                List.of("f-2", "f-1"),
                incident.summary());

        assertThat(FindingJson.readIncident(FindingJson.write(incident))).isEqualTo(incident);
        assertThat(FindingJson.readIncident(FindingJson.write(open))).isEqualTo(open);
        assertThat(incident.isOpen()).isFalse();
        assertThat(open.isOpen()).isTrue();
        assertThat(open.links()).containsExactly("a", "b");
        assertThat(open.nodes()).containsExactly("c", "d");
        assertThat(open.findings()).containsExactly("f-1", "f-2");
    }

    @Test
    void namesAreTheContractsAndWhatIsAbsentIsNotWritten() {
        assertThat(new String(FindingJson.write(Samples.bareFinding()), UTF_8)).isEqualTo("""
                        {"id":"f-1","node":"del-1","class":"UNDETERMINED","onset":"2026-11-23T10:00:10.250Z",\
                        "detected":"2026-11-23T10:00:10.250Z","probabilities":{"UNDETERMINED":1.0},"severity":"info",\
                        "evidence":[],"explanation":"Something moved.","recommended_actions":[],"rules":[]}""");
    }

    @Test
    void anExposureSaysNothingOfWhatIsNotKnown() {
        ObjectNode json = FindingJson.tree(Samples.finding());
        json.withObject("/exposure").remove(List.of("secret_bits", "secret_bits_is_bound", "keys_delivered"));

        Finding finding = FindingJson.read(json.toString().getBytes(UTF_8));

        assertThat(finding.exposure())
                .isEqualTo(new Exposure(OptionalDouble.empty(), false, OptionalLong.empty(), List.of("sae-bank-a")));
        assertThat(FindingJson.tree(finding)).isEqualTo(json);
    }

    @Test
    void probabilitiesAndWeightsAreWrittenWithSixDigits() {
        ObjectNode json = FindingJson.tree(finding(
                "a~b",
                null,
                AnomalyClass.ATTACK,
                null,
                Map.of(
                        AnomalyClass.ATTACK,
                        2.0 / 3,
                        AnomalyClass.CALIBRATION_DRIFT,
                        1.0 / 3 - 1e-9,
                        AnomalyClass.PHYSICAL_DEGRADATION,
                        1e-9)));

        assertThat(json.get("probabilities")).hasToString("""
                {"ATTACK":0.666667,"CALIBRATION_DRIFT":0.333333,"PHYSICAL_DEGRADATION":0.0}""");
    }

    @Test
    void anyProbabilitiesThatSumToOneStillDoWhenRounded() {
        Random random = new Random(4);
        for (int i = 0; i < 1000; i++) {
            Map<AnomalyClass, Double> probabilities = new EnumMap<>(AnomalyClass.class);
            double rest = 1;
            for (AnomalyClass anomalyClass : AnomalyClass.values()) {
                double share = anomalyClass == AnomalyClass.UNDETERMINED ? rest : rest * random.nextDouble();
                probabilities.put(anomalyClass, share);
                rest -= share;
            }
            Finding finding = finding("a~b", null, AnomalyClass.ATTACK, null, probabilities);

            byte[] json = FindingJson.write(FindingJson.read(FindingJson.write(finding)));

            assertThat(json).isEqualTo(FindingJson.write(finding));
        }
    }

    @Test
    void aFindingIsAboutALinkOrANode() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> finding(null, null, AnomalyClass.UNDETERMINED, null, UNDECIDED))
                .withMessageContaining("link or its node");
    }

    @Test
    void aCauseBelongsToTheVerdictsClass() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> finding("a~b", null, AnomalyClass.ATTACK, Subtype.FIBRE_CUT, UNDECIDED))
                .withMessage("FIBRE_CUT is no subtype of ATTACK");
        assertThat(finding("a~b", null, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.FIBRE_CUT, UNDECIDED)
                        .subtype())
                .isEqualTo(Subtype.FIBRE_CUT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.9999, 1.0001, -0.1, 2, Double.NaN, Double.POSITIVE_INFINITY})
    void probabilitiesSumToOne(double probability) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> finding("a~b", null, AnomalyClass.ATTACK, null, Map.of(AnomalyClass.ATTACK, probability)))
                .withMessageContaining("probabilit");
    }

    @Test
    void noProbabilitiesAreNoVerdict() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> finding("a~b", null, AnomalyClass.ATTACK, null, Map.of()))
                .withMessage("probabilities sum to 1, not 0.0");
    }

    @Test
    void aWeightIsFinite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Evidence(
                        "qber", null, null, Map.of(AnomalyClass.ATTACK, Double.NEGATIVE_INFINITY), List.of(), null))
                .withMessageContaining("ATTACK must be finite");
    }

    @Test
    void anExposureIsNeverNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Exposure(OptionalDouble.of(-1), false, OptionalLong.empty(), List.of()))
                .withMessage("secret_bits must be at least 0, was -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Exposure(OptionalDouble.empty(), false, OptionalLong.of(-1), List.of()))
                .withMessage("keys_delivered must be at least 0, was -1");
    }

    @Test
    void aFindingCannotBeChangedAfterwards() {
        Map<AnomalyClass, Double> probabilities = new EnumMap<>(UNDECIDED);
        Finding finding = finding("a~b", null, AnomalyClass.UNDETERMINED, null, probabilities);
        probabilities.put(AnomalyClass.ATTACK, 1.0);

        assertThat(finding.probabilities()).containsExactly(entry(AnomalyClass.UNDETERMINED, 1.0));
        assertThat(finding.probabilities()).isUnmodifiable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "null",
                "42",
                "[]",
                "{}",
                "{\"id\":7}",
                "{\"id\":\"f-1\"",
                "{\"id\":\"a\",\"id\":\"b\"}"
            })
    void garbageIsNoFindingAndNoIncident(String garbage) {
        assertThatIllegalArgumentException().isThrownBy(() -> FindingJson.read(garbage.getBytes(UTF_8)));
        assertThatIllegalArgumentException().isThrownBy(() -> FindingJson.readIncident(garbage.getBytes(UTF_8)));
    }

    @Test
    void moreThanOneFindingIsNoFinding() {
        String one = FindingJson.tree(Samples.finding()).toString();

        assertThatIllegalArgumentException().isThrownBy(() -> FindingJson.read((one + one).getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"secret_bits\":123456->\"secret_bits\":\"many\"",
                "\"keys_delivered\":16->\"keys_delivered\":true",
                "\"ATTACK\":3.25->\"ATTACK\":\"3.25\"",
                "\"rules\":[\"auth-burst\"]->\"rules\":\"auth-burst\"",
                "\"rules\":[\"auth-burst\"]->\"rules\":[7]",
                "\"observable\":\"qber\"->\"observable\":null",
                "\"severity\":\"critical\"->\"severity\":\"terrible\"",
                "\"onset\":\"2026-11-23->\"onset\":\"23.11.2026",
            })
    void aValueOfAnotherTypeIsRefusedRatherThanTakenForNothing(String replacement) {
        String[] change = replacement.split("->", 2);
        String json = FindingJson.tree(Samples.finding()).toString();
        assertThat(json).contains(change[0]);

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        FindingJson.read(json.replace(change[0], change[1]).getBytes(UTF_8)))
                .withMessageStartingWith("not a finding: ");
    }
}
