package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.HOUR;
import static io.qorrelate.evaluation.scenario.Script.MINUTE;
import static io.qorrelate.evaluation.scenario.Shows.bright;
import static io.qorrelate.evaluation.scenario.Shows.decoyState;
import static io.qorrelate.evaluation.scenario.Shows.discrete;
import static io.qorrelate.evaluation.scenario.Shows.error;
import static io.qorrelate.evaluation.scenario.Shows.loss;
import static io.qorrelate.evaluation.scenario.Shows.lossOrRate;
import static io.qorrelate.evaluation.scenario.Shows.reports;
import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.link.Influence;
import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.model.AuthFailure.Plane;
import io.qorrelate.model.AuthFailure.Reason;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Policy;
import io.qorrelate.model.Subtype;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody does to a link, each by its row of the signatures. */
final class Attacks {
    private static final List<String> STRANGERS = List.of("root", "svc-backup", "x9", "admin2", "guest");

    private Attacks() {}

    /**
     * QBER up by a quarter of the intercepted share in both bases alike, visibility in step. Told by the step, and by loss and rates
     * that do not move: so something of loss or rate must be reported beside the errors.
     */
    private static final Plot INTERCEPT_RESEND = Plot.of(Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(lossOrRate()))
            .plays(script -> {
                double share = script.magnitude(0.03, 1, "of pulses intercepted");
                script.lasts(2 * HOUR, 8 * HOUR, 60);
                script.maybeOver(0.4);
                script.act(interception(share, script));
                script.maybeInVain(0.3);
            });

    static Influence.Shape interception(double share, Script script) {
        double rate = script.dice.chance(0.5) ? 1 : script.dice.between(0.95, 1.05);
        return (elapsed, effects) -> {
            effects.intercepted += (1 - effects.intercepted) * share;
            effects.efficiencyFactor *= rate;
        };
    }

    /** Told by the gains of signal and decoy, which leave the law of one channel: both must be reported. */
    private static final Plot PHOTON_NUMBER_SPLITTING = Plot.of(Subtype.PHOTON_NUMBER_SPLITTING)
            .on(decoyState())
            .tellableBy(network ->
                    network.target().reports(GAIN_SIGNAL) && network.target().reports(GAIN_DECOY))
            .plays(script -> {
                double share = script.magnitude(0.08, 0.95, "of single photons blocked");
                double madeUp = script.dice.chance(0.5) ? 0 : script.dice.between(0.1, 1);
                script.lasts(2 * HOUR, 8 * HOUR, 60);
                script.maybeOver(0.4);
                script.act((elapsed, effects) -> {
                    effects.split += share;
                    effects.reportedLossDb += madeUp;
                });
                script.maybeInVain(0.2);
            });

    /** Told by what is too good: bias current, dark counts, double clicks; one of them must be reported. */
    private static final Plot DETECTOR_BLINDING = Plot.of(Subtype.DETECTOR_BLINDING)
            .on(discrete())
            .tellableBy(reports(PHOTOCURRENT_UA, DARK_COUNT_RATE_HZ, DOUBLE_CLICK_FRACTION, GAIN_VACUUM))
            .plays(script -> {
                double current = script.magnitude(1.2, 30, "times the bias current");
                double darks = script.dice.between(0, 0.1);
                double doubles = script.dice.between(0, 0.2);
                double errors = script.dice.between(0.7, 1);
                double light = script.dice.chance(0.5) ? 0 : script.dice.between(0.2, 3);
                script.lasts(HOUR, 6 * HOUR, 60);
                script.maybeOver(0.4);
                script.act((elapsed, effects) -> {
                    effects.photocurrentFactor *= current;
                    effects.darkFactor *= darks;
                    effects.doubleClickFactor *= doubles;
                    effects.errorFactor *= errors;
                    effects.rxPowerDb += light;
                });
            });

