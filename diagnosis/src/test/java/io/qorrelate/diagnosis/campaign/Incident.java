package io.qorrelate.diagnosis.campaign;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Transport;
import java.time.Duration;

/** What may befall a link. Sizes are drawn at random from what the signatures call plain. */
enum Incident {
    INTERCEPT_ALL(Subtype.INTERCEPT_RESEND),
    INTERCEPT_SOME(Subtype.INTERCEPT_RESEND),
    BEND(Subtype.MACRO_BEND),
    CUT(Subtype.FIBRE_CUT),
    POLARIZATION_CURED(Subtype.POLARIZATION_DRIFT),
    POLARIZATION(Subtype.POLARIZATION_DRIFT),
    PHASE(Subtype.PHASE_DRIFT),
    TIMING(Subtype.TIMING_DRIFT),
    FAILED_CALIBRATION(Subtype.FAILED_CALIBRATION),
    MAN_IN_THE_MIDDLE(Subtype.CLASSICAL_CHANNEL_MITM),
    KEY_API(Subtype.KEY_API_ABUSE),
    MANAGEMENT(Subtype.MANAGEMENT_COMPROMISE),
    BLINDING(Subtype.DETECTOR_BLINDING),
    TROJAN(Subtype.TROJAN_HORSE),
    TAP(Subtype.CHANNEL_TAP),
    SPLITTING(Subtype.PHOTON_NUMBER_SPLITTING),
    COOLING(Subtype.COOLING_FAILURE);

    final Subtype subtype;

    Incident(Subtype subtype) {
        this.subtype = subtype;
    }

    /** Whether a link that reports so little can show it at all. */
    boolean showsOn(RandomLink.Profile profile) {
        return switch (this) {
            case BLINDING, TROJAN, SPLITTING, TIMING, COOLING ->
                profile == RandomLink.Profile.FULL || profile == RandomLink.Profile.NO_OPTICS;
            case PHASE, POLARIZATION -> profile == RandomLink.Profile.FULL;
            case BEND, TAP -> profile != RandomLink.Profile.LEAST;
            default -> true;
        };
    }

    void befall(RandomLink link) {
        Duration watched = Duration.ofSeconds(Math.max(1200, 40L * link.intervalS));
        switch (this) {
            case INTERCEPT_ALL -> {
                link.intercepted = 1;
                link.run(watched);
            }
            case INTERCEPT_SOME -> {
                link.intercepted = link.between(0.12, 0.3);
                link.run(watched);
            }
            case BEND -> {
                link.extraLossDb = link.between(1.5, 6);
                if (link.random.nextBoolean()) {
                    link.transport(Transport.Event.OTDR_EVENT);
                }
                link.run(watched);
            }
            case CUT -> {
                link.extraLossDb = 60;
                link.transport(Transport.Event.LOSS_OF_SIGNAL);
                link.run(watched);
            }
            case POLARIZATION_CURED -> {
                turn(link);
                link.calibrate(Calibration.Routine.POLARIZATION, Calibration.Initiator.AUTOMATIC);
                link.turnedRad = 0;
                link.run(watched);
            }
            case POLARIZATION -> turn(link);
            case PHASE -> {
                double end = link.between(0.45, 0.7);
                double steps = steps(link);
                double warmer = link.between(0.5, 2);
                link.run(Duration.ofSeconds((long) (steps * link.intervalS)), () -> {
                    link.phaseRad = Math.min(end, link.phaseRad + end / steps);
                    link.laserWarmerC = Math.min(warmer, link.laserWarmerC + 1.5 * warmer / steps);
                });
            }
            case TIMING -> {
                double end = link.between(120, 220);
                double steps = steps(link);
                link.run(
                        Duration.ofSeconds((long) (steps * link.intervalS)),
                        () -> link.gateOffsetPs = Math.min(end, link.gateOffsetPs + end / steps));
            }
            case FAILED_CALIBRATION -> {
                link.calibration(
                        Calibration.Routine.POLARIZATION, Calibration.Initiator.SCHEDULED, Calibration.Phase.STARTED);
                link.turnedRad = link.between(0.2, 0.35);
                link.run(Duration.ofSeconds(60));
                link.calibration(
                        Calibration.Routine.POLARIZATION, Calibration.Initiator.SCHEDULED, Calibration.Phase.FAILED);
                link.run(watched);
            }
            case MAN_IN_THE_MIDDLE -> {
                link.noKey = true;
                for (int i = 0; i < 8; i++) {
                    link.refused(AuthFailure.Plane.CLASSICAL_CHANNEL, AuthFailure.Reason.BAD_TAG);
                    link.now = link.now.plusSeconds((long) link.between(1, 30));
                }
                link.run(Duration.ofSeconds(5L * link.intervalS));
                link.noKey = false;
                link.run(watched);
            }
            case KEY_API -> {
                for (int i = 0; i < 10; i++) {
                    link.refused(
                            AuthFailure.Plane.KEY_API,
                            i % 2 == 0 ? AuthFailure.Reason.BAD_CREDENTIALS : AuthFailure.Reason.UNKNOWN_PRINCIPAL);
                    link.now = link.now.plusSeconds((long) link.between(1, 30));
                }
                link.run(watched);
            }
            case MANAGEMENT -> {
                for (int i = 0; i < 5; i++) {
                    link.refused(AuthFailure.Plane.MANAGEMENT, AuthFailure.Reason.BAD_CREDENTIALS);
                    link.now = link.now.plusSeconds((long) link.between(5, 40));
                }
                link.calibrate(Calibration.Routine.FULL, Calibration.Initiator.REMOTE);
                link.run(watched);
            }
            case BLINDING -> {
                link.blinded = true;
                link.photocurrentFactor = link.between(3, 20);
                link.run(watched);
            }
            case TROJAN -> {
                link.backReflectionDb = link.between(5, 20);
                link.run(watched);
            }
            case TAP -> {
                link.access(PhysicalAccess.Event.ENCLOSURE_OPENED);
                link.run(Duration.ofMinutes(10));
                link.extraLossDb = link.between(0.8, 3);
                link.transport(Transport.Event.OTDR_EVENT);
                link.run(watched);
            }
            case SPLITTING -> {
                link.decoyFactor = link.between(0.5, 0.75);
                link.run(watched);
            }
            case COOLING -> {
                link.cooling(Environment.Cooling.DEGRADED);
                double steps = steps(link);
                double hottest = link.between(10, 25);
                link.run(Duration.ofSeconds((long) (steps * link.intervalS)), () -> {
                    link.detectorWarmerC = Math.min(hottest, link.detectorWarmerC + hottest / steps);
                    // Dark counts of InGaAs diodes double about every ten degrees or faster.
                    link.darkFactor = Math.pow(2, link.detectorWarmerC / 6);
                });
            }
        }
    }

    private static void turn(RandomLink link) {
        double end = link.between(0.22, 0.4);
        double steps = steps(link);
        link.run(
                Duration.ofSeconds((long) (steps * link.intervalS)),
                () -> link.turnedRad = Math.min(end, link.turnedRad + end / steps));
    }

    /** A drift takes from half an hour to two hours and a half, and is reported at least thirty times meanwhile. */
    private static double steps(RandomLink link) {
        return Math.max(30, link.between(1800, 9000) / link.intervalS);
    }
}
