package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.DAY;
import static io.qorrelate.evaluation.scenario.Script.HOUR;
import static io.qorrelate.evaluation.scenario.Script.MINUTE;
import static io.qorrelate.evaluation.scenario.Shows.bright;
import static io.qorrelate.evaluation.scenario.Shows.decoyState;
import static io.qorrelate.evaluation.scenario.Shows.discrete;
import static io.qorrelate.evaluation.scenario.Shows.error;
import static io.qorrelate.evaluation.scenario.Shows.facilities;
import static io.qorrelate.evaluation.scenario.Shows.loss;
import static io.qorrelate.evaluation.scenario.Shows.reports;
import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.model.Environment;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Transport;
import java.util.List;
import java.util.OptionalDouble;

/** How fibre, hardware and facilities get worse, each by its row of the signatures. */
final class Degradations {
    private Degradations() {}

    /** Told by light that is gone: any figure of loss or clicks, or the fibre's own events. */
    private static final Plot FIBRE_CUT = Plot.of(Subtype.FIBRE_CUT)
            .tellableBy(loss().or(bright())
                    .or(network -> network.target().reporting().transport()))
            .plays(script -> {
                Dice dice = script.dice;
                double db = script.magnitude(25, 60, "dB");
                script.lasts(2 * HOUR, 10 * HOUR, 40);
                boolean repaired = dice.chance(0.4);
                if (repaired) {
                    script.thenOver();
                }
                script.act((elapsed, effects) -> effects.lossDb += db);
                cut(script, script.target(), repaired);
                if (dice.chance(0.75)) {
                    for (LinkDesign neighbour : script.network.inDuct()) {
                        script.act(
                                neighbour,
                                script.onsetS + dice.between(0, 5),
                                repaired ? script.endS() : Double.POSITIVE_INFINITY,
                                (elapsed, effects) -> effects.lossDb += db);
                        cut(script, neighbour, repaired);
                    }
                }
            });

    private static void cut(Script script, LinkDesign link, boolean repaired) {
        double noticed = script.onsetS + script.dice.between(0, 3);
        script.transport(link, noticed, Transport.Event.LOSS_OF_SIGNAL);
        if (script.dice.chance(0.6)) {
            script.transport(
                    link, noticed + 1, Transport.Event.FAILOVER, OptionalDouble.empty(), OptionalDouble.empty(), "pqc");
        }
        if (repaired) {
            script.transport(link, script.endS(), Transport.Event.SIGNAL_RESTORED);
        }
    }

    /** Told by loss that rises in one step, on the quantum channel and beside it alike. */
    private static final Plot MACRO_BEND = bent(Subtype.MACRO_BEND, 0.5);

    private static final Plot CONNECTOR = bent(Subtype.CONNECTOR, 0);

    private static Plot bent(Subtype subtype, double alsoNeighbours) {
        return Plot.of(subtype).tellableBy(loss()).plays(script -> {
            Dice dice = script.dice;
            double db = script.magnitude(0.2, 8, "dB");
            script.lasts(2 * HOUR, 10 * HOUR, 60);
            script.maybeOver(0.3);
            script.act((elapsed, effects) -> effects.lossDb += db);
            if (dice.chance(0.6)) {
                script.otdr(script.onsetS + dice.between(0, 10) * MINUTE, db);
            }
            if (dice.chance(alsoNeighbours)) {
                for (LinkDesign neighbour : script.network.inDuct()) {
                    double theirs = db * dice.between(0.3, 1.2);
                    script.act(
                            neighbour,
                            script.onsetS + dice.between(0, 20),
                            script.endS() < script.horizonS() ? script.endS() : Double.POSITIVE_INFINITY,
                            (elapsed, effects) -> effects.lossDb += theirs);
                }
            }
            script.maybeInVain(0.2);
        });
    }

    /** Months of contamination, played in days. Told by loss that rises slowly, beside the quantum channel too. */
    private static final Plot FIBRE_AGEING = Plot.of(Subtype.FIBRE_AGEING)
            .slow()
            .tellableBy(loss())
            .plays(script -> {
                double db = script.magnitude(0.6, 6, "dB");
                script.lasts(2 * DAY, 8 * DAY, 400);
                script.grow(script.lengthS(), (share, effects) -> effects.lossDb += db * share);
            });

    /** Weeks, played in days. Told by clicks that get fewer while the light beside them does not. */
    private static final Plot LASER_AGEING = Plot.of(Subtype.LASER_AGEING)
            .slow()
            .on(decoyState())
            .tellableBy(bright().and(loss()))
            .plays(script -> {
                double by = script.magnitude(0.1, 0.6, "of the intensity");
                script.lasts(2 * DAY, 8 * DAY, 400);
                script.grow(script.lengthS(), (share, effects) -> effects.intensityFactor *= 1 - by * share);
            });

    /** Weeks, played in days. Told by dark counts that rise for good without their temperature. */
    private static final Plot DETECTOR_AGEING = Plot.of(Subtype.DETECTOR_AGEING)
            .slow()
            .on(discrete())
            .tellableBy(reports(DARK_COUNT_RATE_HZ, GAIN_VACUUM))
            .plays(script -> {
                double octaves = script.magnitude(0.7, 4, "doublings of the dark counts");
                double factor = Math.pow(2, octaves);
                double weaker = script.dice.between(0.02, 0.2);
                script.lasts(2 * DAY, 8 * DAY, 400);
                script.grow(script.lengthS(), (share, effects) -> {
                    effects.darkFactor *= Math.pow(factor, share);
                    effects.efficiencyFactor *= 1 - weaker * share;
                });
            });

