package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.physics.Bbm92;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Readings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 * <p>Mutable, as this is touched for every event of every link; whoever keeps it copies it first.
 */
public final class Tracks {
    private static final int FEATURES = Feature.ALL.size();
    private static final Feature[] ALL = Feature.values();

    /** Siegmund's and Lorden's figures differ by about this factor for the sizes tested here: 2k² e^(-2.33k), k half the size. */
    private static final double OVERSHOOT = 5;

    /**
     * Tests that a feature counts as in the threshold. It has up to eight, of which neighbours alarm together, but not as one:
     * four would be the careful figure. Set on the evaluation's development seeds, for delay, and at the price of more false
     * alarms than the stated time between them.
     */
    private static final int TESTS_PER_FEATURE = 1;

    /** Key rate is judged by QBER and rate only where these have hardly moved: near the end of all key, models differ. */
    private static final double KEY_QBER = 0.01;

    private static final double KEY_DECIBEL = 3;

    /** Reports by which it is told where a feature has come to. */
    private static final int MOST_LEVELLED = 48;

    private static final long RAISING = Feature.ALL.stream()
            .filter(Feature::raisesAlarm)
            .mapToLong(Feature::bit)
            .reduce(0, (one, other) -> one | other);

    /** By ordinal; null for features that were never reported. */
    private final @Nullable Track[] tracks;

    private final BlockMeans means;

    // Events of two kinds report features, each at its own pace.
    private final Panel quality;
    private final Panel key;

    private final KeyStoreBooks books;
    private final Trace trace;
    private long armed;

    /** Features that were ever reported: these have something to be written. */
    private long known;

    /** How the tests and baselines of all features are set. */
    public record Tuning(double meanSecondsBetweenFalseAlarms, double memorySeconds) {}

    public Tracks() {
        this(new BlockMeans(), new Panel(), new Panel(), new KeyStoreBooks(), new Trace());
    }

    private Tracks(BlockMeans means, Panel quality, Panel key, KeyStoreBooks books, Trace trace) {
        this.tracks = new @Nullable Track[FEATURES];
        this.means = means;
        this.quality = quality;
        this.key = key;
        this.books = books;
        this.trace = trace;
    }

    /** A deep copy. */
    public Tracks copy() {
        Tracks copy = new Tracks(means.copy(), quality.copy(), key.copy(), books.copy(), trace.copy());
        for (long rest = known; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            copy.tracks[feature] = track(feature).copy();
        }
        copy.armed = armed;
        copy.known = known;
        return copy;
    }

    private Track track(int feature) {
        return Objects.requireNonNull(tracks[feature]);
    }

    /** The track of a feature; one of which nothing is known where it was never reported. */
    private Track track(Feature feature) {
        Track track = tracks[feature.ordinal()];
        return track == null ? new Track() : track;
    }

    /** The first step of reading ahead: what tells where the parts lie. */
    public long readItself() {
        return known;
    }

    /** The second: of each part what tells where its numbers lie. */
    public long readParts() {
        return isThere(0)
                + isThere(FEATURES / 2)
                + isThere(FEATURES - 1)
                + quality.lastMs
                + key.lastMs
                + books.readItself()
                + trace.readItself()
                + means.readItself();
    }

    private int isThere(int feature) {
        return tracks[feature] == null ? 0 : 1;
    }

    /** The third: a number of each cache line that every report needs. */
    public float readNumbers() {
        float sum = trace.readNumbers();
        for (long rest = known; rest != 0; rest &= rest - 1) {
            sum += track(Long.numberOfTrailingZeros(rest)).readNumbers();
        }
        return sum;
    }

    /** The fourth: what every fourth report needs besides, and where the one to come is such a one. */
    public float readFourth() {
        return known != 0 && track(Long.numberOfTrailingZeros(known)).isFourth() ? means.readNumbers() : 0;
    }

