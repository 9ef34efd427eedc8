package io.qorrelate.diagnosis.change;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * One feature of one link, followed through time: its baseline, the sequential test on its residuals, and a short trace of
 * them. Mutable; the fold copies it before it changes it.
 *
 * <p>The baseline is a mean and a marginal variance, learned in quiet only. The test is Page's two-sided CUSUM on standardised
 * residuals (E. S. Page 1954, Biometrika 41). Its threshold follows from the mean time between false alarms by Siegmund's
 * approximation (D. Siegmund 1985, Sequential Analysis, ch. 2), and is widened by the variance inflation of correlated sums that
 * the link showed in quiet ({@link Correlation}). Where that makes the sum slow, Shewhart's test beside it (W. A. Shewhart 1931)
 * sees what lies far outside anything that the link does by itself: it needs the marginal variance only, whatever the
 * correlation.
 */
public final class Track {
    /** Reports before the test is armed: the standard deviation is then known to about 15 %. */
    public static final int WARM_UP = 20;

    /** Latest residuals kept, for the present level. */
    private static final int RECENT = 8;

    /** Allowance of the CUSUM, in standard deviations: shifts of twice this are found fastest. */
    private static final double ALLOWANCE = 0.75;

    /** Siegmund's correction for the overshoot of a random walk over its boundary. */
    private static final double OVERSHOOT = 1.166;

    /** One report alone never crosses the threshold, however far out it lies: single outliers are no anomalies. */
    private static final double LARGEST_STEP = 0.6;

    /** The last two reports must both lie beyond this, in standard deviations, on the side of the alarm. */
    private static final double PERSISTENCE = 2;

    /** Residuals beyond this many standard deviations pull the baseline no harder than one of this size (Huber). */
    private static final double WINSOR = 3;

    /** A baseline needs some minutes, however often a link reports: what wanders takes its time. */
    private static final long WARM_UP_MS = 300_000;

    /**
     * Two reports in a row beyond this many standard deviations are no noise of a marginal variance that is well known: by
     * chance one in 10⁹ on each side, less than once in thirty years of reports that come every second and are independent.
     */
    private static final double FAR_OUT = 6;

    /** The variance is remembered this much longer than the mean: a night's calm is no measure for the day. */
    private static final double VARIANCE_MEMORY = 12;

    /** Independent residuals below which a variance says nothing; the uncertainty is not taken to be greater. */
    private static final double FEWEST_INDEPENDENT = 2;

    private static final double MS_PER_SECOND = 1000;

    private int samples;
    private double mean;
    private double variance;
    private Correlation correlation = new Correlation();
    private long firstMs;
    private double anchor;
    private double intervalSeconds;
    private long lastMs;

    private double up;
    private double down;
    private long upSinceMs;
    private long downSinceMs;
    private int upRun;
    private int downRun;

    /** Reports in a row far out: above if positive, below if negative. */
    private int farRun;

    private long runSinceMs;

    private final float[] recent = new float[RECENT];
    private final long[] recentMs = new long[RECENT];
    private int seen;
    private Story story = new Story();
    private double scale;

    /** How the tests and baselines of all features are set. */
    public record Tuning(double meanSecondsBetweenFalseAlarms, double memorySeconds) {}

    Track copy() {
        Track copy = new Track();
        copy.samples = samples;
        copy.mean = mean;
        copy.variance = variance;
        copy.correlation = correlation.copy();
        copy.firstMs = firstMs;
        copy.anchor = anchor;
        copy.intervalSeconds = intervalSeconds;
        copy.lastMs = lastMs;
        copy.up = up;
        copy.down = down;
        copy.upSinceMs = upSinceMs;
        copy.downSinceMs = downSinceMs;
        copy.upRun = upRun;
        copy.downRun = downRun;
        copy.farRun = farRun;
        copy.runSinceMs = runSinceMs;
        System.arraycopy(recent, 0, copy.recent, 0, RECENT);
        System.arraycopy(recentMs, 0, copy.recentMs, 0, RECENT);
        copy.seen = seen;
        copy.story = story.copy();
        copy.scale = scale;
        return copy;
    }

    /** Takes a report in: residual, test, trace. Learns nothing yet. */
    void observe(double value, double samplingVariance, long timeMs, Feature feature, Tuning tuning) {
        if (samples > 0 && timeMs > lastMs) {
            double seconds = (timeMs - lastMs) / MS_PER_SECOND;
            intervalSeconds = intervalSeconds == 0 ? seconds : intervalSeconds + (seconds - intervalSeconds) / 8;
        }
        double residual = samples == 0 ? 0 : value - mean;
        scale = Math.sqrt(Math.max(Math.max(variance, samplingVariance), feature.resolution() * feature.resolution()));
        recent[seen % RECENT] = (float) residual;
        recentMs[seen % RECENT] = timeMs;
        seen++;
        if (isArmed()) {
            test(residual / scale, timeMs, tuning);
            if (up == 0 && down == 0) {
                story.clear();
            } else {
                story.add(residual, timeMs);
            }
        }
    }

