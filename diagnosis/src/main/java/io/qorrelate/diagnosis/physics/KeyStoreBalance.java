package io.qorrelate.diagnosis.physics;

/**
 * A key store as the integral of what is distilled less what is delivered. What was distilled and is neither {@link #found} is
 * key that went without being booked.
 *
 * @see <a href="https://www.etsi.org/deliver/etsi_gs/QKD/001_099/014/01.01.01_60/gs_qkd014v010101p.pdf">ETSI GS QKD 014 V1.1.1, clause
 *     6.1, Status data format: stored_key_count, max_key_count, key_size</a>
 */
public final class KeyStoreBalance {
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
     * Keys of an interval of which it is known what became of them: they are in store, or were delivered.
     *
     * @param storedBefore keys at the start, ≥ 0
     * @param storedAfter keys at the end, ≥ 0
     * @param delivered keys handed out in the interval, ≥ 0
     * @return keys; as many as were {@link #produced} where all is in order, negative where more are missing than were
     * @throws IllegalArgumentException outside these ranges
     */
    public static double found(double storedBefore, double storedAfter, double delivered) {
        Range.notNegative("stored keys", storedBefore);
        Range.notNegative("stored keys", storedAfter);
        Range.notNegative("delivered keys", delivered);
        return storedAfter - storedBefore + delivered;
    }

    /**
     * Whether a store may have been full at some time of an interval: what comes then is thrown away, and missing from the balance.
     *
     * @param storedBefore keys at the start, ≥ 0
     * @param produced keys distilled in the interval, ≥ 0; deliveries may all have come after them
     * @param capacity most keys that the store holds, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static boolean mayOverflow(double storedBefore, double produced, double capacity) {
        Range.notNegative("stored keys", storedBefore);
        Range.notNegative("produced keys", produced);
        Range.notNegative("capacity", capacity);
        return storedBefore + produced >= capacity;
    }
}
