package io.qorrelate.diagnosis.physics;

/**
 * A key store as the integral of what is distilled less what is delivered. What remains unexplained is key that went without being
 * booked, or that was booked without being there.
 *
 * @see <a href="https://www.etsi.org/deliver/etsi_gs/QKD/001_099/014/01.01.01_60/gs_qkd014v010101p.pdf">ETSI GS QKD 014 V1.1.1, clause
 *     6.1, Status data format: stored_key_count, max_key_count, key_size</a>
 */
public final class KeyStoreBalance {
    /** Variance of two counts of whole keys, each cut off anywhere between two keys: 2 · 1/12. */
    private static final double VARIANCE_OF_ROUNDING = 2.0 / 12;

    private KeyStoreBalance() {}

    /**
     * Keys distilled over an interval.
     *
     * @param secretKeyRateBps mean secret key rate over the interval, bit/s, 0..10¹⁵
     * @param seconds length of the interval, ≥ 0
     * @param keySizeBits &gt; 0
     * @return keys, ≥ 0, not rounded
     * @throws IllegalArgumentException outside these ranges
     */
    public static double produced(double secretKeyRateBps, double seconds, double keySizeBits) {
        Range.rate("secret key rate", secretKeyRateBps);
        Range.notNegative("seconds", seconds);
        Range.positive("key size", keySizeBits);
        return secretKeyRateBps * seconds / keySizeBits;
    }

    /**
     * Keys in store at the end of an interval.
     *
     * @param storedBefore keys at its start, ≥ 0
     * @param secretKeyRateBps mean secret key rate over the interval, bit/s, 0..10¹⁵
     * @param seconds length of the interval, ≥ 0
     * @param keySizeBits &gt; 0
     * @param delivered keys handed out in the interval, ≥ 0
     * @param capacity most keys that the store holds, ≥ 0, or +∞ where unknown
     * @return keys, 0..{@code capacity}: what exceeds the capacity is thrown away, and no store owes keys
     * @throws IllegalArgumentException outside these ranges
     */
    public static double expected(
            double storedBefore,
            double secretKeyRateBps,
            double seconds,
            double keySizeBits,
            double delivered,
            double capacity) {
        Range.notNegative("stored keys", storedBefore);
        Range.notNegative("delivered keys", delivered);
        Range.that(capacity >= 0, "capacity >= 0");
        double balance = storedBefore + produced(secretKeyRateBps, seconds, keySizeBits) - delivered;
        return Math.min(capacity, Math.max(0, balance));
    }

    /**
     * What the balance does not explain: keys found at the end less keys {@link #expected}. Negative where keys are missing.
     *
     * @param storedBefore keys at the start, ≥ 0
     * @param storedAfter keys at the end, ≥ 0
     * @param secretKeyRateBps mean secret key rate over the interval, bit/s, 0..10¹⁵
     * @param seconds length of the interval, ≥ 0
     * @param keySizeBits &gt; 0
     * @param delivered keys handed out in the interval, ≥ 0
     * @param capacity most keys that the store holds, ≥ 0, or +∞ where unknown
     * @return keys
     * @throws IllegalArgumentException outside these ranges
     */
    public static double unexplained(
            double storedBefore,
            double storedAfter,
            double secretKeyRateBps,
            double seconds,
            double keySizeBits,
            double delivered,
            double capacity) {
        Range.notNegative("stored keys", storedAfter);
        return storedAfter - expected(storedBefore, secretKeyRateBps, seconds, keySizeBits, delivered, capacity);
    }

    /**
     * Standard deviation of {@link #unexplained}: the rate's own, and that only whole keys are counted at both ends.
     *
     * @param rateDeviationBps standard deviation of the mean secret key rate, bit/s, 0..10¹⁵
     * @param seconds length of the interval, ≥ 0
     * @param keySizeBits &gt; 0
     * @return keys, at least √⅙
     * @throws IllegalArgumentException outside these ranges
     */
    public static double deviation(double rateDeviationBps, double seconds, double keySizeBits) {
        double production = produced(rateDeviationBps, seconds, keySizeBits);
        return Math.hypot(production, Math.sqrt(VARIANCE_OF_ROUNDING));
    }
}
