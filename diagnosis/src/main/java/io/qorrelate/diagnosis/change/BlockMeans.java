package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.binary.Precision;
import java.util.Arrays;

/**
 * Variances of the means of 4, 16, … numbers in a row, for residuals and innovations of all features of a link. That of single
 * numbers is kept by the feature's {@link Track}, which hands them in four by four: it is needed for every report, these for every
 * fourth. Most features come to their fourth report together, so these lie together, in one array; only features that were ever reported
 * have a place in it, in order of ordinals.
 */
final class BlockMeans {
    /** What is averaged. */
    enum Of {
        RESIDUALS(0, NoiseModel.LEVELS),
        /** Standardised; in blocks of 1, 4, 16, 64, as the tests for the four sizes of shift average them. */
        INNOVATIONS(RESIDUALS.places(), 4);

        /** Sizes of blocks: those of level {@code i} have 4ⁱ numbers, level 0 being single ones. */
        final int levels;

        private final int first;

        Of(int first, int levels) {
            this.first = first;
            this.levels = levels;
        }

        /** A variance for each level but the first; a sum for each open block but that of four numbers. */
        private int places() {
            return 2 * levels - 3;
        }
    }

    /** Bits kept of variances by level: steps in which they are learned grow with it, and are many times the last digit. */
    static final int[] DIGITS = {21, 20, 18, 18, 18};

    /** For what is only averaged: an error of 5·10⁻⁴ of a block's mean is lost in the mean of its squares. */
    static final int FEW_DIGITS = 10;

    /** However short the memory, a variance is that of several blocks. */
    private static final double LARGEST_SHARE = 0.25;

    /** A cache line holds 64 bytes. */
    private static final int VARIANCES_OF_A_LINE = 16;

    private static final int PLACES = Of.RESIDUALS.places() + Of.INNOVATIONS.places();

    /** Features that have a place: one bit for each, by ordinal. */
    private long known;

    private float[] at = new float[0];

    /** Reads which features have a place: see {@link Tracks#readParts}. */
    long readItself() {
        return known;
    }

    /** Reads a number of each cache line. */
    float readNumbers() {
        float sum = 0;
        for (int i = 0; i < at.length; i += VARIANCES_OF_A_LINE) {
            sum += at[i];
        }
        return sum;
    }

    BlockMeans copy() {
        BlockMeans copy = new BlockMeans();
        copy.known = known;
        copy.at = at.clone();
        return copy;
    }

    /** Makes room for features that are reported for the first time; those that are known keep what they have. */
    void meet(long features) {
        long knownBefore = known;
        float[] before = at;
        known |= features;
        at = new float[Long.bitCount(known) * PLACES];
        for (long rest = knownBefore; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            System.arraycopy(before, Feature.place(feature, knownBefore) * PLACES, at, first(feature), PLACES);
        }
    }

    private int first(int feature) {
        return Feature.place(feature, known) * PLACES;
    }

    private int variancePlace(Feature feature, Of of, int level) {
        return first(feature.ordinal()) + of.first + level - 1;
    }

    private int openPlace(Feature feature, Of of, int level) {
        return first(feature.ordinal()) + of.first + of.levels + level - 3;
    }

    /** Variance of the means of blocks of 4ⁱ numbers, from level 1 on. */
    float variance(Feature feature, Of of, int level) {
        return at[variancePlace(feature, of, level)];
    }

    void setVariance(Feature feature, Of of, int level, float variance) {
        at[variancePlace(feature, of, level)] = variance;
    }

    /** Sum of the means that are there of the open block of a level, from level 2 on. */
    float open(Feature feature, Of of, int level) {
        return at[openPlace(feature, of, level)];
    }

    void setOpen(Feature feature, Of of, int level, float sum) {
        at[openPlace(feature, of, level)] = sum;
    }

    /** Forgets all of a feature. */
    void forget(Feature feature) {
        int first = first(feature.ordinal());
        Arrays.fill(at, first, first + PLACES, 0);
    }

    /**
     * Takes the mean of four numbers in.
     *
     * @param four the mean
     * @param before how many such means there were before it
     * @param weight share of a single number in what is remembered of variances
     */
    void add(Feature feature, Of of, double four, int before, double weight) {
        double mean = four;
        int blocks = before;
        for (int level = 1; ; level++) {
            double share = Math.max(1.0 / (blocks + 1), Math.min(LARGEST_SHARE, weight * (1 << (2 * level))));
            int place = variancePlace(feature, of, level);
            float variance = at[place];
            at[place] = Precision.round((float) (variance + share * (mean * mean - variance)), DIGITS[level]);
            if (level + 1 == of.levels) {
                return;
            }
            int open = openPlace(feature, of, level + 1);
            float sum = Precision.round(at[open] + (float) mean, FEW_DIGITS);
            if ((blocks & 3) != 3) {
                at[open] = sum;
                return;
            }
            at[open] = 0;
            mean = sum / 4;
            blocks >>= 2;
        }
    }
}
