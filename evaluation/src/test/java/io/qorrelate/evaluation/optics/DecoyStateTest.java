package io.qorrelate.evaluation.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoyStateTest {
    private static final double ETA = 2e-3;
    private static final double Y0 = 1e-6;

    /** A pulse of n photons clicks with {@code Y_n = Y_0 + 1 − (1 − η)^n}, for small Y₀; the gain is the Poissonian mean of that. */
    @ParameterizedTest
    @CsvSource({"0.5, 2e-3", "0.1, 2e-3", "0.6, 0.05", "0.05, 1e-4"})
    void theGainIsTheMeanOfTheYieldsOverPoissonsDistribution(double mu, double eta) {
        double mean = 0;
        double poisson = Math.exp(-mu);
        for (int n = 0; n < 30; n++) {
            mean += poisson * (Y0 + 1 - Math.pow(1 - eta, n));
            poisson *= mu / (n + 1);
        }

        assertThat(DecoyState.gain(mu, eta, Y0)).isCloseTo(mean, within(1e-12));
    }

    @Test
    void whereThereIsNoLightHalfOfTheClicksAreWrong() {
        assertThat(DecoyState.errorRatio(Y0, Y0, 0.01)).isEqualTo(0.5);
    }

    @Test
    void lossAloneRaisesTheErrorsByTheShareOfDarkCounts() {
        double gain = DecoyState.gain(0.5, 1e-5, Y0);

        assertThat(DecoyState.errorRatio(gain, Y0, 0.01))
                .isCloseTo(0.01 + (0.5 - 0.01) * Y0 / gain, within(1e-12))
                .isGreaterThan(0.08);
    }

    @Test
    void photonNumberSplittingKeepsTheSignalsGainAndLowersTheDecoys() {
        assertThat(DecoyState.splitting(0.5, 0.5, ETA, 0.8)).isCloseTo(0, within(1e-15));
        double decoy = DecoyState.gain(0.1, ETA, Y0);

        assertThat(decoy + DecoyState.splitting(0.1, 0.5, ETA, 0.8))
                .as("a weak pulse has hardly more than one photon, and those are blocked")
                .isBetween(0.2 * decoy, 0.6 * decoy);
    }

    @Test
    void photonNumberSplittingCostsKey() {
        double signal = DecoyState.gain(0.5, ETA, Y0);
        double decoy = DecoyState.gain(0.1, ETA, Y0);
        double split = decoy + DecoyState.splitting(0.1, 0.5, ETA, 0.5);

        assertThat(key(signal, 0.015, split)).isLessThan(0.5 * key(signal, 0.015, decoy));
    }

    /** Their figure for the experiment of Gobby, Yuan and Shields: key up to about 140 km, μ = 0.48, f = 1.22. */
    @ParameterizedTest
    @CsvSource({"0, true", "100, true", "135, true", "150, false"})
    void theExperimentOfThePaperHasKeyUpToSomeDistance(double km, boolean some) {
        double eta = 0.045 * Math.pow(10, -0.21 * km / 10);
        double y0 = 1.7e-6;
        double signal = DecoyState.gain(0.48, eta, y0);
        double decoy = DecoyState.gain(0.05, eta, y0);
        double key = DecoyState.secretBitsPerPulse(
                0.48,
                0.05,
                signal,
                DecoyState.errorRatio(signal, y0, 0.033),
                decoy,
                DecoyState.errorRatio(decoy, y0, 0.033),
                y0,
                1.22);

        assertThat(key > 0).isEqualTo(some);
    }

    @Test
    void aboveElevenPercentThereIsNoKey() {
        double signal = DecoyState.gain(0.5, ETA, Y0);
        double decoy = DecoyState.gain(0.1, ETA, Y0);

        assertThat(DecoyState.secretBitsPerPulse(0.5, 0.1, signal, 0.111, decoy, 0.111, Y0, 1))
                .isZero();
    }

    private static double key(double signal, double error, double decoy) {
        return DecoyState.secretBitsPerPulse(0.5, 0.1, signal, error, decoy, error, Y0, 1.16);
    }
}
