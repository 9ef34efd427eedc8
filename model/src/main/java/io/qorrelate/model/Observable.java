package io.qorrelate.model;

import static io.qorrelate.model.Kind.ENVIRONMENT;
import static io.qorrelate.model.Kind.KEY_RATE;
import static io.qorrelate.model.Kind.LINK_QUALITY;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A number that the equipment reports: the field it stands in, its unit, its range and what it means. */
public enum Observable {
    QBER(LINK_QUALITY, "fraction", Range.FRACTION, "wrong sifted bits (quantum bit error ratio)"),
    QBER_X(LINK_QUALITY, "fraction", Range.FRACTION, "wrong sifted bits in the X basis"),
    QBER_Z(LINK_QUALITY, "fraction", Range.FRACTION, "wrong sifted bits in the Z basis"),
    SIFTED_BITS(LINK_QUALITY, "bits", Range.NOT_NEGATIVE, "how many sifted bits the QBER estimate rests on"),
    VISIBILITY(LINK_QUALITY, "fraction", Range.FRACTION, "interference visibility"),
    LOSS_DB(LINK_QUALITY, "dB", Range.FINITE, "channel loss as the system reports it"),
    DETECTION_RATE_HZ(LINK_QUALITY, "Hz", Range.NOT_NEGATIVE, "detector clicks per second"),
    DARK_COUNT_RATE_HZ(LINK_QUALITY, "Hz", Range.NOT_NEGATIVE, "clicks per second without light"),
    DOUBLE_CLICK_FRACTION(LINK_QUALITY, "fraction", Range.FRACTION, "clicks in which both detectors fired"),
    BASIS_Z_FRACTION(LINK_QUALITY, "fraction", Range.FRACTION, "detections measured in the Z basis"),
    DETECTOR_IMBALANCE(LINK_QUALITY, "ratio", new Range(-1, 1), "difference of the detectors' counts over their sum"),
    GAIN_SIGNAL(LINK_QUALITY, "fraction", Range.FRACTION, "detection probability per signal pulse"),
    GAIN_DECOY(LINK_QUALITY, "fraction", Range.FRACTION, "detection probability per decoy pulse"),
    GAIN_VACUUM(LINK_QUALITY, "fraction", Range.FRACTION, "detection probability per vacuum pulse"),
    QBER_DECOY(LINK_QUALITY, "fraction", Range.FRACTION, "wrong sifted bits of decoy pulses"),
    SYNC_OFFSET_PS(LINK_QUALITY, "ps", Range.FINITE, "offset of the detection gate from the pulse"),
    POLARIZATION_DRIFT_RAD(LINK_QUALITY, "rad", Range.FINITE, "polarization rotation since the last alignment"),
    RX_POWER_DBM(LINK_QUALITY, "dBm", Range.FINITE, "received power of the classical or synchronisation channel"),
    BACK_REFLECTION_DBM(LINK_QUALITY, "dBm", Range.FINITE, "light coming back out of the device"),
    PHOTOCURRENT_UA(LINK_QUALITY, "µA", Range.FINITE, "detector bias current"),
    DETECTOR_TEMPERATURE_C(LINK_QUALITY, "°C", Range.TEMPERATURE_C, "temperature of the detector"),
    LASER_TEMPERATURE_C(LINK_QUALITY, "°C", Range.TEMPERATURE_C, "temperature of the laser"),
    EXCESS_NOISE_SNU(LINK_QUALITY, "SNU", Range.FINITE, "CV-QKD excess noise in shot-noise units"),

    SECRET_KEY_RATE_BPS(KEY_RATE, "bit/s", Range.NOT_NEGATIVE, "secret key distilled per second"),
    STORED_KEYS(KEY_RATE, "keys", Range.NOT_NEGATIVE, "keys in the store"),
    MAX_KEYS(KEY_RATE, "keys", Range.NOT_NEGATIVE, "keys the store can hold"),
    KEYS_REQUESTED(KEY_RATE, "keys", Range.NOT_NEGATIVE, "keys asked for since the last event"),
    KEYS_DELIVERED(KEY_RATE, "keys", Range.NOT_NEGATIVE, "keys given out since the last event"),
    KEYS_REJECTED(KEY_RATE, "keys", Range.NOT_NEGATIVE, "key requests refused since the last event"),

    TEMPERATURE_C(ENVIRONMENT, "°C", Range.TEMPERATURE_C, "air temperature of the room"),
    HUMIDITY(ENVIRONMENT, "relative", new Range(0, 100), "relative humidity, as a fraction or in percent"),
    VIBRATION_G(ENVIRONMENT, "g", Range.NOT_NEGATIVE, "vibration amplitude");

    private static final Map<Kind, List<Observable>> BY_KIND =
            Arrays.stream(values()).collect(Collectors.groupingBy(Observable::kind));

    private final Kind kind;
    private final String unit;
    private final Range range;
    private final String meaning;
    private final String field = name().toLowerCase(Locale.ROOT);

    Observable(Kind kind, String unit, Range range, String meaning) {
        this.kind = kind;
        this.unit = unit;
        this.range = range;
        this.meaning = meaning;
    }

    /** All observables of a kind, in the contract's order; empty for kinds that report no numbers of their own. */
    public static List<Observable> of(Kind kind) {
        return BY_KIND.getOrDefault(kind, List.of());
    }

    /** Name of the field in JSON. */
    public String field() {
        return field;
    }

    /** The kind of event that reports it. */
    public Kind kind() {
        return kind;
    }

    /** Unit, for people. */
    public String unit() {
        return unit;
    }

    /** Values that can be true. */
    public Range range() {
        return range;
    }

    /** What it means, in half a sentence. */
    public String meaning() {
        return meaning;
    }

    /**
     * Closed range of the values that can be true; anything outside is bad input, not a measurement.
     *
     * @param min smallest value, may be {@code -Infinity}
     * @param max largest value, may be {@code Infinity}
     */
    public record Range(double min, double max) {
        static final Range FRACTION = new Range(0, 1);
        static final Range NOT_NEGATIVE = new Range(0, Double.POSITIVE_INFINITY);
        static final Range FINITE = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        /** From absolute zero up. */
        static final Range TEMPERATURE_C = new Range(-273.15, Double.POSITIVE_INFINITY);

        /** Whether {@code value} is a finite number inside. */
        public boolean contains(double value) {
            return Double.isFinite(value) && value >= min && value <= max;
        }

        /** For an error message: {@code 0..1}, {@code at least 0}, {@code a finite number}. */
        public String describe() {
            if (Double.isInfinite(max)) {
                return Double.isInfinite(min) ? "a finite number" : "at least " + plain(min);
            }
            return plain(min) + ".." + plain(max);
        }

        private static String plain(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }
}
