package io.qorrelate.diagnosis.physics;

/**
 * How far a value that is estimated from a finite count strays by chance alone: one standard deviation. What equipment adds on
 * top (drift, afterpulses, servo loops) is not in here and has to be learned.
 *
 * @see <a href="https://doi.org/10.1214/ss/1009213286">Brown, Cai, DasGupta 2001, Interval estimation for a binomial proportion</a>
 */
public final class Sampling {
    private Sampling() {}

    /**
     * Binomial deviation of an error rate, √(E(1−E)/n).
     *
     * @param qber error rate, 0..1
     * @param siftedBits bits that it is estimated from, &gt; 0
     * @return fraction, 0..½/√n; 0 where the error rate is 0 or 1, which is then no measure of doubt: see {@link #qberDoubt}
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberDeviation(double qber, double siftedBits) {
        Range.fraction("qber", qber);
        Range.positive("sifted bits", siftedBits);
        return Math.sqrt(qber * (1 - qber) / siftedBits);
    }

    /**
     * The same, from the posterior after Jeffreys' prior, so that an error rate of 0 out of few bits is not taken for certain:
     * standard deviation of the Beta(nE + ½, n(1−E) + ½) distribution.
     *
     * @param qber error rate, 0..1
     * @param siftedBits bits that it is estimated from, ≥ 0
     * @return fraction, &gt; 0; √⅛ for no bits at all
     * @throws IllegalArgumentException outside these ranges
     */
    public static double qberDoubt(double qber, double siftedBits) {
        Range.fraction("qber", qber);
        Range.notNegative("sifted bits", siftedBits);
        double middle = (siftedBits * qber + 0.5) / (siftedBits + 1);
        return Math.sqrt(middle * (1 - middle) / (siftedBits + 2));
    }

    /**
     * Deviation of the visibility V = 1 − 2E that an error rate stands for.
     *
     * @param visibility −1..1
     * @param bits bits that it is estimated from, &gt; 0
     * @return in units of visibility, 0..1/√n
     * @throws IllegalArgumentException outside these ranges
     */
    public static double visibilityDeviation(double visibility, double bits) {
        Range.visibility(visibility);
        Range.positive("bits", bits);
        return Math.sqrt((1 - visibility * visibility) / bits);
    }

    /**
     * Binomial deviation of a detection probability per pulse.
     *
     * @param gain clicks per pulse, 0..1
     * @param pulses pulses sent, &gt; 0
     * @return probability, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static double gainDeviation(double gain, double pulses) {
        Range.fraction("gain", gain);
        Range.positive("pulses", pulses);
        return Math.sqrt(gain * (1 - gain) / pulses);
    }

    /**
     * Poisson deviation of a count, √n.
     *
     * @param count events counted, ≥ 0
     * @return events, ≥ 0
     * @throws IllegalArgumentException if {@code count} is negative or not finite
     */
    public static double countDeviation(double count) {
        Range.notNegative("count", count);
        return Math.sqrt(count);
    }

    /**
     * Deviation of a count behind a non-paralysable dead time, which makes clicks more regular: √n (1 − mτ), m being the
     * registered rate. Clicks that are still more regular than this do not come from a dead time.
     *
     * @param count clicks registered, ≥ 0
     * @param seconds over which they were, &gt; 0
     * @param deadTimeSeconds τ, 0..1
     * @return clicks, ≥ 0; 0 where the detector is saturated (mτ ≥ 1)
     * @throws IllegalArgumentException outside these ranges
     * @see "J. W. Müller 1973, Dead-time problems, Nucl. Instrum. Methods 112, 47"
     */
    public static double countDeviation(double count, double seconds, double deadTimeSeconds) {
        Range.notNegative("count", count);
        Range.positive("seconds", seconds);
        Range.deadTime(deadTimeSeconds);
        return Math.sqrt(count) * Math.max(0, 1 - count * deadTimeSeconds / seconds);
    }

    /**
     * Poisson deviation of a rate, √(rate/time).
     *
     * @param rateHz events per second, ≥ 0
     * @param seconds over which it is measured, &gt; 0
     * @return events per second, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static double rateDeviationHz(double rateHz, double seconds) {
        Range.notNegative("rate", rateHz);
        Range.positive("seconds", seconds);
        return Math.sqrt(rateHz / seconds);
    }

    /**
     * Poisson deviation of a rate in decibels, to first order: (10/ln 10)/√n. Right to a tenth from 30 events on.
     *
     * @param count events that the rate rests on, ≥ 0
     * @return dB, &gt; 0; +∞ for no events
     * @throws IllegalArgumentException if {@code count} is negative or not finite
     */
    public static double rateDeviationDb(double count) {
        Range.notNegative("count", count);
        return Decibels.ofSmall(1 / Math.sqrt(count));
    }
}
