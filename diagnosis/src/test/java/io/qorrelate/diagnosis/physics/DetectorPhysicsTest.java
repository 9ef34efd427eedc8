package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DetectorPhysicsTest {
    @Test
    void darkCountsGrowThirtyfoldBetween150And220KelvinAtTheMeasuredActivationEnergy() {
        // Itzler et al. 2007 (J. Mod. Opt. 54, 283): 0.14 eV on average between 150 K and 220 K; the factor is worked
        // out by hand.
        double ratio = DetectorPhysics.darkCountRatio(150 - 273.15, 220 - 273.15, DetectorPhysics.TUNNELLING_EV);

        assertThat(ratio)
                .isCloseTo(Math.exp(0.14 / 8.617333e-5 * (1 / 150.0 - 1 / 220.0)), within(1e-4))
                .isBetween(28.0, 35.0);
    }

    @Test
    void tenKelvinAboveFortyBelowDoublesOrTriplesDarkCounts() {
        assertThat(DetectorPhysics.darkCountRatio(-40, -30, DetectorPhysics.TUNNELLING_EV))
                .isBetween(1.2, 1.4);
        assertThat(DetectorPhysics.darkCountRatio(-40, -30, DetectorPhysics.THERMAL_EV))
                .isBetween(2.0, 2.3);
    }

    @Test
    void twoRatesAtTwoTemperaturesTellTheActivationEnergy() {
        double warm = 400 * DetectorPhysics.darkCountRatio(-50, -35, 0.25);

        assertThat(DetectorPhysics.activationEnergy(-50, 400, -35, warm)).isCloseTo(0.25, within(1e-12));
        assertThat(DetectorPhysics.activationEnergy(-35, warm, -50, 400)).isCloseTo(0.25, within(1e-12));
        assertThatIllegalArgumentException().isThrownBy(() -> DetectorPhysics.activationEnergy(-35, 1, -35, 2));
    }

    @Test
    void darkCountsRiseWithTemperatureAndStayWithIt() {
        double before = 0;
        for (double celsius = -270; celsius < 100; celsius += 1) {
            double ratio = DetectorPhysics.darkCountRatio(-40, celsius, 0.3);
            assertThat(ratio).isGreaterThanOrEqualTo(before);
            before = ratio;
        }
        assertThat(DetectorPhysics.darkCountRatio(-40, -40, 0.3)).isEqualTo(1);
        assertThat(DetectorPhysics.darkCountRatio(-273.1, 50, 0.3)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThatIllegalArgumentException().isThrownBy(() -> DetectorPhysics.darkCountRatio(-300, 0, 0.3));
    }

    @Test
    void aDetectorThatIsDeadTenMicrosecondsRegistersHalfOfAHundredThousandClicks() {
        assertThat(DetectorPhysics.registeredHz(100_000, 10e-6)).isCloseTo(50_000, within(1e-6));
        assertThat(DetectorPhysics.arrivingHz(50_000, 10e-6)).isCloseTo(100_000, within(1e-6));
        assertThat(DetectorPhysics.arrivingHz(100_000, 10e-6)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(DetectorPhysics.registeredHz(1e15, 10e-6)).isLessThanOrEqualTo(100_000);
    }

    @Test
    void deadTimeGoesBackAndForthAndNeverAddsClicks() {
        Random random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            double rate = Math.pow(10, 8 * random.nextDouble());
            double deadTime = Math.pow(10, -9 + 3 * random.nextDouble());
            double registered = DetectorPhysics.registeredHz(rate, deadTime);
            assertThat(registered).isLessThanOrEqualTo(rate);
            assertThat(DetectorPhysics.arrivingHz(registered, deadTime)).isCloseTo(rate, within(1e-9 * rate));
        }
    }
}