    /**
     * Takes an event's readings in, and gives the features whose tests have crossed their thresholds and which are a reason to
     * look: one bit for each, by ordinal.
     *
     * @param kind of the event: {@link Kind#LINK_QUALITY} or {@link Kind#KEY_RATE}
     * @param mayLearn whether nothing is wrong as far as is known
     * @param report of this event; nothing of an earlier one is left in it
     */
    public long observe(Readings readings, Kind kind, long timeMs, boolean mayLearn, Tuning tuning, Report report) {
        boolean isKey = kind == Kind.KEY_RATE;
        Panel panel = isKey ? key : quality;
        FeatureValues values = report.values;
        values.read(readings);
        keepToOneScale(values);
        if (isKey) {
            keyNet(values, timeMs);
            keyStore(values, readings, timeMs);
        }
        if (values.present == 0) {
            return 0;
        }
        report.gap = panel.tick(timeMs);
        if (panel.threshold == 0) {
            panel.threshold = (float) threshold(panel.intervalS, tuning);
        }
        report.intervalS = panel.intervalS;
        report.limit = panel.threshold;
        report.share = report.intervalS / tuning.memorySeconds();
        report.mayLearn = mayLearn;
        meet(values.present);
        trace.begin(timeMs);
        long alarms = step(values.present, panel, tuning, report);
        if (!isKey) {
            long joint = join(values);
            meet(joint);
            alarms |= step(joint, panel, tuning, report);
        }
        return alarms & RAISING;
    }

    /**
     * Leaves out what this report gives on another scale than those before, as where a rate is missing and the gain would stand
     * for it. The two lie on either side of nought decibels: a rate is one per second or more, a probability one or less.
     */
    private void keepToOneScale(FeatureValues values) {
        if (isOnOtherScale(values, Feature.RATE)) {
            values.present &= ~(Feature.RATE.bit() | Feature.RATE_NET.bit());
        }
        if (isOnOtherScale(values, Feature.DARK_COUNTS)) {
            values.present &= ~Feature.DARK_COUNTS.bit();
        }
    }

    private boolean isOnOtherScale(FeatureValues values, Feature feature) {
        return (values.present & known & feature.bit()) != 0
                && Math.signum(values.value[feature.ordinal()]) * Math.signum(track(feature).anchor) < 0;
    }

    /** Makes room for features that are reported for the first time. */
    private void meet(long present) {
        long added = present & ~known;
        if (added == 0) {
            return;
        }
        for (long rest = added; rest != 0; rest &= rest - 1) {
            tracks[Long.numberOfTrailingZeros(rest)] = new Track();
        }
        known |= added;
        means.meet(added);
        trace.meet(added);
    }

    private long step(long present, Panel panel, Tuning tuning, Report report) {
        long alarms = 0;
        for (long rest = present; rest != 0; rest &= rest - 1) {
            alarms |= step(Long.numberOfTrailingZeros(rest), panel, tuning, report);
        }
        return alarms;
    }

    private long step(int ordinal, Panel panel, Tuning tuning, Report report) {
        Feature feature = ALL[ordinal];
        Track track = track(ordinal);
        double value = report.values.value[ordinal];
        double off = track.off(feature, value);
        trace.put(feature, (float) (off + track.offset));
        boolean tested = isArmed(feature);
        boolean alarm = track.step(
                feature,
                means,
                value,
                off,
                report,
                tested,
                sampling(report.values.bits, feature),
                deadZone(feature, track));
        if (report.mayLearn && (tested ? track.isRefitDue() : track.isLearned(feature))) {
            armed |= feature.bit();
            panel.threshold = 0;
            NoiseFit.refit(
                    track,
                    means,
                    feature,
                    report.variances,
                    panel.intervalS,
                    tuning.meanSecondsBetweenFalseAlarms() * tests());
        }
        return alarm ? feature.bit() : 0;
    }

