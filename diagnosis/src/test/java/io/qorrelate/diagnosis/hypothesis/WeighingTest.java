package io.qorrelate.diagnosis.hypothesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.model.AnomalyClass;
import java.util.List;
import java.util.Map;
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

    private static Case errorsOfBothBasesAfterAStep(double beyondAlarm) {
        Map<Feature, Shift> seen = Map.of(
                Feature.QBER, new Shift(0.005, 0.001, 0.02, 0.003),
                Feature.VISIBILITY, new Shift(-0.010, 0.002, 0.96, 0.006),
                Feature.BASIS_SPLIT, new Shift(0, 0.001, 0, 0.003),
                Feature.LOSS, new Shift(0, 0.01, 7, 0.03),
                Feature.RATE_NET, new Shift(0, 0.01, 60, 0.03));
        Picture picture = new Picture(seen, Feature.QBER, ONSET_MS, 1, 0, 10, 40, 1.7, 1.7, beyondAlarm);
        return new Case(
                picture,
                false,
                false,
                new Circumstances(),
                List.of(),
                Set.of(Feature.QBER),
                ONSET_MS,
                ONSET_MS + 400_000,
                false,
                Set.of(),
                0,
                0,
                List.of());
    }
}
