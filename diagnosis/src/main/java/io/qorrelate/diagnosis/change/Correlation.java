package io.qorrelate.diagnosis.change;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How much more the mean of many residuals varies than it would if they were independent, learned from the means of blocks of
 * 2, 4, … 1024 of them. A lag-one autocorrelation would miss what matters most: sampling noise on top hides a
 * wander that lasts for minutes. Block means are the estimator of batch-means analysis (A. M. Law 2015, Simulation Modeling and
 * Analysis, ch. 9).
 */
final class Correlation {
    /** Blocks of up to two to the power of this many residuals. */
    private static final int LEVELS = 10;

    /** Blocks of one size before their variance is believed: it is then known to about a factor of two. */
    private static final int FEWEST_BLOCKS = 4;

    /** Where the largest blocks believed still vary by this much more than the next smaller ones, the end is not in sight. */
    private static final double STILL_GROWING = 1.4;

    private final float[] pending = new float[LEVELS];
    private final float[] variance = new float[LEVELS];
    private final int[] blocks = new int[LEVELS];

    /** Bit k: half a block of level k waits for its other half. */
    private int waiting;

    Correlation copy() {
        Correlation copy = new Correlation();
        System.arraycopy(pending, 0, copy.pending, 0, LEVELS);
        System.arraycopy(variance, 0, copy.variance, 0, LEVELS);
        System.arraycopy(blocks, 0, copy.blocks, 0, LEVELS);
        copy.waiting = waiting;
        return copy;
    }

    void clear() {
        waiting = 0;
        for (int level = 0; level < LEVELS; level++) {
            blocks[level] = 0;
            variance[level] = 0;
        }
    }

    /**
     * Takes a residual in.
     *
     * @param weight share that one report has in what is remembered, 0..1
     */
    void learn(double residual, double weight) {
        double mean = residual;
        for (int level = 0; level < LEVELS; level++) {
            if ((waiting & 1 << level) == 0) {
                waiting |= 1 << level;
                pending[level] = (float) mean;
                return;
            }
            waiting &= ~(1 << level);
            mean = (pending[level] + mean) / 2;
            blocks[level] = Math.min(blocks[level] + 1, 1 << 20);
            double share = Math.min(1, Math.max(1.0 / blocks[level], weight * (2 << level)));
            variance[level] += (float) (share * (mean * mean - variance[level]));
        }
    }

    /**
     * By how much the variance of a long sum exceeds that of independent residuals, ≥ 1. For an autoregression of first order
     * with coefficient φ it is (1 + φ)/(1 − φ).
     *
     * @param single variance of one residual
     */
    double inflation(double single) {
        if (single <= 0) {
            return 1;
        }
        double largest = 1;
        double previous = 1;
        double last = 1;
        for (int level = 0; level < LEVELS && blocks[level] >= FEWEST_BLOCKS; level++) {
            previous = last;
            last = (2 << level) * variance[level] / single;
            largest = Math.max(largest, last);
        }
        return last >= largest && last > STILL_GROWING * previous ? 2 * largest : largest;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeShort(waiting);
        int levels = 0;
        while (levels < LEVELS && (blocks[levels] > 0 || (waiting & 1 << levels) != 0)) {
            levels++;
        }
        out.writeByte(levels);
        for (int level = 0; level < levels; level++) {
            out.writeFloat(pending[level]);
            out.writeFloat(variance[level]);
            out.writeInt(blocks[level]);
        }
    }

    static Correlation readFrom(DataInput in) throws IOException {
        Correlation read = new Correlation();
        read.waiting = in.readUnsignedShort();
        int levels = in.readUnsignedByte();
        if (levels > LEVELS) {
            throw new IOException("a correlation of " + levels + " levels");
        }
        for (int level = 0; level < levels; level++) {
            read.pending[level] = in.readFloat();
            read.variance[level] = in.readFloat();
            read.blocks[level] = in.readInt();
        }
        return read;
    }
}