    /** Sampling variance of an error rate at what is expected of it: what is reported may be an outlier. */
    private double sampling(double bits, Feature feature) {
        if (bits <= 0 || !feature.isCounted()) {
            return 0;
        }
        // Half an error at least, as no error in n bits is no proof of none.
        double error = Math.clamp(expected(Feature.QBER), Math.min(0.5, 0.5 / bits), 0.5);
        double variance = error * (1 - error) / bits;
        // A difference: half of the bits in each basis, and two of them to subtract.
        return feature == Feature.BASIS_SPLIT ? 4 * variance : variance;
    }

    /** Deviations up to this are not tested: half of what equipment resolves, or the steps in which this one reports. */
    private double deadZone(Feature feature, Track track) {
        // What is made of rounded numbers is rounded with them.
        double steps = switch (feature) {
            case RATE_NET, RX_NET, DIMMING -> track(Feature.LOSS).grain();
            case OPTICAL_ERROR ->
                Math.max(track(Feature.QBER).grain(), track(Feature.VISIBILITY).grain() / 2);
            default -> track.grain();
        };
        return Math.max(feature.resolution() / 2, steps);
    }

    /**
     * By how many nats what a feature did is clearer than what raises an alarm; negative where it is less.
     *
     * @param z standard errors that the feature is off
     * @param reports in which that was seen, ≥ 0
     */
    public double beyondAlarm(double z, int reports) {
        return Math.min(z * z / 2, reports * Track.MOST_PER_REPORT) - Math.max(quality.threshold, key.threshold);
    }

    private double threshold(double intervalSeconds, Tuning tuning) {
        double reports = tuning.meanSecondsBetweenFalseAlarms() / Math.max(1, intervalSeconds);
        return Math.max(Track.MOST_PER_REPORT * 1.01, Math.log(reports * tests() / OVERSHOOT));
    }

    private double tests() {
        return Math.max(1, TESTS_PER_FEATURE * Long.bitCount(armed & RAISING));
    }

    /** Forms the joint features from the residuals of what was just reported; gives their bits. */
    private long join(FeatureValues values) {
        long joined = 0;
        if (isTestedNow(values, Feature.QBER) && isTestedNow(values, Feature.VISIBILITY)) {
            double q = trust(Feature.QBER, 1);
            double v = trust(Feature.VISIBILITY, 0.5);
            // A loss of visibility of 2e is an error of e.
            values.set(
                    Feature.OPTICAL_ERROR,
                    (q * residual(Feature.QBER) - v * residual(Feature.VISIBILITY) / 2) / (q + v));
            joined |= Feature.OPTICAL_ERROR.bit();
        }
        if (isTestedNow(values, Feature.LOSS)
                && (isTestedNow(values, Feature.RATE) || isTestedNow(values, Feature.RX_POWER))) {
            double l = trust(Feature.LOSS, 1);
            double r = isTestedNow(values, Feature.RATE) ? trust(Feature.RATE, 1) : 0;
            double p = isTestedNow(values, Feature.RX_POWER) ? trust(Feature.RX_POWER, 1) : 0;
            double sum = l * residual(Feature.LOSS)
                    - (r == 0 ? 0 : r * residual(Feature.RATE))
                    - (p == 0 ? 0 : p * residual(Feature.RX_POWER));
            values.set(Feature.DIMMING, sum / (l + r + p));
            joined |= Feature.DIMMING.bit();
        }
        return joined;
    }

    private boolean isTestedNow(FeatureValues values, Feature feature) {
        return values.has(feature) && isArmed(feature);
    }

    /** Precision of a feature's residual, or of what it is a multiple of. */
    private double trust(Feature feature, double factor) {
        double precision = track(feature).precision / factor;
        return precision * precision;
    }