    /** Told by a sync offset that jumps, or by detectors and bases that are no longer used alike. */
    private static final Plot TIME_SHIFT = Plot.of(Subtype.TIME_SHIFT)
            .on(discrete())
            .tellableBy(reports(SYNC_OFFSET_PS, DETECTOR_IMBALANCE, BASIS_Z_FRACTION))
            .plays(script -> {
                double shift = script.magnitude(0.2, 1.3, "gate widths");
                double ps =
                        script.dice.sign() * shift * script.target().optics().gatePs();
                double imbalance = script.dice.sign() * script.dice.between(0.05, 0.4) * shift;
                double basis = script.dice.sign() * script.dice.between(0.005, 0.05) * shift;
                double error = script.dice.between(0, 0.005);
                script.lasts(HOUR, 6 * HOUR, 60);
                script.maybeOver(0.4);
                script.act((elapsed, effects) -> {
                    effects.gateOffsetPs += ps;
                    effects.imbalance += imbalance;
                    effects.zShare += basis;
                    effects.errorX += error;
                    effects.errorZ += error;
                });
            });

    /** Told by the light that comes back: it must be reported. */
    private static final Plot TROJAN_HORSE = Plot.of(Subtype.TROJAN_HORSE)
            .tellableBy(reports(BACK_REFLECTION_DBM))
            .plays(script -> {
                double db = script.magnitude(1, 25, "dB more comes back");
                boolean pulsed = script.dice.chance(0.5);
                double period = script.dice.logBetween(4, 60) * script.intervalS();
                double duty = pulsed ? script.dice.between(0.2, 0.8) : 1;
                double light = script.dice.chance(0.3) ? script.dice.between(0.2, 2) : 0;
                script.lasts(HOUR, 6 * HOUR, 60);
                script.maybeOver(0.4);
                script.act((elapsed, effects) -> {
                    if (elapsed % period < duty * period) {
                        effects.backReflectionDb += db;
                        effects.rxPowerDb += light;
                    }
                });
            });

    /** Told by bases that are chosen unlike what was set, together with errors that are unlike in the two. */
    private static final Plot WAVELENGTH = unevenBases(Subtype.WAVELENGTH);

    private static final Plot PHASE_REMAPPING = unevenBases(Subtype.PHASE_REMAPPING);

    private static Plot unevenBases(Subtype subtype) {
        return Plot.of(subtype)
                .on(subtype == Subtype.PHASE_REMAPPING ? decoyState() : discrete())
                .tellableBy(reports(BASIS_Z_FRACTION))
                .plays(script -> {
                    double basis = script.magnitude(0.006, 0.15, "of the bases");
                    double most = script.dice.between(0.004, 0.02);
                    double least = most * script.dice.between(0, 0.3);
                    boolean onX = script.dice.chance(0.5);
                    int sign = script.dice.sign();
                    script.lasts(HOUR, 6 * HOUR, 60);
                    script.maybeOver(0.4);
                    script.act((elapsed, effects) -> {
                        effects.zShare += sign * basis;
                        effects.errorX += onX ? most : least;
                        effects.errorZ += onX ? least : most;
                    });
                });
    }

    /** Told by more light of all intensities, in one step: gains or the rate of clicks must be reported. */
    private static final Plot LASER_SEEDING = Plot.of(Subtype.LASER_SEEDING)
            .on(decoyState())
            .tellableBy(bright())
            .plays(script -> {
                double more = script.magnitude(0.04, 1, "more light");
                double uneven = 1 + script.dice.sign() * script.dice.between(0.03, 0.2);
                script.lasts(HOUR, 6 * HOUR, 60);
                script.maybeOver(0.3);
                script.act((elapsed, effects) -> {
                    effects.intensityFactor *= 1 + more;
                    effects.decoyFactor *= uneven;
                });
            });

