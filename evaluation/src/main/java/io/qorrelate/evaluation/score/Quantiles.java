package io.qorrelate.evaluation.score;

import java.util.Arrays;
import java.util.Collection;

/** Quantiles of numbers, infinities among them. */
public final class Quantiles {
    private final double[] sorted;

    private Quantiles(double[] sorted) {
        this.sorted = sorted;
    }

    /** Of these. */
    public static Quantiles of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Quantiles(sorted);
    }

    /** How many there are. */
    public int count() {
        return sorted.length;
    }

    /** The middle one, or the mean of the two in the middle; not a number where there are none. */
    public double median() {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /**
     * The smallest value that is not below a share of them all; not a number where there are none.
     *
     * @param share 0..1
     */
    public double at(double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.clamp(index, 0, sorted.length - 1)];
    }
}
