package io.qorrelate.diagnosis.physics;

/**
 * BB84 with weak coherent pulses of three intensities: signal, weak decoy, vacuum. What an honest channel predicts of gains and
 * error rates, what can be proved about single photons from them, and what the textbook attacks change.
 *
 * <p>Throughout: μ, ν mean photon numbers of signal and decoy; η transmittance of everything from the sender's output to the click;
 * Y₀ click probability of an empty pulse; Q gain, clicks per pulse; E error rate of those clicks.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.72.012326">Ma, Qi, Zhao, Lo 2005, Phys. Rev. A 72, 012326 (its equation numbers
 *     are meant below)</a>
 */
public final class DecoyBb84 {
    /** Error rate of a click that no photon caused, e₀ = ½, eq. (33). */
    public static final double BACKGROUND_ERROR = 0.5;

    /**
     * Error rate above which BB84 gives no key by one-way post-processing even with perfect error correction: the root of
     * 1 − 2 H₂(E) = 0.
     *
     * @see <a href="https://doi.org/10.1103/PhysRevLett.85.441">Shor, Preskill 2000</a>
     */
    public static final double SHOR_PRESKILL_LIMIT = 0.110027864438;

    private static final double LEAST_PHOTONS = 1e-9;
    private static final double MOST_PHOTONS = 100;

    private DecoyBb84() {}

    // ── the honest channel ──

    /**
     * Overall transmittance η = 10^(−(αl + insertion)/10) · η_det, the product of eqs. (3)–(5).
     *
     * @param lengthKm fibre, ≥ 0
     * @param attenuationDbPerKm α, ≥ 0
     * @param insertionDb everything else that is passive, the receiver's optics included, ≥ 0
     * @param detectorEfficiency 0..1
     * @return 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double transmittance(
            double lengthKm, double attenuationDbPerKm, double insertionDb, double detectorEfficiency) {
        Range.fraction("detector efficiency", detectorEfficiency);
        Range.notNegative("length", lengthKm);
        Range.notNegative("attenuation", attenuationDbPerKm);
        Range.notNegative("insertion loss", insertionDb);
        return Decibels.fractionLeft(lengthKm * attenuationDbPerKm + insertionDb) * detectorEfficiency;
    }

    /**
     * Click probability of a pulse of exactly n photons, Yₙ = Y₀ + 1 − (1−η)ⁿ, eqs. (6), (7).
     *
     * @param photons n, ≥ 0
     * @param eta 0..1
     * @param y0 0..1
     * @return probability, 0..1; cut at 1, where the approximation leaves its range
     * @throws IllegalArgumentException outside these ranges
     */
    public static double yieldOf(int photons, double eta, double y0) {
        Range.that(photons >= 0, "photons >= 0");
        Range.fraction("transmittance", eta);
        Range.fraction("background yield", y0);
        return Math.min(1, y0 + 1 - Math.pow(1 - eta, photons));
    }

    /**
     * Gain Q = Y₀ + 1 − e^(−ημ), eq. (10).
     *
     * @param mu mean photon number, ≥ 0
     * @param eta 0..1
     * @param y0 0..1
     * @return clicks per pulse, 0..1; cut at 1, where the approximation leaves its range
     * @throws IllegalArgumentException outside these ranges
     */
    public static double gain(double mu, double eta, double y0) {
        return Math.min(1, y0 + photonClicks(mu, eta, y0));
    }

    /**
     * Error rate E = (e₀Y₀ + e_d (1 − e^(−ημ))) / Q, eq. (11).
     *
     * @param mu mean photon number, ≥ 0
     * @param eta 0..1
     * @param y0 0..1
     * @param misalignment e_d, error rate of a click that a photon caused, 0..1
     * @return fraction, between ½ and e_d; ½ where there are no clicks at all
     * @throws IllegalArgumentException outside these ranges
     */
    public static double errorRate(double mu, double eta, double y0, double misalignment) {
        Range.fraction("misalignment", misalignment);
        double photons = photonClicks(mu, eta, y0);
        double clicks = y0 + photons;
        return clicks == 0 ? BACKGROUND_ERROR : (BACKGROUND_ERROR * y0 + misalignment * photons) / clicks;
    }

