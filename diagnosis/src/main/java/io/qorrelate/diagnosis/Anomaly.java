package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.binary.Varint;
import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An anomaly that is open. Mutable; the fold copies it before it changes it. */
final class Anomaly {
    /** Rules that are kept as evidence; more of the same add nothing. */
    private static final int MOST_VOICES = 8;

    /** Events named in evidence. */
    private static final int MOST_EVENTS = 6;

    // Words are written by their ordinals: who changes an order raises the version of the state's binary form.
    private static final AnomalyClass[] CLASSES = AnomalyClass.values();
    private static final Subtype[] SUBTYPES = Subtype.values();
    private static final Severity[] SEVERITIES = Severity.values();
    private static final Calibration.Routine[] ROUTINES = Calibration.Routine.values();
    private static final int NONE = 0xff;

    /** Letters that an event's id may share with the one before it: one byte tells. */
    private static final int MOST_SHARED = 0xff;

    /** Version of the state's binary form in which leaps were first kept. */
    private static final int FIRST_WITH_LEAPS = 5;

    /** As above, of what calibrations were to mend that changed nothing. */
    private static final int FIRST_WITH_ROUTINES = 9;

    /** As above, of how often it came again. */
    private static final int FIRST_WITH_RETURNS = 10;

    /** As above, of when the link was calibrated before. */
    private static final int FIRST_WITH_CALIBRATION_BEFORE = 11;

    /** From here on an id is written as the bytes it stands for, and of an event's what it does not share with the one before. */
    private static final int FIRST_WITH_SHORT_IDS = 8;

    private static final String ID_PREFIX = "f-";
    private static final int ID_BYTES = 10;
    private static final HexFormat HEX = HexFormat.of();

    final String id;
    long onsetMs;

    /** When it was first told of; until then, when it was noticed. */
    long detectedMs;

    final @Nullable String node;

    /** Whether it is an {@link OffNominal} that is told; else it is a change. */
    final boolean offNominal;

    Set<Feature> alarms = EnumSet.noneOf(Feature.class);
    List<RuleVoice> voices = new ArrayList<>();
    List<String> events = new ArrayList<>();
    long lastVoiceMs;
    boolean cured;

    /** What calibrations were to mend that completed since, and changed nothing. */
    Set<Calibration.Routine> withstood = EnumSet.noneOf(Calibration.Routine.class);

    /** The calibration that was last found to have cured it or not, by its time; 0 is none. */
    long judgedCalibrationMs;

    /** When the calibration completed that was the latest when it was detected, epoch ms; 0 is never. */
    long calibratedBeforeMs;

    Picture picture = Picture.nothing();

    /** A step on top of it, if there was one. */
    @Nullable
    Picture leap;

    int quietReports;

