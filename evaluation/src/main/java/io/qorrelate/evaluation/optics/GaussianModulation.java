package io.qorrelate.evaluation.optics;

/**
 * Continuous-variable QKD with Gaussian-modulated coherent states, homodyne detection and reverse reconciliation; the noise of the
 * detector is trusted.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.76.042305">Lodewyck et al. 2007, Phys. Rev. A 76, 042305, section II</a>
 */
public final class GaussianModulation {
    private static final double PER_BIT = 1 / Math.log(2);

    private GaussianModulation() {}

    /**
     * Secret key against collective attacks.
     *
     * @param modulation variance of the modulation, shot-noise units, &gt; 0
     * @param transmittance of the channel, 0..1
     * @param excessNoise at the channel's input, shot-noise units, ≥ 0
     * @param efficiency of the detector, 0..1
     * @param electronicNoise of the detector, shot-noise units, ≥ 0
     * @param reconciliation efficiency, 0..1
     * @return secret bits per symbol, ≥ 0
     */
    public static double secretBitsPerSymbol(
            double modulation,
            double transmittance,
            double excessNoise,
            double efficiency,
            double electronicNoise,
            double reconciliation) {
        double v = modulation + 1;
        double t = transmittance;
        double line = 1 / t - 1 + excessNoise;
        double homodyne = (1 - efficiency + electronicNoise) / efficiency;
        double total = line + homodyne / t;
        double mutual = 0.5 * Math.log((v + total) / (1 + total)) * PER_BIT;
        double a = v * v * (1 - 2 * t) + 2 * t + square(t * (v + line));
        double rootB = t * (v * line + 1);
        double c = (v * rootB + t * (v + line) + a * homodyne) / (t * (v + total));
        double d = rootB * (v + rootB * homodyne) / (t * (v + total));
        double holevo = ofPair(a, rootB * rootB) - ofPair(c, d);
        return Math.max(0, reconciliation * mutual - holevo);
    }

    /** Entropies of the two symplectic eigenvalues whose squares sum to {@code sum} and multiply to {@code product}. */
    private static double ofPair(double sum, double product) {
        double root = Math.sqrt(Math.max(0, sum * sum - 4 * product));
        return thermal(Math.sqrt(Math.max(1, (sum + root) / 2))) + thermal(Math.sqrt(Math.max(1, (sum - root) / 2)));
    }

    /** Entropy of a thermal state of symplectic eigenvalue {@code lambda}, bits. */
    private static double thermal(double lambda) {
        double x = (lambda - 1) / 2;
        return x <= 0 ? 0 : ((x + 1) * Math.log1p(x) - x * Math.log(x)) * PER_BIT;
    }

    private static double square(double x) {
        return x * x;
    }
}