    /**
     * The transmittance that a gain stands for, the inverse of eq. (10).
     *
     * @param gain 0..1
     * @param mu mean photon number, &gt; 0
     * @param y0 0..1
     * @return 0..1; 0 where the gain is not above the background, 1 where it is more than an open channel could give
     * @throws IllegalArgumentException outside these ranges
     */
    public static double transmittanceOfGain(double gain, double mu, double y0) {
        Range.fraction("gain", gain);
        Range.positive("mean photon number", mu);
        Range.fraction("background yield", y0);
        return Math.min(1, -Math.log1p(-Math.max(0, gain - y0)) / mu);
    }

    /**
     * Q_ν/Q_μ of an honest channel. It runs from ν/μ (where photons rule and η is small) to 1 (where the background does); an
     * attack that treats photon numbers differently leaves it.
     *
     * @param mu mean photon number of the signal, &gt; 0
     * @param nu mean photon number of the decoy, ≥ 0
     * @param eta 0..1
     * @param y0 0..1
     * @return ratio, ≥ 0; ν/μ where there are no clicks at all
     * @throws IllegalArgumentException outside these ranges
     */
    public static double gainRatio(double mu, double nu, double eta, double y0) {
        Range.positive("mean photon number", mu);
        double signal = gain(mu, eta, y0);
        return signal == 0 ? nu / mu : gain(nu, eta, y0) / signal;
    }

    /**
     * The decoy's gain that goes with a signal's gain on an honest channel, whatever its loss: Y₀ + 1 − (1 − (Q_μ − Y₀))^(ν/μ).
     *
     * @param signalGain Q_μ, 0..1
     * @param mu mean photon number of the signal, &gt; 0
     * @param nu mean photon number of the decoy, ≥ 0
     * @param y0 0..1
     * @return clicks per pulse, 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double decoyGain(double signalGain, double mu, double nu, double y0) {
        Range.fraction("signal gain", signalGain);
        Range.positive("mean photon number", mu);
        Range.notNegative("mean photon number of the decoy", nu);
        Range.fraction("background yield", y0);
        double photons = Math.max(0, signalGain - y0);
        double ratio = nu / mu;
        return photons == 0 || ratio == 0 ? y0 : Math.min(1, y0 - Math.expm1(ratio * Math.log1p(-photons)));
    }

    private static double photonClicks(double mu, double eta, double y0) {
        Range.notNegative("mean photon number", mu);
        Range.fraction("transmittance", eta);
        Range.fraction("background yield", y0);
        return -Math.expm1(-eta * mu);
    }

    // ── error rates that loss, darkness, misalignment and an eavesdropper make ──

    /**
     * Share of clicks that no photon caused, Y₀/Q; just so for rates.
     *
     * @param background dark clicks per pulse, or per second, ≥ 0
     * @param all all clicks in the same unit, ≥ 0
     * @return 0..1; 1 where there is no more than the background
     * @throws IllegalArgumentException outside these ranges
     */
    public static double darkShare(double background, double all) {
        Range.notNegative("background", background);
        Range.notNegative("clicks", all);
        return all <= background ? 1 : background / all;
    }

    /**
     * The error rate that a change of loss alone predicts. A dark share of more than 2E, which the error rate before contradicts,
     * counts as 2E; so it does in the two functions below. By eqs. (10) and (11) the distance to ½ scales with the share of clicks
     * that photons cause: ½ − E′ = (½ − E) · g / (d + (1−d)g), with g the fraction left and d the dark share before.
     *
     * @param qber E before, 0..1
     * @param darkShare d before, Y₀/Q, 0..1
     * @param lossChangeDb −1000..1000, positive for more loss
     * @return E′, 0..1: between E and ½ for more loss, towards what photons alone cause for less; E itself where nothing was dark
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberAfterLoss(double qber, double darkShare, double lossChangeDb) {
        Range.fraction("qber", qber);
        Range.fraction("dark share", darkShare);
        Range.decibels("change of loss", lossChangeDb);
        double left = Decibels.fractionLeft(lossChangeDb);
        double dark = consistent(darkShare, qber);
        double distance = (BACKGROUND_ERROR - qber) * left / (dark + (1 - dark) * left);
        return Math.min(1, Math.max(0, BACKGROUND_ERROR - distance));
    }

    /**
     * The change of the overall gain that a change of loss brings: dark clicks stay. No dead time bends it.
     *
     * @param darkShare Y₀/Q before, 0..1
     * @param lossChangeDb −1000..1000, positive for more loss
     * @return dB, of the opposite sign and no larger
     * @throws IllegalArgumentException outside these ranges
     */
    public static double gainChangeDb(double darkShare, double lossChangeDb) {
        Range.fraction("dark share", darkShare);
        Range.decibels("change of loss", lossChangeDb);
        return Decibels.changeOf(darkShare + (1 - darkShare) * Decibels.fractionLeft(lossChangeDb));
    }