    private void test(double z, long timeMs, Tuning tuning) {
        double limit = LARGEST_STEP * threshold(tuning);
        if (up == 0) {
            upSinceMs = timeMs;
        }
        if (down == 0) {
            downSinceMs = timeMs;
        }
        up = Math.max(0, up + Math.min(limit, z - ALLOWANCE));
        down = Math.max(0, down + Math.min(limit, -z - ALLOWANCE));
        // What came back to the other side of the baseline was an outlier, not the beginning of a shift.
        if (z < 0) {
            up /= 2;
        } else {
            down /= 2;
        }
        upRun = z > PERSISTENCE ? upRun + 1 : 0;
        downRun = z < -PERSISTENCE ? downRun + 1 : 0;
        if (upRun == 1 || downRun == 1) {
            runSinceMs = timeMs;
        }
        double far = FAR_OUT * uncertainty();
        farRun = z > far ? Math.max(1, farRun + 1) : z < -far ? Math.min(-1, farRun - 1) : 0;
    }

    /**
     * Learns the latest report: how it spreads always, where it lies only from a link that is quiet. A test that is on its way
     * to an alarm it will not reach has seen noise, and noise that is not learned raises the next alarm.
     */
    void learn(double value, long timeMs, Feature feature, Tuning tuning) {
        double residual = value - mean;
        if (samples == 0) {
            mean = value;
            anchor = value;
            firstMs = timeMs;
        } else {
            double share = intervalSeconds / tuning.memorySeconds();
            double young = 1.0 / (samples + 1);
            double bound = isArmed() ? WINSOR * scale : Double.POSITIVE_INFINITY;
            double believed = Math.clamp(residual, -bound, bound);
            double weight = Math.max(young, Math.min(share / VARIANCE_MEMORY, 1.0 / WARM_UP));
            variance += weight * (believed * believed * (1 - weight) - variance);
            correlation.learn(believed, share / VARIANCE_MEMORY);
            if (isQuiet(tuning)) {
                mean += Math.max(young, Math.min(share, 1.0 / WARM_UP)) * believed;
            }
            if (!isArmed()) {
                anchor = mean;
            }
            mean = Math.clamp(mean, anchor - feature.leash(), anchor + feature.leash());
        }
        samples++;
        lastMs = timeMs;
    }

    /** Notes the time of a report that is not learned. */
    void skip(long timeMs) {
        lastMs = timeMs;
    }

    /** Whether the latest report looks quiet enough to learn from. */
    boolean isQuiet(Tuning tuning) {
        return !isArmed() || Math.max(up, down) < threshold(tuning) / 2;
    }

    boolean isArmed() {
        return samples >= WARM_UP && lastMs - firstMs >= WARM_UP_MS;
    }

    boolean alarm(Feature feature, Tuning tuning) {
        return isArmed()
                && ((feature.watches(true) && ((up > threshold(tuning) && upRun >= 2) || farRun >= 2))
                        || (feature.watches(false) && ((down > threshold(tuning) && downRun >= 2) || farRun <= -2)));
    }

    /** Whether the test speaks of a change upwards rather than downwards. */
    public boolean isUp() {
        return farRun != 0 ? farRun > 0 : up > down;
    }

    /**
     * When the change that raised the alarm began, epoch ms: where the best step begins, if it looks like a step; else the last
     * time the test's sum was nought.
     */
    public long onsetMs() {
        long sumWasNought = up > down ? upSinceMs : downSinceMs;
        // What lies far out began with its run; a wander of the link itself may have kept the sum above nought before.
        // A ramp would have been off for longer before it got there.
        boolean jumped = Math.abs(farRun) >= 2 && Math.max(upRun, downRun) <= Math.abs(farRun) + 1;
        if (jumped || (stepOverRamp() > 0 && Math.abs(farRun) >= 2)) {
            return Math.max(sumWasNought, runSinceMs);
        }
        return stepOverRamp() > 0 ? Math.max(sumWasNought, story.stepBeginMs(scale * scale)) : sumWasNought;
    }

    /** Begins the test anew, and keeps the baseline. */
    void resetTest() {
        up = 0;
        down = 0;
        upRun = 0;
        downRun = 0;
        farRun = 0;
        story.clear();
    }

    /** Learns the baseline anew, as after a repair that changed what is normal. */
    void relearn() {
        samples = 0;
        variance = 0;
        correlation.clear();
        resetTest();
        seen = 0;
    }

