package io.qorrelate.diagnosis.change;

import static io.qorrelate.diagnosis.change.BlockMeans.DIGITS;
import static io.qorrelate.diagnosis.change.BlockMeans.FEW_DIGITS;

import io.qorrelate.diagnosis.binary.Precision;

/** One feature of a link, followed through time: its baseline, the filter that follows its wander, and its tests. */
final class Track extends ShiftTests implements Cloneable {
    /** For what is made anew from report to report: an error of 3·10⁻⁵ is soon forgotten, and moves no test by 10⁻³ nats. */
    static final int MANY_DIGITS = 14;

    /** Reports before the tests are armed: the standard deviation is then known to about a tenth. */
    static final int WARM_UP = 60;

    /** A baseline needs some minutes, however often a link reports: what wanders takes its time. */
    private static final float WARM_UP_S = 600;

    /** Reports before small shifts and slow wanders are tested for: until then the baseline is itself not known as well. */
    static final int SETTLED = 240;

    /** The anchor is the mean of the first hour: an excursion of some minutes is no commissioning figure. */
    static final float ANCHORING_S = 3600;

    /** The noise model is fitted anew after so many reports. */
    private static final int REFIT = 32;

    /** As above while little is known. */
    private static final int REFIT_YOUNG = 8;

    /** Reports are counted up to here, five years of one every ten seconds. */
    static final int MOST_SAMPLES = 1 << 24;

    /**
     * Probability that a report is an outlier, if the feature has not shown more of them: no report says more than the logarithm
     * of this, in nats. Not measured on any deployed link: set on the evaluation's development seeds, for delay.
     */
    private static final double OUTLIERS = 5e-4;

    static final double MOST_PER_REPORT = -Math.log(OUTLIERS);

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
     * A change is a reason to look where reports are off by this share of what causes typically do: 0.3 % of QBER. What is less is within what devices do from week to week, and the security proof counts it in. The share was set
     * on the evaluation's development seeds.
     */
    private static final double RELEVANT = 0.1;

    /** As above, of light: a tap takes a few per cent of it, and 2 % are 0.1 dB. */
    private static final double RELEVANT_OF_LIGHT = 0.05;

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

    /**
     * A feature whose wander is beyond this share of what alarms is not quiet. Set on the evaluation's development seeds: of 0.7, more
     * of the slow drifts were learned before they were seen.
     */
    private static final double QUIET = 0.5;

    /** What the baseline was when it was commissioned, in the feature's unit. */
    double anchor;

    /** Baseline less anchor. */
    float offset;

    /** The filter's estimate of the wander. */
    float wander;

    /** Share of the wander left after a report. */
    float decay;

    /** Of the filter. */
    float gain;

    /** One over the innovation's standard deviation, as the noise model has it. */
    float precision;

    /** One over the wander that alarms; 0 where there is no wander. */
    float levelPrecision;

    /** Reports that were learned. */
    int samples;

    /** Seconds over which it was learned. */
    float ageS;

    /** What the latest report was off the baseline. */
    float residual;

    /** Value before the latest. */
    float previous;

    /** Smallest difference between values. */
    float grain;

    /** Share of reports that repeat the one before. */
    float repeats;

    /** Variance of residuals. */
    float variance;

    /** Sum of the residuals of the open block of four. */
    float open;

    /** Variance of standardised innovations. */
    float innovationVariance;

    /** Sum of the innovations of the open block of four. */
    float openInnovations;

    /** Share of innovations further out than Gaussian ones go. */
    float tail;

    /** Mean square of the baseline's offset. */
    float straying;

    /** Innovation before the latest, standardised. */
    float last;

    /** By which the filter's gain is raised, as it has been found to lag. */
    float haste;

    // Of the noise model:

    /** Variance of the white noise. */
    float white;

    /** Variance of the wander. */
    float wandering;

    /** Index of the wander's correlation time. */
    int memory;

    /** Mean sampling variance, of what is counted. */
    float usualSampling;

    /** Reads a number of each of the three cache lines over which it lies. */
    float readNumbers() {
        return upHalf + wander + haste;
    }

    /** Whether the report to come, if it is learned, completes a block of four. */
    boolean isFourth() {
        return (samples & 3) == 3;
    }

    Track copy() {
        try {
            // All of it is numbers.
            return (Track) clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("tracks can be cloned", e);
        }
    }

    NoiseModel noise() {
        return new NoiseModel(white, wandering, memory);
    }

    /** How far a value is off the baseline; the first one is the baseline. */
    double off(Feature feature, double value) {
        if (samples == 0) {
            anchor = feature.isJoint() ? 0 : TrackForm.rounded(value);
            offset = 0;
        }
        double off = value - anchor - offset;
        residual = (float) off;
        return off;
    }

