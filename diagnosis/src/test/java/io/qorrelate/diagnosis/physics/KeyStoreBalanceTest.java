package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KeyStoreBalanceTest {
    private static final double UNLIMITED = Double.POSITIVE_INFINITY;

    @Test
    void aMinuteAtTwoThousandFiveHundredSixtyBitsPerSecondMakesSixHundredKeysOf256Bits() {
        assertThat(KeyStoreBalance.produced(2_560, 60, 256)).isCloseTo(600, within(1e-9));
    }

    @Test
    void whatIsMadeAndNotDeliveredStays() {
        assertThat(KeyStoreBalance.expected(1_000, 2_560, 60, 256, 450, UNLIMITED))
                .isCloseTo(1_150, within(1e-9));
        assertThat(KeyStoreBalance.unexplained(1_000, 1_150, 2_560, 60, 256, 450, UNLIMITED))
                .isCloseTo(0, within(1e-9));
    }

    @Test
    void keysThatLeaveWithoutBeingBookedAreMissing() {
        assertThat(KeyStoreBalance.unexplained(1_000, 850, 2_560, 60, 256, 450, UNLIMITED))
                .isCloseTo(-300, within(1e-9));
    }

    @Test
    void aStoreThatFallsBecauseDemandRoseIsExplained() {
        assertThat(KeyStoreBalance.unexplained(1_000, 100, 2_560, 60, 256, 1_500, UNLIMITED))
                .isCloseTo(0, within(1e-9));
    }

    @Test
    void aFullStoreThrowsAwayAndAnEmptyOneOwesNothing() {
        assertThat(KeyStoreBalance.expected(9_900, 2_560, 60, 256, 0, 10_000)).isEqualTo(10_000);
        assertThat(KeyStoreBalance.expected(100, 0, 60, 256, 500, 10_000)).isZero();
    }

    @Test
    void onlyWholeKeysAreCountedSoAFractionOfOneIsNoNews() {
        assertThat(KeyStoreBalance.deviation(0, 60, 256)).isCloseTo(Math.sqrt(1 / 6.0), within(1e-12));
        assertThat(KeyStoreBalance.deviation(256, 60, 256)).isCloseTo(60, within(0.01));
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.produced(100, 60, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.produced(-1, 60, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.expected(1, 1, 1, 1, 1, Double.NaN));
    }
}