    /** Threshold of the test, in standard deviations. */
    double threshold(Tuning tuning) {
        double reports = tuning.meanSecondsBetweenFalseAlarms() / Math.max(1, intervalSeconds);
        double independent = Math.log(2 * ALLOWANCE * ALLOWANCE * reports + 1) / (2 * ALLOWANCE) - OVERSHOOT;
        return independent * inflation() * uncertainty();
    }

    /**
     * By how much the standard deviation may be too small, having been learned from so many independent reports: three of its own
     * standard errors, 1/√2n.
     */
    private double uncertainty() {
        return 1 + 3 / Math.sqrt(2 * Math.max(FEWEST_INDEPENDENT, samples / inflation()));
    }

    /** By how much the variance of a sum of correlated residuals exceeds that of independent ones, ≥ 1. */
    public double inflation() {
        return correlation.inflation(variance);
    }

    /** What was expected, in the feature's unit. */
    public double expected() {
        return mean;
    }

    /** Standard deviation of one report, in the feature's unit. */
    public double scale() {
        return scale;
    }

    /** How many of the latest reports are not older than a time; at most {@value #RECENT}. */
    public int reportsSince(long sinceMs) {
        int count = 0;
        while (count < Math.min(seen, RECENT) && recentMs[(seen - count - 1) % RECENT] >= sinceMs) {
            count++;
        }
        return count;
    }

    /** Mean residual of the latest reports, in the feature's unit: at most {@code most} of them, none older than a time. */
    public double level(long sinceMs, int most) {
        int count = Math.min(reportsSince(sinceMs), most);
        double sum = 0;
        for (int back = 1; back <= count; back++) {
            sum += recent[(seen - back) % RECENT];
        }
        return count == 0 ? 0 : sum / count;
    }

    /** {@link #level} in standard deviations of its own error: correlated reports tell less than independent ones. */
    public double standardised(long sinceMs, int most, Feature feature) {
        int count = Math.min(reportsSince(sinceMs), most);
        if (count == 0) {
            return 0;
        }
        double error = scale * Math.sqrt(Math.min(1, inflation() / count));
        return level(sinceMs, most) / Math.hypot(error, feature.resolution());
    }

    /**
     * By how many nats the reports since the test last lay at nought look more like a step than like a ramp; negative where a
     * ramp fits better.
     */
    public double stepOverRamp() {
        return story.stepOverRamp(scale * scale, inflation(), intervalSeconds * MS_PER_SECOND);
    }

    /** How far the latest report lies from the baseline, in standard deviations of one report. */
    double latestDeviation() {
        return seen == 0 || scale == 0 ? 0 : Math.abs(recent[(seen - 1) % RECENT]) / scale;
    }

    /** Seconds between reports, as they came lately. */
    public double intervalSeconds() {
        return intervalSeconds;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(samples);
        out.writeDouble(mean);
        out.writeDouble(variance);
        correlation.writeTo(out);
        out.writeLong(firstMs);
        out.writeDouble(anchor);
        out.writeDouble(intervalSeconds);
        out.writeLong(lastMs);
        out.writeDouble(up);
        out.writeDouble(down);
        out.writeLong(upSinceMs);
        out.writeLong(downSinceMs);
        out.writeInt(upRun);
        out.writeInt(downRun);
        out.writeInt(farRun);
        out.writeLong(runSinceMs);
        out.writeDouble(scale);
        int kept = Math.min(seen, RECENT);
        out.writeByte(kept);
        for (int back = kept; back >= 1; back--) {
            out.writeFloat(recent[(seen - back) % RECENT]);
            out.writeLong(recentMs[(seen - back) % RECENT]);
        }
        story.writeTo(out);
    }

    static Track readFrom(DataInput in) throws IOException {
        Track track = new Track();
        track.samples = in.readInt();
        track.mean = in.readDouble();
        track.variance = in.readDouble();
        track.correlation = Correlation.readFrom(in);
        track.firstMs = in.readLong();
        track.anchor = in.readDouble();
        track.intervalSeconds = in.readDouble();
        track.lastMs = in.readLong();
        track.up = in.readDouble();
        track.down = in.readDouble();
        track.upSinceMs = in.readLong();
        track.downSinceMs = in.readLong();
        track.upRun = in.readInt();
        track.downRun = in.readInt();
        track.farRun = in.readInt();
        track.runSinceMs = in.readLong();
        track.scale = in.readDouble();
        int kept = in.readUnsignedByte();
        if (kept > RECENT) {
            throw new IOException("a trace of " + kept + " reports");
        }
        for (int i = 0; i < kept; i++) {
            track.recent[i] = in.readFloat();
            track.recentMs[i] = in.readLong();
        }
        track.seen = kept;
        track.story = Story.readFrom(in);
        return track;
    }
}
