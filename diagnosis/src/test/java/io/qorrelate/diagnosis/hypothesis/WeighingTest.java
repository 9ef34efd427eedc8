package io.qorrelate.diagnosis.hypothesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeighingTest {
    private static final long ONSET_MS = 1_795_900_000_000L;
    private static final DiagnosisSettings SETTINGS = DiagnosisSettings.defaults();
    private static final Weighing WEIGHING =
            new Weighing(SETTINGS.priors(), SETTINGS.decideAt(), SETTINGS.temperature());

    @Test
    void whatLooksLikeAnInterceptionAndIsNoClearerThanAnAlarmMayBeTheLinksOwnWandering() {
        Verdict verdict = WEIGHING.weigh(errorsOfBothBasesAfterAStep(0));

        assertThat(verdict.anomalyClass()).isEqualTo(AnomalyClass.UNDETERMINED);
        assertThat(verdict.wandering()).isBetween(0.3, 1.0);
    }

    @Test
    void theSameIsAnAttackWhereItIsClearerThanWhatALinkDoesByItself() {
        Verdict verdict = WEIGHING.weigh(errorsOfBothBasesAfterAStep(15));

        assertThat(verdict.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(verdict.wandering()).isLessThan(0.001);
    }

    /** Sine of 0.15 rad squared is 2.2 %: nearly all that there is here. */
    @Test
    void errorsThatTheMeasuredPolarizationExplainsAreItsDrift() {
        Verdict verdict = WEIGHING.weigh(errorsWithAPolarizationThatTurned(0.012, 0.020));

        assertThat(verdict.subtype()).isEqualTo(Subtype.POLARIZATION_DRIFT);
    }

    @Test
    void errorsBeyondThoseThatTheMeasuredPolarizationExplainsAreAnInterception() {
        Verdict verdict = WEIGHING.weigh(errorsWithAPolarizationThatTurned(0.058, 0.012));

        assertThat(verdict.subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    @Test
    void whatTakesMostOfTheLightIsNoTapThoughSomebodyWasAtTheFibre() {
        Circumstances around = new Circumstances();
        around.note(door(), ONSET_MS);
        Map<Feature, Shift> seen = Map.of(Feature.LOSS, new Shift(6, 0.02, 7, 0.03));

        Verdict verdict = WEIGHING.weigh(step(seen, Feature.LOSS, around, List.of()));

        assertThat(verdict.anomalyClass()).isEqualTo(AnomalyClass.PHYSICAL_DEGRADATION);
    }

    @Test
    void decoysThatAreDimmerThanSignalsAreNoBendThoughTheLossWandersBeside() {
        Map<Feature, Shift> seen = Map.of(
                Feature.GAIN_RATIO, new Shift(-0.5, 0.01, -5, 0.02),
                Feature.LOSS, new Shift(0.06, 0.02, 7, 0.03),
                Feature.RATE_NET, new Shift(0, 0.02, 60, 0.03),
                Feature.QBER, new Shift(0, 0.0005, 0.01, 0.001));

        Verdict verdict = WEIGHING.weigh(step(seen, Feature.GAIN_RATIO, new Circumstances(), List.of()));

        assertThat(verdict.subtype()).isEqualTo(Subtype.PHOTON_NUMBER_SPLITTING);
    }

    /** Nobody reports the rate here, and errors of a tenth end the key whatever has brought them. */
    @Test
    void errorsThatNoLossOfThatSizeBringsAreNoBendThoughTheKeyHasEnded() {
        Map<Feature, Shift> seen = Map.of(
                Feature.LOSS, new Shift(1.3, 0.02, 7, 0.05),
                Feature.QBER, new Shift(0.09, 0.001, 0.02, 0.002),
                Feature.KEY_NET, new Shift(-40, 0.1, 60, 0.2));

        Verdict verdict = WEIGHING.weigh(step(seen, Feature.QBER, new Circumstances(), List.of()));

        assertThat(verdict.anomalyClass()).isNotEqualTo(AnomalyClass.PHYSICAL_DEGRADATION);
        assertThat(verdict.probabilities().get(AnomalyClass.ATTACK)).isGreaterThan(0.6);
    }

    @Test
    void whatARuleRaisesIsNoChanceThoughWhatIsMeasuredMayBe() {
        RuleVoice power = new RuleVoice(
                "power_lost",
                "A site has lost its power",
                Subtype.POWER_EVENT,
                Map.of(AnomalyClass.PHYSICAL_DEGRADATION, 4.0),
                true,
                Severity.HIGH,
                List.of(),
                ONSET_MS,
                List.of());
        Map<Feature, Shift> seen = Map.of(Feature.QBER, new Shift(0.0005, 0.0002, 0.01, 0.001));

        Verdict verdict = WEIGHING.weigh(step(seen, Feature.QBER, new Circumstances(), List.of(power)));

        assertThat(verdict.wandering()).isLessThan(0.001);
        assertThat(verdict.subtype()).isEqualTo(Subtype.POWER_EVENT);
    }

    private static PhysicalAccess door() {
        return new PhysicalAccess(
                Header.ofNode(new EventId("door"), Instant.ofEpochMilli(ONSET_MS - 600_000), "ams-1"),
                PhysicalAccess.Event.DOOR_OPENED,
                null);
    }

    private static Case errorsWithAPolarizationThatTurned(double qber, double split) {
        Map<Feature, Shift> seen = Map.of(
                Feature.QBER, new Shift(qber, 0.0005, 0.007, 0.001),
                Feature.VISIBILITY, new Shift(-2 * qber, 0.001, 0.98, 0.003),
                Feature.BASIS_SPLIT, new Shift(split, 0.0005, 0.004, 0.002),
                Feature.POLARIZATION, new Shift(0.14, 0.003, 0.01, 0.01),
                Feature.LOSS, new Shift(0, 0.01, 7, 0.03),
                Feature.RATE_NET, new Shift(0, 0.01, 60, 0.03));
        return of(new Picture(seen, Feature.POLARIZATION, ONSET_MS, -1, 0, 60, 40, 14, 14, 100), new Circumstances());
    }

    private static Case step(Map<Feature, Shift> seen, Feature lead, Circumstances around, List<RuleVoice> voices) {
        return of(new Picture(seen, lead, ONSET_MS, 3, 0, 10, 40, 10, 10, voices.isEmpty() ? 100 : 0), around, voices);
    }

    private static Case errorsOfBothBasesAfterAStep(double beyondAlarm) {
        Map<Feature, Shift> seen = Map.of(
                Feature.QBER, new Shift(0.005, 0.001, 0.02, 0.003),
                Feature.VISIBILITY, new Shift(-0.010, 0.002, 0.96, 0.006),
                Feature.BASIS_SPLIT, new Shift(0, 0.001, 0, 0.003),
                Feature.LOSS, new Shift(0, 0.01, 7, 0.03),
                Feature.RATE_NET, new Shift(0, 0.01, 60, 0.03));
        Picture picture = new Picture(seen, Feature.QBER, ONSET_MS, 1, 0, 10, 40, 1.7, 1.7, beyondAlarm);
        return of(picture, new Circumstances());
    }

    private static Case of(Picture picture, Circumstances around) {
        return of(picture, around, List.of());
    }

    private static Case of(Picture picture, Circumstances around, List<RuleVoice> voices) {
        return new Case(
                picture,
                false,
                false,
                false,
                around,
                voices,
                Set.of(Objects.requireNonNull(picture.lead())),
                ONSET_MS,
                ONSET_MS + 400_000,
                false,
                Set.of(),
                0,
                0,
                List.of());
    }
}
