package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.diagnosis.physics.ContinuousVariable.Receiver;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContinuousVariableTest {
    // Lodewyck et al. 2007 (Phys. Rev. A 76, 042305): 25 km, 350 000 symbols a second.
    private static final Receiver RECEIVER = new Receiver(0.606, 0.041);
    private static final double MODULATION = 18.5;
    private static final double TRANSMITTANCE = 0.302;
    private static final double EXCESS_NOISE = 0.005;
    private static final double RECONCILIATION = 0.898;
    private static final double SYMBOLS_PER_MS = 350;

    @Test
    void theExperimentOver25KilometresShares365OfWhich316AreKnownAndLeaves12KilobitPerSecond() {
        assertThat(SYMBOLS_PER_MS
                        * ContinuousVariable.mutualInformation(MODULATION, TRANSMITTANCE, EXCESS_NOISE, RECEIVER))
                .isCloseTo(365, within(0.5));
        assertThat(SYMBOLS_PER_MS * ContinuousVariable.holevoBound(MODULATION, TRANSMITTANCE, EXCESS_NOISE, RECEIVER))
                .isCloseTo(316, within(0.5));
        assertThat(SYMBOLS_PER_MS
                        * ContinuousVariable.secretFraction(
                                MODULATION, TRANSMITTANCE, EXCESS_NOISE, RECEIVER, RECONCILIATION))
                .isCloseTo(12.3, within(0.05));
    }

    @Test
    void strongModulationThroughAPureLossReachesHalfOfWhatAnyProtocolCan() {
        // Homodyne detection looks at one quadrature of two (Pirandola et al. 2017 for the limit itself).
        for (double t = 0.01; t < 1; t += 0.01) {
            double key = ContinuousVariable.secretFraction(1e6, t, 0, Receiver.PERFECT, 1);
            assertThat(key).isCloseTo(ContinuousVariable.repeaterlessLimit(t) / 2, within(1e-4));
        }
    }

    @Test
    void noSettingExceedsTheLimitWithoutRepeaters() {
        Random random = new Random(10);
        for (int i = 0; i < 50_000; i++) {
            double t = random.nextBoolean() ? random.nextDouble() : Math.pow(10, -6 * random.nextDouble());
            Receiver receiver = new Receiver(random.nextDouble(), 0.2 * random.nextDouble());
            double modulation = Math.pow(10, -2 + 5 * random.nextDouble());
            double noise = 0.1 * random.nextDouble() * random.nextDouble();

            double key = ContinuousVariable.secretFraction(modulation, t, noise, receiver, random.nextDouble());

            assertThat(key).isBetween(0.0, ContinuousVariable.repeaterlessLimit(t) + 1e-9);
        }
    }

    @Test
    void noiseAndLossOnlyEverCostKey() {
        double before = Double.MAX_VALUE;
        for (double noise = 0; noise < 0.2; noise += 0.001) {
            double key = ContinuousVariable.secretFraction(4, 0.5, noise, RECEIVER, 0.95);
            assertThat(key).isLessThanOrEqualTo(before);
            before = key;
        }
        assertThat(before).isZero();
        before = 0;
        for (double t = 0; t <= 1; t += 0.01) {
            double key = ContinuousVariable.secretFraction(4, t, 0.01, RECEIVER, 0.95);
            assertThat(key).isGreaterThanOrEqualTo(before - 1e-12);
            before = key;
        }
    }

    @Test
    void anEavesdropperKnowsNothingOfALinkThatLosesAndAddsNothing() {
        assertThat(ContinuousVariable.holevoBound(MODULATION, 1, 0, Receiver.PERFECT))
                .isCloseTo(0, within(1e-9));
        assertThat(ContinuousVariable.holevoBound(MODULATION, 1, 0, RECEIVER)).isCloseTo(0, within(1e-9));
        assertThat(ContinuousVariable.repeaterlessLimit(1)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(ContinuousVariable.repeaterlessLimit(0)).isZero();
    }

    @Test
    void measuringAndResendingEverySymbolAddsTwoUnitsAndLeavesNoKey() {
        // Lodewyck et al. 2007 (Phys. Rev. Lett. 98, 030503).
        double noise = ContinuousVariable.noiseUnderInterceptResend(0.1, 1);
        assertThat(noise).isCloseTo(2.1, within(1e-12));
        assertThat(ContinuousVariable.interceptedFraction(noise - 0.1)).isCloseTo(1, within(1e-12));
        assertThat(ContinuousVariable.interceptedFraction(0.2)).isCloseTo(0.1, within(1e-12));
        assertThat(ContinuousVariable.interceptedFraction(-0.01)).isZero();
        for (double t = 0.01; t <= 1; t += 0.01) {
            assertThat(ContinuousVariable.secretFraction(MODULATION, t, noise, Receiver.PERFECT, 1))
                    .isZero();
        }
    }

    @Test
    void estimatesFromDrawnSymbolsScatterAsPredicted() {
        Random random = new Random(11);
        int symbols = 2_000;
        int runs = 1_000;
        double gain = Math.sqrt(RECEIVER.efficiency() * TRANSMITTANCE);
        double noise = 0.1;
        double sigma = Math.sqrt(1 + RECEIVER.electronicNoiseSnu() + gain * gain * noise);
        double[] transmittances = new double[runs];
        double[] noises = new double[runs];
        for (int run = 0; run < runs; run++) {
            double xx = 0;
            double xy = 0;
            double yy = 0;
            for (int i = 0; i < symbols; i++) {
                double x = Math.sqrt(MODULATION) * random.nextGaussian();
                double y = gain * x + sigma * random.nextGaussian();
                xx += x * x;
                xy += x * y;
                yy += y * y;
            }
            double slope = xy / xx;
            double variance = (yy - slope * xy) / symbols;
            transmittances[run] = slope * slope / RECEIVER.efficiency();
            noises[run] = (variance - 1 - RECEIVER.electronicNoiseSnu()) / (slope * slope);
        }

        double ofTransmittance = deviation(transmittances);
        double ofNoise = deviation(noises);
        assertThat(ContinuousVariable.transmittanceError(MODULATION, TRANSMITTANCE, noise, RECEIVER, symbols))
                .isCloseTo(ofTransmittance, within(0.1 * ofTransmittance));
        assertThat(ContinuousVariable.excessNoiseError(MODULATION, TRANSMITTANCE, noise, RECEIVER, symbols))
                .isCloseTo(ofNoise, within(0.1 * ofNoise));
    }

    @Test
    void noInputWithinRangeGivesNaN() {
        double[] shares = {0, Double.MIN_VALUE, 1e-12, 1e-3, 0.5, 1 - 1e-12, 1};
        double[] units = {0, Double.MIN_VALUE, 1e-6, 1, 1e6};
        for (double v : units) {
            for (double t : shares) {
                for (double noise : units) {
                    for (double eta : shares) {
                        Receiver receiver = new Receiver(eta, noise);
                        double shared = ContinuousVariable.mutualInformation(v, t, noise, receiver);
                        double known = ContinuousVariable.holevoBound(v, t, noise, receiver);
                        assertThat(shared).isGreaterThanOrEqualTo(0).isFinite();
                        assertThat(known).isGreaterThanOrEqualTo(0).isFinite();
                        assertThat(ContinuousVariable.secretFraction(v, t, noise, receiver, 1))
                                .isFinite();
                        if (v > 1e-9 && eta > 1e-9) {
                            assertThat(ContinuousVariable.transmittanceError(v, t, noise, receiver, 1e6))
                                    .isGreaterThanOrEqualTo(0);
                            assertThat(ContinuousVariable.excessNoiseError(v, t, noise, receiver, 1e6))
                                    .isPositive();
                        }
                    }
                }
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ContinuousVariable.holevoBound(-1, 0.5, 0, RECEIVER));
        assertThatIllegalArgumentException().isThrownBy(() -> new Receiver(1.1, 0));
    }

    private static double deviation(double[] values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean);
    }
}
