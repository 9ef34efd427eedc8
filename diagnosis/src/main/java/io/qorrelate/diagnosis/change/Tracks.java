package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.binary.Precision;
import io.qorrelate.diagnosis.physics.Bbm92;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Readings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * All features of one link, followed through time: for each its baseline, what its noise is like, and sequential tests on what
 * the noise does not explain.
 *
 * <p>A residual is the value less the baseline. A Kalman filter follows the wander that {@link NoiseModel} describes; what it
 * did not foresee, the innovation, is white where nothing is wrong. Innovations are tested by Page's CUSUM (E. S. Page 1954,
 * Biometrika 41) in the form of a log-likelihood ratio, for shifts of several sizes at once. A sum in nats that crosses
 * {@code h} does so by chance no more often than once in {@code e^h} reports, if the noise is as modelled (G. Lorden 1971, Ann.
 * Math. Stat. 42); Siegmund's overshoot correction sharpens this (D. Siegmund 1985, Sequential Analysis, ch. 2). One report never
 * says more than the odds that it is an outlier, so that no single report is an alarm. What grows so slowly that the filter
 * follows it is seen by where the filter has got to: further from the baseline than the wander ever goes.
 *
 * <p>Mutable, and laid out in one array, as this is touched for every event of every link; whoever keeps it copies it first.
 */
public final class Tracks {
    private static final int FEATURES = Feature.ALL.size();
    private static final Feature[] ALL = Feature.values();
    private static final int LOSS = Feature.LOSS.ordinal();
    private static final int DIMMING = Feature.DIMMING.ordinal();
    private static final int OPTICAL_ERROR = Feature.OPTICAL_ERROR.ordinal();
    private static final int QBER = Feature.QBER.ordinal();
    private static final int SPLIT = Feature.BASIS_SPLIT.ordinal();
    private static final int VISIBILITY = Feature.VISIBILITY.ordinal();
    private static final int RATE = Feature.RATE.ordinal();
    private static final int DARK_COUNTS = Feature.DARK_COUNTS.ordinal();
    private static final int RATE_NET = Feature.RATE_NET.ordinal();
    private static final int RX_NET = Feature.RX_NET.ordinal();

    // One block of the array for each feature; its places:
    static final int OFFSET = 0; // baseline less anchor
    static final int WANDER = 1; // the filter's estimate
    private static final int DECAY = 2; // share of the wander left after a report
    private static final int GAIN = 3; // of the filter
    private static final int PRECISION = 4; // one over the innovation's standard deviation, as the noise model has it
    static final int LEVEL_PRECISION = 5; // one over the wander that alarms; 0 where there is no wander
    static final int SAMPLING = 6; // mean sampling variance
    static final int WHITE = 7; // of the noise model
    static final int WANDERING = 8; // of the noise model
    static final int MEMORY = 9; // of the noise model
    static final int SAMPLES = 10;
    static final int AGE_S = 11; // seconds over which it was learned
    static final int RESIDUAL = 12; // of the latest report
    static final int UP = 13; // sums of the tests upwards, one for each size
    static final int DOWN = 17;
    static final int PREVIOUS = 21; // value before the latest
    static final int GRAIN = 22; // smallest difference between values
    static final int REPEATS = 23; // share of reports that repeat the one before
    static final int SHARPNESS = 24; // by which innovations are multiplied for each size of shift, 0..1
    static final int RESIDUALS = 28; // variances of single residuals and of block means; sums of open blocks
    static final int INNOVATIONS = 37; // the same of standardised innovations
    static final int TAIL = 44; // share of innovations further out than Gaussian ones go
    static final int STRAYING = 45; // mean square of the baseline's offset
    private static final int DEVIATION = 46; // of the latest report from the anchor
    static final int LAST = 47; // innovation before the latest, standardised
    static final int HASTE = 48; // by which the filter's gain is raised, as it has been found to lag
    private static final int STRIDE = 49;

    /** Bits of a float's mantissa: for what is learned in steps so small that it needs them all. */
    static final int ALL_DIGITS = 23;

    /** For what is made anew from report to report: an error of 3·10⁻⁵ is soon forgotten, and moves no test by 10⁻³ nats. */
    static final int MANY_DIGITS = 14;

    /** For what is only averaged: an error of 5·10⁻⁴ of a block's mean is lost in the mean of its squares. */
    static final int FEW_DIGITS = 10;

    /** For variances by size of block: steps in which they are learned grow with it, and are many times the last digit. */
    static final int[] DIGITS = {21, 20, 18, 18, 18};

    /** Sizes of blocks of residuals: 1, 4, … 256. */
    static final int RESIDUAL_LEVELS = NoiseModel.LEVELS;

    /** Sizes of blocks of innovations: 1, 4, 16, 64, as the tests for the four sizes of shift average them. */
    static final int INNOVATION_LEVELS = 4;

    /** Sizes of shift that are tested for, in standard deviations: each finds half to twice its own nearly as fast as can be. */
    private static final double[] SHIFTS = {0.5, 1, 2, 4};

