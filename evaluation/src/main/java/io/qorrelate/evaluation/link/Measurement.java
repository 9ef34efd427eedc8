package io.qorrelate.evaluation.link;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.Arrays;

/**
 * What equipment makes of an expectation: it counts, measures, rounds, and now and then reports nonsense. Its variances are those that
 * {@link LinkModel#variance} states.
 */
final class Measurement {
    /** Share of outliers that spoil a report as a whole rather than one reading of it. */
    private static final double WHOLE_REPORT = 0.3;

    private final LinkModel model;
    private final Restlessness restlessness;
    private final Reporting reporting;
    private final Dice dice;
    private final double[] measured = new double[Expectation.OBSERVABLES];
    private final boolean[] reported = new boolean[Expectation.OBSERVABLES];
    private final Observable[] ofQuality;
    private boolean spoilt;

    Measurement(LinkModel model, Restlessness restlessness, Reporting reporting, Dice dice) {
        this.model = model;
        this.restlessness = restlessness;
        this.reporting = reporting;
        this.dice = dice;
        reporting.observables().forEach(observable -> reported[observable.ordinal()] = true);
        ofQuality = Observable.of(Kind.LINK_QUALITY).stream()
                .filter(reporting.observables()::contains)
                .toArray(Observable[]::new);
    }

    /** A report of the link's quality; no reading that is undefined, such as an error ratio of no bits. */
    Readings quality(Expectation expected) {
        measure(expected);
        spoilt = dice.chance(reporting.outlierShare());
        if (spoilt && ofQuality.length > 0) {
            spoil();
        }
        Readings.Builder readings = Readings.builder();
        for (Observable observable : ofQuality) {
            double value = measured[observable.ordinal()];
            if (!Double.isNaN(value)) {
                readings.put(observable, rounded(observable, value));
            }
        }
        return readings.build();
    }

    /** A measured key rate, bit/s. */
    double keyRate(Expectation expected) {
        double rate = expected.value(SECRET_KEY_RATE_BPS);
        double noise = spoilt && dice.chance(0.5) ? dice.between(-1, 2) : restlessness.keySd() * dice.gaussian();
        return rounded(SECRET_KEY_RATE_BPS, Math.max(0, rate * (1 + noise)));
    }

    private void measure(Expectation at) {
        double dispersion = restlessness.dispersion();
        Arrays.fill(measured, Double.NaN);
        if (!Double.isNaN(at.value(QBER))) {
            double x = ratio(at.value(QBER_X), at.siftedX);
            double z = ratio(at.value(QBER_Z), at.siftedZ);
            put(QBER_X, x);
            put(QBER_Z, z);
            put(QBER, (at.siftedX * x + at.siftedZ * z) / (at.siftedX + at.siftedZ));
            double bits = at.value(SIFTED_BITS);
            put(SIFTED_BITS, at.sifted > bits ? bits : dice.count(bits, dispersion));
            double signal = at.signalClicks == 0 ? 0 : dice.count(at.signalClicks, dispersion);
            double decoy = dice.count(at.decoyClicks, dispersion);
            double vacuum = dice.count(at.vacuumClicks, dispersion);
            double all = at.signalClicks + at.decoyClicks + at.vacuumClicks;
            put(DETECTION_RATE_HZ, scaled(at.value(DETECTION_RATE_HZ), signal + decoy + vacuum, all));
            if (!Double.isNaN(at.value(GAIN_SIGNAL))) {
                put(GAIN_SIGNAL, scaled(at.value(GAIN_SIGNAL), signal, at.signalClicks));
                put(GAIN_DECOY, scaled(at.value(GAIN_DECOY), decoy, at.decoyClicks));
                put(GAIN_VACUUM, scaled(at.value(GAIN_VACUUM), vacuum, at.vacuumClicks));
                if (reported[QBER_DECOY.ordinal()]) {
                    put(QBER_DECOY, ratio(at.value(QBER_DECOY), at.siftedDecoy));
                }
            }
            if (reported[DARK_COUNT_RATE_HZ.ordinal()]) {
                put(
                        DARK_COUNT_RATE_HZ,
                        scaled(at.value(DARK_COUNT_RATE_HZ), dice.count(at.darkClicks, dispersion), at.darkClicks));
            }
            if (reported[DOUBLE_CLICK_FRACTION.ordinal()]) {
                put(
                        DOUBLE_CLICK_FRACTION,
                        scaled(
                                at.value(DOUBLE_CLICK_FRACTION),
                                dice.count(at.doubleClicks, dispersion),
                                at.doubleClicks));
            }
            normal(VISIBILITY, at);
            normal(BASIS_Z_FRACTION, at);
            normal(DETECTOR_IMBALANCE, at);
            normal(SYNC_OFFSET_PS, at);
            normal(PHOTOCURRENT_UA, at);
            normal(DETECTOR_TEMPERATURE_C, at);
        } else {
            normal(EXCESS_NOISE_SNU, at);
        }
        normal(LOSS_DB, at);
        normal(RX_POWER_DBM, at);
        normal(BACK_REFLECTION_DBM, at);
        normal(LASER_TEMPERATURE_C, at);
        normal(POLARIZATION_DRIFT_RAD, at);
    }

    private void normal(Observable observable, Expectation at) {
        if (reported[observable.ordinal()]) {
            double sd =
                    Math.sqrt(model.variance(observable, at) - model.step(observable) * model.step(observable) / 12);
            put(observable, at.value(observable) + sd * dice.gaussian());
        }
    }

    private void put(Observable observable, double value) {
        measured[observable.ordinal()] = value;
    }

    private double ratio(double probability, double trials) {
        double mean = probability * trials;
        double wrong = mean > 60 && trials - mean > 60
                ? mean + Math.sqrt(restlessness.dispersion() * mean * (1 - probability)) * dice.gaussian()
                : dice.count(mean, Math.max(1, restlessness.dispersion() * (1 - probability)));
        return Math.clamp(wrong / trials, 0, 1);
    }

    private static double scaled(double value, double counted, double expected) {
        return expected <= 0 ? value : value * counted / expected;
    }

    private void spoil() {
        if (dice.chance(WHOLE_REPORT)) {
            for (Observable observable : ofQuality) {
                spoil(observable);
            }
        } else {
            spoil(ofQuality[dice.whole(0, ofQuality.length - 1)]);
        }
    }

    private void spoil(Observable observable) {
        double value = measured[observable.ordinal()];
        double nonsense = switch (observable.unit()) {
            case "fraction" -> dice.between(0, Math.min(1, Math.max(0.5, 2 * value)));
            case "dB", "dBm" -> value + dice.between(-20, 20);
            case "°C" -> value + dice.between(0, 60);
            case "ratio" -> dice.between(-1, 1);
            default -> value * dice.between(0, 4);
        };
        measured[observable.ordinal()] = nonsense;
    }

    private double rounded(Observable observable, double value) {
        double step = model.step(observable);
        // Steps are tenths of tenths: dividing by their inverse gives the decimal that people would write.
        double perUnit = Math.rint(1 / step);
        double told = step == 0 ? value : Math.rint(value * perUnit) / perUnit;
        return Math.clamp(told, observable.range().min(), observable.range().max());
    }
}
