package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.HOUR;
import static io.qorrelate.evaluation.scenario.Script.MINUTE;
import static io.qorrelate.evaluation.scenario.Shows.calibrations;
import static io.qorrelate.evaluation.scenario.Shows.discrete;
import static io.qorrelate.evaluation.scenario.Shows.error;
import static io.qorrelate.evaluation.scenario.Shows.loss;
import static io.qorrelate.evaluation.scenario.Shows.lossOrRate;
import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Calibration.Initiator;
import io.qorrelate.model.Calibration.Phase;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Transport;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Attackers who know that they are watched. All of them intercept and resend; they differ in what they hide behind. */
final class HardAdversaries {
    private HardAdversaries() {}

    /** A few per cent only. */
    private static final Plot PARTIAL = Plot.hard("partial_intercept", Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(lossOrRate()))
            .plays(script -> {
                double share = script.magnitude(0.03, 0.08, "of pulses intercepted");
                script.lasts(4 * HOUR, 16 * HOUR, 100);
                script.act(Attacks.interception(share, script));
            });

    /**
     * Grows over hours, as a drift would, so that a baseline may learn it. Told by both bases that rise alike, and by calibrations that
     * do not cure it: one of the two must be reported, and calibrations go on.
     */
    private static final Plot CREEPING = Plot.hard("creeping_intercept", Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(lossOrRate())
                    .and(calibrations()
                            .or(network -> network.target().reports(QBER_X)
                                    && network.target().reports(QBER_Z))))
            .plays(script -> {
                double share = script.magnitude(0.1, 0.6, "of pulses intercepted in the end");
                double ramp = Math.max(script.dice.logBetween(4 * HOUR, 20 * HOUR), 80 * script.intervalS());
                script.lasts(ramp + 4 * HOUR, ramp + 8 * HOUR, 0);
                script.grow(ramp, (grown, effects) -> effects.intercepted += share * grown);
                script.calibrate(
                        script.target(),
                        script.onsetS + ramp * script.dice.between(0.5, 0.9),
                        script.routine(script.target()),
                        Initiator.AUTOMATIC,
                        null,
                        Phase.COMPLETED);
            });

    /** Starts with a calibration that somebody unusual, or nobody by schedule, asked for from afar. */
    private static final Plot ROGUE = Plot.hard("behind_rogue_calibration", Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(lossOrRate()).and(calibrations()))
            .plays(script -> behindCalibration(script, Initiator.REMOTE, "svc-backup"));

    /** Starts with a calibration that looks scheduled. */
    private static final Plot DISGUISED = Plot.hard("behind_scheduled_calibration", Subtype.INTERCEPT_RESEND)
            .on(discrete())
            .tellableBy(error().and(lossOrRate())
                    .and(network ->
                            network.target().reports(QBER_X) && network.target().reports(QBER_Z)))
            .plays(script -> behindCalibration(script, Initiator.SCHEDULED, null));

    private static void behindCalibration(Script script, Initiator initiator, @Nullable String principal) {
        Dice dice = script.dice;
        double share = script.magnitude(0.08, 0.6, "of pulses intercepted");
        script.lasts(2 * HOUR, 8 * HOUR, 60);
        double lasting = dice.between(20, 90);
        Calibration.Routine routine = script.routine(script.target());
        // The calibration is the attacker's already: the incident begins with it, the interception when it is over.
        double over = script.onsetS + lasting;
        script.calibration(script.target(), script.onsetS, routine, Phase.STARTED, initiator, principal);
        script.calibration(script.target(), over, routine, Phase.COMPLETED, initiator, principal);
        script.act(script.target(), over, Double.POSITIVE_INFINITY, Attacks.interception(share, script));
    }

    /** Starts while people work on the fibre, and stays when they have left. */
    private static final Plot MAINTENANCE = Plot.hard("during_maintenance", Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(lossOrRate())
                    .and(network -> network.target().reporting().transport()))
            .plays(script -> {
                double share = script.magnitude(0.08, 0.6, "of pulses intercepted");
                double before = script.dice.between(10, 60) * MINUTE;
                double after = script.dice.between(10, 60) * MINUTE;
                script.lasts(after + 2 * HOUR, after + 8 * HOUR, (int) (after / script.intervalS()) + 60);
                script.transport(script.target(), script.onsetS - before, Transport.Event.MAINTENANCE_STARTED);
                script.transport(script.target(), script.onsetS + after, Transport.Event.MAINTENANCE_ENDED);
                double loss = script.dice.between(0.3, 2);
                script.actAnyway(
                        script.target(),
                        script.onsetS - 0.7 * before,
                        script.onsetS + 0.8 * after,
                        (elapsed, effects) -> effects.lossDb += loss);
                script.act(Attacks.interception(share, script));
            });

    /** Comes with a real loss, as of the splice that it needs. Told by errors beyond what so much loss explains. */
    private static final Plot WITH_LOSS = Plot.hard("with_loss_step", Subtype.INTERCEPT_RESEND)
            .tellableBy(error().and(loss()))
            .plays(script -> {
                double share = script.magnitude(0.1, 0.6, "of pulses intercepted");
                double db = script.dice.between(0.4, 2);
                script.lasts(2 * HOUR, 8 * HOUR, 60);
                script.transport(
                        script.target(),
                        script.onsetS + script.dice.between(0, 5) * MINUTE,
                        Transport.Event.OTDR_EVENT,
                        OptionalDouble.of(Math.rint(script.target().optics().lengthKm() * 50) / 100),
                        OptionalDouble.of(Math.rint(100 * db) / 100),
                        null);
                script.act((elapsed, effects) -> effects.lossDb += db);
                script.act(Attacks.interception(share, script));
            });

    /** Strikes a link whose polarization drifts already: two things at once, of which the attack must not be lost. */
    private static final Plot WITH_DRIFT = Plot.hard("within_polarization_drift", Subtype.INTERCEPT_RESEND)
            .on(discrete())
            .tellableBy(error().and(lossOrRate())
                    .and(network ->
                            network.target().reports(QBER_X) && network.target().reports(QBER_Z)))
            .plays(script -> {
                double share = script.magnitude(0.15, 0.8, "of pulses intercepted");
                double angle = script.dice.between(0.1, 0.25);
                double ramp = Math.max(script.dice.logBetween(HOUR, 5 * HOUR), 60 * script.intervalS());
                double other = script.dice.between(0.05, 0.3);
                script.lasts(2 * HOUR, 6 * HOUR, 60);
                script.stopCalibrations();
                double drifting = script.onsetS - 0.3 * ramp;
                script.accompaniedFrom(drifting);
                script.actAnyway(script.target(), drifting, Double.POSITIVE_INFINITY, (elapsed, effects) -> {
                    effects.rotationRad += angle * Math.min(1, elapsed / ramp);
                    effects.rotationOnZ = other;
                });
                script.act(Attacks.interception(share, script));
            });

    static final List<Plot> PLOTS = List.of(PARTIAL, CREEPING, ROGUE, DISGUISED, MAINTENANCE, WITH_LOSS, WITH_DRIFT);
}