    /**
     * Probability that a report is an outlier, if the feature has not shown more of them: no report says more than the logarithm
     * of this, in nats. Not measured on any deployed link: set on the evaluation's development seeds, for delay.
     */
    private static final double OUTLIERS = 5e-4;

    private static final double MOST_PER_REPORT = -Math.log(OUTLIERS);

    /** A report this many standard deviations beyond a shift that is tested for says no more than one that is nearer. */
    private static final double BEYOND = 3;

    /** Reports before the tests are armed: the standard deviation is then known to about a tenth. */
    private static final int WARM_UP = 60;

    /** A baseline needs some minutes, however often a link reports: what wanders takes its time. */
    private static final float WARM_UP_S = 600;

    /** Reports before small shifts and slow wanders are tested for: until then the baseline is itself not known as well. */
    private static final int SETTLED = 240;

    /** The anchor is the mean of the first hour: an excursion of some minutes is no commissioning figure. */
    private static final float ANCHORING_S = 3600;

    /** Residuals beyond this many standard deviations pull the baseline no harder than one of this size (Huber). */
    private static final double WINSOR = 3;

    /** As above while the standard deviation is hardly known. */
    private static final double WINSOR_YOUNG = 6;

    private static final float DAY_S = 86_400;

    /** What days do to a baseline is remembered over this many times its own memory. */
    private static final double STRAYING_MEMORY = 24;

    /** A sinusoid goes no further than 1.4 of its standard deviations; that days are not that regular is a guess. */
    private static final double STRAYING_SIGMAS = 4;

    /** What strays further than so many standard deviations teaches no more than what strays so far (Huber). */
    private static final double FURTHEST = 2;

    /** However quiet the days were, as a share of the longest leash; a guess, tried on the evaluation's development seeds. */
    private static final double SHORTEST_LEASH = 0.25;

    /** The variance is remembered this much longer than the mean: a night's calm is no measure for the day. */
    private static final double VARIANCE_MEMORY = 12;

    /** However seldom a link reports, a baseline is the mean of at least so many reports. */
    private static final int FEWEST = 20;

    /** The noise model is fitted anew after so many reports. */
    private static final int REFIT = 32;

    /** Least standard deviation of white noise, as a share of the resolution: keeps the fit from dividing by nought. */
    private static final double LEAST_WHITE = 0.03;

    /** Block means from which their variance is believed. */
    private static final int FEWEST_BLOCKS = 8;

    /** Smallest standard deviation believed, as a share of the resolution: that of rounding, 1/√12. */
    private static final double FLOOR = 0.29;

    /** A longer pause than so many intervals is a gap: the wander is somewhere else by then. */
    private static final double GAP = 3;

    /** Siegmund's and Lorden's figures differ by about this factor for the sizes tested here: 2k² e^(-2.33k), k half the size. */
    private static final double OVERSHOOT = 5;

    /** Where more reports than this repeat the one before to the bit, the values are rounded. */
    private static final double OFTEN_REPEATED = 0.05;

    /**
     * Step by which the gain follows the correlation of neighbouring innovations: a thousand reports settle it. Set on the
     * evaluation's development seeds.
     */
    private static final double HASTENING = 1e-3;

    /** The share of far reports is remembered over a thousand of them: it is small. */
    private static final double TAIL_MEMORY = 1.0 / 1024;

    private static final double GRAIN_MEMORY = 1.0 / 256;

    /**
     * A change is a reason to look where reports are off by this share of what causes typically do: 0.2 dB of loss, 0.3 % of
     * QBER. What is less is within what devices do from week to week, and the security proof counts it in. The share was set
     * on the evaluation's development seeds.
     */
    private static final double RELEVANT = 0.1;

    /** Share of Gaussian noise that lies further out than {@link #BEYOND} standard deviations. */
    private static final double GAUSSIAN_TAIL = 0.0027;

    /**
     * Tests that a feature counts as in the threshold. It has up to eight, of which neighbours alarm together, but not as one:
     * four would be the careful figure. Set on the evaluation's development seeds, for delay, and at the price of more false
     * alarms than the stated time between them.
     */
    private static final int TESTS_PER_FEATURE = 1;

    /**
     * From this share of the wander that alarms on, a feature is not taken to wander more than it was known to: what may be the
     * beginning of a ramp would else raise the limit that it has to reach. What came back is learned when it is back. Set on
     * the evaluation's development seeds: a tenth of the slow drifts had been hidden so.
     */
    private static final double SUSPECT = 0.35;

    /**
     * Only a feature that was seen for so long is known not to wander so far all the time: what a young one knows of its wander is
     * the little it has seen, and held to it, it would alarm at the next. Three hours hide no more of the slow drifts of the
     * evaluation's development seeds than none; six do.
     */
    private static final float SEASONED_S = 3 * ANCHORING_S;

    /** Key rate is judged by QBER and rate only where these have hardly moved: near the end of all key, models differ. */
    private static final double KEY_QBER = 0.01;

    private static final double KEY_DECIBEL = 3;

    /** What error correction costs over Shannon's limit, as Lim et al. 2014 (PRA 89 022307) take it. */
    private static final double CORRECTION = 1.16;

