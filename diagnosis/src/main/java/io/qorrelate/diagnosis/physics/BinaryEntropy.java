package io.qorrelate.diagnosis.physics;

/**
 * Entropy of one bit that is wrong with a given probability.
 *
 * @see <a href="https://doi.org/10.1002/j.1538-7305.1948.tb01338.x">Shannon 1948, section 6</a>
 */
public final class BinaryEntropy {
    private static final double PER_LN2 = 1 / Math.log(2);
    private static final int HALVINGS = 60;

    private BinaryEntropy() {}

    /**
     * H₂(p) = −p log₂ p − (1−p) log₂(1−p).
     *
     * @param p probability, 0..1
     * @return bits, 0..1; 0 at both ends, 1 at p = ½
     * @throws IllegalArgumentException if {@code p} is outside 0..1
     */
    public static double of(double p) {
        Range.fraction("probability", p);
        if (p == 0 || p == 1) {
            return 0;
        }
        return -(p * Math.log(p) + (1 - p) * Math.log1p(-p)) * PER_LN2;
    }

    /**
     * The probability of at most ½ that has a given entropy.
     *
     * @param bits entropy, 0..1
     * @return probability, 0..½, to within 10⁻¹⁵
     * @throws IllegalArgumentException if {@code bits} is outside 0..1
     */
    public static double lowerInverse(double bits) {
        Range.fraction("entropy", bits);
        if (bits == 1) {
            return 0.5;
        }
        double low = 0;
        double high = 0.5;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (of(middle) < bits) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
