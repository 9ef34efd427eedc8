package io.qorrelate.diagnosis.change;

import static io.qorrelate.model.Observable.BACK_REFLECTION_DBM;
import static io.qorrelate.model.Observable.BASIS_Z_FRACTION;
import static io.qorrelate.model.Observable.DARK_COUNT_RATE_HZ;
import static io.qorrelate.model.Observable.DETECTION_RATE_HZ;
import static io.qorrelate.model.Observable.DETECTOR_IMBALANCE;
import static io.qorrelate.model.Observable.DETECTOR_TEMPERATURE_C;
import static io.qorrelate.model.Observable.DOUBLE_CLICK_FRACTION;
import static io.qorrelate.model.Observable.EXCESS_NOISE_SNU;
import static io.qorrelate.model.Observable.GAIN_DECOY;
import static io.qorrelate.model.Observable.GAIN_SIGNAL;
import static io.qorrelate.model.Observable.LASER_TEMPERATURE_C;
import static io.qorrelate.model.Observable.LOSS_DB;
import static io.qorrelate.model.Observable.PHOTOCURRENT_UA;
import static io.qorrelate.model.Observable.POLARIZATION_DRIFT_RAD;
import static io.qorrelate.model.Observable.QBER;
import static io.qorrelate.model.Observable.QBER_X;
import static io.qorrelate.model.Observable.QBER_Z;
import static io.qorrelate.model.Observable.RX_POWER_DBM;
import static io.qorrelate.model.Observable.SECRET_KEY_RATE_BPS;
import static io.qorrelate.model.Observable.SYNC_OFFSET_PS;
import static io.qorrelate.model.Observable.VISIBILITY;

import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A number that the diagnosis follows: an observable, or what two of them say together. Rates and gains are followed in
 * decibels, so that a change of loss moves them by the same amount.
 */
public enum Feature {
    /** QBER; the mean of the two bases where only they are reported. */
    QBER_LEVEL("qber", Side.UP, true, 0.0005, 0.01, Feature::qber),
    /** QBER in X less QBER in Z: intercept–resend moves both alike, a rotation of one basis does not. */
    BASIS_SPLIT(
            "qber_x - qber_z", Side.BOTH, false, 0.0007, Double.POSITIVE_INFINITY, r -> difference(r, QBER_X, QBER_Z)),
    VISIBILITY_LEVEL("visibility", Side.DOWN, true, 0.001, 0.02, r -> r.get(VISIBILITY)),
    /** Resolution of reported losses is 0.01 to 0.1 dB. */
    LOSS("loss_db", Side.BOTH, true, 0.02, 0.5, r -> r.get(LOSS_DB)),
    RATE("detection_rate", Side.BOTH, true, 0.03, 0.7, Feature::rate),
    /** Rate and loss added: nought where the loss explains the rate. */
    RATE_NET("detection_rate + loss", Side.BOTH, false, 0.03, Double.POSITIVE_INFINITY, Feature::rateNet),
    RX_POWER("rx_power_dbm", Side.BOTH, true, 0.03, 0.7, r -> r.get(RX_POWER_DBM)),
    /** Decoy gain over signal gain, dB: held by the photon statistics, whatever the loss. */
    GAIN_RATIO("gain_decoy / gain_signal", Side.BOTH, true, 0.03, 0.2, Feature::gainRatio),
    DARK_COUNTS("dark_count_rate_hz", Side.BOTH, true, 0.1, 1.5, r -> decibel(r, DARK_COUNT_RATE_HZ)),
    DOUBLE_CLICKS(
            "double_click_fraction",
            Side.BOTH,
            false,
            0.0002,
            Double.POSITIVE_INFINITY,
            r -> r.get(DOUBLE_CLICK_FRACTION)),
    BASIS_FRACTION("basis_z_fraction", Side.BOTH, true, 0.003, 0.02, r -> r.get(BASIS_Z_FRACTION)),
    IMBALANCE("detector_imbalance", Side.BOTH, true, 0.005, 0.05, r -> r.get(DETECTOR_IMBALANCE)),
    SYNC_OFFSET("sync_offset_ps", Side.BOTH, true, 2.0, 60, r -> r.get(SYNC_OFFSET_PS)),
    POLARIZATION("polarization_drift_rad", Side.BOTH, false, 0.01, Double.POSITIVE_INFINITY, Feature::rotation),
    BACK_REFLECTION("back_reflection_dbm", Side.UP, true, 0.3, 2.0, r -> r.get(BACK_REFLECTION_DBM)),
    PHOTOCURRENT("photocurrent_ua", Side.BOTH, true, 0.1, 1.5, r -> decibel(r, PHOTOCURRENT_UA)),
    DETECTOR_TEMPERATURE(
            "detector_temperature_c",
            Side.BOTH,
            false,
            0.1,
            Double.POSITIVE_INFINITY,
            r -> r.get(DETECTOR_TEMPERATURE_C)),
    LASER_TEMPERATURE(
            "laser_temperature_c", Side.BOTH, false, 0.05, Double.POSITIVE_INFINITY, r -> r.get(LASER_TEMPERATURE_C)),
    EXCESS_NOISE("excess_noise_snu", Side.UP, true, 0.001, 0.02, r -> r.get(EXCESS_NOISE_SNU)),
    KEY_RATE("secret_key_rate_bps", Side.DOWN, true, 0.1, 1.5, r -> decibel(r, SECRET_KEY_RATE_BPS));