    /**
     * A small loss in one step. Nothing in the figures tells it from a bad connector: what does is a door, an enclosure or a tamper
     * switch before. So that must be reported; it is then always played.
     */
    private static final Plot CHANNEL_TAP = Plot.of(Subtype.CHANNEL_TAP)
            .tellableBy(loss().and(network -> network.target().reporting().doors()))
            .plays(script -> {
                double db = script.magnitude(0.1, 3, "dB");
                script.lasts(2 * HOUR, 10 * HOUR, 80);
                script.maybeOver(0.3);
                double before = script.onsetS - script.dice.logBetween(2 * MINUTE, 40 * MINUTE);
                String node = script.dice.chance(0.5)
                        ? script.target().to()
                        : script.target().from();
                PhysicalAccess.Event opened = script.dice.oneOf(List.of(
                        PhysicalAccess.Event.ENCLOSURE_OPENED,
                        PhysicalAccess.Event.ENCLOSURE_OPENED,
                        PhysicalAccess.Event.TAMPER,
                        PhysicalAccess.Event.DOOR_OPENED));
                script.beginsAt(before - MINUTE);
                script.isAbout(node);
                if (script.dice.chance(0.25)) {
                    script.access(node, before - MINUTE, PhysicalAccess.Event.BADGE_DENIED, null);
                }
                script.access(node, before, opened, null);
                if (script.dice.chance(0.7)) {
                    script.otdr(script.onsetS + script.dice.between(0, 5) * MINUTE, db);
                }
                script.act((elapsed, effects) -> effects.lossDb += db);
            });

    /** Told by bursts of bad tags on the classical channel. */
    private static final Plot CLASSICAL_CHANNEL_MITM = Plot.of(Subtype.CLASSICAL_CHANNEL_MITM)
            .eventDriven()
            .plays(script -> {
                int failures = (int) Math.round(script.magnitude(5, 200, "bad tags"));
                script.lasts(20 * MINUTE, 2 * HOUR, 20);
                script.thenOver();
                burst(script, failures, Plane.CLASSICAL_CHANNEL, List.of(Reason.BAD_TAG), "peer", null);
                script.act((elapsed, effects) -> effects.keyFactor = 0);
            });

    /** Told by refusals at the key API from an unknown place, together with many keys asked for. */
    private static final Plot KEY_API_ABUSE = Plot.of(Subtype.KEY_API_ABUSE)
            .eventDriven()
            .plays(script -> {
                int failures = (int) Math.round(script.magnitude(8, 200, "refusals"));
                script.lasts(20 * MINUTE, 2 * HOUR, 20);
                script.thenOver();
                String node = script.network.isDrawn() && script.dice.chance(0.4)
                        ? script.target().to()
                        : null;
                if (node != null) {
                    script.isAbout(node);
                }
                String who = script.dice.oneOf(STRANGERS);
                burst(
                        script,
                        failures,
                        Plane.KEY_API,
                        List.of(Reason.BAD_CREDENTIALS, Reason.UNKNOWN_PRINCIPAL),
                        who,
                        node);
                double demand = script.dice.logBetween(3, 30);
                script.act((elapsed, effects) -> effects.demandFactor *= demand);
            });

    /** Told by the sequence: refusals on management, then a calibration or a policy from far away by somebody unusual. */
    private static final Plot MANAGEMENT_COMPROMISE = Plot.of(Subtype.MANAGEMENT_COMPROMISE)
            .eventDriven()
            .tellableBy(network -> network.target().reporting().calibrations())
            .plays(script -> {
                int failures = (int) Math.round(script.magnitude(3, 40, "refusals"));
                script.lasts(40 * MINUTE, 3 * HOUR, 30);
                script.thenOver();
                String who = script.dice.oneOf(STRANGERS);
                String node = script.network.isDrawn() && script.dice.chance(0.4)
                        ? script.target().to()
                        : null;
                if (node != null) {
                    script.isAbout(node);
                }
                double until = script.onsetS;
                for (int i = 0; i < failures; i++) {
                    script.refused(
                            until,
                            node,
                            Plane.MANAGEMENT,
                            script.dice.chance(0.8) ? Reason.BAD_CREDENTIALS : Reason.UNKNOWN_PRINCIPAL,
                            who,
                            stranger(script),
                            1);
                    until += script.dice.between(2, 40);
                }
                double then = until + script.dice.logBetween(MINUTE, 15 * MINUTE);
                double over = script.calibrate(
                        script.target(),
                        then,
                        script.routine(script.target()),
                        Calibration.Initiator.REMOTE,
                        who,
                        Calibration.Phase.COMPLETED);
                if (script.dice.chance(0.4)) {
                    script.tell(
                            over + MINUTE,
                            scribe -> new Policy(
                                    scribe.link(over + MINUTE, script.target().id()),
                                    Policy.Decision.PQC_ONLY,
                                    null,
                                    who));
                }
                if (script.dice.chance(0.4)) {
                    double share = script.dice.between(0.05, 0.3);
                    script.act(script.target(), over, script.endS(), interception(share, script));
                }
            });

