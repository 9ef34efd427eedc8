package io.qorrelate.evaluation.optics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OtherProtocolsTest {
    @Test
    void coincidencesOfAWeakSourceAreThoseOfSinglePairs() {
        // Two arms see the same pair: η_A η_B times the mean number of pairs, 2λ.
        assertThat(EntangledPairs.gain(1e-4, 0.1, 0.05, 0)).isCloseTo(0.1 * 0.05 * 2e-4, within(1e-9));
    }

    @Test
    void withoutLightCoincidencesAreThoseOfDarkCountsAndHalfWrong() {
        double gain = EntangledPairs.gain(1e-9, 0, 0, 1e-3);

        assertThat(gain).isCloseTo(1e-6, within(1e-12));
        assertThat(EntangledPairs.errorRatio(1e-9, 0, 0, gain, 0.01)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void moreThanOnePairInAPulseIsAnErrorInItself() {
        double weak = EntangledPairs.gain(0.001, 0.1, 0.1, 0);
        double strong = EntangledPairs.gain(0.1, 0.1, 0.1, 0);

        assertThat(EntangledPairs.errorRatio(0.001, 0.1, 0.1, weak, 0)).isLessThan(0.002);
        assertThat(EntangledPairs.errorRatio(0.1, 0.1, 0.1, strong, 0)).isBetween(0.05, 0.15);
    }

    @Test
    void entangledPairsGiveNoKeyAboveElevenPercent() {
        assertThat(EntangledPairs.secretBitsPerCoincidence(0, 1)).isEqualTo(1);
        assertThat(EntangledPairs.secretBitsPerCoincidence(0.1099, 1)).isPositive();
        assertThat(EntangledPairs.secretBitsPerCoincidence(0.1102, 1)).isZero();
    }

    /** Of a lossy channel without noise, strong modulation and reverse reconciliation get {@code −½ log₂(1 − T)} by homodyne detection. */
    @Test
    void strongModulationOverALosslessDetectorReachesItsLimit() {
        assertThat(GaussianModulation.secretBitsPerSymbol(1e5, 0.3, 0, 1, 0, 1))
                .isCloseTo(-0.5 * Math.log(1 - 0.3) / Math.log(2), within(1e-3));
    }

    @Test
    void excessNoiseCostsKeyUntilThereIsNone() {
        double quiet = GaussianModulation.secretBitsPerSymbol(5, 0.3, 0.01, 0.6, 0.05, 0.95);
        double noisier = GaussianModulation.secretBitsPerSymbol(5, 0.3, 0.05, 0.6, 0.05, 0.95);

        assertThat(quiet).isPositive().isGreaterThan(noisier);
        assertThat(GaussianModulation.secretBitsPerSymbol(5, 0.3, 2, 0.6, 0.05, 0.95))
                .as("all of it intercepted and resent")
                .isZero();
    }
}
