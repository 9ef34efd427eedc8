package io.qorrelate.evaluation.optics;

/**
 * Decoy-state BB84 with a signal, one weak decoy and the vacuum.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.72.012326">Ma, Qi, Zhao, Lo 2005, Phys. Rev. A 72, 012326</a>
 */
public final class DecoyState {
    /** Error ratio of clicks that carry no information, {@code e_0}. */
    public static final double RANDOM = 0.5;

    private DecoyState() {}

    /**
     * Overall gain of pulses of a Poissonian source: the probability that the receiver clicks, eq. (9) there.
     *
     * @param mu mean photon number per pulse, ≥ 0
     * @param eta overall transmittance with detector efficiency, 0..1
     * @param y0 background yield: click probability of an empty pulse, 0..1
     * @return probability per pulse
     */
    public static double gain(double mu, double eta, double y0) {
        return y0 - Math.expm1(-eta * mu);
    }

    /**
     * Overall error ratio, eq. (11) there.
     *
     * @param gain overall gain
     * @param y0 background yield
     * @param misalignment error ratio {@code e_d} of clicks by photons of the source, 0..1
     * @return wrong clicks over clicks, 0..1
     */
    public static double errorRatio(double gain, double y0, double misalignment) {
        return (RANDOM * y0 + misalignment * (gain - y0)) / gain;
    }

    /**
     * What an eavesdropper changes of a gain who blocks a share of the single photons and passes on pulses of several photons with
     * as much less loss as keeps the signal's gain: the photon-number-splitting attack. The yields {@code Y_n} are no longer those of
     * one channel: {@code Y_1} falls, {@code Y_n} for n ≥ 2 rise.
     *
     * @param mu mean photon number of the pulse that is asked about
     * @param signalMu mean photon number of the signal
     * @param eta overall transmittance
     * @param blocked share of single photons that is blocked, 0..1
     * @return what is to be added to the gain; zero for the signal itself
     */
    public static double splitting(double mu, double signalMu, double eta, double blocked) {
        double lostSingles = blocked * eta;
        double severalInSignal = -Math.expm1(-signalMu) - signalMu * Math.exp(-signalMu);
        double yieldOfSeveral = lostSingles * signalMu * Math.exp(-signalMu) / severalInSignal;
        double several = -Math.expm1(-mu) - mu * Math.exp(-mu);
        return yieldOfSeveral * several - lostSingles * mu * Math.exp(-mu);
    }

    /**
     * Lower bound of the secret key per signal pulse, before sifting: GLLP with the vacuum + weak decoy bounds, eqs. (1), (34), (37).
     * The bounds use the intensities that the equipment believes in; the gains are those that came.
     *
     * @param mu signal's mean photon number, &gt; nu
     * @param nu decoy's mean photon number, &gt; 0
     * @param signalGain gain of the signal
     * @param signalError error ratio of the signal
     * @param decoyGain gain of the decoy
     * @param decoyError error ratio of the decoy
     * @param y0 gain of the vacuum
     * @param inefficiency of error correction, ≥ 1
     * @return secret bits per sifted-basis signal pulse, ≥ 0
     */
    public static double secretBitsPerPulse(
            double mu,
            double nu,
            double signalGain,
            double signalError,
            double decoyGain,
            double decoyError,
            double y0,
            double inefficiency) {
        double ofDecoy = decoyGain * Math.exp(nu);
        double ratio = nu * nu / (mu * mu);
        double single = mu
                / (mu * nu - nu * nu)
                * (ofDecoy - signalGain * Math.exp(mu) * ratio - (mu * mu - nu * nu) / (mu * mu) * y0);
        if (!(single > 0)) {
            return 0;
        }
        double singleGain = Math.min(signalGain, single * mu * Math.exp(-mu));
        double singleError = Math.clamp((decoyError * ofDecoy - RANDOM * y0) / (single * nu), 0, RANDOM);
        double secret = singleGain * (1 - BinaryEntropy.of(singleError))
                - signalGain * inefficiency * BinaryEntropy.of(Math.min(signalError, RANDOM));
        return Math.max(0, secret);
    }
}
