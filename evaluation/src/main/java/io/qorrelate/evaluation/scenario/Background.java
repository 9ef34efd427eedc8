package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.DAY;
import static io.qorrelate.evaluation.scenario.Script.HOUR;
import static io.qorrelate.evaluation.scenario.Script.MINUTE;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Transport;
import java.util.List;

/**
 * Nominal life: what goes on at any network and is no anomaly. Scheduled calibrations, maintenance that was announced, collections
 * that fail for minutes, doors that staff opens, a certificate that expires after a rotation, a mistyped password, demand that rises so
 * that the key store falls.
 */
final class Background {
    private final Script script;
    private final Dice dice;

    /** Mean times between what happens now and then. */
    private static final double MAINTENANCE_EVERY_S = 20 * DAY;

    private static final double DOOR_EVERY_S = 3 * DAY;
    private static final double CERTIFICATE_EVERY_S = 15 * DAY;
    private static final double TYPO_EVERY_S = 10 * DAY;
    private static final double DEMAND_EVERY_S = 5 * DAY;

    private Background(Script script) {
        this.script = script;
        this.dice = script.dice.split();
    }

    /** Adds nominal life from the start to the end of a script, whose incident is written already. */
    static void write(Script script) {
        Background background = new Background(script);
        for (LinkDesign link : script.network.links()) {
            background.calibrations(link);
            background.outages(link);
            background.maintenance(link);
            background.demand(link);
        }
        background.people();
    }

    private void calibrations(LinkDesign link) {
        double every = dice.logBetween(4 * HOUR, 26 * HOUR);
        Calibration.Routine routine = script.routine(link);
        boolean stop = link.id().equals(script.target().id()) && script.calibrationsStop();
        double last = stop ? script.onsetS - 5 * MINUTE : script.horizonS();
        double setPoint = 0.02 * link.optics().errorZ();
        for (double at = every * dice.between(0, 1); at < last; at += every) {
            Calibration.Initiator initiator =
                    dice.chance(0.85) ? Calibration.Initiator.SCHEDULED : Calibration.Initiator.AUTOMATIC;
            double over = script.calibrate(link, at, routine, initiator, null, Calibration.Phase.COMPLETED);
            // No two alignments are quite alike.
            double x = setPoint * dice.gaussian();
            double z = setPoint * dice.gaussian();
            script.actAnyway(link, over, over + every, (elapsed, effects) -> {
                effects.errorX += x;
                effects.errorZ += z;
            });
        }
    }

    private void outages(LinkDesign link) {
        double perDay = link.reporting().outagesPerDay();
        if (perDay == 0) {
            return;
        }
        for (double at = dice.exponential(DAY / perDay); at < script.horizonS(); at += dice.exponential(DAY / perDay)) {
            script.actAnyway(
                    link, at, at + dice.logBetween(2 * MINUTE, HOUR), (elapsed, effects) -> effects.silent = true);
        }
    }

    private void maintenance(LinkDesign link) {
        if (!link.reporting().transport()) {
            return;
        }
        double after = link.id().equals(script.target().id()) ? script.onsetS - 6 * HOUR : script.horizonS();
        for (double at = dice.exponential(MAINTENANCE_EVERY_S);
                at < script.horizonS();
                at += dice.exponential(MAINTENANCE_EVERY_S)) {
            if (at < after || script.lengthS() == 0) {
                work(link, at, dice.logBetween(20 * MINUTE, 3 * HOUR));
            }
        }
    }

    /** People work on a fibre: loss comes and goes, polarization turns, the link is off for a while; afterwards it is nearly as before. */
    void work(LinkDesign link, double at, double lasting) {
        script.transport(link, at, Transport.Event.MAINTENANCE_STARTED);
        script.transport(link, at + lasting, Transport.Event.MAINTENANCE_ENDED);
        double begun = at + lasting * 0.1;
        double done = at + lasting * dice.between(0.6, 0.95);
        int pieces = dice.whole(1, 4);
        for (int i = 0; i < pieces; i++) {
            double from = begun + (done - begun) * i / pieces;
            double until = begun + (done - begun) * (i + 1) / pieces;
            double loss = dice.between(0, 3);
            double turned = dice.between(0, 0.4);
            boolean off = dice.chance(0.3);
            script.actAnyway(link, from, until, (elapsed, effects) -> {
                effects.lossDb += off ? 40 : loss;
                effects.rotationRad += turned;
            });
        }
        double left = 0.02 * dice.gaussian();
        script.actAnyway(link, done, Double.POSITIVE_INFINITY, (elapsed, effects) -> effects.lossDb += left);
    }

    private void demand(LinkDesign link) {
        for (double at = dice.exponential(DEMAND_EVERY_S);
                at < script.horizonS();
                at += dice.exponential(DEMAND_EVERY_S)) {
            double factor = dice.logBetween(1.5, 5);
            script.actAnyway(
                    link, at, at + dice.between(1, 8) * HOUR, (elapsed, effects) -> effects.demandFactor *= factor);
        }
    }

    private void people() {
        LinkDesign target = script.target();
        for (String node : List.of(target.from(), target.to())) {
            for (double at = dice.exponential(DOOR_EVERY_S);
                    at < script.horizonS();
                    at += dice.exponential(DOOR_EVERY_S)) {
                String who = dice.oneOf(Script.STAFF);
                script.access(node, at, PhysicalAccess.Event.DOOR_OPENED, who);
                script.access(node, at + dice.between(0.5, 30) * MINUTE, PhysicalAccess.Event.DOOR_CLOSED, who);
            }
        }
        for (double at = dice.exponential(CERTIFICATE_EVERY_S);
                at < script.horizonS();
                at += dice.exponential(CERTIFICATE_EVERY_S)) {
            script.refused(
                    at,
                    null,
                    AuthFailure.Plane.KEY_API,
                    AuthFailure.Reason.EXPIRED_CERTIFICATE,
                    target.keys().slaveSae(),
                    "10.0.0." + dice.whole(2, 250),
                    1);
        }
        for (double at = dice.exponential(TYPO_EVERY_S); at < script.horizonS(); at += dice.exponential(TYPO_EVERY_S)) {
            script.refused(
                    at,
                    dice.chance(0.5) ? target.to() : null,
                    dice.chance(0.5) ? AuthFailure.Plane.MANAGEMENT : AuthFailure.Plane.KEY_API,
                    AuthFailure.Reason.BAD_CREDENTIALS,
                    dice.oneOf(Script.STAFF),
                    "10.0.1." + dice.whole(2, 250),
                    1);
        }
    }
}
