package io.qorrelate.evaluation.link;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Observable;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a link's equipment tells, how often, how exactly and how reliably.
 *
 * @param profile from which kind of equipment its set of observables was drawn
 * @param observables what is reported at all
 * @param intervalS time between reports, s
 * @param jitter how far a report may be off its time, share of the interval
 * @param gapShare share of single reports that never come
 * @param outagesPerDay how often the collection fails for minutes
 * @param outlierShare share of reports of which a reading, or all, are nonsense
 * @param lateShare share of reports that come late and out of order, by at most {@link #LATEST_S}
 * @param bitsCap most sifted bits that a QBER is estimated from
 * @param steps resolution of an observable where it is not exact, in its unit
 * @param calibrations whether calibration events are reported; where they are not, the link pauses its reports meanwhile
 * @param transport whether the fibre's events are reported
 * @param facilities whether the rooms' environment is reported
 * @param doors whether physical access is reported
 * @param deliveries whether single key deliveries are reported
 */
public record Reporting(
        Profile profile,
        Set<Observable> observables,
        double intervalS,
        double jitter,
        double gapShare,
        double outagesPerDay,
        double outlierShare,
        double lateShare,
        double bitsCap,
        Map<Observable, Double> steps,
        boolean calibrations,
        boolean transport,
        boolean facilities,
        boolean doors,
        boolean deliveries) {

    /** Shortest and longest reporting interval, s. */
    public static final double SHORTEST_S = 1;

    public static final double LONGEST_S = 300;

    /** Within the two minutes that the contract's tools allow by default, with some air. */
    public static final double LATEST_S = 110;

    /** Kinds of equipment, from those that tell all to those that tell least. */
    public enum Profile {
        FULL(EnumSet.allOf(Observable.class), 0.1),
        NO_OPTICS(
                EnumSet.complementOf(EnumSet.of(
                        VISIBILITY, RX_POWER_DBM, POLARIZATION_DRIFT_RAD, QBER_X, QBER_Z, BACK_REFLECTION_DBM)),
                0.1),
        NO_SOURCE(EnumSet.complementOf(EnumSet.of(GAIN_SIGNAL, GAIN_DECOY, GAIN_VACUUM, QBER_DECOY)), 0.15),
        COMMON(
                EnumSet.of(
                        QBER,
                        SIFTED_BITS,
                        VISIBILITY,
                        LOSS_DB,
                        DETECTION_RATE_HZ,
                        EXCESS_NOISE_SNU,
                        SECRET_KEY_RATE_BPS,
                        STORED_KEYS,
                        MAX_KEYS),
                0.1),
        /** What ETSI GS QKD 015 has: QBER with three fraction digits, attenuation, key rate; the sync channel by SNMP. */
        SDN(EnumSet.of(QBER, LOSS_DB, EXCESS_NOISE_SNU, SECRET_KEY_RATE_BPS, RX_POWER_DBM), 0.1),
        QBER_AND_RATE(EnumSet.of(QBER, EXCESS_NOISE_SNU, SECRET_KEY_RATE_BPS), 0),
        QBER_ONLY(EnumSet.of(QBER, EXCESS_NOISE_SNU), 0);

        private final Set<Observable> observables;
        private final double missing;

        Profile(Set<Observable> observables, double missing) {
            this.observables = observables;
            this.missing = missing;
        }

        private static Profile draw(Dice dice) {
            double u = dice.between(0, 1);
            if (u < 0.3) {
                return FULL;
            } else if (u < 0.45) {
                return NO_OPTICS;
            } else if (u < 0.6) {
                return NO_SOURCE;
            } else if (u < 0.78) {
                return COMMON;
            } else if (u < 0.9) {
                return SDN;
            } else {
                return u < 0.97 ? QBER_AND_RATE : QBER_ONLY;
            }
        }

        private Set<Observable> observables(Dice dice) {
            Set<Observable> reported = EnumSet.noneOf(Observable.class);
            for (Observable observable : observables) {
                // Drawn for each, so that what is missing of one does not shift the dice for the others.
                boolean missing = dice.chance(this.missing);
                if (!missing || observable == QBER || observable == EXCESS_NOISE_SNU) {
                    reported.add(observable);
                }
            }
            return reported;
        }
    }

    public Reporting {
        observables = Collections.unmodifiableSet(EnumSet.copyOf(observables));
        steps = Collections.unmodifiableMap(new EnumMap<>(steps));
    }

    static Reporting draw(Dice dice, double shortestS) {
        Profile profile = Profile.draw(dice);
        Set<Observable> observables = profile.observables(dice);
        double intervalS = Math.rint(10 * dice.logBetween(shortestS, LONGEST_S)) / 10;
        boolean plain = profile == Profile.QBER_AND_RATE || profile == Profile.QBER_ONLY;
        return new Reporting(
                profile,
                observables,
                intervalS,
                dice.chance(0.5) ? 0 : dice.between(0, 0.2),
                dice.chance(0.3) ? 0 : dice.between(0, 0.02),
                dice.chance(0.5) ? 0 : dice.between(0, 1),
                dice.logBetween(1e-5, 1e-3),
                dice.chance(0.5) ? 0 : dice.between(0, 0.1),
                dice.chance(0.5) ? Double.POSITIVE_INFINITY : Math.rint(dice.logBetween(2e3, 1e6)),
                steps(profile, dice),
                dice.chance(plain ? 0.5 : 0.9),
                dice.chance(plain ? 0.4 : 0.8),
                dice.chance(plain ? 0.4 : 0.75),
                dice.chance(0.7),
                dice.chance(0.6));
    }

    private static Map<Observable, Double> steps(Profile profile, Dice dice) {
        Map<Observable, Double> steps = new EnumMap<>(Observable.class);
        boolean coarse = profile == Profile.SDN || dice.chance(0.15);
        double ratio = coarse ? 1e-3 : dice.chance(0.6) ? 1e-4 : 1e-6;
        for (Observable observable : new Observable[] {QBER, QBER_X, QBER_Z, QBER_DECOY}) {
            steps.put(observable, ratio);
        }
        steps.put(VISIBILITY, dice.chance(0.3) ? 1e-3 : 1e-4);
        steps.put(LOSS_DB, dice.chance(0.3) ? 0.1 : 0.01);
        steps.put(RX_POWER_DBM, dice.chance(0.3) ? 0.1 : 0.01);
        steps.put(BACK_REFLECTION_DBM, 0.1);
        steps.put(DETECTOR_TEMPERATURE_C, 0.01);
        steps.put(LASER_TEMPERATURE_C, 0.01);
        steps.put(PHOTOCURRENT_UA, 0.001);
        steps.put(SYNC_OFFSET_PS, dice.chance(0.5) ? 1.0 : 0.1);
        steps.put(SECRET_KEY_RATE_BPS, 1.0);
        steps.put(SIFTED_BITS, 1.0);
        steps.put(EXCESS_NOISE_SNU, 1e-4);
        return steps;
    }

    /** Whether any of these is reported. */
    public boolean any(Observable... wanted) {
        for (Observable observable : wanted) {
            if (observables.contains(observable)) {
                return true;
            }
        }
        return false;
    }

    /** The same, with those observables alone that equipment of the protocol has. */
    Reporting by(Set<Observable> known) {
        Set<Observable> kept = EnumSet.copyOf(observables);
        kept.retainAll(known);
        return new Reporting(
                profile,
                kept,
                intervalS,
                jitter,
                gapShare,
                outagesPerDay,
                outlierShare,
                lateShare,
                bitsCap,
                steps,
                calibrations,
                transport,
                facilities,
                doors,
                deliveries);
    }
}