    /**
     * Takes a value in.
     *
     * @param off how far it is {@link #off} the baseline
     * @param isTested whether the baseline is known
     * @param sampling variance of the value by its sampling; 0 where that is not known
     * @param dead deviations up to this are not tested
     * @return whether a test has crossed its threshold, and that is a reason to look
     */
    boolean step(
            Feature feature,
            BlockMeans means,
            double value,
            double off,
            Report report,
            boolean isTested,
            double sampling,
            double dead) {
        double young = 1.0 / (samples + 1);
        // The share of this report in what is remembered of variances.
        double weight = Math.max(young, Math.min(report.share / VARIANCE_MEMORY, 1.0 / FEWEST));
        boolean alarm = isTested && test(feature, means, off, report, weight, sampling, dead);
        if (!feature.isJoint()) {
            noteGrain((float) value, young);
        }
        if (report.mayLearn && learn(feature, means, off, report, isTested, weight, sampling)) {
            alarm = true;
        }
        return alarm;
    }

    private boolean test(
            Feature feature, BlockMeans means, double off, Report report, double weight, double sampling, double dead) {
        double sharpness = precision;
        if (report.gap) {
            // The wander is anywhere by now: the report is judged by all that it ever does.
            wander = 0;
            sharpness = 1 / Math.sqrt(white + wandering + 1 / (sharpness * sharpness));
        }
        if (feature.isCounted()) {
            double usual = usualSampling;
            if (usual > 0 && (sampling > 1.2 * usual || sampling < 0.8 * usual)) {
                // Fewer bits than usual, or more: the white share of the noise goes with them.
                double total = 1 / (sharpness * sharpness);
                double part = Math.min(white, total);
                sharpness = 1 / Math.sqrt(total - part + part * sampling / usual);
            }
        }
        double foreseen = (double) decay * wander;
        boolean isReason = isReason(feature, off, report.limit, foreseen, dead);
        double innovation = off - foreseen;
        // What the resolution may hide is nobody's business, however long it lasts.
        double z = (innovation > dead ? innovation - dead : innovation < -dead ? innovation + dead : 0) * sharpness;
        // An outlier must not take the filter with it.
        double bound = BEYOND / sharpness;
        double taken = Math.clamp(innovation, -bound, bound);
        double follows = foreseen + Math.min(1, gain + haste) * taken;
        wander = Precision.round((float) follows, MANY_DIGITS);
        if (report.mayLearn) {
            learnInnovation(feature, means, innovation * sharpness, weight);
        }
        double largest = 0;
        double most = most(z);
        if (feature.watchesUp()) {
            largest = sumUp(z, most);
            largest = (follows - dead) * levelPrecision > 1 ? Double.POSITIVE_INFINITY : largest;
        }
        if (feature.watchesDown()) {
            largest = Math.max(largest, sumDown(-z, most));
            largest = (-follows - dead) * levelPrecision > 1 ? Double.POSITIVE_INFINITY : largest;
        }
        return isReason && largest > report.limit;
    }

    /**
     * Whether a value is so far off that it matters. Where the tests have crossed their thresholds before, for something that is too small
     * to matter and lasts, an outlier would be a reason to look: there the value before must be as far off, and on the same side.
     */
    private boolean isReason(Feature feature, double off, double limit, double foreseen, double dead) {
        double relevant = (feature.isOfLight() ? RELEVANT_OF_LIGHT : RELEVANT) * feature.typicalShift();
        if (Math.abs(off) <= relevant) {
            return false;
        }
        boolean crossed = !areSumsBelow(limit) || (Math.abs(foreseen) - dead) * levelPrecision > 1;
        // Of what is made of others no value is kept.
        return !crossed || feature.isJoint() || Math.signum(off) * (previous - anchor - offset) > relevant;
    }

    /**
     * The most that a report may say, nats: the odds that it is an outlier. The logarithm costs as much as the tests; most reports
     * are too near to reach it, as no shift makes z likelier by more than z²/2, and −ln p is never less than 1 − p.
     */
    private double most(double z) {
        if (tail <= OUTLIERS) {
            return MOST_PER_REPORT;
        }
        return z * z / 2 < 1 - tail ? Double.POSITIVE_INFINITY : -Math.log(tail);
    }

    /**
     * Learns what is left when the filter has foretold a report: how it spreads alone and in blocks, how often it lies far out,
     * and whether one follows the other, as it does where the filter lags.
     */
    private void learnInnovation(Feature feature, BlockMeans means, double innovation, double weight) {
        double believed = Math.clamp(innovation, -WINSOR, WINSOR);
        innovationVariance = Precision.round(
                (float) (innovationVariance + weight * (believed * believed - innovationVariance)), DIGITS[0]);
        double far = Math.abs(innovation) > BEYOND ? 1 : 0;
        tail += (float) (Math.min(weight, TAIL_MEMORY) * (far - tail));
        openInnovations = Precision.round(openInnovations + (float) believed, FEW_DIGITS);
        if (isFourth()) {
            means.add(feature, BlockMeans.Of.INNOVATIONS, openInnovations / 4, samples >> 2, weight);
            openInnovations = 0;
        }
        double hastened = haste + HASTENING * believed * last;
        haste = Precision.round((float) Math.clamp(hastened, 0, 1 - gain), MANY_DIGITS);
        last = Precision.round((float) believed, FEW_DIGITS);
    }

