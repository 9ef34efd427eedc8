package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.binary.Varint;
import io.qorrelate.diagnosis.change.Change;
import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.change.Leap;
import io.qorrelate.diagnosis.change.Nominal;
import io.qorrelate.diagnosis.change.Trace;
import io.qorrelate.diagnosis.change.Tracks;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an anomaly looks in the measurements while it lasts: kept, so that it can still be judged when the link is well again.
 *
 * @param seen what each feature did
 * @param lead the feature that moved most, among those that raised the alarm; null where none did
 * @param onsetMs when the lead's change began, epoch ms; 0 where there is no lead
 * @param stepOverRamp by how many nats the lead's course looks more like a step than like a ramp
 * @param roughness how unsteady the lead's course is, see {@link Change}
 * @param intervalSeconds seconds between reports
 * @param reports reports since the onset, as far as they are remembered
 * @param peak how far a lead has moved at the most so far, in standard deviations of one report
 * @param shapedAt the peak when the course was judged
 * @param beyondAlarm by how many nats the clearest of what raised the alarm is clearer than an alarm, at the most so far, ≥ 0
 */
public record Picture(
        Map<Feature, Shift> seen,
        @Nullable Feature lead,
        long onsetMs,
        double stepOverRamp,
        double roughness,
        double intervalSeconds,
        int reports,
        double peak,
        double shapedAt,
        double beyondAlarm) {

    /** Roughness of what comes and goes, at the least: most of the time it is off its level by all of it. */
    private static final double ALL_OF_IT = 1;

    /** What has faded to less than this share of its peak shows how the link recovers, not what befell it. */
    private static final double FADED = 0.5;

    /** The latest reports are averaged, up to so many: enough for any noise, few enough to follow what happens. */
    public static final int MOST_REPORTS = 48;

    /** Of a ramp, the latest quarter of it. */
    private static final int LATEST_SHARE = 4;

    private static final int FEWEST_REPORTS = 4;

    /** Standard errors by which a feature must have moved before a step for its way to count. */
    private static final double UNDER_WAY = 3;

    /** A number with any value between two steps of its resolution has this standard deviation, in steps. */
    private static final double ROUNDING = 1 / Math.sqrt(12);

    /** After so many reports of an anomaly its beginning is not judged again. */
    public static final int SHAPE_SETTLED_REPORTS = 256;

    /** A step that is clear after so many reports stays one, whatever comes after. */
    private static final int SETTLED_REPORTS = 8;

    private static final double CLEAR = 3;

    /** Reports further apart than this show a drift that bends, as most do, much as they show a leap; s. */
    private static final double CLOSE_S = 60;

    /** What is left then of what a leap says for a step, at the least. */
    private static final double SELDOM_SHARE = 0.5;

    /** What has grown by this factor since its course was judged may have another one by now. */
    private static final double GROWN = 2;

    /** A later course must be clearer than the one that was judged by so many nats, or it is the same told again. */
    private static final double CLEARER = 1;

    /** Version of the state from which on it holds how large a change was when its course was judged. */
    private static final int FIRST_WITH_SHAPED_AT = 7;

    /** Version of the state from which on it holds how clear a change is, and what is taken for it before. */
    private static final int FIRST_WITH_BEYOND_ALARM = 8;

    private static final float WELL_BEYOND = 100;

    private static final Picture NOTHING = new Picture(Map.of(), null, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Nothing was measured. */
    public static Picture nothing() {
        return NOTHING;
    }

    /**
     * As the tracks show it now.
     *
     * @param alarms features that raised the alarm; may be empty
     * @param sinceMs where there are none, what is measured since then is looked at, epoch ms
     */
    public static Picture of(Tracks tracks, Set<Feature> alarms, long sinceMs) {
        // Which feature leads depends on when it began, and the other way round: the latest reports settle it.
        Feature lead = alarms.stream()
                // Key is made of all the others, and its rate is an average over time; a temperature leads, and what
                // happens
                // to the light has a course of its own.
                .max(Comparator.comparing((Feature feature) -> !feature.isTemperature())
                        .thenComparing(feature -> !feature.isKey())
                        .thenComparing(Comparator.comparingDouble(feature -> Math.abs(prominence(tracks, feature)))))
                .orElse(null);
        Change change = lead == null ? new Change(sinceMs, 0, 0) : Change.of(tracks, lead);
        boolean step = change.stepOverRamp() >= 0;
        Map<Feature, Shift> seen = new EnumMap<>(Feature.class);
        for (Feature feature : tracks.armed()) {
            Shift shift = shift(tracks, feature, change.onsetMs(), step);
            if (shift != null) {
                seen.put(feature, shift);
            }
        }
        if (lead == null) {
            return new Picture(seen, null, 0, 0, 0, (float) tracks.intervalSeconds(), 0, 0, 0, 0);
        }
        Shift led = seen.get(lead);
        float peak = led == null ? 0 : (float) (Math.abs(led.by()) / led.scale());
        return new Picture(
                seen,
                lead,
                change.onsetMs(),
                (float) change.stepOverRamp(),
                (float) Math.min(1e6, change.roughness()),
                (float) tracks.intervalSeconds(),
                tracks.course(lead).reportsSince(change.onsetMs()),
                peak,
                peak,
                beyondAlarm(tracks, alarms, seen, change.onsetMs()));
    }

    /** How a step on top of a change that is under way looks by itself: what each feature did between before and after it. */
    public static Picture of(Tracks tracks, Feature lead, Leap leap) {
        long now = tracks.latestMs();
        long from = Math.min(leap.fromMs(), leap.atMs() - (now - leap.atMs()));
        Map<Feature, Shift> seen = new EnumMap<>(Feature.class);
        for (Feature feature : tracks.armed()) {
            Trace.Course course = tracks.course(feature);
            int after = course.reportsSince(leap.atMs() + 1);
            double before = course.mean(from, leap.atMs());
            double by = course.mean(leap.atMs(), now) - before;
            if (after > 0 && !Double.isNaN(by)) {
                double error = Math.hypot(tracks.scaleOfMean(feature, after), ROUNDING * feature.resolution());
                double heading = before - course.mean(from - (leap.atMs() - from), from);
                if (Math.abs(heading) > UNDER_WAY * error) {
                    // What was on its way went on, from the middle of one window to that of the next.
                    double ahead = (now - from) / 2.0 / (leap.atMs() - from);
                    by -= ahead * heading;
                    error *= Math.sqrt(1 + (1 + ahead) * (1 + ahead) + ahead * ahead);
                }
                seen.put(feature, new Shift(by, error, tracks.expected(feature), tracks.scale(feature)).rounded());
            }
        }
        float peak = (float) (leap.by() / tracks.scale(lead));
        return new Picture(
                seen,
                lead,
                leap.atMs(),
                (float) (CLEAR * Math.clamp(CLOSE_S / Math.max(1, tracks.intervalSeconds()), SELDOM_SHARE, 1)),
                0,
                (float) tracks.intervalSeconds(),
                tracks.course(lead).reportsSince(leap.atMs() + 1),
                peak,
                peak,
                beyondAlarm(tracks, Set.of(lead), seen, leap.atMs() + 1));
    }

    private static float beyondAlarm(Tracks tracks, Set<Feature> alarms, Map<Feature, Shift> seen, long sinceMs) {
        double clearest = 0;
        for (Feature feature : alarms) {
            Shift shift = seen.get(feature);
            if (shift != null) {
                // Two outliers in a row say no more than two reports can, however many sound ones come after them.
                int reports = tracks.course(feature).reportsBeyond(shift.by() / 2, sinceMs);
                clearest = Math.max(clearest, tracks.beyondAlarm(shift.z(), reports));
            }
        }
        return (float) clearest;
    }

    /**
     * How far a link is off its nominal figures. What they do not speak of is left out: its baseline was learned from the same
     * reports, and knows no better. Nobody has seen how it came.
     *
     * @param far features that are further off than their figures may be wrong; not empty
     * @param onsetMs since when it is known to be so, epoch ms
     */
    public static Picture of(Tracks tracks, Map<Feature, Nominal> nominal, Set<Feature> far, long onsetMs) {
        Map<Feature, Shift> seen = new EnumMap<>(Feature.class);
        for (Map.Entry<Feature, Nominal> figure : nominal.entrySet()) {
            Feature feature = figure.getKey();
            Nominal it = figure.getValue();
            double by = tracks.level(feature, MOST_REPORTS) - it.value();
            if (!tracks.isArmed(feature) || Double.isNaN(by)) {
                continue;
            }
            double error = Math.hypot(tracks.scaleOfMean(feature, MOST_REPORTS), it.error());
            seen.put(feature, new Shift(by, error, it.value(), it.tolerance()).rounded());
        }
        return offNominal(seen, far, onsetMs);
    }

    /** As above, as it was seen. */
    public static Picture offNominal(Map<Feature, Shift> seen, Set<Feature> far, long onsetMs) {
        Feature lead = null;
        float peak = 0;
        for (Map.Entry<Feature, Shift> entry : seen.entrySet()) {
            float share = (float) (entry.getValue().by() / entry.getValue().scale());
            if (far.contains(entry.getKey()) && share > peak) {
                lead = entry.getKey();
                peak = share;
            }
        }
        return new Picture(seen, lead, onsetMs, 0, 0, 0, 0, peak, peak, WELL_BEYOND);
    }

    private static double prominence(Tracks tracks, Feature feature) {
        Trace.Course course = tracks.course(feature);
        double latest = course.latest(FEWEST_REPORTS, Long.MIN_VALUE);
        return Double.isNaN(latest) ? 0 : latest / tracks.scaleOfMean(feature, FEWEST_REPORTS);
    }

    private static @Nullable Shift shift(Tracks tracks, Feature feature, long onsetMs, boolean step) {
        Trace.Course course = tracks.course(feature);
        int since = course.reportsSince(onsetMs);
        if (since == 0) {
            return null;
        }
        int averaged =
                Math.min(MOST_REPORTS, step ? since : Math.max(Math.min(since, FEWEST_REPORTS), since / LATEST_SHARE));
        double by = course.latest(averaged, onsetMs);
        if (Double.isNaN(by)) {
            return null;
        }
        double error = Math.hypot(tracks.scaleOfMean(feature, averaged), ROUNDING * feature.resolution());
        return new Shift(by, error, tracks.expected(feature), tracks.scale(feature)).rounded();
    }

    /**
     * The picture to judge by when this one follows an earlier one of the same anomaly.
     *
     * @param comesAndGoes whether it was gone in between, and came again
     */
    public Picture after(Picture earlier, boolean comesAndGoes) {
        // A picture of two or three reports may be that of an outlier.
        if (reports < FEWEST_REPORTS && earlier.reports >= FEWEST_REPORTS) {
            return earlier;
        }
        double before = earlier.reports >= FEWEST_REPORTS ? earlier.peak : 0;
        double highest = Math.max(peak, before);
        boolean faded = peak < FADED * highest;
        Picture kept = faded ? earlier : this;
        // How it began is seen best soon after: later the memory of it grows coarse. But what goes on for hours shows
        // its
        // course ever better, and what was judged when it was small may have another course now.
        // That a clear step was a ramp, or the other way round, is not seen better by its growing old.
        boolean reversed = stepOverRamp * earlier.stepOverRamp < 0 && Math.abs(earlier.stepOverRamp) >= CLEAR;
        boolean clearer = !reversed && Math.abs(stepOverRamp) > Math.abs(earlier.stepOverRamp) + CLEARER;
        // But it is what ramps do that they grow.
        boolean clearRamp = earlier.lead == lead && earlier.stepOverRamp <= -CLEAR && Math.abs(stepOverRamp) < CLEAR;
        boolean late = earlier.lead != null
                && !clearer
                && (peak < GROWN * earlier.shapedAt || clearRamp)
                && (reports > SHAPE_SETTLED_REPORTS
                        || (earlier.reports >= SETTLED_REPORTS && Math.abs(earlier.stepOverRamp) >= CLEAR));
        Picture shape = faded || late ? earlier : this;
        return new Picture(
                kept.seen,
                kept.lead,
                shape.onsetMs,
                shape.stepOverRamp,
                comesAndGoes ? Math.max(ALL_OF_IT, kept.roughness) : kept.roughness,
                kept.intervalSeconds,
                kept.reports,
                highest,
                shape.shapedAt,
                Math.max(beyondAlarm, earlier.beyondAlarm));
    }

    /** How far a feature had moved when this was seen, in its own unit; 0 where it was not. */
    public double level(Feature feature) {
        Shift then = seen.get(feature);
        return then == null ? 0 : then.by();
    }

    /** Writes what was seen, and nothing of its course. */
    public void writeSeenTo(BitOutput shifts) {
        for (Feature feature : Feature.values()) {
            Shift shift = seen.get(feature);
            shifts.flag(shift != null);
            if (shift != null) {
                shift.writeTo(shifts, feature);
            }
        }
    }

    /**
     * Reads what {@link #writeSeenTo} has written, now or in an earlier version of the state.
     *
     * @param version of the state
     */
    public static Map<Feature, Shift> readSeenFrom(BitInput shifts, int version) throws IOException {
        Map<Feature, Shift> seen = new EnumMap<>(Feature.class);
        for (Feature feature : Feature.ofVersion(version)) {
            if (shifts.flag()) {
                seen.put(feature, Shift.readFrom(shifts, feature, version));
            }
        }
        seen.keySet().removeAll(Feature.otherwiseMeasuredIn(version));
        return seen;
    }

    public void writeTo(DataOutput out) throws IOException {
        BitOutput shifts = new BitOutput();
        writeSeenTo(shifts);
        shifts.writeTo(out);
        out.writeByte(lead == null ? -1 : lead.ordinal());
        Varint.write(out, onsetMs);
        out.writeFloat((float) stepOverRamp);
        out.writeFloat((float) roughness);
        out.writeFloat((float) intervalSeconds);
        Varint.write(out, reports);
        out.writeFloat((float) peak);
        out.writeFloat((float) shapedAt);
        out.writeFloat((float) beyondAlarm);
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state.
     *
     * @param version of the state
     */
    public static Picture readFrom(DataInput in, int version) throws IOException {
        Map<Feature, Shift> seen = readSeenFrom(new BitInput(in), version);
        int lead = in.readByte();
        long onsetMs = Varint.read(in);
        float stepOverRamp = in.readFloat();
        float roughness = in.readFloat();
        float intervalSeconds = in.readFloat();
        int reports = (int) Varint.read(in);
        float peak = in.readFloat();
        return new Picture(
                seen,
                lead < 0 ? null : feature(lead),
                onsetMs,
                stepOverRamp,
                roughness,
                intervalSeconds,
                reports,
                peak,
                version >= FIRST_WITH_SHAPED_AT ? in.readFloat() : peak,
                version >= FIRST_WITH_BEYOND_ALARM ? notNegative(in.readFloat()) : WELL_BEYOND);
    }

    private static float notNegative(float read) throws IOException {
        if (!(read >= 0)) {
            throw new IOException("clearer than an alarm by " + read);
        }
        return read;
    }

    /** The feature of an ordinal that was read. */
    public static Feature feature(int ordinal) throws IOException {
        Feature[] features = Feature.values();
        if (ordinal >= features.length) {
            throw new IOException("a feature that is not known here");
        }
        return features[ordinal];
    }
}
