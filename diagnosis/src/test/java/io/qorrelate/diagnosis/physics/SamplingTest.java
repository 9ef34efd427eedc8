package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class SamplingTest {
    @Test
    void fortyThousandBitsAtTwoPercentAreSureToSevenTenThousandths() {
        assertThat(Sampling.qberDeviation(0.02, 40_000)).isCloseTo(0.0007, within(1e-6));
    }

    @Test
    void drawnErrorRatesScatterAsPredicted() {
        Random random = new Random(6);
        double scatter = deviation(4_000, () -> binomial(random, 2_000, 0.03) / 2_000.0);

        assertThat(scatter).isCloseTo(Sampling.qberDeviation(0.03, 2_000), within(0.05 * scatter));
        assertThat(2 * scatter).isCloseTo(Sampling.visibilityDeviation(0.94, 2_000), within(0.1 * scatter));
    }

    @Test
    void noErrorsInFewBitsIsNotCertainty() {
        assertThat(Sampling.qberDeviation(0, 20)).isZero();
        assertThat(Sampling.qberDoubt(0, 20)).isBetween(0.02, 0.05);
        assertThat(Sampling.qberDoubt(0.3, 0)).isCloseTo(Math.sqrt(0.125), within(1e-12));
        assertThat(Sampling.qberDoubt(0.03, 1e6)).isCloseTo(Sampling.qberDeviation(0.03, 1e6), within(1e-7));
    }

    @Test
    void drawnCountsScatterAsPredictedAlsoInDecibels() {
        Random random = new Random(7);
        double scatter = deviation(4_000, () -> Decibels.changeOf(poisson(random, 400) / 400.0));

        assertThat(scatter).isCloseTo(Sampling.rateDeviationDb(400), within(0.05 * scatter));
        assertThat(Sampling.rateDeviationDb(10_000)).isCloseTo(0.0434, within(1e-4));
        assertThat(Sampling.rateDeviationDb(0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Sampling.countDeviation(400)).isEqualTo(20);
        assertThat(Sampling.rateDeviationHz(400, 4)).isEqualTo(10);
    }

    @Test
    void aDeadTimeMakesClicksMoreRegularByTheShareOfTimeAlive() {
        Random random = new Random(8);
        double deadTime = 10e-6;
        double[] sum = new double[1];
        double scatter = deviation(3_000, () -> {
            int clicks = 0;
            for (double time = 0; time < 0.01; clicks++) {
                time += deadTime - Math.log(1 - random.nextDouble()) / 100_000;
            }
            sum[0] += clicks;
            return clicks;
        });
        double mean = sum[0] / 3_000;

        assertThat(Sampling.countDeviation(mean, 0.01, deadTime)).isCloseTo(scatter, within(0.05 * scatter));
        assertThat(scatter).isLessThan(0.6 * Sampling.countDeviation(mean));
        assertThat(Sampling.countDeviation(2_000, 0.01, deadTime)).isZero();
    }

    @Test
    void moreDataNeverMeansMoreDoubt() {
        for (double bits = 1; bits < 1e9; bits *= 1.7) {
            assertThat(Sampling.qberDeviation(0.05, bits * 1.7)).isLessThan(Sampling.qberDeviation(0.05, bits));
            assertThat(Sampling.qberDoubt(0.05, bits * 1.7)).isLessThan(Sampling.qberDoubt(0.05, bits));
            assertThat(Sampling.gainDeviation(0.05, bits * 1.7)).isLessThan(Sampling.gainDeviation(0.05, bits));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Sampling.qberDeviation(0.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sampling.visibilityDeviation(1.1, 10));
    }

    private static double deviation(int draws, DoubleSupplier draw) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            double value = draw.getAsDouble();
            sum += value;
            squares += value * value;
        }
        return Math.sqrt(squares / draws - sum / draws * (sum / draws));
    }

    private static int binomial(Random random, int trials, double probability) {
        int hits = 0;
        for (int i = 0; i < trials; i++) {
            hits += random.nextDouble() < probability ? 1 : 0;
        }
        return hits;
    }

    private static int poisson(Random random, double mean) {
        int count = -1;
        for (double left = mean; left > 0; count++) {
            left += Math.log(1 - random.nextDouble());
        }
        return count;
    }
}
