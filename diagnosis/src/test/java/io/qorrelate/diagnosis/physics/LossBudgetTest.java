package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LossBudgetTest {
    @Test
    void aFibreLosesByItsLengthAndByWhatIsPluggedIntoIt() {
        assertThat(LossBudget.channelDb(50, 0.2, 1.5)).isCloseTo(11.5, within(1e-12));
        assertThat(LossBudget.channelDb(0, 0.2, 0)).isZero();
    }

    @Test
    void aQuietDetectorLosesTheSameDecibelsAsTheFibre() {
        assertThat(LossBudget.rateChangeDb(3, 50_000, 0, 0)).isCloseTo(-3, within(1e-12));
    }

    @Test
    void darkCountsAndDeadTimeSoftenTheFall() {
        assertThat(LossBudget.rateChangeDb(3, 50_000, 5_000, 0)).isBetween(-3.0, -2.5);
        assertThat(LossBudget.rateChangeDb(3, 50_000, 0, 10e-6)).isBetween(-2.1, -1.7);
        assertThat(LossBudget.rateChangeDb(60, 50_000, 500, 0)).isCloseTo(-20, within(0.01));
    }

    @Test
    void theLossThatExplainsARateIsTheLossThatMadeIt() {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            double deadTime = random.nextBoolean() ? 0 : 1e-7 * Math.pow(100, random.nextDouble());
            double rate = 1_000 + random.nextDouble() * 50_000;
            double dark = random.nextDouble() * 0.2 * rate;
            double loss = -2 + 12 * random.nextDouble();

            double change = LossBudget.rateChangeDb(loss, rate, dark, deadTime);

            assertThat(Math.abs(change)).isLessThanOrEqualTo(Math.abs(loss) + 1e-9);
            assertThat(LossBudget.lossChangeDb(change, rate, dark, deadTime)).isCloseTo(loss, within(1e-6));
        }
    }

    @Test
    void whatNoLossExplainsIsInfinite() {
        assertThat(LossBudget.lossChangeDb(-30, 10_000, 500, 0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(LossBudget.lossChangeDb(30, 10_000, 500, 10e-6)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(LossBudget.lossChangeDb(-30, 0, 500, 0)).isZero();
        assertThat(LossBudget.rateChangeDb(10, 0, 0, 1e-6)).isZero();
        assertThat(LossBudget.rateChangeDb(10, 400, 500, 0)).isZero();
    }

    @Test
    void noInputWithinRangeGivesNaN() {
        double[] rates = {0, Double.MIN_VALUE, 1e-9, 1, 1e6, 1e15};
        double[] times = {0, Double.MIN_VALUE, 1e-6, 1};
        double[] changes = {-1000, -3, -Double.MIN_VALUE, 0, 3, 1000};
        for (double rate : rates) {
            for (double dark : rates) {
                for (double time : times) {
                    for (double change : changes) {
                        assertThat(LossBudget.rateChangeDb(change, rate, dark, time))
                                .isFinite();
                        assertThat(LossBudget.lossChangeDb(change, rate, dark, time))
                                .isNotNaN();
                    }
                }
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> LossBudget.rateChangeDb(Double.NaN, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> LossBudget.rateChangeDb(1, -1, 1, 0));
    }

    @Test
    void decibelsGoBackAndForth() {
        assertThat(Decibels.fractionLeft(3)).isCloseTo(0.501187, within(1e-6));
        assertThat(Decibels.fractionLeft(10)).isCloseTo(0.1, within(1e-15));
        assertThat(Decibels.fractionLeft(Double.POSITIVE_INFINITY)).isZero();
        assertThat(Decibels.lossOf(0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Decibels.changeOf(2)).isCloseTo(3.0103, within(1e-4));
        for (double db = -80; db < 80; db += 0.7) {
            assertThat(Decibels.lossOf(Decibels.fractionLeft(db))).isCloseTo(db, within(1e-12));
            assertThat(Decibels.changeOf(Decibels.ratioOf(db))).isCloseTo(db, within(1e-12));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Decibels.changeOf(-1));
    }
}
