package io.qorrelate.evaluation.link;

import static io.qorrelate.model.Observable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.optics.DecoyState;
import io.qorrelate.model.Observable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each thing that is done to a link shows as the signatures say. */
class LinkModelTest {
    private final LinkDesign design = LinkDesign.draw("a~b", "a", "b", Protocol.DECOY_BB84, 1, new Dice(11));
    private final Optics optics = design.optics();
    private final Expectation quiet = design.nominal();

    private Expectation when(Consumer<Effects> done) {
        Effects effects = new Effects();
        done.accept(effects);
        Expectation expectation = new Expectation();
        design.model().expect(-design.restlessness().dayPhaseS(), 0, 0, 0, effects, expectation);
        return expectation;
    }

    private static double rise(Expectation from, Expectation to, Observable observable) {
        return to.value(observable) - from.value(observable);
    }

    @Test
    void gainsFollowFromLossAndIntensities() {
        double eta = Math.pow(10, -(optics.fibreLossDb() + optics.receiverLossDb()) / 10) * optics.efficiency();
        double y0 = optics.darkYield() + optics.backgroundYield();
        double signal = DecoyState.gain(optics.mu(), eta, y0);
        double decoy = DecoyState.gain(optics.nu(), eta, y0);

        assertThat(quiet.value(GAIN_DECOY) / quiet.value(GAIN_SIGNAL))
                .as("dead time takes the same share of all intensities")
                .isCloseTo(decoy / signal, within(1e-9));
        assertThat(quiet.value(GAIN_SIGNAL)).isBetween(0.7 * signal, signal);
        assertThat(quiet.value(QBER_X)).isCloseTo(DecoyState.errorRatio(signal, y0, optics.errorX()), within(1e-9));
    }

    @Test
    void visibilityAndMisalignmentAreOneThing() {
        assertThat((1 - quiet.value(VISIBILITY)) / 2).isCloseTo((optics.errorX() + optics.errorZ()) / 2, within(1e-12));
    }

    @Test
    void aQuarterOfWhatIsInterceptedIsWrongInBothBasesAlike() {
        Expectation intercepted = when(effects -> effects.intercepted = 0.2);

        assertThat(rise(quiet, intercepted, QBER_X)).isCloseTo(0.05, within(0.005));
        assertThat(rise(quiet, intercepted, QBER_Z)).isCloseTo(0.05, within(0.005));
        assertThat(rise(quiet, intercepted, VISIBILITY)).isCloseTo(-0.1, within(0.01));
        assertThat(rise(quiet, intercepted, GAIN_SIGNAL)).isZero();
        assertThat(rise(quiet, intercepted, RX_POWER_DBM)).isZero();
        assertThat(intercepted.value(SECRET_KEY_RATE_BPS)).isLessThan(0.8 * quiet.value(SECRET_KEY_RATE_BPS));
    }

    @Test
    void lossTakesTheSameDecibelsFromEverything() {
        Expectation bent = when(effects -> effects.lossDb = 0.5);

        assertThat(rise(quiet, bent, LOSS_DB)).isCloseTo(0.5, within(1e-9));
        assertThat(rise(quiet, bent, RX_POWER_DBM)).isCloseTo(-0.5, within(1e-9));
        double fallen = -10 * Math.log10(bent.value(GAIN_SIGNAL) / quiet.value(GAIN_SIGNAL));
        assertThat(fallen).as("less where dark counts or dead time matter").isBetween(0.3, 0.5);
        assertThat(rise(quiet, bent, QBER)).isBetween(0.0, 0.003);
        assertThat(rise(quiet, bent, VISIBILITY)).isZero();
    }

    @Test
    void aTurnedPolarizationAddsItsSquaredSineInTheBasisItTurns() {
        Expectation turned = when(effects -> {
            effects.rotationRad = 0.3;
            effects.rotationOnZ = 0.1;
        });

        double sine = Math.sin(0.3) * Math.sin(0.3);
        assertThat(rise(quiet, turned, QBER_X)).isCloseTo(sine, within(0.1 * sine));
        assertThat(rise(quiet, turned, QBER_Z)).isCloseTo(0.1 * sine, within(0.02 * sine));
        assertThat(turned.value(POLARIZATION_DRIFT_RAD)).isEqualTo(0.3);
        assertThat(rise(quiet, turned, LOSS_DB)).isZero();
    }

    @Test
    void aPhaseErrorFallsOnThePhaseBasisAlone() {
        Expectation off = when(effects -> effects.phaseRad = 0.4);

        assertThat(rise(quiet, off, QBER_X)).isCloseTo(Math.pow(Math.sin(0.2), 2), within(0.005));
        assertThat(rise(quiet, off, QBER_Z)).isZero();
    }

    @Test
    void splittingShowsInTheDecoyAlone() {
        Expectation split = when(effects -> effects.split = 0.6);

        assertThat(rise(quiet, split, GAIN_SIGNAL))
                .as("but for detectors that are dead less often")
                .isCloseTo(0, within(0.01 * quiet.value(GAIN_SIGNAL)));
        assertThat(split.value(GAIN_DECOY)).isLessThan(0.85 * quiet.value(GAIN_DECOY));
        assertThat(rise(quiet, split, QBER)).isCloseTo(0, within(1e-4));
        assertThat(split.value(SECRET_KEY_RATE_BPS)).isLessThan(quiet.value(SECRET_KEY_RATE_BPS));
    }

    @Test
    void aWarmDetectorIsADarkOne() {
        Expectation warm = when(effects -> effects.detectorWarmerK = optics.darkDoublingK());

        assertThat(warm.value(DARK_COUNT_RATE_HZ)).isCloseTo(2 * quiet.value(DARK_COUNT_RATE_HZ), within(1e-6));
        assertThat(rise(quiet, warm, DETECTOR_TEMPERATURE_C)).isCloseTo(optics.darkDoublingK(), within(1e-9));
        assertThat(rise(quiet, warm, QBER)).isPositive();
        assertThat(rise(quiet, warm, LOSS_DB)).isZero();
    }

    @Test
    void moreLightRaisesAllGainsAndNotTheSyncChannel() {
        Expectation bright = when(effects -> effects.intensityFactor = 1.3);

        double signal = bright.value(GAIN_SIGNAL) / quiet.value(GAIN_SIGNAL);
        assertThat(signal).isBetween(1.15, 1.31);
        assertThat(bright.value(GAIN_DECOY) / quiet.value(GAIN_DECOY)).isCloseTo(signal, within(0.03));
        assertThat(rise(quiet, bright, RX_POWER_DBM)).isZero();
    }
}
