package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An anomaly that is open. Mutable; the fold copies it before it changes it. */
final class Anomaly {
    /** Rules that are kept as evidence; more of the same add nothing. */
    private static final int MOST_VOICES = 8;

    /** Events named in evidence. */
    private static final int MOST_EVENTS = 6;

    final String id;
    long onsetMs;
    final long detectedMs;
    final @Nullable String node;
    Set<Feature> alarms = EnumSet.noneOf(Feature.class);
    List<RuleVoice> voices = new ArrayList<>();
    List<String> events = new ArrayList<>();
    long lastVoiceMs;
    boolean cured;
    boolean resisted;

    /** The calibration that was last found to have cured it or not, by its time; 0 is none. */
    long judgedCalibrationMs;

    Picture picture = Picture.nothing();
    int quietReports;

    /** Reports since it was detected. */
    int looks;

    long quietSinceMs;

    /** What was last said, so that only changes are said again. */
    AnomalyClass saidClass = AnomalyClass.UNDETERMINED;

    @Nullable
    Subtype saidSubtype;

    Severity saidSeverity = Severity.INFO;
    Map<AnomalyClass, Double> saidProbabilities = new EnumMap<>(AnomalyClass.class);

    Anomaly(String id, long onsetMs, long detectedMs, @Nullable String node) {
        this.id = id;
        this.onsetMs = onsetMs;
        this.detectedMs = detectedMs;
        this.node = node;
    }

    Anomaly copy() {
        Anomaly copy = new Anomaly(id, onsetMs, detectedMs, node);
        copy.alarms = alarms.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(alarms);
        copy.voices = new ArrayList<>(voices);
        copy.events = new ArrayList<>(events);
        copy.lastVoiceMs = lastVoiceMs;
        copy.cured = cured;
        copy.resisted = resisted;
        copy.judgedCalibrationMs = judgedCalibrationMs;
        copy.picture = picture;
        copy.quietReports = quietReports;
        copy.looks = looks;
        copy.quietSinceMs = quietSinceMs;
        copy.saidClass = saidClass;
        copy.saidSubtype = saidSubtype;
        copy.saidSeverity = saidSeverity;
        copy.saidProbabilities = new EnumMap<>(saidProbabilities);
        return copy;
    }

    /** Takes a rule's voice in; one that has spoken before only lasts longer. */
    void hear(RuleVoice voice, long nowMs) {
        lastVoiceMs = nowMs;
        for (int i = 0; i < voices.size(); i++) {
            if (voices.get(i).rule().equals(voice.rule())) {
                voices.set(i, voice);
                return;
            }
        }
        if (voices.size() < MOST_VOICES) {
            voices.add(voice);
        }
    }

    void name(String event) {
        if (events.size() < MOST_EVENTS) {
            events.add(event);
        }
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(id);
        out.writeLong(onsetMs);
        out.writeLong(detectedMs);
        out.writeUTF(node == null ? "" : node);
        out.writeByte(alarms.size());
        for (Feature feature : alarms) {
            out.writeByte(feature.ordinal());
        }
        out.writeByte(voices.size());
        for (RuleVoice voice : voices) {
            voice.writeTo(out);
        }
        write(out, events);
        out.writeLong(lastVoiceMs);
        out.writeBoolean(cured);
        out.writeBoolean(resisted);
        out.writeLong(judgedCalibrationMs);
        picture.writeTo(out);
        out.writeInt(quietReports);
        out.writeInt(looks);
        out.writeLong(quietSinceMs);
        out.writeUTF(saidClass.name());
        out.writeUTF(saidSubtype == null ? "" : saidSubtype.name());
        out.writeUTF(saidSeverity.name());
        write(out, saidProbabilities);
    }

    static Anomaly readFrom(DataInput in) throws IOException {
        String id = in.readUTF();
        long onset = in.readLong();
        long detected = in.readLong();
        String node = in.readUTF();
        Anomaly read = new Anomaly(id, onset, detected, node.isEmpty() ? null : node);
        int alarms = in.readUnsignedByte();
        for (int i = 0; i < alarms; i++) {
            read.alarms.add(Picture.feature(in.readUnsignedByte()));
        }
        int voices = in.readUnsignedByte();
        for (int i = 0; i < voices; i++) {
            read.voices.add(RuleVoice.readFrom(in));
        }
        read.events = readTexts(in);
        read.lastVoiceMs = in.readLong();
        read.cured = in.readBoolean();
        read.resisted = in.readBoolean();
        read.judgedCalibrationMs = in.readLong();
        read.picture = Picture.readFrom(in);
        read.quietReports = in.readInt();
        read.looks = in.readInt();
        read.quietSinceMs = in.readLong();
        read.saidClass = AnomalyClass.valueOf(in.readUTF());
        String subtype = in.readUTF();
        read.saidSubtype = subtype.isEmpty() ? null : Subtype.valueOf(subtype);
        read.saidSeverity = Severity.valueOf(in.readUTF());
        read.saidProbabilities = readWeights(in);
        return read;
    }

    private static void write(DataOutput out, Map<AnomalyClass, Double> weights) throws IOException {
        out.writeByte(weights.size());
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            Double weight = weights.get(anomalyClass);
            if (weight != null) {
                out.writeUTF(anomalyClass.name());
                out.writeDouble(weight);
            }
        }
    }

    private static Map<AnomalyClass, Double> readWeights(DataInput in) throws IOException {
        Map<AnomalyClass, Double> weights = new EnumMap<>(AnomalyClass.class);
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            weights.put(AnomalyClass.valueOf(in.readUTF()), in.readDouble());
        }
        return weights;
    }

    private static void write(DataOutput out, List<String> texts) throws IOException {
        out.writeByte(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
