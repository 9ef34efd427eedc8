package io.qorrelate.diagnosis.physics;

/**
 * Length of the secret key that a finite block of decoy-state BB84 yields, secure against general attacks. The key is made in one
 * basis, X, from all three intensities; the other, Z, tells the phase error.
 *
 * @see <a href="https://doi.org/10.1103/PhysRevA.89.022307">Lim, Curty, Walenta, Xu, Zbinden 2014, Phys. Rev. A 89, 022307 (its
 *     equation numbers are meant below)</a>
 */
public final class FiniteKey {
    /** Error terms that the secrecy is shared among, ε_sec = 21 ε, eq. (B4). */
    private static final double TERMS = 21;

    private static final double LEAST = 1e-9;

    private FiniteKey() {}

    /**
     * The three intensities and how often each is sent: μ₁ &gt; μ₂ + μ₃ and μ₂ &gt; μ₃ ≥ 0 by at least 10⁻⁹, μ₁ ≤ 100; the shares are at
     * least 10⁻⁹ and sum to 1.
     *
     * @param mu1 signal, mean photons per pulse
     * @param mu2 weak decoy
     * @param mu3 vacuum, or nearly
     * @param p1 share of pulses
     * @param p2 share of pulses
     * @param p3 share of pulses
     */
    public record Intensities(double mu1, double mu2, double mu3, double p1, double p2, double p3) {
        public Intensities {
            Range.that(
                    mu3 >= 0 && mu2 - mu3 >= LEAST && mu1 - (mu2 + mu3) >= LEAST && mu1 <= 100,
                    "100 >= mu1 > mu2 + mu3 and mu2 > mu3 >= 0");
            Range.that(
                    p1 >= LEAST && p2 >= LEAST && p3 >= LEAST && Math.abs(p1 + p2 + p3 - 1) < 1e-6,
                    "p1 + p2 + p3 = 1 and each of them > 0");
        }

        /** Probability that a pulse holds no photon, τ₀. */
        double empty() {
            return p1 * Math.exp(-mu1) + p2 * Math.exp(-mu2) + p3 * Math.exp(-mu3);
        }

        /** Probability that a pulse holds one photon, τ₁. */
        double single() {
            return p1 * mu1 * Math.exp(-mu1) + p2 * mu2 * Math.exp(-mu2) + p3 * mu3 * Math.exp(-mu3);
        }
    }

    /**
     * Events of each intensity, 0..10¹⁵.
     *
     * @param first of μ₁
     * @param second of μ₂
     * @param third of μ₃
     */
    public record Counts(double first, double second, double third) {
        public Counts {
            Range.rate("count", first);
            Range.rate("count", second);
            Range.rate("count", third);
        }

        public double total() {
            return first + second + third;
        }
    }

    /**
     * How improbable a breach must be.
     *
     * @param secrecy ε_sec, between 0 and 1
     * @param correctness ε_cor, between 0 and 1
     */
    public record Security(double secrecy, double correctness) {
        public Security {
            Range.that(secrecy > 0 && secrecy < 1 && correctness > 0 && correctness < 1, "0 < epsilon < 1");
        }
    }

    /**
     * What can be proved of a block.
     *
     * @param vacuumEvents s_X,0, clicks of empty pulses, at least
     * @param singlePhotonEvents s_X,1, clicks of single photons, at least
     * @param phaseError φ_X, of those, at most; ½ where nothing can be proved
     * @param secretBits ℓ, whole bits, ≥ 0
     */
    public record Block(double vacuumEvents, double singlePhotonEvents, double phaseError, double secretBits) {}

    /**
     * Secret key length, eqs. (1)–(5).
     *
     * @param intensities what was sent
     * @param keyBasis n_X, clicks of the block that the key is made from
     * @param testBasis n_Z, clicks in the other basis
     * @param testErrors m_Z, wrong bits among those
     * @param leakedBits λ_EC, what error correction revealed, ≥ 0
     * @param security ε_sec, ε_cor
     * @return what can be proved; no key where the counts are too few
     * @throws IllegalArgumentException if {@code leakedBits} is negative or not finite
     */
    public static Block block(
            Intensities intensities,
            Counts keyBasis,
            Counts testBasis,
            Counts testErrors,
            double leakedBits,
            Security security) {
        Range.notNegative("leaked bits", leakedBits);
        double epsilon = security.secrecy() / TERMS;
        double vacuum = vacuumEvents(intensities, keyBasis, epsilon);
        double singles = singlePhotonEvents(intensities, keyBasis, epsilon);
        double tested = singlePhotonEvents(intensities, testBasis, epsilon);
        double wrong = singlePhotonErrors(intensities, testErrors, epsilon);
        double phase = phaseError(wrong, tested, singles, epsilon);
        double bits = vacuum
                + singles * (1 - BinaryEntropy.of(phase))
                - leakedBits
                - 6 * log2(TERMS / security.secrecy())
                - log2(2 / security.correctness());
        return new Block(vacuum, singles, phase, Math.floor(Math.max(0, bits)));
    }