    /** Told by the facility itself. */
    private static final Plot COOLING_FAILURE = Plot.of(Subtype.COOLING_FAILURE)
            .on(discrete())
            .tellableBy(facilities())
            .plays(script -> {
                Dice dice = script.dice;
                double octaves = script.magnitude(0.5, 3, "doublings of the dark counts");
                double growing = dice.logBetween(10 * MINUTE, 3 * HOUR);
                script.lasts(growing + HOUR, growing + 4 * HOUR, 60);
                boolean repaired = dice.chance(0.4);
                if (repaired) {
                    script.thenOver();
                }
                String node = script.target().to();
                script.isAbout(node);
                Environment.Cooling how = dice.chance(0.6) ? Environment.Cooling.DEGRADED : Environment.Cooling.LOST;
                script.facility(node, script.onsetS, null, how);
                double roomK = dice.between(4, 15);
                double until = repaired ? script.endS() : Double.POSITIVE_INFINITY;
                if (repaired) {
                    script.facility(node, script.endS(), null, Environment.Cooling.OK);
                }
                script.disturb(node, script.onsetS, until, (elapsed, room) -> {
                    room.warmerK += roomK * Math.min(1, elapsed / growing);
                    room.cooling = how;
                });
                heat(script, script.target(), octaves, growing, until);
                for (LinkDesign neighbour : script.network.atSite()) {
                    heat(script, neighbour, octaves * dice.between(0.6, 1.2), growing, until);
                }
            });

    private static void heat(Script script, LinkDesign link, double octaves, double growing, double until) {
        double warmer = octaves * link.optics().darkDoublingK();
        script.act(
                link,
                script.onsetS,
                until,
                (elapsed, effects) -> effects.detectorWarmerK += warmer * Math.min(1, elapsed / growing));
    }

    /** Told by the facility itself, and by all links of a site that fall silent together. */
    private static final Plot POWER_EVENT = Plot.of(Subtype.POWER_EVENT)
            .eventDriven()
            .tellableBy(facilities())
            .plays(script -> {
                Dice dice = script.dice;
                double minutes = script.magnitude(3, 120, "minutes without power");
                script.lasts(minutes * MINUTE, minutes * MINUTE, 0);
                script.thenOver();
                String node = script.target().to();
                script.isAbout(node);
                boolean batteries = dice.chance(0.3);
                Environment.Power how = batteries ? Environment.Power.UPS : Environment.Power.LOST;
                script.facility(node, script.onsetS, how, null);
                script.facility(node, script.endS(), Environment.Power.OK, null);
                script.disturb(node, script.onsetS, script.endS(), (elapsed, room) -> room.power = how);
                double dies = script.onsetS + (batteries ? 0.3 * script.lengthS() : 0);
                script.act(script.target(), dies, script.endS(), (elapsed, effects) -> effects.silent = true);
                for (LinkDesign neighbour : script.network.atSite()) {
                    script.act(neighbour, dies, script.endS(), (elapsed, effects) -> effects.silent = true);
                }
            });

    /** Told by the sensor of vibration, or by neighbours in the duct that are shaken too; the errors must show it. */
    private static final Plot VIBRATION = Plot.of(Subtype.VIBRATION)
            .tellableBy(error().and(facilities().or(network -> !network.inDuct().isEmpty() && network.isDrawn())))
            .plays(script -> {
                Dice dice = script.dice;
                double angle = script.magnitude(0.1, 0.6, "rad while it shakes");
                double period = Math.max(dice.logBetween(2 * MINUTE, 30 * MINUTE), 4 * script.intervalS());
                double duty = dice.between(0.3, 0.7);
                script.lasts(HOUR, 6 * HOUR, 80);
                script.thenOver();
                double g = dice.logBetween(0.05, 1);
                for (String node :
                        List.of(script.target().from(), script.target().to())) {
                    script.disturb(node, script.onsetS, script.endS(), (elapsed, room) -> {
                        if (elapsed % period < duty * period) {
                            room.vibrationG += g;
                        }
                    });
                }
                shake(script, script.target(), angle, period, duty);
                for (LinkDesign neighbour : script.network.inDuct()) {
                    shake(script, neighbour, angle * dice.between(0.5, 1.1), period, duty);
                }
            });

    private static void shake(Script script, LinkDesign link, double angle, double period, double duty) {
        double beat = script.dice.between(7, 23);
        double lossDb = script.dice.between(0, 0.1);
        script.act(link, script.onsetS, script.endS(), (elapsed, effects) -> {
            if (elapsed % period < duty * period) {
                // Reports catch the shaking at any of its phases.
                double swing = Math.abs(Math.sin(elapsed * beat));
                effects.rotationRad += angle * (0.4 + 0.6 * swing);
                effects.lossDb += lossDb * swing;
            }
        });
    }

    static final List<Plot> PLOTS = List.of(
            FIBRE_CUT,
            MACRO_BEND,
            CONNECTOR,
            FIBRE_AGEING,
            LASER_AGEING,
            DETECTOR_AGEING,
            COOLING_FAILURE,
            POWER_EVENT,
            VIBRATION);
}