    /** What the key rate lacks of what QBER and rate, as last reported, allow. */
    private void keyNet(FeatureValues values, long timeMs) {
        if (!values.has(Feature.KEY_RATE) || !quality.isFresh(timeMs) || !isArmed(Feature.QBER)) {
            return;
        }
        double moved = residual(Feature.QBER);
        double brighter = isArmed(Feature.RATE) ? residual(Feature.RATE) : 0;
        if (!(moved <= KEY_QBER) || !(Math.abs(brighter) <= KEY_DECIBEL)) {
            return;
        }
        double usual = expected(Feature.QBER);
        // Who reports the gains of several intensities sends weak pulses.
        boolean decoys = isArmed(Feature.GAIN_RATIO) && usual + KEY_QBER <= DecoyKey.LARGEST_ERROR;
        double allowed = keyShare(usual + moved, decoys);
        double before = keyShare(usual, decoys);
        if (before <= 0 || allowed <= 0) {
            return;
        }
        values.put(
                Feature.KEY_NET,
                values.value[Feature.KEY_RATE.ordinal()] - brighter - 10 * Math.log10(allowed / before));
    }

    /** What became of the keys that were distilled, where the books tell. */
    private void keyStore(FeatureValues values, Readings readings, long timeMs) {
        double share = books.balance(readings, timeMs, key.intervalS);
        if (Double.isNaN(share)) {
            return;
        }
        if (isArmed(Feature.KEY_STORE) && !KeyStoreBooks.isWholeKeys(expected(Feature.KEY_STORE))) {
            // Something else goes into this store or out of it, and demand may change it.
            books.distrust();
            relearn(Set.of(Feature.KEY_STORE));
            return;
        }
        values.put(Feature.KEY_STORE, share);
    }

    /** Secret bits of a sifted bit where photon numbers stay as they are. */
    private static double keyShare(double error, boolean decoys) {
        return decoys
                ? DecoyKey.secretFraction(error)
                : Bbm92.secretFraction(Math.clamp(error, 0, 0.5), DecoyKey.CORRECTION);
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
        Track track = track(feature);
        return track.anchor + track.offset;
    }

    /** Level of so many latest reports, in the feature's unit; NaN where fewer are remembered. */
    public double level(Feature feature, int reports) {
        Trace.Course course = course(feature);
        return course.reportsSince(Long.MIN_VALUE) < reports
                ? Double.NaN
                : expected(feature) + course.latest(reports, Long.MIN_VALUE);
    }

    /** Since when a feature's baseline has been learned, epoch ms; what was not learned meanwhile is not counted. */
    long learnedSinceMs(Feature feature) {
        return latestMs() - (long) (1000.0 * track(feature).ageS);
    }

    /** What the latest report was off the baseline, in the feature's unit. */
    private double residual(Feature feature) {
        return track(feature).residual;
    }

    /** Standard deviation of one report, in the feature's unit. */
    public double scale(Feature feature) {
        NoiseModel noise = noise(feature);
        return Math.max(feature.resolution(), Math.sqrt((double) noise.white() + noise.wander()));
    }

    /** Standard deviation of the mean of so many consecutive reports, in the feature's unit. */
    public double scaleOfMean(Feature feature, double reports) {
        float samples = track(feature).samples;
        NoiseModel noise = noise(feature);
        double baseline = noise.ofMean(Math.max(1, samples));
        return Math.sqrt(noise.ofMean(Math.max(1, reports)) + baseline)
                * NoiseFit.uncertainty(Math.max(2, samples / 2));
    }

    NoiseModel noise(Feature feature) {
        return track(feature).noise();
    }

    /** A feature's course: the latest reports, and averages of those before, less the baseline of now. */
    public Trace.Course course(Feature feature) {
        return trace.course(feature, track(feature).offset);
    }

    /** Seconds between reports of link quality, as they came lately; of the key rate where nothing else is reported. */
    public double intervalSeconds() {
        return quality.intervalS > 0 ? quality.intervalS : key.intervalS;
    }

    /** Time of the latest report, epoch ms; 0 where there was none. */
    public long latestMs() {
        return Math.max(quality.lastMs, key.lastMs);
    }

    /** Begins all tests anew. */
    public void resetTests() {
        for (long rest = known; rest != 0; rest &= rest - 1) {
            track(Long.numberOfTrailingZeros(rest)).resetTests();
        }
    }

