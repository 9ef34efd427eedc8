package io.qorrelate.diagnosis.physics;

/**
 * Gaussian-modulated coherent states with homodyne detection and reverse reconciliation (GG02), against collective attacks, behind
 * a receiver whose own losses and noise the eavesdropper does not hold. All noise and modulation is in shot-noise units; excess
 * noise is referred to the input of the channel.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.76.042305">Lodewyck et al. 2007, Phys. Rev. A 76, 042305, section II</a>
 * @see <a href="https://doi.org/10.1038/nature01289">Grosshans et al. 2003, Nature 421, 238</a>
 */
public final class ContinuousVariable {
    /**
     * Excess noise that measuring both quadratures and sending the result on adds, in SNU: one for measuring them together, one
     * for the new state.
     *
     * @see <a href="https://doi.org/10.1103/PhysRevLett.98.030503">Lodewyck et al. 2007, Phys. Rev. Lett. 98, 030503</a>
     */
    public static final double INTERCEPT_RESEND_NOISE_SNU = 2;

    private static final double PER_LN2 = 1 / Math.log(2);
    private static final double MOST_SNU = 1e6;
    private static final double LEAST = 1e-9;

    private ContinuousVariable() {}

    /**
     * What the receiver does to the signal.
     *
     * @param efficiency η, 0..1
     * @param electronicNoiseSnu v_el, 0..10⁶
     */
    public record Receiver(double efficiency, double electronicNoiseSnu) {
        /** Sees everything and adds nothing. */
        public static final Receiver PERFECT = new Receiver(1, 0);

        public Receiver {
            Range.fraction("detector efficiency", efficiency);
            noise("electronic noise", electronicNoiseSnu);
        }

        /** Noise that is not the channel's, times η: 1 − η + v_el = ηχ_hom. */
        private double own() {
            return 1 - efficiency + electronicNoiseSnu;
        }
    }

    /**
     * Information that sender and receiver share, I_AB = ½ log₂((V + χ_tot)/(1 + χ_tot)) with V = V_A + 1.
     *
     * @param modulationSnu V_A, 0..10⁶
     * @param transmittance T of the channel, 0..1
     * @param excessNoiseSnu ξ, 0..10⁶
     * @param receiver what it adds
     * @return bits per symbol, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static double mutualInformation(
            double modulationSnu, double transmittance, double excessNoiseSnu, Receiver receiver) {
        link(modulationSnu, transmittance, excessNoiseSnu);
        double through = receiver.efficiency() * transmittance;
        return 0.5
                * PER_LN2
                * Math.log1p(through * modulationSnu / (1 + receiver.electronicNoiseSnu() + through * excessNoiseSnu));
    }

    /**
     * The most that an eavesdropper knows of the receiver's data, the Holevo bound χ_BE.
     *
     * @param modulationSnu V_A, 0..10⁶
     * @param transmittance T of the channel, 0..1
     * @param excessNoiseSnu ξ, 0..10⁶
     * @param receiver what it adds
     * @return bits per symbol, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static double holevoBound(
            double modulationSnu, double transmittance, double excessNoiseSnu, Receiver receiver) {
        link(modulationSnu, transmittance, excessNoiseSnu);
        double v = modulationSnu + 1;
        double t = transmittance;
        double eta = receiver.efficiency();
        double own = receiver.own();
        // With line = Tχ_line the published formulas hold also for T = 0 and η = 0, which they divide by.
        double line = 1 - t + t * excessNoiseSnu;
        double bob = t * v + line;
        double total = eta * bob + own;
        // V²(1−2T) + 2T + T²(V+χ_line)², without its cancellation.
        double a = v * v * (1 - t) * (1 - t) + 2 * t * v * line + line * line + 2 * t;
        double rootB = v * line + t;
        double c = (eta * (v * rootB + bob) + a * own) / total;
        double d = rootB * (eta * v + rootB * own) / total;
        return Math.max(0, entropyOfPair(a, rootB) - entropyOfPair(c, Math.sqrt(d)));
    }

    /**
     * Secret bits per symbol, β I_AB − χ_BE, of infinitely many symbols.
     *
     * @param modulationSnu V_A, 0..10⁶
     * @param transmittance T of the channel, 0..1
     * @param excessNoiseSnu ξ, 0..10⁶
     * @param receiver what it adds
     * @param reconciliation β, 0..1
     * @return bits per symbol, ≥ 0; 0 where there is no key
     * @throws IllegalArgumentException outside these ranges
     */
    public static double secretFraction(
            double modulationSnu,
            double transmittance,
            double excessNoiseSnu,
            Receiver receiver,
            double reconciliation) {
        Range.fraction("reconciliation efficiency", reconciliation);
        double shared = mutualInformation(modulationSnu, transmittance, excessNoiseSnu, receiver);
        return Math.max(
                0, reconciliation * shared - holevoBound(modulationSnu, transmittance, excessNoiseSnu, receiver));
    }

    /**
     * What no protocol without a repeater can exceed over a pure loss, −log₂(1 − T).
     *
     * @param transmittance T, 0..1
     * @return bits per symbol, ≥ 0; +∞ for T = 1
     * @throws IllegalArgumentException outside this range
     * @see <a href="https://doi.org/10.1038/ncomms15043">Pirandola, Laurenza, Ottaviani, Banchi 2017</a>
     */
    public static double repeaterlessLimit(double transmittance) {
        Range.fraction("transmittance", transmittance);
        return 0 - PER_LN2 * Math.log1p(-transmittance);
    }

