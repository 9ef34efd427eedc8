package io.qorrelate.diagnosis.physics;

/**
 * Ratios of powers, rates and probabilities, and the same in decibels. A <em>loss</em> is positive where less arrives, a
 * <em>change</em> is positive where more does.
 */
public final class Decibels {
    private static final double NEPERS = Math.log(10) / 10;
    private static final double PER_NEPER = 10 / Math.log(10);

    private Decibels() {}

    /**
     * What is left after a loss: 10^(−loss/10).
     *
     * @param lossDb dB, any number; negative for a gain
     * @return ratio, 0..∞; 1 for no loss, 0 for an infinite one
     */
    public static double fractionLeft(double lossDb) {
        return Math.exp(-NEPERS * lossDb);
    }

    /**
     * The ratio that a change stands for: 10^(change/10).
     *
     * @param changeDb dB, any number
     * @return ratio, 0..∞
     */
    public static double ratioOf(double changeDb) {
        return Math.exp(NEPERS * changeDb);
    }

    /**
     * A ratio as a change.
     *
     * @param ratio new value over old value, ≥ 0
     * @return dB; −∞ for nothing left
     * @throws IllegalArgumentException if {@code ratio} is negative or not a number
     */
    public static double changeOf(double ratio) {
        if (!(ratio >= 0)) {
            throw new IllegalArgumentException("ratio is " + ratio + ", outside 0..∞");
        }
        return PER_NEPER * Math.log(ratio);
    }
}
