package io.qorrelate.evaluation.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.score.Calibration.Statement;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static List<Outcome> outcomes(int count, Subtype truth, Subtype said) {
        return Collections.nCopies(
                count,
                Told.score(List.of(Told.truth(truth, 40_000, 50_000, 0.5)), Told.finding("1", said, 40_000, 40_020))
                        .outcomes()
                        .getFirst());
    }

    private static List<Outcome> missed(int count, Subtype truth) {
        return Collections.nCopies(
                count,
                Told.score(List.of(Told.truth(truth, 40_000, 50_000, 0.5)))
                        .outcomes()
                        .getFirst());
    }

    /** 8 attacks of 10 found and 1 called a bend, 1 missed; 6 bends of 8 right, 2 called attacks; 4 drifts of 4 right. */
    @Test
    void f1IsTheHarmonicMeanAndWhatWasMissedIsWrong() {
        List<Outcome> all = new ArrayList<>();
        all.addAll(outcomes(8, Subtype.INTERCEPT_RESEND, Subtype.TROJAN_HORSE));
        all.addAll(outcomes(1, Subtype.INTERCEPT_RESEND, Subtype.MACRO_BEND));
        all.addAll(missed(1, Subtype.INTERCEPT_RESEND));
        all.addAll(outcomes(6, Subtype.MACRO_BEND, Subtype.MACRO_BEND));
        all.addAll(outcomes(2, Subtype.MACRO_BEND, Subtype.CHANNEL_TAP));
        all.addAll(outcomes(4, Subtype.TIMING_DRIFT, Subtype.TIMING_DRIFT));

        Confusion confusion = Confusion.of(all);

        assertThat(confusion.precision(AnomalyClass.ATTACK)).contains(0.8);
        assertThat(confusion.recall(AnomalyClass.ATTACK)).contains(0.8);
        assertThat(confusion.f1(AnomalyClass.ATTACK)).isCloseTo(0.8, within(1e-12));
        assertThat(confusion.f1(AnomalyClass.PHYSICAL_DEGRADATION)).isCloseTo(12.0 / 15, within(1e-12));
        assertThat(confusion.f1(AnomalyClass.CALIBRATION_DRIFT)).isEqualTo(1);
        assertThat(confusion.macroF1()).isCloseTo((0.8 + 0.8 + 1) / 3, within(1e-12));
        assertThat(confusion.accuracy()).isCloseTo(18.0 / 22, within(1e-12));
        assertThat(confusion.missed(AnomalyClass.ATTACK)).isEqualTo(1);
        assertThat(confusion.total()).isEqualTo(22);
    }

    @Test
    void aClassThatThereIsNothingOfDoesNotCount() {
        assertThat(Confusion.of(outcomes(3, Subtype.MACRO_BEND, Subtype.MACRO_BEND))
                        .macroF1())
                .isEqualTo(1);
        assertThat(Confusion.of(List.of()).macroF1()).isNaN();
    }

    /** Ten times 0.95, of which 7 are so; ten times 0.65, of which 6 are so: (10·0.25 + 10·0.05)/20. */
    @Test
    void calibrationErrorIsTheMeanDistanceOfStatedAndTrue() {
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            statements.add(new Statement(0.95, i < 7));
            statements.add(new Statement(0.65, i < 6));
        }

        Calibration calibration = Calibration.of(statements);

        assertThat(calibration.error()).isCloseTo(0.15, within(1e-12));
        assertThat(calibration.bins().get(9).frequency()).isCloseTo(0.7, within(1e-12));
        assertThat(calibration.bins().get(6).stated()).isCloseTo(0.65, within(1e-12));
        assertThat(calibration.bins().get(0).count()).isZero();
    }

    @Test
    void aProbabilityOfOneBelongsToTheLastBin() {
        assertThat(Calibration.of(List.of(new Statement(1, true))).bins().get(9).count())
                .isEqualTo(1);
        assertThat(Calibration.of(List.of()).error()).isNaN();
    }

    @Test
    void quantilesAreOfWhatThereIsAndBearInfinity() {
        Quantiles quantiles = Quantiles.of(List.of(3.0, 1.0, Double.POSITIVE_INFINITY, 2.0));

        assertThat(quantiles.median()).isEqualTo(2.5);
        assertThat(quantiles.at(0.5)).isEqualTo(2);
        assertThat(quantiles.at(0.95)).isInfinite();
        assertThat(Quantiles.of(List.of()).median()).isNaN();
        assertThat(Quantiles.of(List.of(1.0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY))
                        .median())
                .isInfinite();
    }

    @Test
    void falseFindingsAreCountedOverTheQuietTimeOfAllLinks() {
        Score score = Told.small();

        assertThat(score.quietMonths()).isCloseTo(2 / 30.4, within(1e-9));
        assertThat(score.falsePerLinkMonth()).isCloseTo(15.2, within(1e-9));
        assertThat(score.falseAttacksPerLinkYear()).isCloseTo(365.25 / 2, within(1e-6));
        assertThat(score.of(Group.PLAIN).count()).isEqualTo(3);
        assertThat(score.of(Group.PLAIN).right()).isEqualTo(1);
        assertThat(score.of(Group.PLAIN).missed()).isEqualTo(1);
        assertThat(score.of(Group.PLAIN).of(Third.SUBTLE).right()).isEqualTo(1);
        assertThat(score.byKind()).containsOnlyKeys("by_hand");
    }
}