    /** Forgets the baselines of some features, so that they are learned anew, as after a repair that changed what is normal. */
    public void relearn(Set<Feature> features) {
        for (Feature feature : features) {
            meet(feature.bit());
            Track fresh = new Track();
            fresh.anchor = track(feature).anchor;
            tracks[feature.ordinal()] = fresh;
            means.forget(feature);
            trace.forget(feature);
            armed &= ~feature.bit();
        }
    }

    /**
     * The same of all that goes with some features, and is known: a dimmer light is dimmer to whatever counts it, and key is made of
     * both light and errors.
     */
    public void relearnWith(Set<Feature> changed) {
        boolean light = changed.stream().anyMatch(Feature::isOfLight);
        boolean errors = changed.stream().anyMatch(Feature::isOfErrors);
        Set<Feature> all = EnumSet.copyOf(changed);
        for (long rest = known; rest != 0; rest &= rest - 1) {
            Feature feature = ALL[Long.numberOfTrailingZeros(rest)];
            if ((light && feature.isOfLight())
                    || (errors && feature.isOfErrors())
                    || ((light || errors) && (feature == Feature.KEY_RATE || feature == Feature.KEY_NET))) {
                all.add(feature);
            }
        }
        relearn(all);
        if (light && !errors && isArmed(Feature.QBER)) {
            // The share of dark counts has changed with the light, if by too little to alarm.
            double moved = level(Feature.QBER, MOST_LEVELLED);
            if (!Double.isNaN(moved)) {
                rebase(Feature.QBER, moved - expected(Feature.QBER));
                trace.forget(Feature.QBER);
            }
        }
    }

    /** Moves the baseline of a feature, and keeps what is known of its noise: a step that has its reason. */
    public void rebase(Feature feature, double shift) {
        track(feature).rebase(shift);
    }

    /** Begins all tests anew, and forgets what was measured: it was measured against other baselines. */
    public void startAfresh() {
        resetTests();
        trace.clear();
    }

    public void writeTo(DataOutput out) throws IOException {
        BitOutput bits = new BitOutput();
        for (Panel panel : List.of(quality, key)) {
            bits.small(panel.lastMs);
            bits.exact(panel.intervalS);
            bits.exact(panel.threshold);
        }
        books.writeTo(bits);
        bits.bits(known, FEATURES);
        bits.bits(armed, FEATURES);
        trace.writeTo(bits);
        Track before = null;
        for (long rest = known; rest != 0; rest &= rest - 1) {
            int ordinal = Long.numberOfTrailingZeros(rest);
            Feature feature = ALL[ordinal];
            Track track = track(ordinal);
            TrackForm.write(bits, track, means, feature, trace.latest(feature), before);
            before = track;
        }
        bits.writeTo(out);
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state.
     *
     * @param version of the state
     */
    public static Tracks readFrom(DataInput in, int version) throws IOException {
        Tracks read = new Tracks();
        BitInput bits = new BitInput(in);
        for (Panel panel : List.of(read.quality, read.key)) {
            panel.lastMs = bits.small();
            panel.intervalS = bits.exact();
            panel.threshold = bits.exact();
        }
        read.books.readFrom(bits, version);
        int features = Feature.ofVersion(version).size();
        long known = bits.bits(features);
        read.armed = bits.bits(features);
        if ((read.armed & ~known) != 0) {
            throw new IOException("features that are not known here");
        }
        read.meet(known);
        read.trace.readFrom(bits, version);
        Track before = null;
        for (long rest = known; rest != 0; rest &= rest - 1) {
            int ordinal = Long.numberOfTrailingZeros(rest);
            Feature feature = ALL[ordinal];
            Track track = read.track(ordinal);
            TrackForm.read(bits, track, read.means, feature, read.trace.latest(feature), before);
            if (read.isArmed(feature)) {
                NoiseFit.filter(track, feature, track.noise());
            }
            before = track;
        }
        for (Feature feature : Feature.otherwiseMeasuredIn(version)) {
            if ((known & feature.bit()) != 0) {
                read.relearn(Set.of(feature));
            }
        }
        return read;
    }
}
