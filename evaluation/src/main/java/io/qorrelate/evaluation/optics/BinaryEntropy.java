package io.qorrelate.evaluation.optics;

/** Shannon's entropy of a biased coin. */
final class BinaryEntropy {
    private static final double PER_BIT = 1 / Math.log(2);

    private BinaryEntropy() {}

    /**
     * Entropy in bits.
     *
     * @param probability 0..1; what lies outside is taken as the nearer end
     * @return 0..1
     */
    static double of(double probability) {
        if (!(probability > 0 && probability < 1)) {
            return 0;
        }
        double other = 1 - probability;
        return -(probability * Math.log(probability) + other * Math.log(other)) * PER_BIT;
    }
}
