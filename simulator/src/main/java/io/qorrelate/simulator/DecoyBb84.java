package io.qorrelate.simulator;

/**
 * Decoy-state BB84 with a signal, a weak decoy and the vacuum, in the limit of long keys.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.72.012326">Ma, Qi, Zhao, Lo 2005</a>
 */
final class DecoyBb84 {
    /** Mean photon number of signal and decoy: near the optimum for metropolitan distances (Ma et al., section IV). */
    static final double SIGNAL = 0.5;

    static final double DECOY = 0.1;

    /** Error-correction efficiency of a practical cascade or LDPC code. */
    private static final double CORRECTION_EFFICIENCY = 1.16;

    /** Background clicks are wrong half of the time. */
    private static final double BACKGROUND_ERROR = 0.5;

    private DecoyBb84() {}

    /**
     * Overall gain of a pulse: the probability that the receiver clicks; eq. (9).
     *
     * @param mu mean photon number, ≥ 0
     * @param eta overall transmittance including detector efficiency, 0..1
     * @param y0 background yield: click probability of an empty pulse, 0..1
     */
    static double gain(double mu, double eta, double y0) {
        return y0 - Math.expm1(-eta * mu);
    }

    /**
     * QBER of a pulse; eq. (10).
     *
     * @param misalignment probability that a photon hits the wrong detector, 0..0.5
     */
    static double qber(double mu, double eta, double y0, double misalignment) {
        return (BACKGROUND_ERROR * y0 - misalignment * Math.expm1(-eta * mu)) / gain(mu, eta, y0);
    }

    /**
     * Secret bits per pulse, from what signal, decoy and vacuum show; eqs. (1), (34) to (37) with sifting factor ½; 0 where
     * none can be distilled.
     */
    static double secretBitsPerPulse(double eta, double y0, double misalignment) {
        double signalGain = gain(SIGNAL, eta, y0);
        double decoyGain = gain(DECOY, eta, y0);
        double signalError = qber(SIGNAL, eta, y0, misalignment);
        double decoyError = qber(DECOY, eta, y0, misalignment);
        double singleYield = SIGNAL
                / (SIGNAL * DECOY - DECOY * DECOY)
                * (decoyGain * Math.exp(DECOY)
                        - signalGain * Math.exp(SIGNAL) * DECOY * DECOY / (SIGNAL * SIGNAL)
                        - (SIGNAL * SIGNAL - DECOY * DECOY) / (SIGNAL * SIGNAL) * y0);
        if (singleYield <= 0) {
            return 0;
        }
        double singleError = (decoyError * decoyGain * Math.exp(DECOY) - BACKGROUND_ERROR * y0) / (singleYield * DECOY);
        double singleGain = singleYield * SIGNAL * Math.exp(-SIGNAL);
        double rate = 0.5
                * (-signalGain * CORRECTION_EFFICIENCY * entropy(signalError)
                        + singleGain * (1 - entropy(Math.min(0.5, singleError))));
        return Math.max(0, rate);
    }

    /** Binary Shannon entropy, bits. */
    static double entropy(double p) {
        return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }
}
