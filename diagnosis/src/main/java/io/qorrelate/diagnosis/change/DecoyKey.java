package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.physics.BinaryEntropy;
import io.qorrelate.diagnosis.physics.DecoyBb84;
import io.qorrelate.diagnosis.physics.FiniteKey;

/**
 * How the key of a decoy-state link moves with its QBER: a finite block of {@link FiniteKey}, for intensities and sizes as they are
 * usual. No telemetry tells those of a link, so only the shape is taken from here; the level is learned.
 *
 * <p>The shape is needed: only a part of the clicks, some 0.6, is by single photons, and for errors the others pay as well. From
 * a QBER of 2 % to 3 % the key falls by 1.6 dB by this curve, where the fraction for single photons alone falls by 0.8 dB. What is
 * unknown counts for less than that. Of the asymptotic bounds of {@link DecoyBb84}, a signal of 0.4, 0.5 and 0.6 photons with a
 * decoy of 0.1 gives 1.3, 1.5 and 1.7 dB; of blocks of 10⁷, 10⁸ and 10⁹ bits, a signal of 0.5 gives 2.3, 1.6 and 1.5 dB. Sifted
 * bits say how many a QBER rests on, and not how many make a block: from a report's own few, hardly any key could be made.
 */
final class DecoyKey {
    /** Intensities that Ma et al. 2005 find near the best, and shares near those of Lim et al. 2014. */
    private static final FiniteKey.Intensities USUAL = new FiniteKey.Intensities(0.5, 0.1, 2e-4, 0.8, 0.13, 0.07);

    /** In the middle of what Lim et al. 2014 look at for key that is made all day. */
    private static final double BLOCK_BITS = 1e8;

    /** As Lim et al. 2014 have it. */
    private static final FiniteKey.Security SECURITY = new FiniteKey.Security(1e-10, 1e-15);

    /** What error correction costs over Shannon's limit, as Lim et al. 2014 take it. */
    static final double CORRECTION = 1.16;

    /** Click probability of a photon: it cancels, as long as it is small. */
    private static final double TRANSMITTANCE = 1e-3;

    /** Largest QBER that the curve is made for: the key ends at some 6 %, and towards its end all models differ. */
    static final double LARGEST_ERROR = 0.05;

    private static final double STEP = 0.0005;

    private static final double[] FRACTIONS = fractions();

    private DecoyKey() {}

    /**
     * Secret bits of a sifted bit.
     *
     * @param error QBER, {@literal 0..}{@value #LARGEST_ERROR}; what is beyond is taken for the nearer end
     */
    static double secretFraction(double error) {
        double at = Math.clamp(error, 0, LARGEST_ERROR) / STEP;
        int below = Math.min((int) at, FRACTIONS.length - 2);
        return FRACTIONS[below] + (at - below) * (FRACTIONS[below + 1] - FRACTIONS[below]);
    }

    private static double[] fractions() {
        double[] fractions = new double[(int) Math.rint(LARGEST_ERROR / STEP) + 1];
        for (int i = 0; i < fractions.length; i++) {
            fractions[i] = finite(i * STEP);
        }
        return fractions;
    }

    private static double finite(double error) {
        FiniteKey.Counts clicks = clicks(1);
        FiniteKey.Counts wrong = clicks(error);
        double leaked = CORRECTION * BinaryEntropy.of(error) * BLOCK_BITS;
        return FiniteKey.block(USUAL, clicks, clicks, wrong, leaked, SECURITY).secretBits() / BLOCK_BITS;
    }

    /** A share of the block's clicks, by the intensities that caused them. */
    private static FiniteKey.Counts clicks(double share) {
        double first = USUAL.p1() * DecoyBb84.gain(USUAL.mu1(), TRANSMITTANCE, 0);
        double second = USUAL.p2() * DecoyBb84.gain(USUAL.mu2(), TRANSMITTANCE, 0);
        double third = USUAL.p3() * DecoyBb84.gain(USUAL.mu3(), TRANSMITTANCE, 0);
        double each = share * BLOCK_BITS / (first + second + third);
        return new FiniteKey.Counts(each * first, each * second, each * third);
    }
}
