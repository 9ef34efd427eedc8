package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.change.Track;
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
 * @param stepOverRamp by how many nats the lead's course looks more like a step than like a ramp
 * @param intervalSeconds seconds between reports of the lead
 * @param reports reports of the lead since the onset, as far as they are remembered
 * @param peak how far a lead has moved at the most so far, in standard deviations of one report
 */
public record Picture(
        Map<Feature, Seen> seen,
        @Nullable Feature lead,
        double stepOverRamp,
        double intervalSeconds,
        int reports,
        double peak) {

    /** First version of the binary form that knows the peak. */
    private static final int WITH_PEAK = 2;

    /** What has faded to less than this share of its peak shows how the link recovers, not what befell it. */
    private static final double FADED = 0.5;

    /** Reports averaged for the present level of a feature. */
    private static final int LEVEL_REPORTS = 6;

    /** A feature that raised the alarm has moved by at least so many standard deviations, as the test sees it. */
    private static final double ALARMED = 4;

    private static final Picture NOTHING = new Picture(Map.of(), null, 0, 0, 0, 0);

    /**
     * What one feature did.
     *
     * @param z how far it moved, in standard deviations of its level's error
     * @param level how far it moved, in its own unit
     * @param expected its baseline
     * @param scale standard deviation of one report
     */
    public record Seen(double z, double level, double expected, double scale) {}

    /** Nothing was measured. */
    public static Picture nothing() {
        return NOTHING;
    }

    /** As the tracks show it now. */
    public static Picture of(Tracks tracks, Set<Feature> alarms, long onsetMs) {
        Map<Feature, Seen> seen = new EnumMap<>(Feature.class);
        for (Feature feature : tracks.known()) {
            Track track = tracks.of(feature);
            if (track != null && track.reportsSince(onsetMs) > 0) {
                double z = track.standardised(onsetMs, LEVEL_REPORTS, feature);
                if (alarms.contains(feature) && Math.abs(z) < ALARMED) {
                    // The test saw more than the latest few reports: it has moved.
                    z = track.isUp() ? ALARMED : -ALARMED;
                }
                seen.put(feature, new Seen(z, track.level(onsetMs, LEVEL_REPORTS), track.expected(), track.scale()));
            }
        }
        Feature lead = alarms.stream()
                .filter(seen::containsKey)
                .max(Comparator.comparingDouble(
                        feature -> Math.abs(seen.get(feature).z())))
                .orElse(null);
        Track track = lead == null ? null : tracks.of(lead);
        return track == null
                ? new Picture(seen, null, 0, 0, 0, 0)
                : new Picture(
                        seen,
                        lead,
                        track.stepOverRamp(),
                        track.intervalSeconds(),
                        track.reportsSince(onsetMs),
                        magnitude(seen.get(lead)));
    }

    /** The picture to judge by when this one follows an earlier one of the same anomaly. */
    public Picture after(Picture earlier) {
        double highest = Math.max(peak, earlier.peak);
        boolean faded = peak < FADED * highest;
        Picture kept = faded ? earlier : this;
        return new Picture(kept.seen, kept.lead, kept.stepOverRamp, kept.intervalSeconds, kept.reports, highest);
    }

    /** How far a feature had moved when this was seen, in its own unit; 0 where it was not. */
    public double level(Feature feature) {
        Seen then = seen.get(feature);
        return then == null ? 0 : then.level();
    }

    private static double magnitude(@Nullable Seen lead) {
        return lead == null || lead.scale() == 0 ? 0 : Math.abs(lead.level()) / lead.scale();
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(seen.size());
        for (Map.Entry<Feature, Seen> entry : seen.entrySet()) {
            out.writeUTF(entry.getKey().name());
            out.writeDouble(entry.getValue().z());
            out.writeDouble(entry.getValue().level());
            out.writeDouble(entry.getValue().expected());
            out.writeDouble(entry.getValue().scale());
        }
        out.writeUTF(lead == null ? "" : lead.name());
        out.writeDouble(stepOverRamp);
        out.writeDouble(intervalSeconds);
        out.writeInt(reports);
        out.writeDouble(peak);
    }

    /** Reads what {@link #writeTo} of that version of the binary form has written. */
    public static Picture readFrom(DataInput in, int version) throws IOException {
        Map<Feature, Seen> seen = new EnumMap<>(Feature.class);
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            Feature feature = Feature.valueOf(in.readUTF());
            seen.put(feature, new Seen(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
        }
        String name = in.readUTF();
        Feature lead = name.isEmpty() ? null : Feature.valueOf(name);
        return new Picture(
                seen,
                lead,
                in.readDouble(),
                in.readDouble(),
                in.readInt(),
                version >= WITH_PEAK ? in.readDouble() : lead == null ? 0 : magnitude(seen.get(lead)));
    }
}