    /**
     * Excess noise while a fraction of the symbols is measured and sent on.
     *
     * @param excessNoiseSnu before, 0..10⁶
     * @param fraction 0..1
     * @return SNU
     * @throws IllegalArgumentException outside these ranges
     */
    public static double noiseUnderInterceptResend(double excessNoiseSnu, double fraction) {
        noise("excess noise", excessNoiseSnu);
        Range.fraction("fraction", fraction);
        return excessNoiseSnu + INTERCEPT_RESEND_NOISE_SNU * fraction;
    }

    /**
     * The fraction of symbols measured and sent on that would explain a rise of the excess noise, the inverse of
     * {@link #noiseUnderInterceptResend}.
     *
     * @param addedNoiseSnu excess noise after less excess noise before, SNU, finite
     * @return 0..1; cut at 1, where even all of them would not do; 0 where there is no rise
     * @throws IllegalArgumentException if the noise is not finite
     */
    public static double interceptedFraction(double addedNoiseSnu) {
        Range.that(Double.isFinite(addedNoiseSnu), "the added noise is finite");
        return Math.clamp(addedNoiseSnu / INTERCEPT_RESEND_NOISE_SNU, 0, 1);
    }

    /**
     * Standard error of the transmittance, estimated by regression of the receiver's data on the sender's.
     *
     * @param modulationSnu V_A, 10⁻⁹..10⁶
     * @param transmittance T, 0..1
     * @param excessNoiseSnu ξ, 0..10⁶
     * @param receiver what it adds; its efficiency is at least 10⁻⁹
     * @param symbols m that the estimate rests on, &gt; 0
     * @return in units of T, ≥ 0; to first order, thus 0 for T = 0
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1103/PhysRevA.81.062343">Leverrier, Grosshans, Grangier 2010: t = √(ηT) has variance
     *     σ²/(m V_A), σ² = 1 + v_el + ηTξ</a>
     */
    public static double transmittanceError(
            double modulationSnu, double transmittance, double excessNoiseSnu, Receiver receiver, double symbols) {
        link(modulationSnu, transmittance, excessNoiseSnu);
        Range.that(modulationSnu >= LEAST, "modulation >= 1e-9 SNU");
        Range.that(receiver.efficiency() >= LEAST, "detector efficiency >= 1e-9");
        Range.positive("symbols", symbols);
        double variance = noiseVariance(transmittance, excessNoiseSnu, receiver);
        return 2
                * Math.sqrt(transmittance / receiver.efficiency())
                * Math.sqrt(variance / modulationSnu)
                / Math.sqrt(symbols);
    }

    /**
     * Standard error of the excess noise, from the residual variance of the same regression, which has a relative standard error
     * of √(2/m), and from the transmittance that refers it to the channel's input.
     *
     * @param modulationSnu V_A, 10⁻⁹..10⁶
     * @param transmittance T, 0..1
     * @param excessNoiseSnu ξ, 0..10⁶
     * @param receiver what it adds; its efficiency is at least 10⁻⁹
     * @param symbols m that the estimate rests on, &gt; 0
     * @return SNU, &gt; 0; +∞ for T = 0, where nothing arrives to tell
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1103/PhysRevA.81.062343">Leverrier, Grosshans, Grangier 2010: σ² has variance 2σ⁴/m</a>
     */
    public static double excessNoiseError(
            double modulationSnu, double transmittance, double excessNoiseSnu, Receiver receiver, double symbols) {
        double ofTransmittance = transmittanceError(modulationSnu, transmittance, excessNoiseSnu, receiver, symbols);
        double through = receiver.efficiency() * transmittance;
        if (through == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double variance = noiseVariance(transmittance, excessNoiseSnu, receiver);
        return Math.hypot(
                variance * Math.sqrt(2 / symbols) / through, excessNoiseSnu / transmittance * ofTransmittance);
    }

    private static double noiseVariance(double transmittance, double excessNoiseSnu, Receiver receiver) {
        return 1 + receiver.electronicNoiseSnu() + receiver.efficiency() * transmittance * excessNoiseSnu;
    }

    /** Entropy of two modes whose symplectic eigenvalues have this sum of squares and this product. */
    private static double entropyOfPair(double squares, double product) {
        double larger = Math.sqrt((squares + Math.sqrt(Math.max(0, squares * squares - 4 * product * product))) / 2);
        return entropy(larger) + entropy(product / larger);
    }

    /** Entropy of a thermal mode, G((λ−1)/2) with G(x) = (x+1) log₂(x+1) − x log₂ x = log₂(x+1) + x log₂(1 + 1/x). */
    private static double entropy(double eigenvalue) {
        double photons = (Math.max(1, eigenvalue) - 1) / 2;
        return photons == 0 ? 0 : PER_LN2 * (Math.log1p(photons) + photons * Math.log1p(1 / photons));
    }

    private static void link(double modulationSnu, double transmittance, double excessNoiseSnu) {
        noise("modulation", modulationSnu);
        Range.fraction("transmittance", transmittance);
        noise("excess noise", excessNoiseSnu);
    }

    private static void noise(String what, double snu) {
        Range.that(snu >= 0 && snu <= MOST_SNU, "0 <= " + what + " <= 1e6 SNU");
    }
}