    /**
     * The error rate that goes with a measured change of the overall gain, if loss alone made it and the background stayed.
     *
     * @param qber E before, 0..1
     * @param darkShare d before, Y₀/Q, 0..1
     * @param gainChangeDb −1000..1000, negative for fewer clicks
     * @return E′, 0..1; ½ where no more is left than the background, E itself where nothing or all was dark before
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberAfterGain(double qber, double darkShare, double gainChangeDb) {
        Range.fraction("qber", qber);
        Range.fraction("dark share", darkShare);
        Range.decibels("change of gain", gainChangeDb);
        double before = consistent(darkShare, qber);
        if (before == 1) {
            return qber;
        }
        double after = Math.min(1, before * Decibels.fractionLeft(gainChangeDb));
        double distance = (BACKGROUND_ERROR - qber) * (1 - after) / (1 - before);
        return Math.min(1, Math.max(0, BACKGROUND_ERROR - distance));
    }

    /**
     * The error rate after the background alone changed by a factor.
     *
     * @param qber E before, 0..1
     * @param darkShare d before, Y₀/Q, 0..1
     * @param factor background after over before, 0..10¹⁵
     * @return E′, 0..1, towards ½ for more background; E itself where no click is left
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberAfterBackground(double qber, double darkShare, double factor) {
        Range.fraction("qber", qber);
        Range.fraction("dark share", darkShare);
        Range.that(factor >= 0 && factor <= 1e15, "0 <= factor <= 1e15");
        double more = consistent(darkShare, qber) * (factor - 1);
        double clicks = 1 + more;
        return clicks <= 0 ? qber : Math.min(1, Math.max(0, (qber + BACKGROUND_ERROR * more) / clicks));
    }

    /** The largest dark share that leaves the clicks of photons an error rate within 0..1. */
    private static double consistent(double darkShare, double qber) {
        return Math.min(darkShare, 1 - Math.abs(1 - 2 * qber));
    }

    /**
     * Error rate of a photon's click behind optics of finite visibility, e_d = (1 − V)/2.
     *
     * @param visibility V, −1..1
     * @return 0..1
     * @throws IllegalArgumentException outside this range
     * @see <a href="https://doi.org/10.1103/RevModPhys.74.145">Gisin, Ribordy, Tittel, Zbinden 2002, section IV.C</a>
     */
    public static double misalignment(double visibility) {
        Range.visibility(visibility);
        return (1 - visibility) / 2;
    }

    /**
     * Error rate after the polarization turned by θ against the analyser, E cos²θ + (1−E) sin²θ: sin²θ (Malus) for a perfect link.
     *
     * @param qber of the basis that turns, before, 0..1
     * @param thetaRad rotation of the polarization, rad, finite
     * @return 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberAfterRotation(double qber, double thetaRad) {
        Range.fraction("qber", qber);
        Range.that(Double.isFinite(thetaRad), "the rotation is finite");
        double sine = Math.sin(thetaRad);
        return qber + (1 - 2 * qber) * sine * sine;
    }

    /**
     * The rotation that would explain a rise of the error rate, the inverse of {@link #qberAfterRotation}.
     *
     * @param qberBefore of the basis that turns, 0..1
     * @param qberAfter 0..1
     * @return rad, 0..π/2; 0 where there is no rise, or none to be had (E ≥ ½)
     * @throws IllegalArgumentException outside these ranges
     */
    public static double rotationRad(double qberBefore, double qberAfter) {
        Range.fraction("qber before", qberBefore);
        Range.fraction("qber after", qberAfter);
        double most = 1 - 2 * qberBefore;
        return most <= 0 ? 0 : Math.asin(Math.sqrt(Math.clamp((qberAfter - qberBefore) / most, 0, 1)));
    }

