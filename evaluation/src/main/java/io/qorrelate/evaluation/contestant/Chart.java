package io.qorrelate.evaluation.contestant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A control chart of one metric: a slow mean and deviation learned from the past, a fast moving average (EWMA), and a two-sided
 * cumulative sum (CUSUM) of what goes beyond.
 */
final class Chart {
    /** Reports it learns from before it says anything. */
    private static final int WARM_UP = 150;

    /** Share of a quiet report in the slow mean. */
    private static final double SLOW = 1.0 / 2_000;

    private static final double FAST = 0.3;

    /** A single report counts for this many deviations at most: one outlier is no alarm. */
    private static final double CLIP = 8;

    /** What a report may be off without adding to the sum, and the sum that is an alarm, both in deviations. */
    private static final double ALLOWANCE = 2.5;

    private static final double LIMIT = 14;

    private static final double MOVED = 3.5;
    private static final double CALM = 2.5;

    private int seen;
    private double mean;
    private double variance;
    private double fast;
    private double up;
    private double down;
    private int running;
    private @Nullable Instant risenSince;

    /** Takes a value in; learns from it only where all is quiet. */
    void take(double value, Instant at, boolean quiet) {
        seen++;
        if (seen <= WARM_UP) {
            double off = value - mean;
            mean += off / seen;
            variance += (off * (value - mean) - variance) / seen;
            return;
        }
        double deviation = Math.sqrt(variance) + 1e-12 + 1e-6 * Math.abs(mean);
        double z = Math.clamp((value - mean) / deviation, -CLIP, CLIP);
        fast += FAST * (z - fast);
        up = Math.min(3 * LIMIT, Math.max(0, up + z - ALLOWANCE));
        down = Math.min(3 * LIMIT, Math.max(0, down - z - ALLOWANCE));
        if (up == 0 && down == 0) {
            risenSince = null;
            running = 0;
        } else {
            running++;
            if (risenSince == null) {
                risenSince = at;
            }
        }
        if (quiet && Math.abs(z) < CLIP / 2) {
            double off = value - mean;
            mean += SLOW * off;
            variance += SLOW * (off * off - variance);
        }
    }

    boolean alarms() {
        return up > LIMIT || down > LIMIT;
    }

    /** Whether it has moved, alarm or not. */
    boolean moved() {
        return alarms() || Math.abs(fast) > MOVED;
    }

    boolean rose() {
        return fast > 0;
    }

    boolean isCalm() {
        return !alarms() && Math.abs(fast) < CALM;
    }

    /** How many reports the sum has been running for. */
    int running() {
        return running;
    }

    /** Since when the sum has been running. */
    @Nullable
    Instant since() {
        return risenSince;
    }
}