    /**
     * How far a count out of n may stray from its mean, √(n/2 · ln(1/ε)), except with probability 2ε, eq. (A1).
     *
     * @param n independent events, ≥ 0
     * @param epsilon between 0 and 1
     * @return events, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1080/01621459.1963.10500830">Hoeffding 1963</a>
     */
    public static double hoeffding(double n, double epsilon) {
        Range.notNegative("events", n);
        Range.that(epsilon > 0 && epsilon < 1, "0 < epsilon < 1");
        return Math.sqrt(n / 2 * -Math.log(epsilon));
    }

    /**
     * By how much the share of errors in a sample of size d may exceed that in a disjoint one of size c, except with probability ε:
     * γ of eq. (B2) as printed, for random sampling without replacement.
     *
     * @param epsilon ε, between 0 and 1; eq. (5) states the same function of ε_sec = 21 ε
     * @param share b, of errors in the sample of size c, 0..1
     * @param c size of the sample that was looked at, &gt; 0
     * @param d size of the other one, &gt; 0
     * @return fraction, ≥ 0, up to +∞; for a share of 0 or 1, where the published form has no value, that of half an error in c
     * @throws IllegalArgumentException outside these ranges
     * @see <a href="https://doi.org/10.1103/PhysRevA.81.012318">Fung, Ma, Chau 2010</a>
     */
    public static double sampling(double epsilon, double share, double c, double d) {
        Range.that(epsilon > 0 && epsilon < 1, "0 < epsilon < 1");
        Range.fraction("share of errors", share);
        Range.positive("sample size", c);
        Range.positive("sample size", d);
        double half = Math.min(0.5, 0.5 / c);
        double b = Math.min(1 - half, Math.max(half, share));
        double spread = b * (1 - b);
        double parts = 1 / c + 1 / d;
        double exponent = Math.max(0, log2(parts) - log2(spread) - 2 * log2(epsilon));
        return Math.sqrt(parts * spread / Math.log(2) * exponent);
    }

    /** Eq. (2). */
    private static double vacuumEvents(Intensities i, Counts n, double epsilon) {
        double bound = i.empty()
                * (i.mu2() * low(i.mu3(), i.p3(), n.third(), n.total(), epsilon)
                        - i.mu3() * high(i.mu2(), i.p2(), n.second(), n.total(), epsilon))
                / (i.mu2() - i.mu3());
        return within(bound, n.total());
    }

    /** Eq. (3). */
    private static double singlePhotonEvents(Intensities i, Counts n, double epsilon) {
        double apart = i.mu2() - i.mu3();
        double together = i.mu2() + i.mu3();
        double squares = apart * together / (i.mu1() * i.mu1());
        double multiple =
                high(i.mu1(), i.p1(), n.first(), n.total(), epsilon) - vacuumEvents(i, n, epsilon) / i.empty();
        double bound = i.single()
                * (low(i.mu2(), i.p2(), n.second(), n.total(), epsilon)
                        - high(i.mu3(), i.p3(), n.third(), n.total(), epsilon)
                        - squares * multiple)
                * i.mu1()
                / (apart * (i.mu1() - together));
        return within(bound, n.total());
    }

    /** Eq. (4). */
    private static double singlePhotonErrors(Intensities i, Counts m, double epsilon) {
        double bound = i.single()
                * (high(i.mu2(), i.p2(), m.second(), m.total(), epsilon)
                        - low(i.mu3(), i.p3(), m.third(), m.total(), epsilon))
                / (i.mu2() - i.mu3());
        return Math.max(0, bound);
    }

    /** Eq. (5). */
    private static double phaseError(double wrong, double tested, double singles, double epsilon) {
        if (tested <= 0 || singles <= 0 || wrong >= tested / 2) {
            return 0.5;
        }
        double share = wrong / tested;
        return Math.min(0.5, share + sampling(epsilon, share, tested, singles));
    }

    private static double high(double mu, double share, double count, double total, double epsilon) {
        return Math.exp(mu) / share * Math.min(total, count + hoeffding(total, epsilon));
    }

    private static double low(double mu, double share, double count, double total, double epsilon) {
        return Math.exp(mu) / share * Math.max(0, count - hoeffding(total, epsilon));
    }

    private static double within(double bound, double total) {
        return Math.min(total, Math.max(0, bound));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
