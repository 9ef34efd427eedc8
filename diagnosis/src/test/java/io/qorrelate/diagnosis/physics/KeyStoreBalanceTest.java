package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KeyStoreBalanceTest {
    @Test
    void aMinuteAtTwoThousandFiveHundredSixtyBitsPerSecondMakesSixHundredKeysOf256Bits() {
        assertThat(KeyStoreBalance.produced(2_560, 60, 256)).isCloseTo(600, within(1e-9));
    }

    @Test
    void whatIsMadeIsInStoreOrWasDelivered() {
        assertThat(KeyStoreBalance.found(1_000, 1_150, 450)).isEqualTo(600);
    }

    @Test
    void keysThatLeaveWithoutBeingBookedAreNotFound() {
        assertThat(KeyStoreBalance.found(1_000, 850, 450)).isEqualTo(600 - 300);
        assertThat(KeyStoreBalance.found(1_000, 0, 450)).isNegative();
    }

    @Test
    void aStoreThatFallsBecauseDemandRoseIsExplained() {
        assertThat(KeyStoreBalance.found(1_000, 100, 1_500)).isEqualTo(600);
    }

    @Test
    void aStoreThatIsFullBeforeAnythingIsTakenThrowsKeysAway() {
        assertThat(KeyStoreBalance.mayOverflow(9_300, 600, 10_000)).isFalse();
        assertThat(KeyStoreBalance.mayOverflow(9_400, 600, 10_000)).isTrue();
        assertThat(KeyStoreBalance.mayOverflow(10_000, 0, 10_000)).isTrue();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.produced(100, 60, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.produced(-1, 60, 256));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.found(1, Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> KeyStoreBalance.mayOverflow(1, 1, -1));
    }
}