    /** Steps in which values come, where they are rounded; else 0. */
    double grain() {
        return repeats > OFTEN_REPEATED ? grain : 0;
    }

    /** Notes whether values repeat, and in which steps they come: equipment that rounds sits on one value and then jumps. */
    private void noteGrain(float value, double young) {
        float before = previous;
        previous = value;
        if (samples == 0) {
            return;
        }
        float step = Math.abs(value - before);
        boolean repeated = step == 0;
        double share = Math.max(young, GRAIN_MEMORY);
        repeats = Precision.round(repeats + (float) (((repeated ? 1 : 0) - repeats) * share), MANY_DIGITS);
        if (!repeated && (grain == 0 || step < grain)) {
            grain = Precision.round(step, MANY_DIGITS);
        } else {
            // Steps once seen by chance are forgotten in time.
            grain = Precision.round(grain * (float) (1 + GRAIN_MEMORY / 10), MANY_DIGITS);
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
            Feature feature,
            BlockMeans means,
            double off,
            Report report,
            boolean isTested,
            double weight,
            double sampling) {
        boolean strained = false;
        int before = samples;
        ageS += before == 0 ? 0 : (float) report.intervalS;
        double young = 1.0 / (before + 1);
        double spread = Math.max(Math.sqrt(variance), feature.resolution());
        double bound = isTested ? WINSOR * spread : before >= WARM_UP / 2 ? WINSOR_YOUNG * spread : 1e9;
        double believed = Math.clamp(off, -bound, bound);
        double known = variance;
        variance = Precision.round((float) (known + weight * (believed * believed * (1 - young) - known)), DIGITS[0]);
        open = Precision.round(open + (float) believed, FEW_DIGITS);
        if ((before & 3) == 3) {
            means.add(feature, BlockMeans.Of.RESIDUALS, open / 4, before >> 2, weight);
            open = 0;
        }
        if (feature.isCounted()) {
            usualSampling += (float) (weight * (sampling - usualSampling));
        }
        if (!feature.isJoint() && (!isTested || isQuiet(report.limit))) {
            double moved = offset + Math.max(young, Math.min(report.share, 1.0 / FEWEST)) * believed;
            if (ageS < ANCHORING_S) {
                anchor = TrackForm.rounded(anchor + moved);
                moved = 0;
            }
            // A report of every third day replaces what is remembered, and no more than that.
            double share = Math.min(1, report.share / STRAYING_MEMORY);
            straying += (float) (share * (believedSquare(feature, moved) - straying));
            double leash = leash(feature);
            strained = isTested && Math.abs(moved) > leash && (moved > 0 ? feature.watchesUp() : feature.watchesDown());
            offset = strained ? 0 : (float) Math.clamp(moved, -leash, leash);
        }
        // Then on from the half: blocks of all sizes stay in step, and nothing is known better by more reports.
        samples = (before < MOST_SAMPLES ? before : MOST_SAMPLES / 2) + 1;
        return strained;
    }

    /** Square of an offset as far as it is believed to be one of the link's days: what goes further may be a slow change. */
    private double believedSquare(Feature feature, double moved) {
        double square = moved * moved;
        if (ageS < DAY_S) {
            return square;
        }
        double least = SHORTEST_LEASH * feature.leash() / STRAYING_SIGMAS;
        return Math.min(square, FURTHEST * FURTHEST * Math.max(straying, least * least));
    }

    /**
     * How far the baseline may stray: as far as days move this link, where they have been seen; never further than its kind
     * ever goes.
     */
    private double leash(Feature feature) {
        double most = feature.leash();
        return ageS < DAY_S ? most : Math.clamp(STRAYING_SIGMAS * Math.sqrt(straying), SHORTEST_LEASH * most, most);
    }

    private boolean isQuiet(double limit) {
        return areSumsBelow(limit / 2) && Math.abs(wander) * levelPrecision < QUIET;
    }

    /** Whether enough was learned of a feature that is not tested yet. */
    boolean isLearned(Feature feature) {
        // Joint features begin when their parts are known; what those did not know then is in them for a while.
        return samples >= (feature.isJoint() ? SETTLED : WARM_UP) && ageS >= WARM_UP_S;
    }

    /** Whether, after the report that was just learned, the noise model is to be fitted anew. */
    boolean isRefitDue() {
        return samples % REFIT == 0 || (samples < SETTLED && samples % REFIT_YOUNG == 0);
    }

    /** Whether a feature has wandered so far, for all that is known of it, that it may be the beginning of a change. */
    boolean isSuspect() {
        return ageS > SEASONED_S && Math.abs(wander) * levelPrecision > SUSPECT;
    }

    /** Begins the tests anew. */
    void resetTests() {
        resetSums();
        wander = 0;
    }

    /** Moves the baseline, and keeps what is known of the noise. */
    void rebase(double shift) {
        anchor = TrackForm.rounded(anchor + shift);
        // The shift is known from a few reports: what is left of it is learned quickly.
        samples = Math.min(samples, WARM_UP);
    }
}
