package io.qorrelate.evaluation.optics;

/**
 * BBM92 with a source of photon pairs by parametric down-conversion.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.76.012307">Ma, Fung, Lo 2007, Phys. Rev. A 76, 012307</a>
 */
public final class EntangledPairs {
    private EntangledPairs() {}

    /**
     * Coincidence gain, eq. (9) there.
     *
     * @param lambda half the mean number of pairs per pulse, &gt; 0
     * @param etaA transmittance to the one party with its detector, 0..1
     * @param etaB the same for the other
     * @param y0 background yield of either, 0..1
     * @return probability per pulse that both click
     */
    public static double gain(double lambda, double etaA, double etaB, double y0) {
        double kept = 1 - y0;
        return 1
                - kept / square(1 + etaA * lambda)
                - kept / square(1 + etaB * lambda)
                + kept * kept / square(1 + etaA * lambda + etaB * lambda - etaA * etaB * lambda);
    }

    /**
     * Error ratio of the coincidences, eq. (10) there.
     *
     * @param gain coincidence gain
     * @param misalignment error ratio of true pairs, 0..1
     * @return wrong coincidences over coincidences
     */
    public static double errorRatio(double lambda, double etaA, double etaB, double gain, double misalignment) {
        double true2 = etaA * etaB * lambda * (1 + lambda);
        double norm =
                (1 + etaA * lambda) * (1 + etaB * lambda) * (1 + etaA * lambda + etaB * lambda - etaA * etaB * lambda);
        double random = DecoyState.RANDOM;
        return (random * gain - 2 * (random - misalignment) * true2 / norm) / gain;
    }

    /**
     * Secret key per coincidence in the same basis (Koashi and Preskill 2003, as used there).
     *
     * @param error error ratio, 0..1
     * @param inefficiency of error correction, ≥ 1
     * @return secret bits, 0..1
     */
    public static double secretBitsPerCoincidence(double error, double inefficiency) {
        double entropy = BinaryEntropy.of(Math.min(error, DecoyState.RANDOM));
        return Math.max(0, 1 - (1 + inefficiency) * entropy);
    }

    private static double square(double x) {
        return x * x;
    }
}
