package io.qorrelate.collectors.snmp;

import java.util.function.LongSupplier;

/** How many engines that nobody knows yet are looked into: to make a key for one takes milliseconds. */
final class Admission {
    /** A network's equipment all at once after a power cut; further ones at {@link #EACH_SECOND}. */
    private static final int BURST = 200;

    /** A tenth of one core at the most. */
    private static final int EACH_SECOND = 10;

    /** More than any network has. */
    private static final int MOST_KNOWN = 20_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final LongSupplier nanoTime;
    private double tokens = BURST;
    private long filledNanos;

    Admission(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        filledNanos = nanoTime.getAsLong();
    }

    /**
     * Whether one more may be looked into now.
     *
     * @param known how many engines are known already
     */
    boolean admits(int known) {
        long now = nanoTime.getAsLong();
        tokens = Math.min(BURST, tokens + (now - filledNanos) / NANOS_PER_SECOND * EACH_SECOND);
        filledNanos = now;
        if (known >= MOST_KNOWN || tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