    /** Light from elsewhere drowns the signal. Told by clicks and dark counts that rise with the errors. */
    private static final Plot DENIAL_OF_SERVICE = Plot.of(Subtype.DENIAL_OF_SERVICE)
            .on(discrete())
            .tellableBy(error().and(reports(DETECTION_RATE_HZ, DARK_COUNT_RATE_HZ, GAIN_SIGNAL, GAIN_VACUUM)))
            .plays(script -> {
                double share = script.magnitude(0.03, 2, "of the signal's clicks as background");
                double gain = script.target().optics().protocol() == Protocol.BBM92
                        ? bbm92Background(script)
                        : script.target().nominal().value(GAIN_SIGNAL);
                script.lasts(HOUR, 5 * HOUR, 60);
                script.maybeOver(0.5);
                script.act((elapsed, effects) -> effects.backgroundYield += share * gain);
            });

    /** The key store is drained. Told by the keys that run out: refusals for want of keys, many at a time. */
    private static final Plot DENIAL_BY_DRAINING = Plot.of("denial_by_draining", Subtype.DENIAL_OF_SERVICE)
            .eventDriven()
            .plays(script -> {
                int failures = (int) Math.round(script.magnitude(10, 300, "refusals for want of keys"));
                script.lasts(HOUR, 4 * HOUR, 40);
                script.thenOver();
                burst(
                        script,
                        failures,
                        Plane.KEY_API,
                        List.of(Reason.KEY_EXHAUSTED),
                        script.target().keys().slaveSae(),
                        null);
                double demand = script.dice.logBetween(20, 200);
                script.act((elapsed, effects) -> effects.demandFactor *= demand);
            });

    /** Background per pulse that makes as many accidental coincidences as there are true ones: accidentals are its product with singles. */
    private static double bbm92Background(Script script) {
        return 0.3 * script.target().optics().mu();
    }

    private static void burst(
            Script script, int failures, Plane plane, List<Reason> reasons, String principal, @Nullable String node) {
        double within = Math.min(script.lengthS(), failures * script.dice.logBetween(1, 20));
        String origin = stranger(script);
        int told = Math.min(failures, script.dice.whole(5, 60));
        for (int i = 0; i < told; i++) {
            int count = failures / told + (i < failures % told ? 1 : 0);
            double at = i == 0 ? script.onsetS : script.onsetS + within * script.dice.between(0, 1);
            script.refused(at, node, plane, script.dice.oneOf(reasons), principal, origin, count);
        }
    }

    private static String stranger(Script script) {
        return "203.0.113." + script.dice.whole(2, 250);
    }

    static final List<Plot> PLOTS = List.of(
            INTERCEPT_RESEND,
            PHOTON_NUMBER_SPLITTING,
            DETECTOR_BLINDING,
            TIME_SHIFT,
            TROJAN_HORSE,
            WAVELENGTH,
            PHASE_REMAPPING,
            LASER_SEEDING,
            CHANNEL_TAP,
            CLASSICAL_CHANNEL_MITM,
            KEY_API_ABUSE,
            MANAGEMENT_COMPROMISE,
            DENIAL_OF_SERVICE,
            DENIAL_BY_DRAINING);
}