    private static final double MS_PER_SECOND = 1000;

    private static final long RAISING = Feature.ALL.stream()
            .filter(Feature::raisesAlarm)
            .mapToLong(Feature::bit)
            .reduce(0, (one, other) -> one | other);

    /** Events of two kinds report features, each at its own pace. */
    private static final int PANELS = 2;

    private final float[] at;
    private final double[] anchor;
    private final long[] lastMs;
    private final float[] intervalS;
    private final float[] threshold;
    private final Trace trace;
    private long armed;

    /** Features that were ever reported: these have something to be written. */
    private long known;

    private final FeatureValues values = new FeatureValues();
    private final double[] variances = new double[RESIDUAL_LEVELS];

    /** How the tests and baselines of all features are set. */
    public record Tuning(double meanSecondsBetweenFalseAlarms, double memorySeconds) {}

    public Tracks() {
        this(
                new float[FEATURES * STRIDE],
                new double[FEATURES],
                new long[PANELS],
                new float[PANELS],
                new float[PANELS],
                new Trace());
    }

    private Tracks(float[] at, double[] anchor, long[] lastMs, float[] intervalS, float[] threshold, Trace trace) {
        this.at = at;
        this.anchor = anchor;
        this.lastMs = lastMs;
        this.intervalS = intervalS;
        this.threshold = threshold;
        this.trace = trace;
    }

    /** A deep copy. */
    public Tracks copy() {
        Tracks copy = new Tracks(
                at.clone(), anchor.clone(), lastMs.clone(), intervalS.clone(), threshold.clone(), trace.copy());
        copy.armed = armed;
        copy.known = known;
        return copy;
    }

    /**
     * Takes an event's readings in, and gives the features whose tests have crossed their thresholds and which are a reason to
     * look: one bit for each, by ordinal.
     *
     * @param kind of the event: {@link Kind#LINK_QUALITY} or {@link Kind#KEY_RATE}
     * @param mayLearn whether nothing is wrong as far as is known
     */
    public long observe(Readings readings, Kind kind, long timeMs, boolean mayLearn, Tuning tuning) {
        int panel = kind == Kind.KEY_RATE ? 1 : 0;
        values.read(readings);
        keepToOneScale();
        if (panel == 1) {
            keyNet(timeMs);
        }
        if (values.present == 0) {
            return 0;
        }
        boolean gap = tick(panel, timeMs);
        double interval = intervalS[panel];
        if (threshold[panel] == 0) {
            threshold[panel] = (float) threshold(interval, tuning);
        }
        double limit = threshold[panel];
        known |= values.present;
        double share = interval / tuning.memorySeconds();
        long alarms = 0;
        for (long rest = values.present; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            alarms |= step(feature, panel, gap, limit, share, mayLearn, tuning);
        }
        long joint = panel == 0 ? join() : 0;
        for (long rest = joint; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            alarms |= step(feature, panel, gap, limit, share, mayLearn, tuning);
        }
        trace.add(values.present | joint, known, at, STRIDE, DEVIATION, timeMs);
        return alarms & RAISING;
    }

    /**
     * Leaves out what this report gives on another scale than those before, as where a rate is missing and the gain would stand
     * for it. The two lie on either side of nought decibels: a rate is one per second or more, a probability one or less.
     */
    private void keepToOneScale() {
        if (isOnOtherScale(RATE)) {
            values.present &= ~(Feature.RATE.bit() | Feature.RATE_NET.bit());
        }
        if (isOnOtherScale(DARK_COUNTS)) {
            values.present &= ~Feature.DARK_COUNTS.bit();
        }
    }

    private boolean isOnOtherScale(int feature) {
        return (values.present & known & 1L << feature) != 0
                && Math.signum(values.value[feature]) * Math.signum(anchor[feature]) < 0;
    }

    /** Notes the time, and tells whether there was a gap before. */
    private boolean tick(int panel, long timeMs) {
        long last = lastMs[panel];
        lastMs[panel] = timeMs;
        if (last == 0 || timeMs <= last) {
            return false;
        }
        float seconds = (float) ((timeMs - last) / MS_PER_SECOND);
        float usual = intervalS[panel];
        if (usual == 0) {
            intervalS[panel] = seconds;
            return false;
        }
        boolean gap = seconds > GAP * usual;
        // A gap is no change of pace, unless it is one: then it comes again and again.
        intervalS[panel] = usual + (Math.min(seconds, 2 * usual) - usual) / 16;
        return gap;
    }