    /**
     * Error rate while a fraction f of the pulses is measured and sent on. The eavesdropper takes the wrong basis half of the time,
     * and then half of the bits are wrong: E + f(¼ − E/2), which is f/4 for a perfect link.
     *
     * @param qber before, 0..1
     * @param fraction f, 0..1
     * @return 0..1, alike in both bases
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1016/j.tcs.2014.05.025">Bennett, Brassard 1984 (reprinted 2014)</a>
     */
    public static double qberUnderInterceptResend(double qber, double fraction) {
        Range.fraction("qber", qber);
        Range.fraction("fraction", fraction);
        return qber + fraction * (0.25 - qber / 2);
    }

    /**
     * The fraction of pulses measured and sent on that would explain a rise of the error rate, the inverse of
     * {@link #qberUnderInterceptResend}.
     *
     * @param qberBefore 0..1
     * @param qberAfter 0..1
     * @return 0..1; cut at 1, where even all of them would not do; 0 where there is no rise, or none to be had (E ≥ ½)
     * @throws IllegalArgumentException outside these ranges
     */
    public static double interceptedFraction(double qberBefore, double qberAfter) {
        Range.fraction("qber before", qberBefore);
        Range.fraction("qber after", qberAfter);
        double most = 0.25 - qberBefore / 2;
        return most <= 0 ? 0 : Math.min(1, Math.max(0, (qberAfter - qberBefore) / most));
    }

    // ── photon-number splitting ──

    /**
     * Gain of an intensity while an eavesdropper blocks a share of the single photons and makes up for it: she keeps one photon of
     * each pulse that has more and brings the rest through a better channel, just so much that the signal's gain stays. Where
     * there are too few of those pulses even for a lossless channel, the signal's gain falls too.
     *
     * @param intensity mean photon number of the pulse looked at, 0..100
     * @param mu mean photon number of the signal, 0..100, not 0
     * @param eta of the honest channel, 0..1
     * @param y0 0..1
     * @param blocked share of single photons stopped, 0..1
     * @return clicks per pulse, 0..1; for a decoy weaker than the signal, no more than {@link #gain}
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1103/PhysRevLett.85.1330">Brassard, Lütkenhaus, Mor, Sanders 2000</a>
     * @see <a href="https://doi.org/10.1103/PhysRevLett.91.057901">Hwang 2003</a>
     */
    public static double gainUnderSplitting(double intensity, double mu, double eta, double y0, double blocked) {
        Range.that(intensity >= 0 && intensity <= MOST_PHOTONS, "0 <= intensity <= 100");
        Range.that(mu > 0 && mu <= MOST_PHOTONS, "0 < mu <= 100");
        Range.fraction("blocked share", blocked);
        double single = yieldOf(1, eta, y0);
        double room = splittable(mu, eta);
        double stopped = blocked * single * mu * Math.exp(-mu);
        double boost = room <= 0 ? 0 : Math.min(1, stopped / room);
        double gain = gain(intensity, eta, y0)
                - blocked * single * intensity * Math.exp(-intensity)
                + boost * splittable(intensity, eta);
        return Math.min(1, Math.max(0, gain));
    }

    /**
     * The largest share of single photons that can be blocked without a trace in the signal's gain.
     *
     * @param mu mean photon number of the signal, 0..100, not 0
     * @param eta of the honest channel, 0..1
     * @param y0 0..1
     * @return 0..1
     * @throws IllegalArgumentException outside these ranges
     */
    public static double mostBlockedUnseen(double mu, double eta, double y0) {
        Range.that(mu > 0 && mu <= MOST_PHOTONS, "0 < mu <= 100");
        double singles = yieldOf(1, eta, y0) * mu * Math.exp(-mu);
        return singles == 0 ? 1 : Math.min(1, splittable(mu, eta) / singles);
    }

