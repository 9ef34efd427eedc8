package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.binary.Precision;

/**
 * Variances of the means of 4, 16, … numbers in a row. That of single numbers is kept by who hands them in, four by four: it is
 * needed for every report, these for every fourth.
 */
final class BlockMeans {
    /** Bits kept of variances by level: steps in which they are learned grow with it, and are many times the last digit. */
    static final int[] DIGITS = {21, 20, 18, 18, 18};

    /** For what is only averaged: an error of 5·10⁻⁴ of a block's mean is lost in the mean of its squares. */
    static final int FEW_DIGITS = 10;

    /** However short the memory, a variance is that of several blocks. */
    private static final double LARGEST_SHARE = 0.25;

    private final int levels;

    /** Variances of levels 1, 2, …, then sums of the open blocks of levels 2, 3, …. */
    private final float[] at;

    /** Of single numbers and blocks on so many levels: blocks of level {@code i} have 4ⁱ numbers. */
    BlockMeans(int levels) {
        this(levels, new float[2 * levels - 3]);
    }

    private BlockMeans(int levels, float[] at) {
        this.levels = levels;
        this.at = at;
    }

    BlockMeans copy() {
        return new BlockMeans(levels, at.clone());
    }

    /** Variance of the means of blocks of 4ⁱ numbers, from level 1 on. */
    float variance(int level) {
        return at[level - 1];
    }

    void setVariance(int level, float variance) {
        at[level - 1] = variance;
    }

    /** Sum of the means that are there of the open block of a level, from level 2 on. */
    float open(int level) {
        return at[levels + level - 3];
    }

    void setOpen(int level, float sum) {
        at[levels + level - 3] = sum;
    }

    /**
     * Takes the mean of four numbers in.
     *
     * @param four the mean
     * @param before how many such means there were before it
     * @param weight share of a single number in what is remembered of variances
     */
    void add(double four, int before, double weight) {
        double mean = four;
        int blocks = before;
        for (int level = 1; ; level++) {
            double share = Math.max(1.0 / (blocks + 1), Math.min(LARGEST_SHARE, weight * (1 << (2 * level))));
            float variance = variance(level);
            setVariance(level, Precision.round((float) (variance + share * (mean * mean - variance)), DIGITS[level]));
            if (level + 1 == levels) {
                return;
            }
            float sum = Precision.round(open(level + 1) + (float) mean, FEW_DIGITS);
            if ((blocks & 3) != 3) {
                setOpen(level + 1, sum);
                return;
            }
            setOpen(level + 1, 0);
            mean = sum / 4;
            blocks >>= 2;
        }
    }
}
