package io.qorrelate.diagnosis.hypothesis;

import static io.qorrelate.diagnosis.hypothesis.Entry.add;
import static io.qorrelate.diagnosis.hypothesis.Entry.asked;
import static io.qorrelate.diagnosis.hypothesis.Entry.byClass;
import static io.qorrelate.diagnosis.hypothesis.Entry.only;
import static io.qorrelate.diagnosis.hypothesis.Entry.said;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Subtype;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What calibrations, works, doors, the fibre, the facility, identity and neighbours say of an anomaly. Weights are logarithms of
 * how much more often a circumstance is met with a cause than without it: 3 nats are 20 to 1, 5 are 150 to 1.
 */
final class CircumstantialEvidence {
    private static final long SHORTLY_MS = Duration.ofMinutes(3).toMillis();
    /** To how many reports it is known when something began. */
    private static final double ONSET_REPORTS = 2;

    private static final long AROUND_MS = Duration.ofMinutes(10).toMillis();
    private static final long BEFORE_MS = Duration.ofHours(1).toMillis();

    /** Rooms keep their temperature to a degree or so; more than this is a change that optics feel. */
    private static final double WARMER_C = 2;

    private CircumstantialEvidence() {}

    static void of(Case it, List<Entry> entries) {
        calibration(it, entries);
        access(it, entries);
        fibre(it, entries);
        facility(it, entries);
        identity(it, entries);
    }

    /** What is known of the present, where nobody saw the beginning. */
    static void ofNow(Case it, List<Entry> entries) {
        facility(it, entries);
        identity(it, entries);
    }

    private static void calibration(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        if (it.cured()) {
            Subtype mended = mendedBy(around.routine);
            double[] nats = byClass(Map.of(AnomalyClass.CALIBRATION_DRIFT, 4.0));
            if (mended != null) {
                add(nats, mended, 1.5);
            }
            // A gate that is set anew also undoes some of what shifts it; and what an intruder set wrong is set right.
            add(nats, Subtype.TIME_SHIFT, 1.5);
            add(nats, Subtype.MANAGEMENT_COMPROMISE, 4);
            entries.add(said(
                    "calibration", "a recalibration brought it back: neither an attacker nor a fibre heeds one", nats));
        } else if (!it.withstood().isEmpty()) {
            entries.add(
                    said("calibration", "a recalibration completed and changed nothing", withstood(it.withstood())));
        }
        long reportsMs = (long) (ONSET_REPORTS * 1000 * it.picture().intervalSeconds());
        long before = Math.max(SHORTLY_MS, reportsMs);
        long after = Math.max(SHORTLY_MS / 3, reportsMs);
        // The one that cured it is not the one at which it began.
        long calibratedMs = it.cured() ? it.calibratedBeforeMs() : around.calibratedMs;
        boolean near = within(calibratedMs, it.onsetMs(), before, after);
        boolean trouble = within(around.calibrationTroubleMs, it.onsetMs(), before, after);
        if (trouble) {
            entries.add(said("calibration", "it began when a calibration failed", only(Subtype.FAILED_CALIBRATION, 5)));
        } else if (near) {
            double[] nats = only(Subtype.FAILED_CALIBRATION, 3);
            if (around.remotelyCalibrated) {
                // Few calibrations are asked for from afar, and whoever hides behind one asks for it: the two weigh
                // alike.
                add(nats, Subtype.INTERCEPT_RESEND, 2.5);
            }
            entries.add(said(
                    "calibration",
                    around.remotelyCalibrated
                            ? "it began at a calibration that was asked for from afar"
                            : "it began at a calibration",
                    nats));
        } else {
            // Silence is an answer only from who speaks at all.
            entries.add(
                    around.watchesCalibration()
                            ? said("calibration", "no calibration shortly before", only(Subtype.FAILED_CALIBRATION, -5))
                            : said("calibration", "no calibration is reported", only(Subtype.FAILED_CALIBRATION, -1)));
        }
        if (around.maintenanceEndedMs != 0
                && it.onsetMs() >= around.maintenanceStartedMs
                && it.onsetMs() <= around.maintenanceEndedMs + AROUND_MS) {
            double[] nats = only(Subtype.CONNECTOR, 3);
            add(nats, Subtype.MACRO_BEND, 2);
            entries.add(said(
                    "maintenance", "it began while somebody worked on the link, or was found when they left", nats));
        }
    }

