package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against Ma, Fung, Lo 2007 (Phys. Rev. A 76, 012307). */
class Bbm92Test {
    // Table I there: detector efficiency, misalignment, background and error correction.
    private static final double ETA = 0.145;
    private static final double MISALIGNMENT = 0.015;
    private static final double Y0 = 6.02e-6;
    private static final double CORRECTION = 1.22;

    @Test
    void keyEndsAtElevenPercentOfErrorsWhichIsAVisibilityOf78Percent() {
        double limit = DecoyBb84.SHOR_PRESKILL_LIMIT;

        assertThat(Bbm92.secretFraction(limit - 1e-6, 1)).isPositive();
        assertThat(Bbm92.secretFraction(limit + 1e-6, 1)).isZero();
        assertThat(Bbm92.visibilityOfQber(limit)).isCloseTo(0.78, within(0.001));
        assertThat(Bbm92.qberOfVisibility(0.78)).isCloseTo(0.11, within(1e-12));
    }

    @Test
    void aPerfectLinkKeepsEverySiftedBit() {
        assertThat(Bbm92.secretFraction(0, 1.2)).isEqualTo(1);
        assertThat(Bbm92.secretFraction(0.03, 0.05, 1)).isGreaterThan(Bbm92.secretFraction(0.05, 0.05, 1));
    }

    @Test
    void gainIsThatOfEquation9() {
        Random random = new Random(9);
        for (int i = 0; i < 10_000; i++) {
            double lambda = 3 * random.nextDouble();
            double etaA = random.nextDouble();
            double etaB = random.nextDouble();
            double y0A = 0.01 * random.nextDouble();
            double y0B = 0.01 * random.nextDouble();
            double expected = 1
                    - (1 - y0A) / Math.pow(1 + etaA * lambda, 2)
                    - (1 - y0B) / Math.pow(1 + etaB * lambda, 2)
                    + (1 - y0A) * (1 - y0B) / Math.pow(1 + etaA * lambda + etaB * lambda - etaA * etaB * lambda, 2);

            assertThat(Bbm92.gain(lambda, etaA, etaB, y0A, y0B)).isCloseTo(expected, within(1e-14));
        }
    }

    @Test
    void fewPairsMakeOnlyTheErrorsOfMisalignment() {
        assertThat(Bbm92.gain(1e-9, 0.1, 0.2, 0, 0)).isCloseTo(2e-9 * 0.1 * 0.2, within(1e-15));
        assertThat(Bbm92.errorRate(1e-9, 0.1, 0.2, 0, 0, MISALIGNMENT)).isCloseTo(MISALIGNMENT, within(1e-8));
        assertThat(Bbm92.errorRate(0, 0.1, 0.2, 1e-6, 1e-6, MISALIGNMENT)).isEqualTo(0.5);
        assertThat(Bbm92.errorRate(0, 0, 0, 0, 0, MISALIGNMENT)).isEqualTo(0.5);
    }

    @Test
    void morePairsMakeMoreErrorsAsTheyMixUp() {
        double before = 0;
        for (double lambda = 0.001; lambda < 2; lambda *= 1.3) {
            double error = Bbm92.errorRate(lambda, 0.05, 0.05, 0, 0, MISALIGNMENT);
            assertThat(error).isBetween(before, 0.5);
            before = error;
        }
    }

    @Test
    void withASourceInTheMiddleKeySurvivesFiftyDecibelsButNotTheSeventyThatTwoWayPostProcessingTolerates() {
        assertThat(bestKey(0)).isGreaterThan(1e-4);
        assertThat(bestKey(50)).isPositive();
        assertThat(bestKey(70)).isZero();
    }

    @Test
    void noInputWithinRangeGivesNaN() {
        double[] shares = {0, Double.MIN_VALUE, 1e-9, 0.3, 1};
        double[] lambdas = {0, Double.MIN_VALUE, 1e-9, 0.3, 100};
        for (double lambda : lambdas) {
            for (double a : shares) {
                for (double b : shares) {
                    for (double y : shares) {
                        assertThat(Bbm92.gain(lambda, a, b, y, y)).isBetween(0.0, 1.0);
                        assertThat(Bbm92.errorRate(lambda, a, b, y, y, 0.02)).isBetween(0.0, 1.0);
                        assertThat(Bbm92.secretFraction(a, b, 1.1)).isBetween(0.0, 1.0);
                    }
                }
            }
        }
    }

    private static double bestKey(double channelsDb) {
        double best = 0;
        double eta = ETA * Decibels.fractionLeft(channelsDb / 2);
        for (double lambda = 1e-4; lambda < 1; lambda *= 1.1) {
            double gain = Bbm92.gain(lambda, eta, eta, Y0, Y0);
            double error = Bbm92.errorRate(lambda, eta, eta, Y0, Y0, MISALIGNMENT);
            best = Math.max(best, Bbm92.secretKeyPerPulse(0.5, CORRECTION, gain, error));
        }
        return best;
    }
}