    /** Clicks per pulse that pulses of two photons and more lose to the channel, and a lossless one would give back. */
    private static double splittable(double mean, double eta) {
        // Σ_{n≥2} Pₙ (1−η)ⁿ = e^(−ημ) − e^(−μ)(1 + (1−η)μ), written so that a small μ does not cancel.
        double lost = (1 - eta) * mean;
        return Math.max(0, Math.exp(-mean) * (Math.expm1(lost) - lost));
    }

    // ── what can be proved ──

    /**
     * Lower bound of the single-photon yield from vacuum and weak decoy, eq. (34).
     *
     * @param mu mean photon number of the signal, above ν by at least 10⁻⁹, at most 100
     * @param nu mean photon number of the decoy, ≥ 10⁻⁹
     * @param signalGain Q_μ, 0..1
     * @param decoyGain Q_ν, 0..1
     * @param y0 gain of the vacuum, 0..1
     * @return Y₁, 0..1; 0 where nothing can be proved
     * @throws IllegalArgumentException outside these ranges
     */
    public static double singlePhotonYield(double mu, double nu, double signalGain, double decoyGain, double y0) {
        intensities(mu, nu);
        Range.fraction("signal gain", signalGain);
        Range.fraction("decoy gain", decoyGain);
        Range.fraction("background yield", y0);
        double square = nu / mu * (nu / mu);
        double bound = mu
                / (nu * (mu - nu))
                * (decoyGain * Math.exp(nu) - square * signalGain * Math.exp(mu) - (1 - square) * y0);
        return Math.min(1, Math.max(0, bound));
    }

    /**
     * Upper bound of the single-photon error rate from vacuum and weak decoy, eq. (37).
     *
     * @param nu mean photon number of the decoy, ≥ 10⁻⁹, below 100
     * @param decoyGain Q_ν, 0..1
     * @param decoyError E_ν, 0..1
     * @param y0 gain of the vacuum, 0..1
     * @param y1 bound of the single-photon yield, 0..1
     * @return e₁, 0..½; ½ where nothing can be proved
     * @throws IllegalArgumentException outside these ranges
     */
    public static double singlePhotonError(double nu, double decoyGain, double decoyError, double y0, double y1) {
        intensities(MOST_PHOTONS, nu);
        Range.fraction("decoy gain", decoyGain);
        Range.fraction("decoy error rate", decoyError);
        Range.fraction("background yield", y0);
        Range.fraction("single-photon yield", y1);
        double bound = (decoyError * decoyGain * Math.exp(nu) - BACKGROUND_ERROR * y0) / nu;
        if (bound >= BACKGROUND_ERROR * y1) {
            return BACKGROUND_ERROR;
        }
        return bound <= 0 ? 0 : bound / y1;
    }

    /**
     * Gain of single photons among the signal, Q₁ = Y₁ μ e^(−μ), eq. (35).
     *
     * @param mu mean photon number of the signal, ≥ 0
     * @param y1 0..1
     * @return clicks per pulse, 0..1/e
     * @throws IllegalArgumentException outside these ranges
     */
    public static double singlePhotonGain(double mu, double y1) {
        Range.notNegative("mean photon number", mu);
        Range.fraction("single-photon yield", y1);
        return y1 * mu * Math.exp(-mu);
    }

    /**
     * Secret bits per pulse, q{−Q_μ f H₂(E_μ) + Q₁[1 − H₂(e₁)]}, eq. (1), after Gottesman, Lo, Lütkenhaus, Preskill 2004.
     *
     * @param sifting q: ½ for BB84 with equal bases, times the share of signal pulses; 0..1
     * @param correction f, what error correction costs over the Shannon limit, ≥ 1
     * @param signalGain Q_μ, 0..1
     * @param signalError E_μ, 0..1
     * @param q1 gain of single photons, 0..1
     * @param e1 their error rate, 0..½
     * @return bits per pulse, 0..1; 0 where there is no key
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.26421/QIC4.5-1">Gottesman, Lo, Lütkenhaus, Preskill 2004</a>
     */
    public static double secretKeyPerPulse(
            double sifting, double correction, double signalGain, double signalError, double q1, double e1) {
        Range.fraction("sifting", sifting);
        correction(correction);
        Range.fraction("signal gain", signalGain);
        Range.fraction("single-photon gain", q1);
        double paid = signalGain * correction * BinaryEntropy.of(signalError);
        return sifting * Math.max(0, q1 * (1 - BinaryEntropy.of(e1)) - paid);
    }