    /** Each routine mends its own drift, and is no proof against the others; one that failed may fail again. */
    private static double[] withstood(Set<Calibration.Routine> routines) {
        if (routines.contains(Calibration.Routine.FULL)) {
            double[] ofAll = byClass(Map.of(AnomalyClass.CALIBRATION_DRIFT, -4.0));
            add(ofAll, Subtype.FAILED_CALIBRATION, 3);
            return ofAll;
        }
        double[] nats = only(Subtype.FAILED_CALIBRATION, -1);
        for (Calibration.Routine routine : routines) {
            Subtype mended = mendedBy(routine);
            if (mended != null) {
                add(nats, mended, -4);
            }
        }
        return nats;
    }

    private static void access(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        if (within(around.tamperMs, it.onsetMs(), BEFORE_MS, SHORTLY_MS)) {
            double[] nats = only(Subtype.CHANNEL_TAP, 4);
            add(nats, Subtype.TROJAN_HORSE, 2);
            add(nats, Subtype.DETECTOR_BLINDING, 2);
            add(nats, Subtype.INTERCEPT_RESEND, 1);
            entries.add(said(
                    "physical_access", "an enclosure was opened, or a badge refused, within the hour before", nats));
        } else if (within(around.accessMs, it.onsetMs(), BEFORE_MS, SHORTLY_MS)) {
            double[] nats = only(Subtype.CHANNEL_TAP, 3);
            // Whoever was there may have cleaned a connector as well; who comes for that mostly says so, and that is
            // told above.
            add(nats, Subtype.CONNECTOR, 1.5);
            add(nats, Subtype.TROJAN_HORSE, 1);
            add(nats, Subtype.DETECTOR_BLINDING, 1);
            entries.add(said("physical_access", "somebody was at the equipment within the hour before", nats));
        }
    }

    private static void fibre(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        long onset = it.onsetMs();
        if (within(around.otdrMs, onset, AROUND_MS, AROUND_MS)) {
            double[] nats = only(Subtype.MACRO_BEND, 1.5);
            add(nats, Subtype.CONNECTOR, 1.5);
            add(nats, Subtype.FIBRE_CUT, 1);
            add(nats, Subtype.CHANNEL_TAP, 1.5);
            entries.add(said("otdr_event", "the fibre shows an event at a position", nats));
        }
        boolean dark = within(around.signalLostMs, onset, AROUND_MS, AROUND_MS);
        entries.add(
                dark
                        ? said("loss_of_signal", "the signal was lost", only(Subtype.FIBRE_CUT, 6))
                        : said("loss_of_signal", "no loss of signal was reported", only(Subtype.FIBRE_CUT, -1)));
        neighbours(it, entries);
    }

    /** Whether others on the fibre route have the same trouble: what happens to the duct happens to all of its fibres. */
    private static void neighbours(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        long onset = it.onsetMs();
        if (it.picture().seen().containsKey(Feature.LOSS)
                && it.alarms().stream().anyMatch(CircumstantialEvidence::isOfLoss)) {
            if (within(around.neighbourMovedMs, onset, AROUND_MS, AROUND_MS)) {
                double[] nats = only(Subtype.CHANNEL_TAP, -2.5);
                add(nats, Subtype.MACRO_BEND, 1);
                add(nats, Subtype.FIBRE_CUT, 1);
                add(nats, Subtype.FIBRE_AGEING, 1);
                add(nats, Subtype.VIBRATION, 1);
                entries.add(asked("neighbours", "another link on the same fibre route moved at the same time", nats));
            } else if (it.neighbours() > 0) {
                double[] nats = only(Subtype.CHANNEL_TAP, 0.5);
                add(nats, Subtype.CONNECTOR, 0.5);
                add(nats, Subtype.FIBRE_CUT, -1);
                entries.add(asked("neighbours", "no other link on the same fibre route moved", nats));
            }
        }
        if (it.alarms().stream().noneMatch(Feature::isOfErrors)) {
            return;
        }
        if (lasted(around.neighbourErredSinceMs, around.neighbourErredMs, onset)) {
            // Nobody intercepts two fibres of a duct in the same minutes.
            double[] nats = only(Subtype.VIBRATION, 4);
            add(nats, Subtype.INTERCEPT_RESEND, -2);
            add(nats, Subtype.POLARIZATION_DRIFT, 1);
            entries.add(asked("neighbours", "another link on the same fibre route errs more at the same time", nats));
        } else if (it.neighbours() > 0) {
            entries.add(asked(
                    "neighbours", "no other link on the same fibre route errs more", only(Subtype.VIBRATION, -1)));
        }
    }