    private long step(
            int feature, int panel, boolean gap, double limit, double share, boolean mayLearn, Tuning tuning) {
        int base = feature * STRIDE;
        double value = values.value[feature];
        int samples = (int) at[base + SAMPLES];
        if (samples == 0) {
            anchor[feature] = ALL[feature].isJoint() ? 0 : TrackForm.rounded(value);
            at[base + OFFSET] = 0;
        }
        double residual = value - anchor[feature] - at[base + OFFSET];
        at[base + RESIDUAL] = (float) residual;
        at[base + DEVIATION] = (float) (residual + at[base + OFFSET]);
        boolean tested = (armed & 1L << feature) != 0;
        double young = 1.0 / (samples + 1);
        // The share of this report in what is remembered of variances.
        double weight = Math.max(young, Math.min(share / VARIANCE_MEMORY, 1.0 / FEWEST));
        boolean alarm = tested && test(base, feature, residual, gap, limit, mayLearn, weight);
        if (!ALL[feature].isJoint()) {
            grain(base, (float) value, samples, young);
        }
        if (mayLearn && learn(base, feature, residual, panel, limit, share, weight, tuning)) {
            alarm = true;
        }
        return alarm ? 1L << feature : 0;
    }

    private boolean test(
            int base, int feature, double residual, boolean gap, double limit, boolean mayLearn, double weight) {
        double decay = at[base + DECAY];
        double precision = at[base + PRECISION];
        if (gap) {
            // The wander is anywhere by now: the report is judged by all that it ever does.
            at[base + WANDER] = 0;
            precision = 1 / Math.sqrt(at[base + WHITE] + at[base + WANDERING] + 1 / (precision * precision));
        }
        double sampling = sampling(feature);
        double usual = at[base + SAMPLING];
        if (usual > 0 && (sampling > 1.2 * usual || sampling < 0.8 * usual)) {
            // Fewer bits than usual, or more: the white share of the noise goes with them.
            double total = 1 / (precision * precision);
            double white = Math.min(at[base + WHITE], total);
            precision = 1 / Math.sqrt(total - white + white * sampling / usual);
        }
        double foreseen = decay * at[base + WANDER];
        double innovation = residual - foreseen;
        // What the resolution may hide is nobody's business, however long it lasts.
        double dead = deadZone(base, feature);
        double z = (innovation > dead ? innovation - dead : innovation < -dead ? innovation + dead : 0) * precision;
        // An outlier must not take the filter with it.
        double raw = innovation * precision;
        double bound = BEYOND / precision;
        double taken = Math.clamp(innovation, -bound, bound);
        double wander = foreseen + Math.min(1, at[base + GAIN] + at[base + HASTE]) * taken;
        at[base + WANDER] = Precision.round((float) wander, MANY_DIGITS);
        if (mayLearn) {
            learnInnovation(base, raw, weight);
        }
        double largest = 0;
        double most = at[base + TAIL] > OUTLIERS ? -Math.log(at[base + TAIL]) : MOST_PER_REPORT;
        Feature it = ALL[feature];
        if (it.watchesUp()) {
            largest = sums(base, UP, z, most);
            largest = (wander - dead) * at[base + LEVEL_PRECISION] > 1 ? Double.POSITIVE_INFINITY : largest;
        }
        if (it.watchesDown()) {
            largest = Math.max(largest, sums(base, DOWN, -z, most));
            largest = (-wander - dead) * at[base + LEVEL_PRECISION] > 1 ? Double.POSITIVE_INFINITY : largest;
        }
        return largest > limit && Math.abs(residual) > RELEVANT * it.typicalShift();
    }

    /**
     * Learns what is left when the filter has foretold a report: how it spreads alone and in blocks, how often it lies far out,
     * and whether one follows the other, as it does where the filter lags.
     */
    private void learnInnovation(int base, double raw, double weight) {
        double believed = Math.clamp(raw, -WINSOR, WINSOR);
        float variance = at[base + INNOVATIONS];
        at[base + INNOVATIONS] =
                Precision.round((float) (variance + weight * (believed * believed - variance)), DIGITS[0]);
        double far = Math.abs(raw) > BEYOND ? 1 : 0;
        at[base + TAIL] += (float) (Math.min(weight, TAIL_MEMORY) * (far - at[base + TAIL]));
        blocks(base + INNOVATIONS, INNOVATION_LEVELS, (int) at[base + SAMPLES], believed, weight);
        double haste = at[base + HASTE] + HASTENING * believed * at[base + LAST];
        at[base + HASTE] = Precision.round((float) Math.clamp(haste, 0, 1 - at[base + GAIN]), MANY_DIGITS);
        at[base + LAST] = Precision.round((float) believed, FEW_DIGITS);
    }

