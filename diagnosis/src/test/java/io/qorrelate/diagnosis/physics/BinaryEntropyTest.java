package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BinaryEntropyTest {
    @Test
    void aFairCoinIsABitAndACertainOneIsNone() {
        assertThat(BinaryEntropy.of(0.5)).isCloseTo(1, within(1e-15));
        assertThat(BinaryEntropy.of(0)).isZero();
        assertThat(BinaryEntropy.of(1)).isZero();
        assertThat(BinaryEntropy.of(0.25)).isCloseTo(0.811278, within(1e-6));
        assertThat(BinaryEntropy.of(Double.MIN_VALUE)).isBetween(0.0, 1e-300);
    }

    @Test
    void itRisesToTheMiddleIsSymmetricAndCanBeInverted() {
        double before = -1;
        for (double p = 0; p <= 0.5; p += 1e-4) {
            double bits = BinaryEntropy.of(p);
            assertThat(bits).isGreaterThan(before).isLessThanOrEqualTo(1);
            assertThat(BinaryEntropy.of(1 - p)).isCloseTo(bits, within(1e-12));
            assertThat(BinaryEntropy.lowerInverse(bits)).isCloseTo(p, within(1e-8));
            before = bits;
        }
        assertThat(BinaryEntropy.lowerInverse(1)).isEqualTo(0.5);
        assertThat(BinaryEntropy.lowerInverse(0)).isZero();
    }

    @Test
    void whatIsNoProbabilityIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> BinaryEntropy.of(-0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> BinaryEntropy.lowerInverse(Double.NaN));
    }
}