    /**
     * The signal intensity that gives most key far out, the root of (1−μ)e^(−μ) = f H₂(e_d)/(1 − H₂(e_d)), eq. (12). It assumes
     * small η and small Y₀/η.
     *
     * @param misalignment e_d, 0..½
     * @param correction f, ≥ 1
     * @return mean photon number, 0..1; 0 where no intensity gives a key
     * @throws IllegalArgumentException outside these ranges
     */
    public static double optimalMu(double misalignment, double correction) {
        Range.that(misalignment <= 0.5, "misalignment <= 0.5");
        correction(correction);
        double entropy = BinaryEntropy.of(misalignment);
        double target = correction * entropy;
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if ((1 - middle) * Math.exp(-middle) * (1 - entropy) > target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The error rate at which single photons give no key any more, the root of 1 − (1 + f) H₂(E) = 0: {@link #SHOR_PRESKILL_LIMIT}
     * for perfect error correction, less for a real one.
     *
     * @param correction f, ≥ 1
     * @return fraction, 0..0.11
     * @throws IllegalArgumentException if {@code correction} is below 1 or not finite
     */
    public static double tolerableQber(double correction) {
        correction(correction);
        return BinaryEntropy.lowerInverse(1 / (1 + correction));
    }

    static void correction(double f) {
        Range.that(f >= 1 && f < Double.POSITIVE_INFINITY, "efficiency of error correction >= 1");
    }

    private static void intensities(double mu, double nu) {
        Range.that(nu >= LEAST_PHOTONS && mu - nu >= LEAST_PHOTONS && mu <= MOST_PHOTONS, "0 < nu < mu <= 100");
    }

    /**
     * One setting of sender, channel and receiver, for what needs all of it at once.
     *
     * @param mu mean photon number of the signal, above ν by at least 10⁻⁹, at most 100
     * @param nu mean photon number of the weak decoy, ≥ 10⁻⁹
     * @param eta 0..1
     * @param y0 0..1
     * @param misalignment e_d, 0..1
     * @param correction f, ≥ 1
     * @param sifting q, 0..1
     */
    public record Setting(
            double mu, double nu, double eta, double y0, double misalignment, double correction, double sifting) {
        public Setting {
            intensities(mu, nu);
            Range.fraction("transmittance", eta);
            Range.fraction("background yield", y0);
            Range.fraction("misalignment", misalignment);
            DecoyBb84.correction(correction);
            Range.fraction("sifting", sifting);
        }

        /** Bits per pulse with infinitely many decoys, which would know Y₁ and e₁ = (e₀Y₀ + e_d η)/Y₁ (eq. 9) exactly. */
        public double keyWithPerfectDecoys() {
            double y1 = yieldOf(1, eta, y0);
            double e1 = y1 == 0 ? 0.5 : Math.min(0.5, (BACKGROUND_ERROR * y0 + misalignment * eta) / y1);
            return key(y1, e1);
        }

        /** Bits per pulse with vacuum and weak decoy, of infinitely many pulses. */
        public double keyWithVacuumAndWeakDecoy() {
            double decoyGain = gain(nu, eta, y0);
            double y1 = singlePhotonYield(mu, nu, gain(mu, eta, y0), decoyGain, y0);
            return key(y1, singlePhotonError(nu, decoyGain, errorRate(nu, eta, y0, misalignment), y0, y1));
        }

        private double key(double y1, double e1) {
            return secretKeyPerPulse(
                    sifting,
                    correction,
                    gain(mu, eta, y0),
                    errorRate(mu, eta, y0, misalignment),
                    singlePhotonGain(mu, y1),
                    e1);
        }
    }
}