    private double sums(int base, int tests, double z, double most) {
        double largest = 0;
        for (int i = 0; i < SHIFTS.length; i++) {
            double shift = SHIFTS[i];
            double sharp = z * at[base + SHARPNESS + i];
            double nats = Math.min(most, shift * Math.min(sharp, shift + BEYOND) - shift * shift / 2);
            double sum = Math.max(0, at[base + tests + i] + nats);
            at[base + tests + i] = Precision.round((float) sum, MANY_DIGITS);
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    /** Sampling variance of an error rate at what is expected of it: what is reported may be an outlier. */
    private double sampling(int feature) {
        if (values.bits <= 0 || (feature != QBER && feature != SPLIT)) {
            return 0;
        }
        double expected = anchor[QBER] + at[QBER * STRIDE + OFFSET];
        // Half an error at least, as no error in n bits is no proof of none.
        double error = Math.clamp(expected, Math.min(0.5, 0.5 / values.bits), 0.5);
        double variance = error * (1 - error) / values.bits;
        // A difference: half of the bits in each basis, and two of them to subtract.
        return feature == SPLIT ? 4 * variance : variance;
    }

    /** Deviations up to this are not tested: half of what equipment resolves, or the steps in which this one reports. */
    private double deadZone(int base, int feature) {
        double half = ALL[feature].resolution() / 2;
        // What is made of rounded numbers is rounded with them.
        if (feature == RATE_NET || feature == RX_NET || feature == DIMMING) {
            return Math.max(half, grainOf(LOSS * STRIDE));
        }
        if (feature == OPTICAL_ERROR) {
            return Math.max(half, Math.max(grainOf(QBER * STRIDE), grainOf(VISIBILITY * STRIDE) / 2));
        }
        return Math.max(half, grainOf(base));
    }

    private double grainOf(int base) {
        return at[base + REPEATS] > OFTEN_REPEATED ? at[base + GRAIN] : 0;
    }

    /** Notes whether values repeat, and in which steps they come: equipment that rounds sits on one value and then jumps. */
    private void grain(int base, float value, int samples, double young) {
        float previous = at[base + PREVIOUS];
        at[base + PREVIOUS] = value;
        if (samples == 0) {
            return;
        }
        float step = Math.abs(value - previous);
        boolean repeated = step == 0;
        double share = Math.max(young, GRAIN_MEMORY);
        at[base + REPEATS] = Precision.round(
                at[base + REPEATS] + (float) (((repeated ? 1 : 0) - at[base + REPEATS]) * share), MANY_DIGITS);
        if (!repeated && (at[base + GRAIN] == 0 || step < at[base + GRAIN])) {
            at[base + GRAIN] = Precision.round(step, MANY_DIGITS);
        } else {
            // Steps once seen by chance are forgotten in time.
            at[base + GRAIN] = Precision.round(at[base + GRAIN] * (float) (1 + GRAIN_MEMORY / 10), MANY_DIGITS);
        }
    }

    /**
     * Learns the latest report: how it spreads always, where it lies only from a feature that is quiet. A test that is on its
     * way to an alarm it will not reach has seen noise, and noise that is not learned raises the next alarm.
     *
     * @return whether the baseline has been led to the end of its leash: then it goes back to its anchor, from where all of the
     *     slow change is seen
     */
    private boolean learn(
            int base,
            int feature,
            double residual,
            int panel,
            double limit,
            double share,
            double weight,
            Tuning tuning) {
        Feature it = ALL[feature];
        boolean tested = (armed & 1L << feature) != 0;
        boolean strained = false;
        double interval = intervalS[panel];
        int samples = (int) at[base + SAMPLES];
        at[base + AGE_S] += samples == 0 ? 0 : (float) interval;
        double young = 1.0 / (samples + 1);
        double floor = it.resolution();
        double spread = Math.max(Math.sqrt(at[base + RESIDUALS]), floor);
        double bound = tested ? WINSOR * spread : samples >= WARM_UP / 2 ? WINSOR_YOUNG * spread : 1e9;
        double believed = Math.clamp(residual, -bound, bound);
        double variance = at[base + RESIDUALS];
        at[base + RESIDUALS] = Precision.round(
                (float) (variance + weight * (believed * believed * (1 - young) - variance)), DIGITS[0]);
        blocks(base + RESIDUALS, RESIDUAL_LEVELS, samples, believed, weight);
        at[base + SAMPLING] += (float) (weight * (sampling(feature) - at[base + SAMPLING]));
        if (!it.isJoint() && (!tested || isQuiet(base, limit))) {
            double offset = at[base + OFFSET] + Math.max(young, Math.min(share, 1.0 / FEWEST)) * believed;
            if (at[base + AGE_S] < ANCHORING_S) {
                anchor[feature] = TrackForm.rounded(anchor[feature] + offset);
                offset = 0;
            }
            // A report of every third day replaces what is remembered, and no more than that.
            double straying = Math.min(1, share / STRAYING_MEMORY);
            at[base + STRAYING] += (float) (straying * (believedSquare(base, it, offset) - at[base + STRAYING]));
            double leash = leash(base, it);
            strained = tested && Math.abs(offset) > leash && (offset > 0 ? it.watchesUp() : it.watchesDown());
            at[base + OFFSET] = strained ? 0 : (float) Math.clamp(offset, -leash, leash);
        }
        samples++;
        at[base + SAMPLES] = samples;
        // Joint features begin when their parts are known; what those did not know then is in them for a while.
        if (!tested && samples >= (it.isJoint() ? SETTLED : WARM_UP) && at[base + AGE_S] >= WARM_UP_S) {
            armed |= 1L << feature;
            threshold[panel] = 0;
            refit(base, it, panel, tuning);
        } else if (tested && (samples % REFIT == 0 || (samples < SETTLED && samples % 8 == 0))) {
            refit(base, it, panel, tuning);
            threshold[panel] = 0;
        }
        return strained;
    }

    /** Square of an offset as far as it is believed to be one of the link's days: what goes further may be a slow change. */
    private double believedSquare(int base, Feature feature, double offset) {
        double square = offset * offset;
        if (at[base + AGE_S] < DAY_S) {
            return square;
        }
        double least = SHORTEST_LEASH * feature.leash() / STRAYING_SIGMAS;
        return Math.min(square, FURTHEST * FURTHEST * Math.max(at[base + STRAYING], least * least));
    }

    /**
     * How far the baseline may stray: as far as days move this link, where they have been seen; never further than its kind
     * ever goes.
     */
    private double leash(int base, Feature feature) {
        double most = feature.leash();
        return at[base + AGE_S] < DAY_S
                ? most
                : Math.clamp(STRAYING_SIGMAS * Math.sqrt(at[base + STRAYING]), SHORTEST_LEASH * most, most);
    }

    /** Variances of the means of 4, 16, … residuals in a row; the first place is that of single ones. */
    private void blocks(int place, int levels, int samples, double residual, double weight) {
        double mean = residual;
        int before = samples;
        for (int level = 1; level < levels; level++) {
            int pending = place + levels + level - 1;
            at[pending] = Precision.round(at[pending] + (float) mean, FEW_DIGITS);
            if ((before & 3) != 3) {
                return;
            }
            mean = at[pending] / 4;
            at[pending] = 0;
            int number = (before >> 2) + 1;
            double share = Math.max(1.0 / number, Math.min(0.25, weight * (1 << (2 * level))));
            float variance = at[place + level];
            at[place + level] = Precision.round((float) (variance + share * (mean * mean - variance)), DIGITS[level]);
            before >>= 2;
        }
    }

    private void refit(int base, Feature feature, int panel, Tuning tuning) {
        int samples = (int) at[base + SAMPLES];
        for (int level = 0; level < NoiseModel.LEVELS; level++) {
            variances[level] = at[base + RESIDUALS + level];
        }
        // White noise that is not there would make the filter lag behind the wander.
        double floor = Math.max(LEAST_WHITE * feature.resolution(), grainOf(base) / 2);
        NoiseModel fitted = NoiseModel.fit(variances, samples, floor * floor);
        float wander = isSuspect(base) ? Math.min(fitted.wander(), at[base + WANDERING]) : fitted.wander();
        NoiseModel noise = new NoiseModel(
                Precision.round(fitted.white(), MANY_DIGITS), Precision.round(wander, MANY_DIGITS), fitted.memory());
        at[base + WHITE] = noise.white();
        at[base + WANDERING] = noise.wander();
        at[base + MEMORY] = noise.memory();
        derive(base, feature, noise, samples, panel, tuning);
    }

    private void derive(int base, Feature feature, NoiseModel noise, int samples, int panel, Tuning tuning) {
        filter(base, feature, noise);
        sharpen(base, samples);
        // A hasty filter also takes some of the white noise for wander.
        double level = Math.sqrt(noise.wander() + at[base + HASTE] * noise.white());
        if (samples >= SETTLED && level * level > 0.05 * noise.white()) {
            double looks = tuning.meanSecondsBetweenFalseAlarms()
                    * tests()
                    / Math.max(1, noise.reports() * Math.max(1, intervalS[panel]));
            double far = Math.sqrt(2 * Math.log(Math.max(100, looks)));
            double wide = level * far * uncertainty(samples / (2 * noise.reports()));
            at[base + LEVEL_PRECISION] = Precision.round((float) (1 / wide), MANY_DIGITS);
        } else {
            at[base + LEVEL_PRECISION] = 0;
        }
    }

    /** The Kalman filter for a noise model: follows from it alone, and so is not written. */
    private void filter(int base, Feature feature, NoiseModel noise) {
        double predicted = noise.predicted();
        double innovation = predicted + noise.white();
        at[base + DECAY] = (float) noise.decay();
        at[base + GAIN] = (float) (predicted / innovation);
        double rounding = FLOOR * feature.resolution();
        at[base + PRECISION] = (float) (1 / Math.sqrt(innovation + rounding * rounding));
    }

    /**
     * How far innovations may be believed at each scale. The noise model is not the whole truth: where the means of 4, 16, 64
     * innovations vary more than white noise would, the tests that average so many are dulled by as much.
     */
    private void sharpen(int base, int samples) {
        double inflation = 1;
        // Where more lies far out than Gaussian noise has there, what is far out says less. The quantile goes with
        // √(−ln p).
        double tail = at[base + TAIL];
        double tails = tail > GAUSSIAN_TAIL ? Math.sqrt(Math.log(tail) / Math.log(GAUSSIAN_TAIL)) : 1;
        for (int i = SHIFTS.length - 1; i >= 0; i--) {
            int level = SHIFTS.length - 1 - i;
            int blocks = samples >> (2 * level);
            if (blocks >= FEWEST_BLOCKS) {
                inflation = Math.max(inflation, at[base + INNOVATIONS + level] * (1 << (2 * level)));
                at[base + SHARPNESS + i] =
                        Precision.round((float) (tails / (Math.sqrt(inflation) * uncertainty(blocks))), MANY_DIGITS);
            } else {
                // Not yet known at this scale: not tested.
                at[base + SHARPNESS + i] = 0;
            }
        }
    }

    /** Three standard errors of a standard deviation learned from so many independent reports, 1/√2n each. */
    private static double uncertainty(double independent) {
        return 1 + 3 / Math.sqrt(2 * Math.max(4, independent));
    }

    private double threshold(double intervalSeconds, Tuning tuning) {
        double reports = tuning.meanSecondsBetweenFalseAlarms() / Math.max(1, intervalSeconds);
        return Math.max(MOST_PER_REPORT * 1.01, Math.log(reports * tests() / OVERSHOOT));
    }

    private double tests() {
        return Math.max(1, TESTS_PER_FEATURE * Long.bitCount(armed & RAISING));
    }

    /** Whether a feature has wandered so far, for all that is known of it, that it may be the beginning of a change. */
    private boolean isSuspect(int base) {
        return at[base + AGE_S] > SEASONED_S && Math.abs(at[base + WANDER]) * at[base + LEVEL_PRECISION] > SUSPECT;
    }

    private boolean isQuiet(int base, double limit) {
        double most = limit / 2;
        for (int i = 0; i < SHIFTS.length; i++) {
            if (at[base + UP + i] >= most || at[base + DOWN + i] >= most) {
                return false;
            }
        }
        return Math.abs(at[base + WANDER]) * at[base + LEVEL_PRECISION] < 0.7;
    }

    /** Forms the joint features from the residuals of what was just reported; gives their bits. */
    private long join() {
        long joined = 0;
        if (isTestedNow(Feature.QBER) && isTestedNow(Feature.VISIBILITY)) {
            double q = trust(Feature.QBER, 1);
            double v = trust(Feature.VISIBILITY, 0.5);
            // A loss of visibility of 2e is an error of e.
            put(Feature.OPTICAL_ERROR, (q * residual(Feature.QBER) - v * residual(Feature.VISIBILITY) / 2) / (q + v));
            joined |= Feature.OPTICAL_ERROR.bit();
        }
        if (isTestedNow(Feature.LOSS) && (isTestedNow(Feature.RATE) || isTestedNow(Feature.RX_POWER))) {
            double l = trust(Feature.LOSS, 1);
            double r = isTestedNow(Feature.RATE) ? trust(Feature.RATE, 1) : 0;
            double p = isTestedNow(Feature.RX_POWER) ? trust(Feature.RX_POWER, 1) : 0;
            double sum = l * residual(Feature.LOSS)
                    - (r == 0 ? 0 : r * residual(Feature.RATE))
                    - (p == 0 ? 0 : p * residual(Feature.RX_POWER));
            put(Feature.DIMMING, sum / (l + r + p));
            joined |= Feature.DIMMING.bit();
        }
        known |= joined;
        return joined;
    }

    private void put(Feature feature, double value) {
        values.value[feature.ordinal()] = value;
    }

    private boolean isTestedNow(Feature feature) {
        return values.has(feature) && isArmed(feature);
    }

    /** Precision of a feature's residual, or of what it is a multiple of. */
    private double trust(Feature feature, double factor) {
        int base = feature.ordinal() * STRIDE;
        double precision = at[base + PRECISION] / factor;
        return precision * precision;
    }

    /** What the key rate lacks of what QBER and rate, as last reported, allow. */
    private void keyNet(long timeMs) {
        boolean fresh = lastMs[0] != 0 && timeMs - lastMs[0] <= GAP * MS_PER_SECOND * Math.max(1, intervalS[0]);
        if (!values.has(Feature.KEY_RATE) || !fresh || !isArmed(Feature.QBER)) {
            return;
        }
        double moved = residual(Feature.QBER);
        double brighter = isArmed(Feature.RATE) ? residual(Feature.RATE) : 0;
        if (!(moved <= KEY_QBER) || !(Math.abs(brighter) <= KEY_DECIBEL)) {
            return;
        }
        double usual = expected(Feature.QBER);
        double allowed = keyShare(usual + moved);
        double before = keyShare(usual);
        if (before <= 0 || allowed <= 0) {
            return;
        }
        values.put(
                Feature.KEY_NET,
                values.value[Feature.KEY_RATE.ordinal()] - brighter - 10 * Math.log10(allowed / before));
    }

    /** Secret bits of a sifted bit where photon numbers stay as they are. */
    private static double keyShare(double error) {
        return Bbm92.secretFraction(Math.clamp(error, 0, 0.5), CORRECTION);
    }

    /** Whether the feature's baseline is known, so that its tests run. */
    public boolean isArmed(Feature feature) {
        return (armed & feature.bit()) != 0;
    }

    /** Whether a feature was among what was reported at a time, the latest. */
    public boolean isReportedAt(Feature feature, long timeMs) {
        return trace.hasAt(feature, timeMs);
    }

    /** Features that are reported and whose baseline is known. */
    public Set<Feature> armed() {
        Set<Feature> set = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.ALL) {
            if (isArmed(feature)) {
                set.add(feature);
            }
        }
        return set;
    }

    /** What is expected of a feature, in its unit. */
    public double expected(Feature feature) {
        return anchor[feature.ordinal()] + at[feature.ordinal() * STRIDE + OFFSET];
    }

    /** What the latest report was off the baseline, in the feature's unit. */
    public double residual(Feature feature) {
        return at[feature.ordinal() * STRIDE + RESIDUAL];
    }

    /** Standard deviation of one report, in the feature's unit. */
    public double scale(Feature feature) {
        NoiseModel noise = noise(feature);
        return Math.max(feature.resolution(), Math.sqrt((double) noise.white() + noise.wander()));
    }

    /** Standard deviation of the mean of so many consecutive reports, in the feature's unit. */
    public double scaleOfMean(Feature feature, double reports) {
        int base = feature.ordinal() * STRIDE;
        NoiseModel noise = noise(feature);
        double baseline = noise.ofMean(Math.max(1, at[base + SAMPLES]));
        return Math.sqrt(noise.ofMean(Math.max(1, reports)) + baseline)
                * uncertainty(Math.max(2, at[base + SAMPLES] / 2));
    }

    NoiseModel noise(Feature feature) {
        int base = feature.ordinal() * STRIDE;
        return new NoiseModel(at[base + WHITE], at[base + WANDERING], (int) at[base + MEMORY]);
    }

    /** A feature's course: the latest reports, and averages of those before, less the baseline of now. */
    public Trace.Course course(Feature feature) {
        return trace.course(feature, at[feature.ordinal() * STRIDE + OFFSET]);
    }

    /** Seconds between reports of link quality, as they came lately; of the key rate where nothing else is reported. */
    public double intervalSeconds() {
        return intervalS[0] > 0 ? intervalS[0] : intervalS[1];
    }

    /** Time of the latest report, epoch ms; 0 where there was none. */
    public long latestMs() {
        return Math.max(lastMs[0], lastMs[1]);
    }

    /** Begins all tests anew. */
    public void resetTests() {
        for (int feature = 0; feature < FEATURES; feature++) {
            resetTest(feature);
        }
    }

    private void resetTest(int feature) {
        int base = feature * STRIDE;
        for (int i = 0; i < SHIFTS.length; i++) {
            at[base + UP + i] = 0;
            at[base + DOWN + i] = 0;
        }
        at[base + WANDER] = 0;
    }

    /** Forgets the baselines of some features, so that they are learned anew, as after a repair that changed what is normal. */
    public void relearn(Set<Feature> features) {
        for (Feature feature : features) {
            int base = feature.ordinal() * STRIDE;
            Arrays.fill(at, base, base + STRIDE, 0);
            armed &= ~feature.bit();
        }
    }

    /** Moves the baseline of a feature, and keeps what is known of its noise: a step that has its reason. */
    public void rebase(Feature feature, double shift) {
        anchor[feature.ordinal()] = TrackForm.rounded(anchor[feature.ordinal()] + shift);
        int samples = feature.ordinal() * STRIDE + SAMPLES;
        // The shift is known from a few reports: what is left of it is learned quickly.
        at[samples] = Math.min(at[samples], WARM_UP);
    }

    /** Begins all tests anew, and forgets what was measured: it was measured against other baselines. */
    public void startAfresh() {
        resetTests();
        trace.clear();
    }

    public void writeTo(DataOutput out) throws IOException {
        BitOutput bits = new BitOutput();
        for (int panel = 0; panel < PANELS; panel++) {
            bits.small(lastMs[panel]);
            bits.exact(intervalS[panel]);
            bits.exact(threshold[panel]);
        }
        bits.bits(known, FEATURES);
        bits.bits(armed, FEATURES);
        trace.writeTo(bits, known);
        int before = -1;
        for (long rest = known; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            Feature it = ALL[feature];
            TrackForm.write(bits, at, feature * STRIDE, anchor[feature], it, trace.latest(it), before);
            before = feature * STRIDE;
        }
        bits.writeTo(out);
    }

    public static Tracks readFrom(DataInput in) throws IOException {
        Tracks read = new Tracks();
        BitInput bits = new BitInput(in);
        for (int panel = 0; panel < PANELS; panel++) {
            read.lastMs[panel] = bits.small();
            read.intervalS[panel] = bits.exact();
            read.threshold[panel] = bits.exact();
        }
        read.known = bits.bits(FEATURES);
        read.armed = bits.bits(FEATURES);
        if ((read.armed & ~read.known) != 0) {
            throw new IOException("features that are not known here");
        }
        read.trace.readFrom(bits, read.known);
        int before = -1;
        for (long rest = read.known; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            Feature it = ALL[feature];
            int base = feature * STRIDE;
            read.anchor[feature] = TrackForm.readAnchor(bits);
            TrackForm.read(bits, read.at, base, read.anchor[feature], it, read.trace.latest(it), before);
            if (read.isArmed(it)) {
                read.filter(base, it, read.noise(it));
            }
            before = base;
        }
        return read;
    }
}