    /** The side on which a change is a reason to look. */
    enum Side {
        UP,
        DOWN,
        BOTH
    }

    /** Below this a rate is written as nought decibels: one click or bit per second. */
    private static final double SMALLEST_RATE = 1;

    /** Gains lie between 1e-8 and 1; nought would have no decibels. */
    private static final double SMALLEST_GAIN = 1e-9;

    private final String label;
    private final Side side;
    private final boolean raisesAlarm;
    private final double resolution;
    private final double leash;
    private final Function<Readings, OptionalDouble> extractor;

    Feature(
            String label,
            Side side,
            boolean raisesAlarm,
            double resolution,
            double leash,
            Function<Readings, OptionalDouble> extractor) {
        this.label = label;
        this.side = side;
        this.raisesAlarm = raisesAlarm;
        this.resolution = resolution;
        this.leash = leash;
        this.extractor = extractor;
    }

    /** Name for people and for the ledger. */
    public String label() {
        return label;
    }

    /** Smallest standard deviation believed, in the feature's own unit: the resolution that equipment reports it with. */
    double resolution() {
        return resolution;
    }

    /**
     * How far a baseline may wander from where it was anchored, in the feature's own unit: wider than seasons move a link, and
     * narrower than what an attacker would need. A slow change beyond it is no longer learned but seen.
     */
    double leash() {
        return leash;
    }

    /** Whether a change of it alone opens a finding; the others are evidence once something else did. */
    boolean raisesAlarm() {
        return raisesAlarm;
    }

    boolean watches(boolean up) {
        return side == Side.BOTH || (side == Side.UP) == up;
    }

    /** Its value in an event's readings, if they have what it needs. */
    public OptionalDouble of(Readings readings) {
        return extractor.apply(readings);
    }

    /** The sampling variance of one value, in the feature's own unit squared; 0 where it is not known. */
    public double samplingVariance(Readings readings, double value) {
        if (this != QBER_LEVEL || !readings.has(Observable.SIFTED_BITS)) {
            return 0;
        }
        double bits = Math.max(1, readings.value(Observable.SIFTED_BITS));
        // Binomial; half an error at least, as no error in n bits is no proof of none.
        double error = Math.max(value, 0.5 / bits);
        return error * (1 - error) / bits;
    }

    /** Whether the number is followed in decibels. */
    public boolean isDecibel() {
        return switch (this) {
            case RATE, RATE_NET, RX_POWER, GAIN_RATIO, DARK_COUNTS, PHOTOCURRENT, KEY_RATE, LOSS -> true;
            default -> false;
        };
    }

    /** Whether the number is a fraction that people read in percent. */
    public boolean isFraction() {
        return switch (this) {
            case QBER_LEVEL, BASIS_SPLIT, VISIBILITY_LEVEL, DOUBLE_CLICKS, BASIS_FRACTION -> true;
            default -> false;
        };
    }

    private static OptionalDouble qber(Readings readings) {
        if (readings.has(QBER)) {
            return readings.get(QBER);
        }
        if (readings.has(QBER_X) && readings.has(QBER_Z)) {
            return OptionalDouble.of((readings.value(QBER_X) + readings.value(QBER_Z)) / 2);
        }
        return readings.has(QBER_Z) ? readings.get(QBER_Z) : readings.get(QBER_X);
    }

    private static OptionalDouble rate(Readings readings) {
        return readings.has(DETECTION_RATE_HZ) ? decibel(readings, DETECTION_RATE_HZ) : gain(readings, GAIN_SIGNAL);
    }

    private static OptionalDouble rateNet(Readings readings) {
        OptionalDouble rate = rate(readings);
        return rate.isPresent() && readings.has(LOSS_DB)
                ? OptionalDouble.of(rate.getAsDouble() + readings.value(LOSS_DB))
                : OptionalDouble.empty();
    }

    private static OptionalDouble gainRatio(Readings readings) {
        OptionalDouble decoy = gain(readings, GAIN_DECOY);
        OptionalDouble signal = gain(readings, GAIN_SIGNAL);
        return decoy.isPresent() && signal.isPresent()
                ? OptionalDouble.of(decoy.getAsDouble() - signal.getAsDouble())
                : OptionalDouble.empty();
    }

    /** How far the polarization has turned, whichever way. */
    private static OptionalDouble rotation(Readings readings) {
        return readings.has(POLARIZATION_DRIFT_RAD)
                ? OptionalDouble.of(Math.abs(readings.value(POLARIZATION_DRIFT_RAD)))
                : OptionalDouble.empty();
    }

    private static OptionalDouble difference(Readings readings, Observable one, Observable other) {
        return readings.has(one) && readings.has(other)
                ? OptionalDouble.of(readings.value(one) - readings.value(other))
                : OptionalDouble.empty();
    }

    private static OptionalDouble decibel(Readings readings, Observable observable) {
        return readings.has(observable)
                ? OptionalDouble.of(10 * Math.log10(Math.max(SMALLEST_RATE, readings.value(observable))))
                : OptionalDouble.empty();
    }

    private static OptionalDouble gain(Readings readings, Observable observable) {
        return readings.has(observable)
                ? OptionalDouble.of(10 * Math.log10(Math.max(SMALLEST_GAIN, readings.value(observable))))
                : OptionalDouble.empty();
    }
}