    /** What a loss on the way moves. */
    private static boolean isOfLoss(Feature feature) {
        return feature == Feature.LOSS
                || feature == Feature.RX_POWER
                || feature == Feature.RATE
                || feature == Feature.DIMMING;
    }

    private static void facility(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        long onset = it.onsetMs();
        entries.add(
                !around.isCoolingWell() || within(around.coolingTroubleMs, onset, BEFORE_MS, BEFORE_MS)
                        ? said("cooling", "the site's cooling is in trouble", only(Subtype.COOLING_FAILURE, 5))
                        : said(
                                "cooling",
                                around.watchesCooling
                                        ? "the site's cooling is well"
                                        : "no trouble with cooling was reported",
                                only(Subtype.COOLING_FAILURE, around.watchesCooling ? -4 : -2.5)));
        if (around.knowsRooms() && Math.abs(around.roomWarmerC()) < WARMER_C) {
            entries.add(said("temperature_c", "the rooms are as warm as usual", only(Subtype.COOLING_FAILURE, -2)));
        }
        entries.add(
                !around.isPowerWell() || within(around.powerTroubleMs, onset, AROUND_MS, AROUND_MS)
                        ? said("power", "the site's power is in trouble", only(Subtype.POWER_EVENT, 5))
                        : said(
                                "power",
                                around.watchesPower()
                                        ? "the site's power is well"
                                        : "no trouble with power was reported",
                                only(Subtype.POWER_EVENT, around.watchesPower() ? -4 : -2)));
        entries.add(
                lasted(around.vibrationSinceMs, around.vibrationMs, onset)
                        ? said("vibration_g", "the site shakes", only(Subtype.VIBRATION, 5))
                        : said(
                                "vibration_g",
                                around.watchesVibration ? "nothing shakes" : "no vibration was reported",
                                only(Subtype.VIBRATION, around.watchesVibration ? -3 : -1)));
        if (Math.abs(around.roomWarmerC()) > WARMER_C) {
            double[] nats = only(Subtype.POLARIZATION_DRIFT, 1);
            add(nats, Subtype.PHASE_DRIFT, 1);
            add(nats, Subtype.WAVELENGTH_DRIFT, 0.7);
            add(nats, Subtype.DETECTOR_DRIFT, 0.7);
            entries.add(said("temperature_c", "the room's temperature has moved", nats));
        }
    }

    private static void identity(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        if (within(around.authFailureMs, it.onsetMs(), BEFORE_MS, AROUND_MS)
                && it.voices().isEmpty()) {
            entries.add(said(
                    "auth_failure",
                    "authentication failed on this link or its nodes within the hour before",
                    byClass(Map.of(AnomalyClass.ATTACK, 1.5))));
        }
        if (it.voices().stream().noneMatch(voice -> voice.subtype() != null)) {
            double[] nats = only(Subtype.CLASSICAL_CHANNEL_MITM, -4);
            add(nats, Subtype.KEY_API_ABUSE, -5);
            add(nats, Subtype.MANAGEMENT_COMPROMISE, -5);
            entries.add(said("auth_failure", "no burst of failed authentication", nats));
        }
    }

    private static @Nullable Subtype mendedBy(Calibration.@Nullable Routine routine) {
        if (routine == null) {
            return null;
        }
        return switch (routine) {
            case POLARIZATION -> Subtype.POLARIZATION_DRIFT;
            case PHASE -> Subtype.PHASE_DRIFT;
            case TIMING -> Subtype.TIMING_DRIFT;
            case DETECTOR -> Subtype.DETECTOR_DRIFT;
            case INTENSITY -> Subtype.INTENSITY_DRIFT;
            case WAVELENGTH -> Subtype.WAVELENGTH_DRIFT;
            case FULL -> null;
        };
    }

    /** Whether what was seen from one moment to another, with pauses, was seen around the onset. */
    private static boolean lasted(long sinceMs, long latestMs, long onsetMs) {
        return latestMs != 0 && latestMs >= onsetMs - AROUND_MS && sinceMs <= onsetMs + AROUND_MS;
    }

    private static boolean within(long momentMs, long onsetMs, long beforeMs, long afterMs) {
        return momentMs != 0 && momentMs >= onsetMs - beforeMs && momentMs <= onsetMs + afterMs;
    }
}
