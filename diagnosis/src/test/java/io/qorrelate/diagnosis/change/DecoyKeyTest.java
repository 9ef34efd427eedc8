package io.qorrelate.diagnosis.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.diagnosis.physics.Bbm92;
import io.qorrelate.diagnosis.physics.DecoyBb84;
import io.qorrelate.diagnosis.physics.FiniteKey;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the key of a decoy-state link is expected to move with its QBER. */
class DecoyKeyTest {
    @Test
    void fromTwoToThreePercentOfErrorsTheKeyFallsTwiceAsFarAsThatOfSinglePhotons() {
        assertThat(fallDb(DecoyKey.secretFraction(0.02), DecoyKey.secretFraction(0.03)))
                .isCloseTo(1.6, within(0.05));
        assertThat(fallDb(
                        Bbm92.secretFraction(0.02, DecoyKey.CORRECTION),
                        Bbm92.secretFraction(0.03, DecoyKey.CORRECTION)))
                .isCloseTo(0.8, within(0.05));
    }

    /** What no telemetry tells, the intensities and the size of blocks, matters less than that. */
    @ParameterizedTest
    @CsvSource({"0.4, 1.3", "0.5, 1.5", "0.6, 1.7"})
    void otherIntensitiesGiveNearlyTheSameFall(double mu, double db) {
        assertThat(fallDb(asymptotic(mu, 0.02), asymptotic(mu, 0.03))).isCloseTo(db, within(0.06));
    }

    @ParameterizedTest
    @CsvSource({"1e7, 2.3", "1e8, 1.6", "1e9, 1.5"})
    void otherBlocksGiveNearlyTheSameFall(double bits, double db) {
        assertThat(fallDb(finite(bits, 0.02), finite(bits, 0.03))).isCloseTo(db, within(0.06));
    }

    @Test
    void theKeyFallsWithEveryError() {
        for (double error = 0.001; error <= DecoyKey.LARGEST_ERROR; error += 0.0007) {
            assertThat(DecoyKey.secretFraction(error)).isPositive().isLessThan(DecoyKey.secretFraction(error - 0.0007));
        }
    }

    /** The generator's and other people's links, of which nobody knows the intensities, here 0.45 and 0.12 photons. */
    @Test
    void aKeyRateThatFallsAsTheDecoyBoundsHaveItLacksNothing() {
        assertThat(lackDb(true)).isCloseTo(0, within(0.25));
    }

    @Test
    void withoutTheGainsItIsTakenForThatOfSinglePhotons() {
        assertThat(lackDb(false)).isLessThan(-0.3);
    }

    /** By how many decibels the key lacks of what is expected of it when the QBER has risen from 2 % to 2.8 %. */
    private static double lackDb(boolean reportsGains) {
        Tracks tracks = new Tracks();
        Tracks.Tuning tuning = new Tracks.Tuning(15 * 86_400, 7_200);
        Random chance = new Random(4);
        double mu = 0.45;
        double nu = 0.12;
        long now = 1_800_000_000_000L;
        for (int report = 0; report < 400; report++) {
            now += 10_000;
            double error = (report < 380 ? 0.02 : 0.028) + 0.0005 * chance.nextGaussian();
            Readings.Builder quality = Readings.builder().put(Observable.QBER, error);
            if (reportsGains) {
                quality.put(Observable.GAIN_SIGNAL, 0.01 * mu * (1 + 0.003 * chance.nextGaussian()))
                        .put(Observable.GAIN_DECOY, 0.01 * nu * (1 + 0.003 * chance.nextGaussian()));
            }
            tracks.observe(quality.build(), Kind.LINK_QUALITY, now, report < 380, tuning, new Report());
            double bps = 30_000 * key(mu, nu, error) * (1 + 0.01 * chance.nextGaussian());
            tracks.observe(
                    Readings.of(Observable.SECRET_KEY_RATE_BPS, bps),
                    Kind.KEY_RATE,
                    now + 1,
                    report < 380,
                    tuning,
                    new Report());
        }
        return tracks.level(Feature.KEY_NET, 8) - tracks.expected(Feature.KEY_NET);
    }

    private static double asymptotic(double mu, double error) {
        return key(mu, 0.1, error);
    }

    /** Secret bits of a sifted bit by the asymptotic bounds of Ma et al. 2005. */
    private static double key(double mu, double nu, double error) {
        double signal = DecoyBb84.gain(mu, 1e-3, 0);
        double decoy = DecoyBb84.gain(nu, 1e-3, 0);
        double y1 = DecoyBb84.singlePhotonYield(mu, nu, signal, decoy, 0);
        double e1 = DecoyBb84.singlePhotonError(nu, decoy, error, 0, y1);
        return DecoyBb84.secretKeyPerPulse(
                        1, DecoyKey.CORRECTION, signal, error, DecoyBb84.singlePhotonGain(mu, y1), e1)
                / signal;
    }

    private static double finite(double bits, double error) {
        FiniteKey.Intensities sent = new FiniteKey.Intensities(0.5, 0.1, 2e-4, 0.8, 0.13, 0.07);
        double[] clicks = {
            0.8 * DecoyBb84.gain(0.5, 1e-3, 0),
            0.13 * DecoyBb84.gain(0.1, 1e-3, 0),
            0.07 * DecoyBb84.gain(2e-4, 1e-3, 0)
        };
        double each = bits / (clicks[0] + clicks[1] + clicks[2]);
        FiniteKey.Counts all = new FiniteKey.Counts(each * clicks[0], each * clicks[1], each * clicks[2]);
        FiniteKey.Counts wrong =
                new FiniteKey.Counts(error * each * clicks[0], error * each * clicks[1], error * each * clicks[2]);
        double entropy = -(error * Math.log(error) + (1 - error) * Math.log(1 - error)) / Math.log(2);
        return FiniteKey.block(
                                sent,
                                all,
                                all,
                                wrong,
                                DecoyKey.CORRECTION * entropy * bits,
                                new FiniteKey.Security(1e-10, 1e-15))
                        .secretBits()
                / bits;
    }

    private static double fallDb(double before, double after) {
        return 10 * Math.log10(before / after);
    }
}
