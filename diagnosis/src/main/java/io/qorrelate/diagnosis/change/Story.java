package io.qorrelate.diagnosis.change;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Residuals since a change may have begun, in bounded memory: when it is full, neighbours are averaged and each slot stands for
 * twice as many reports. Tells a step from a ramp.
 */
final class Story {
    private static final int SLOTS = 16;

    /** No single shape may outweigh all other evidence: real changes are neither perfect steps nor perfect ramps. */
    private static final double LARGEST_VERDICT = 5;

    /** Price, in nats, of leaving the report out during which a step happened: one more parameter, as in the AIC. */
    private static final double LEFT_OUT = 1;

    private final float[] values = new float[SLOTS + 1];
    private final long[] timesMs = new long[SLOTS + 1];
    private int slots;
    private int stride = 1;
    private double pending;
    private int pendingReports;

    Story copy() {
        Story copy = new Story();
        System.arraycopy(values, 0, copy.values, 0, filled());
        System.arraycopy(timesMs, 0, copy.timesMs, 0, filled());
        copy.slots = slots;
        copy.stride = stride;
        copy.pending = pending;
        copy.pendingReports = pendingReports;
        return copy;
    }

    void clear() {
        slots = 0;
        stride = 1;
        pending = 0;
        pendingReports = 0;
    }

    void add(double residual, long timeMs) {
        if (slots == SLOTS && pendingReports == 0) {
            halve();
        }
        pending += residual;
        pendingReports++;
        // The slot that is still being filled counts too: the latest report is often the first of the change.
        values[slots] = (float) (pending / pendingReports);
        timesMs[slots] = timeMs;
        if (pendingReports == stride) {
            slots++;
            pending = 0;
            pendingReports = 0;
        }
    }

    private int filled() {
        return pendingReports > 0 ? slots + 1 : slots;
    }

    private void halve() {
        for (int i = 0; i < SLOTS / 2; i++) {
            values[i] = (values[2 * i] + values[2 * i + 1]) / 2;
            timesMs[i] = timesMs[2 * i + 1];
        }
        slots = SLOTS / 2;
        stride *= 2;
    }

    /** Log-likelihood of the best step less that of the best ramp, Gaussian, bounded. */
    double stepOverRamp(double variance, double inflation, double intervalMs) {
        if (filled() < 2) {
            return 0;
        }
        // Slots average reports, but correlated ones, so that the average is less sharp than 1/stride.
        double slotVariance = variance * Math.min(1, inflation / stride);
        double verdict = (bestRamp(intervalMs * stride) - bestStep(slotVariance).squares()) / (2 * slotVariance);
        return Math.clamp(verdict, -LARGEST_VERDICT, LARGEST_VERDICT);
    }

    /** Time of the first slot of the best step; 0 where there is none. */
    long stepBeginMs(double variance) {
        return filled() == 0 ? 0 : timesMs[bestStep(variance).begin()];
    }

    private record StepFit(double squares, int begin) {}

    /** Smallest sum of squares of: nought before some slot, one level from it on. */
    private StepFit bestStep(double slotVariance) {
        StepFit best = new StepFit(Double.POSITIVE_INFINITY, 0);
        double before = 0;
        for (int begin = 0; begin < filled(); begin++) {
            double here = before + aroundMean(begin);
            double leftOut = filled() - begin > 2
                    ? before + aroundMean(begin + 1) + 2 * LEFT_OUT * slotVariance
                    : Double.POSITIVE_INFINITY;
            if (Math.min(here, leftOut) < best.squares()) {
                best = new StepFit(Math.min(here, leftOut), begin);
            }
            before += values[begin] * (double) values[begin];
        }
        return best;
    }

    private double aroundMean(int from) {
        double sum = 0;
        double squares = 0;
        for (int i = from; i < filled(); i++) {
            sum += values[i];
            squares += values[i] * (double) values[i];
        }
        return squares - sum * sum / (filled() - from);
    }

    /** Smallest sum of squares of: nought before some slot, a straight line from it on. */
    private double bestRamp(double slotMs) {
        double best = Double.POSITIVE_INFINITY;
        for (int begin = 0; begin < filled(); begin++) {
            double beginMs = begin == 0 ? timesMs[0] - slotMs : timesMs[begin - 1];
            double xy = 0;
            double xx = 0;
            double yy = 0;
            for (int i = 0; i < filled(); i++) {
                double x = Math.max(0, timesMs[i] - beginMs);
                xy += x * values[i];
                xx += x * x;
                yy += values[i] * (double) values[i];
            }
            best = Math.min(best, xx == 0 ? yy : yy - xy * xy / xx);
        }
        return best;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(slots);
        out.writeInt(stride);
        out.writeDouble(pending);
        out.writeInt(pendingReports);
        for (int i = 0; i < filled(); i++) {
            out.writeFloat(values[i]);
            out.writeLong(timesMs[i]);
        }
    }

    static Story readFrom(DataInput in) throws IOException {
        Story story = new Story();
        story.slots = in.readUnsignedByte();
        if (story.slots > SLOTS) {
            throw new IOException("a story of " + story.slots + " slots");
        }
        story.stride = in.readInt();
        story.pending = in.readDouble();
        story.pendingReports = in.readInt();
        for (int i = 0; i < story.filled(); i++) {
            story.values[i] = in.readFloat();
            story.timesMs[i] = in.readLong();
        }
        return story;
    }
}
