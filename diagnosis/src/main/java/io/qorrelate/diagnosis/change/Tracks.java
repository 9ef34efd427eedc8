package io.qorrelate.diagnosis.change;

import io.qorrelate.model.Readings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All features of one link, followed through time. Mutable; the fold copies it before it changes it. */
public final class Tracks {
    private static final Feature[] FEATURES = Feature.values();

    private final Map<Feature, Track> tracks = new EnumMap<>(Feature.class);

    /** A deep copy. */
    public Tracks copy() {
        Tracks copy = new Tracks();
        tracks.forEach((feature, track) -> copy.tracks.put(feature, track.copy()));
        return copy;
    }

    /**
     * Takes an event's readings in.
     *
     * @param mayLearn whether the link is quiet as far as is known: nothing open, no calibration, no maintenance
     */
    public void observe(Readings readings, long timeMs, boolean mayLearn, Track.Tuning tuning) {
        for (Feature feature : FEATURES) {
            OptionalDouble reported = feature.of(readings);
            if (reported.isEmpty()) {
                continue;
            }
            double value = reported.getAsDouble();
            Track track = tracks.computeIfAbsent(feature, key -> new Track());
            track.observe(value, feature.samplingVariance(readings, value), timeMs, feature, tuning);
            if (mayLearn) {
                track.learn(value, timeMs, feature, tuning);
            } else {
                track.skip(timeMs);
            }
        }
    }

    /** A feature's track; null where it was never reported. */
    public @Nullable Track of(Feature feature) {
        return tracks.get(feature);
    }

    /** Features that are reported and whose baseline is known. */
    public Set<Feature> known() {
        Set<Feature> known = EnumSet.noneOf(Feature.class);
        tracks.forEach((feature, track) -> {
            if (track.isArmed()) {
                known.add(feature);
            }
        });
        return known;
    }

    /** Features whose test has crossed its threshold and which are a reason to look. */
    public Set<Feature> alarms(Track.Tuning tuning) {
        Set<Feature> alarms = EnumSet.noneOf(Feature.class);
        tracks.forEach((feature, track) -> {
            if (feature.raisesAlarm() && track.alarm(feature, tuning)) {
                alarms.add(feature);
            }
        });
        return alarms;
    }

    /** Onset by the feature that moved most among those that raised an alarm, epoch ms: it tells the time best. */
    public OptionalLong onsetMs(Set<Feature> alarms) {
        Optional<Track> clearest = alarms.stream()
                .map(tracks::get)
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(Track::latestDeviation));
        return clearest.isPresent() ? OptionalLong.of(clearest.get().onsetMs()) : OptionalLong.empty();
    }

    /** Begins all tests anew. */
    public void resetTests() {
        tracks.values().forEach(Track::resetTest);
    }

    /** Forgets the baselines of some features, so that they are learned anew. */
    public void relearn(Set<Feature> features) {
        features.forEach(feature -> {
            Track track = tracks.get(feature);
            if (track != null) {
                track.relearn();
            }
        });
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(tracks.size());
        for (Map.Entry<Feature, Track> entry : tracks.entrySet()) {
            out.writeUTF(entry.getKey().name());
            entry.getValue().writeTo(out);
        }
    }

    public static Tracks readFrom(DataInput in) throws IOException {
        Tracks tracks = new Tracks();
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            try {
                tracks.tracks.put(Feature.valueOf(name), Track.readFrom(in));
            } catch (IllegalArgumentException e) {
                throw new IOException("unknown feature " + name, e);
            }
        }
        return tracks;
    }
}
