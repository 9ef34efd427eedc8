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
import static io.qorrelate.model.Observable.GAIN_VACUUM;
import static io.qorrelate.model.Observable.LASER_TEMPERATURE_C;
import static io.qorrelate.model.Observable.LOSS_DB;
import static io.qorrelate.model.Observable.PHOTOCURRENT_UA;
import static io.qorrelate.model.Observable.POLARIZATION_DRIFT_RAD;
import static io.qorrelate.model.Observable.RX_POWER_DBM;
import static io.qorrelate.model.Observable.SECRET_KEY_RATE_BPS;
import static io.qorrelate.model.Observable.SIFTED_BITS;
import static io.qorrelate.model.Observable.SYNC_OFFSET_PS;

import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;

/**
 * The features of one event's readings, computed into arrays that are used again for the next event: this runs for every event,
 * and allocates nothing.
 */
final class FeatureValues {
    /** Below this a rate is written as nought decibels: one click or bit per second. */
    private static final double SMALLEST_RATE = 1;

    /** Gains lie between 1e-8 and 1; nought would have no decibels. */
    private static final double SMALLEST_GAIN = 1e-9;

    private static final double SMALLEST_CURRENT_UA = 1e-6;

    /** Nothing that a link reports is larger; what claims to be would only drown the arithmetic. */
    private static final double LARGEST = 1e6;

    private static final double LARGEST_BITS = 1e15;

    private static final double DECIBELS_PER_NEPER = 10 / Math.log(10);

    final double[] value = new double[Feature.ALL.size()];

    /** How many sifted bits the error rates rest on; 0 where that is not known. */
    double bits;

    /** Which features the readings have: one bit for each, by ordinal. Joint features are not among them. */
    long present;

    void read(Readings readings) {
        present = 0;
        bits = readings.has(SIFTED_BITS) ? Math.clamp(readings.value(SIFTED_BITS), 1, LARGEST_BITS) : 0;
        errors(readings);
        put(readings, Observable.VISIBILITY, Feature.VISIBILITY);
        boolean loss = put(readings, LOSS_DB, Feature.LOSS);
        boolean rate = rate(readings);
        if (loss && rate) {
            put(Feature.RATE_NET, value[Feature.RATE.ordinal()] + value[Feature.LOSS.ordinal()]);
        }
        boolean power = put(readings, RX_POWER_DBM, Feature.RX_POWER);
        if (loss && power) {
            put(Feature.RX_NET, value[Feature.RX_POWER.ordinal()] + value[Feature.LOSS.ordinal()]);
        }
        if (readings.has(GAIN_SIGNAL) && readings.has(GAIN_DECOY)) {
            put(
                    Feature.GAIN_RATIO,
                    decibel(readings.value(GAIN_DECOY), SMALLEST_GAIN)
                            - decibel(readings.value(GAIN_SIGNAL), SMALLEST_GAIN));
        }
        if (readings.has(DARK_COUNT_RATE_HZ)) {
            put(
                    Feature.DARK_COUNTS,
                    decibel(readings.value(DARK_COUNT_RATE_HZ) + Feature.DARK_COUNTS_OF_NO_MATTER_HZ, SMALLEST_RATE));
        } else if (readings.has(GAIN_VACUUM)) {
            put(
                    Feature.DARK_COUNTS,
                    decibel(readings.value(GAIN_VACUUM) + Feature.VACUUM_GAIN_OF_NO_MATTER, SMALLEST_GAIN));
        }
        put(readings, DOUBLE_CLICK_FRACTION, Feature.DOUBLE_CLICKS);
        put(readings, BASIS_Z_FRACTION, Feature.BASIS_FRACTION);
        put(readings, DETECTOR_IMBALANCE, Feature.IMBALANCE);
        put(readings, SYNC_OFFSET_PS, Feature.SYNC_OFFSET);
        if (readings.has(POLARIZATION_DRIFT_RAD)) {
            // How far it has turned, whichever way.
            put(Feature.POLARIZATION, Math.abs(readings.value(POLARIZATION_DRIFT_RAD)));
        }
        put(readings, BACK_REFLECTION_DBM, Feature.BACK_REFLECTION);
        if (readings.has(PHOTOCURRENT_UA)) {
            put(Feature.PHOTOCURRENT, decibel(Math.abs(readings.value(PHOTOCURRENT_UA)), SMALLEST_CURRENT_UA));
        }
        put(readings, DETECTOR_TEMPERATURE_C, Feature.DETECTOR_TEMPERATURE);
        put(readings, LASER_TEMPERATURE_C, Feature.LASER_TEMPERATURE);
        put(readings, EXCESS_NOISE_SNU, Feature.EXCESS_NOISE);
        if (readings.has(SECRET_KEY_RATE_BPS)) {
            put(Feature.KEY_RATE, decibel(readings.value(SECRET_KEY_RATE_BPS), SMALLEST_RATE));
        }
    }

    private void errors(Readings readings) {
        boolean both = readings.has(Observable.QBER_X) && readings.has(Observable.QBER_Z);
        double error;
        if (readings.has(Observable.QBER)) {
            error = readings.value(Observable.QBER);
        } else if (both) {
            error = (readings.value(Observable.QBER_X) + readings.value(Observable.QBER_Z)) / 2;
        } else if (readings.has(Observable.QBER_Z)) {
            error = readings.value(Observable.QBER_Z);
        } else if (readings.has(Observable.QBER_X)) {
            error = readings.value(Observable.QBER_X);
        } else {
            return;
        }
        put(Feature.QBER, error);
        if (both) {
            put(Feature.BASIS_SPLIT, readings.value(Observable.QBER_X) - readings.value(Observable.QBER_Z));
        }
    }

    private boolean rate(Readings readings) {
        if (readings.has(DETECTION_RATE_HZ)) {
            put(Feature.RATE, decibel(readings.value(DETECTION_RATE_HZ), SMALLEST_RATE));
            return true;
        }
        return gain(readings, GAIN_SIGNAL) || gain(readings, GAIN_DECOY);
    }

    private boolean gain(Readings readings, Observable observable) {
        if (readings.has(observable)) {
            put(Feature.RATE, decibel(readings.value(observable), SMALLEST_GAIN));
            return true;
        }
        return false;
    }

    private boolean put(Readings readings, Observable observable, Feature feature) {
        if (readings.has(observable)) {
            put(feature, readings.value(observable));
            return true;
        }
        return false;
    }

    void put(Feature feature, double reported) {
        value[feature.ordinal()] = Math.clamp(reported, -LARGEST, LARGEST);
        present |= feature.bit();
    }

    /** Sets what is made of others, and no reading. */
    void set(Feature feature, double joint) {
        value[feature.ordinal()] = joint;
    }

    boolean has(Feature feature) {
        return (present & feature.bit()) != 0;
    }

    private static double decibel(double value, double smallest) {
        return DECIBELS_PER_NEPER * Math.log(Math.max(smallest, value));
    }
}
