package io.qorrelate.diagnosis.physics;

/**
 * BB84 with entangled photons (Bennett, Brassard, Mermin 1992): a source of pairs between two receivers that need not be trusted.
 * Pairs come from two-mode parametric down-conversion; λ is half of the mean number of pairs per pump pulse.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.76.012307">Ma, Fung, Lo 2007, Phys. Rev. A 76, 012307 (its equation numbers are
 *     meant below)</a>
 */
public final class Bbm92 {
    private Bbm92() {}

    /**
     * Error rate of pairs of finite two-photon visibility, E = (1 − V)/2.
     *
     * @param visibility V, −1..1
     * @return 0..1
     * @throws IllegalArgumentException outside this range
     */
    public static double qberOfVisibility(double visibility) {
        return DecoyBb84.misalignment(visibility);
    }

    /**
     * Visibility that an error rate stands for, V = 1 − 2E.
     *
     * @param qber E, 0..1
     * @return −1..1
     * @throws IllegalArgumentException outside this range
     */
    public static double visibilityOfQber(double qber) {
        Range.fraction("qber", qber);
        return 1 - 2 * qber;
    }

    /**
     * Secret bits per sifted bit, 1 − f H₂(E) − H₂(E), eq. (11) divided by qQ: the source is basis-independent (Koashi, Preskill
     * 2003), so that no photon numbers have to be told apart.
     *
     * @param qber E, 0..1, alike in both bases
     * @param correction f, what error correction costs over the Shannon limit, ≥ 1
     * @return 0..1; 0 where there is no key: from 11 % on for f = 1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double secretFraction(double qber, double correction) {
        return secretFraction(qber, qber, correction);
    }

    /**
     * The same where the two bases differ: bits are corrected in the one that makes the key, and phases estimated in the other.
     *
     * @param bitError 0..1
     * @param phaseError 0..1; beyond ½ as ½
     * @param correction f, ≥ 1
     * @return 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double secretFraction(double bitError, double phaseError, double correction) {
        DecoyBb84.correction(correction);
        Range.fraction("phase error", phaseError);
        double phase = BinaryEntropy.of(Math.min(0.5, phaseError));
        return Math.max(0, 1 - correction * BinaryEntropy.of(bitError) - phase);
    }

    /**
     * Coincidences per pump pulse, Q_λ of eq. (9).
     *
     * @param lambda λ, 0..100
     * @param etaA transmittance from the source to the clicks of one receiver, 0..1
     * @param etaB to those of the other, 0..1
     * @param y0A click probability of one receiver without photons, 0..1
     * @param y0B of the other, 0..1
     * @return probability, 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double gain(double lambda, double etaA, double etaB, double y0A, double y0B) {
        source(lambda, etaA, etaB);
        Range.fraction("background yield", y0A);
        Range.fraction("background yield", y0B);
        double silentA = silent(lambda * etaA);
        double silentB = silent(lambda * etaB);
        double both = silent(lambda * (etaA + etaB - etaA * etaB));
        // 1 − (1−a)sA − (1−b)sB + (1−a)(1−b)s, sorted by who clicked for what, so that small gains do not cancel.
        double photons = coincidences(lambda, etaA, etaB, silentA, silentB, both);
        double dark = y0A * (silentA - both) + y0B * (silentB - both) + y0A * y0B * both;
        return Math.min(1, Math.max(0, photons + dark));
    }

    /**
     * Error rate of the coincidences, E_λ of eq. (10).
     *
     * @param lambda λ, 0..100
     * @param etaA 0..1
     * @param etaB 0..1
     * @param y0A 0..1
     * @param y0B 0..1
     * @param misalignment e_d: a pair that meets in the same basis gives different bits, 0..1
     * @return 0..1; ½ where there are no coincidences
     * @throws IllegalArgumentException outside these ranges
     */
    public static double errorRate(
            double lambda, double etaA, double etaB, double y0A, double y0B, double misalignment) {
        Range.fraction("misalignment", misalignment);
        double gain = gain(lambda, etaA, etaB, y0A, y0B);
        if (gain == 0) {
            return DecoyBb84.BACKGROUND_ERROR;
        }
        double a = 1 + lambda * etaA;
        double b = 1 + lambda * etaB;
        double ab = 1 + lambda * (etaA + etaB - etaA * etaB);
        double truth = 2 * etaA * etaB * lambda * (1 + lambda) / (a * b * ab);
        double error = DecoyBb84.BACKGROUND_ERROR - (DecoyBb84.BACKGROUND_ERROR - misalignment) * truth / gain;
        return Math.min(1, Math.max(0, error));
    }

    /**
     * Secret bits per pump pulse, q Q_λ [1 − f H₂(E_λ) − H₂(E_λ)], eq. (11).
     *
     * @param sifting q, ½ for equal bases, 0..1
     * @param correction f, ≥ 1
     * @param gain coincidences per pulse, 0..1
     * @param qber their error rate, 0..1
     * @return bits per pulse, 0..1; 0 where there is no key
     * @throws IllegalArgumentException outside these ranges
     */
    public static double secretKeyPerPulse(double sifting, double correction, double gain, double qber) {
        Range.fraction("sifting", sifting);
        Range.fraction("gain", gain);
        return sifting * gain * secretFraction(qber, correction);
    }

    private static void source(double lambda, double etaA, double etaB) {
        Range.that(lambda >= 0 && lambda <= 100, "0 <= lambda <= 100");
        Range.fraction("transmittance", etaA);
        Range.fraction("transmittance", etaB);
    }

    /** Probability that no photon is seen where λ of them, on average twice, would be. */
    private static double silent(double lambda) {
        return 1 / ((1 + lambda) * (1 + lambda));
    }

    /** 1 − sA − sB + s without its cancellation: with x = ληA, y = ληB, z = x + y − xy/λ. */
    private static double coincidences(
            double lambda, double etaA, double etaB, double silentA, double silentB, double both) {
        double x = lambda * etaA;
        double y = lambda * etaB;
        double z = x + y - x * etaB;
        // (1−sA)(1−sB) + (s − sA sB), and s − sA sB = ((1+x)(1+y) − (1+z)) ((1+x)(1+y) + (1+z)) · s sA sB.
        double product = (1 + x) * (1 + y);
        double excess = x * y + x * etaB;
        return x * (2 + x) * silentA * y * (2 + y) * silentB + excess * (product + 1 + z) * both * silentA * silentB;
    }
}