    /** How often it was gone, and came again. */
    int returns;

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
        this(id, onsetMs, detectedMs, node, false);
    }

    Anomaly(String id, long onsetMs, long detectedMs, @Nullable String node, boolean offNominal) {
        this.id = id;
        this.offNominal = offNominal;
        this.onsetMs = onsetMs;
        this.detectedMs = detectedMs;
        this.node = node;
    }

    Anomaly copy() {
        Anomaly copy = new Anomaly(id, onsetMs, detectedMs, node, offNominal);
        copy.alarms = alarms.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(alarms);
        copy.voices = new ArrayList<>(voices);
        copy.events = new ArrayList<>(events);
        copy.lastVoiceMs = lastVoiceMs;
        copy.cured = cured;
        copy.withstood.addAll(withstood);
        copy.judgedCalibrationMs = judgedCalibrationMs;
        copy.calibratedBeforeMs = calibratedBeforeMs;
        copy.picture = picture;
        copy.leap = leap;
        copy.quietReports = quietReports;
        copy.returns = returns;
        copy.looks = looks;
        copy.quietSinceMs = quietSinceMs;
        copy.saidClass = saidClass;
        copy.saidSubtype = saidSubtype;
        copy.saidSeverity = saidSeverity;
        copy.saidProbabilities = new EnumMap<>(saidProbabilities);
        return copy;
    }

    /** Whether anything was said of it. */
    boolean isTold() {
        return saidProbabilities.values().stream().anyMatch(probability -> probability > 0);
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

    /**
     * The features that tell whether it is over. The key rate follows the light, and late: a block of key is made of what came
     * over minutes. So it is asked only where nothing else has changed.
     */
    Set<Feature> judgedBy() {
        Set<Feature> ofLight = EnumSet.copyOf(alarms);
        ofLight.removeIf(Feature::isKey);
        return ofLight.isEmpty() ? alarms : ofLight;
    }

    void name(String event) {
        if (events.size() < MOST_EVENTS) {
            events.add(event);
        }
    }

    void writeTo(DataOutput out) throws IOException {
        writeId(out, id);
        Varint.write(out, detectedMs);
        Varint.write(out, detectedMs - onsetMs);
        out.writeUTF(node == null ? "" : node);
        out.writeByte(alarms.size());
        for (Feature feature : alarms) {
            out.writeByte(feature.ordinal());
        }
        out.writeByte(voices.size());
        for (RuleVoice voice : voices) {
            voice.writeTo(out);
        }
        writeEvents(out);
        writeTime(out, lastVoiceMs);
        out.writeBoolean(cured);
        out.writeByte(bits(withstood));
        writeTime(out, judgedCalibrationMs);
        writeTime(out, calibratedBeforeMs);
        picture.writeTo(out);
        out.writeBoolean(leap != null);
        if (leap != null) {
            leap.writeTo(out);
        }
        Varint.write(out, quietReports);
        Varint.write(out, returns);
        Varint.write(out, looks);
        writeTime(out, quietSinceMs);
        out.writeByte(saidClass.ordinal());
        out.writeByte(saidSubtype == null ? NONE : saidSubtype.ordinal());
        out.writeByte(saidSeverity.ordinal());
        for (AnomalyClass anomalyClass : CLASSES) {
            out.writeFloat(saidProbabilities.getOrDefault(anomalyClass, 0.0).floatValue());
        }
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state.
     *
     * @param calibrated what the latest calibration was to mend, null where that is not known: earlier versions tell only that it changed
     *     nothing
     */
    static Anomaly readFrom(DataInput in, int version, Calibration.@Nullable Routine calibrated) throws IOException {
        String id = version >= FIRST_WITH_SHORT_IDS ? readId(in) : checked(in.readUTF());
        long detected = Varint.read(in);
        long onset = detected - Varint.read(in);
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
        read.events = readEvents(in, version);
        read.lastVoiceMs = read.readTime(in);
        read.cured = in.readBoolean();
        if (version >= FIRST_WITH_ROUTINES) {
            read.withstood = routines(in.readUnsignedByte());
        } else if (in.readBoolean() && calibrated != null) {
            read.withstood.add(calibrated);
        }
        read.judgedCalibrationMs = read.readTime(in);
        read.calibratedBeforeMs = version >= FIRST_WITH_CALIBRATION_BEFORE ? read.readTime(in) : 0;
        read.picture = Picture.readFrom(in, version);
        read.leap = version >= FIRST_WITH_LEAPS && in.readBoolean() ? Picture.readFrom(in, version) : null;
        read.quietReports = (int) Varint.read(in);
        read.returns = version >= FIRST_WITH_RETURNS ? (int) Varint.read(in) : 0;
        read.looks = (int) Varint.read(in);
        read.quietSinceMs = read.readTime(in);
        read.saidClass = constant(CLASSES, in.readUnsignedByte());
        int subtype = in.readUnsignedByte();
        read.saidSubtype = subtype == NONE ? null : constant(SUBTYPES, subtype);
        read.saidSeverity = constant(SEVERITIES, in.readUnsignedByte());
        for (AnomalyClass anomalyClass : CLASSES) {
            read.saidProbabilities.put(anomalyClass, (double) in.readFloat());
        }
        return read;
    }

    private static int bits(Set<Calibration.Routine> routines) {
        int bits = 0;
        for (Calibration.Routine routine : routines) {
            bits |= 1 << routine.ordinal();
        }
        return bits;
    }

    private static Set<Calibration.Routine> routines(int bits) throws IOException {
        Set<Calibration.Routine> routines = EnumSet.noneOf(Calibration.Routine.class);
        for (int rest = bits; rest != 0; rest &= rest - 1) {
            routines.add(constant(ROUTINES, Integer.numberOfTrailingZeros(rest)));
        }
        return routines;
    }

    /** A time near the detection; nought is none, and what is not before it is written as one more. */
    private void writeTime(DataOutput out, long timeMs) throws IOException {
        long since = timeMs - detectedMs;
        Varint.write(out, timeMs == 0 ? 0 : since >= 0 ? since + 1 : since);
    }

    private long readTime(DataInput in) throws IOException {
        long since = Varint.read(in);
        return since == 0 ? 0 : detectedMs + (since > 0 ? since - 1 : since);
    }

    private static <E> E constant(E[] constants, int ordinal) throws IOException {
        if (ordinal >= constants.length) {
            throw new IOException("a word that is not known here");
        }
        return constants[ordinal];
    }

    /** An id that depends on nothing but a digest. */
    static String id(byte[] digest) {
        return ID_PREFIX + HEX.formatHex(digest, 0, ID_BYTES);
    }

    static void writeId(DataOutput out, String id) throws IOException {
        out.write(HEX.parseHex(id.substring(ID_PREFIX.length())));
    }

    static String readId(DataInput in) throws IOException {
        byte[] digest = new byte[ID_BYTES];
        in.readFully(digest);
        return id(digest);
    }

    private static String checked(String id) throws IOException {
        boolean sound = id.startsWith(ID_PREFIX)
                && id.length() == ID_PREFIX.length() + 2 * ID_BYTES
                && id.chars().skip(ID_PREFIX.length()).allMatch(letter -> HexFormat.isHexDigit(letter));
        if (!sound) {
            throw new IOException("an anomaly of no known id");
        }
        return id.toLowerCase(Locale.ROOT);
    }

    /** Events of one source are mostly numbered through. */
    private void writeEvents(DataOutput out) throws IOException {
        out.writeByte(events.size());
        String before = "";
        for (String event : events) {
            int shared = 0;
            int most = Math.min(MOST_SHARED, Math.min(before.length(), event.length()));
            while (shared < most && before.charAt(shared) == event.charAt(shared)) {
                shared++;
            }
            out.writeByte(shared);
            out.writeUTF(event.substring(shared));
            before = event;
        }
    }

    private static List<String> readEvents(DataInput in, int version) throws IOException {
        List<String> events = new ArrayList<>();
        int count = in.readUnsignedByte();
        String before = "";
        for (int i = 0; i < count; i++) {
            int shared = version >= FIRST_WITH_SHORT_IDS ? in.readUnsignedByte() : 0;
            if (shared > before.length()) {
                throw new IOException("an event that shares more than there is");
            }
            before = before.substring(0, shared) + in.readUTF();
            events.add(before);
        }
        return events;
    }
}
