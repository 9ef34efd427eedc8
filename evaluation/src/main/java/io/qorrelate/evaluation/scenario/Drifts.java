package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.HOUR;
import static io.qorrelate.evaluation.scenario.Script.MINUTE;
import static io.qorrelate.evaluation.scenario.Shows.bright;
import static io.qorrelate.evaluation.scenario.Shows.calibrations;
import static io.qorrelate.evaluation.scenario.Shows.decoyState;
import static io.qorrelate.evaluation.scenario.Shows.discrete;
import static io.qorrelate.evaluation.scenario.Shows.error;
import static io.qorrelate.evaluation.scenario.Shows.loss;
import static io.qorrelate.evaluation.scenario.Shows.lossOrRate;
import static io.qorrelate.evaluation.scenario.Shows.reports;
import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Calibration.Initiator;
import io.qorrelate.model.Calibration.Phase;
import io.qorrelate.model.Calibration.Routine;
import io.qorrelate.model.Subtype;
import java.util.List;

/** How equipment moves out of its own alignment, each by its row of the signatures: a ramp of minutes to hours, cured by a calibration. */
final class Drifts {
    /** A ramp that is reported less often than this looks like a step. */
    private static final int RAMP_REPORTS = 40;

    private Drifts() {}

    /** The ramp's length, s; sets how long the incident lasts, and whether and how it is cured. */
    private static double ramp(Script script, Routine routine) {
        Dice dice = script.dice;
        double ramp = Math.max(dice.logBetween(20 * MINUTE, 6 * HOUR), RAMP_REPORTS * script.intervalS());
        double held = Math.max(dice.between(0.5, 2) * HOUR, 30 * script.intervalS());
        script.lasts(ramp + held, ramp + held, 0);
        script.stopCalibrations();
        if (dice.chance(0.65)) {
            script.thenOver();
            Initiator initiator = dice.oneOf(
                    List.of(Initiator.SCHEDULED, Initiator.AUTOMATIC, Initiator.AUTOMATIC, Initiator.OPERATOR));
            // The drift itself lasts until the calibration is over: a little longer than the incident's end says.
            script.calibrate(
                    script.target(),
                    script.endS() - dice.between(20, 60),
                    dice.chance(0.75) ? routine : Routine.FULL,
                    initiator,
                    initiator == Initiator.OPERATOR ? dice.oneOf(Script.STAFF) : null,
                    Phase.COMPLETED);
        }
        return ramp;
    }

    /** Told by a ramp of errors that loss does not explain. */
    private static final Plot POLARIZATION_DRIFT = Plot.of(Subtype.POLARIZATION_DRIFT)
            .on(discrete())
            .tellableBy(error().and(lossOrRate()))
            .plays(script -> {
                double angle = script.magnitude(0.09, 0.6, "rad");
                double ramp = ramp(script, Routine.POLARIZATION);
                double other = script.dice.between(0.05, 0.4);
                boolean onX = script.dice.chance(0.5);
                weather(script, ramp);
                script.grow(ramp, (share, effects) -> {
                    effects.rotationRad += angle * share;
                    effects.rotationOnX = onX ? 1 : other;
                    effects.rotationOnZ = onX ? other : 1;
                });
            });

    /** Temperature or wind may lead a drift: the room's temperature moves before. */
    private static void weather(Script script, double ramp) {
        if (script.dice.chance(0.5)) {
            double warmer = script.dice.sign() * script.dice.between(1.5, 5);
            double lead = script.dice.between(5, 20) * MINUTE;
            for (String node : List.of(script.target().from(), script.target().to())) {
                script.disturb(
                        node,
                        script.onsetS - lead,
                        script.horizonS(),
                        (elapsed, room) -> room.warmerK += warmer * Math.min(1, elapsed / (0.7 * ramp)));
            }
        }
    }

    /** Told by a ramp of errors in the phase basis alone, or after the laser's temperature. */
    private static final Plot PHASE_DRIFT = Plot.of(Subtype.PHASE_DRIFT)
            .tellableBy(error().and(lossOrRate()))
            .plays(script -> {
                double angle = script.magnitude(0.17, 0.9, "rad");
                double ramp = ramp(script, Routine.PHASE);
                double warmer = script.dice.chance(0.7) ? script.dice.sign() * script.dice.between(0.3, 2) : 0;
                // The temperature leads: the incident begins with it, the phase follows.
                double lag = script.dice.between(0.02, 0.1) * ramp;
                script.act((elapsed, effects) -> {
                    effects.laserWarmerK += warmer * Math.min(1, elapsed / ramp);
                    effects.phaseRad += angle * Math.clamp((elapsed - lag) / ramp, 0, 1);
                });
            });

    /** Told by a sync offset that ramps, or by clicks that are lost while the light is not. */
    private static final Plot TIMING_DRIFT = Plot.of(Subtype.TIMING_DRIFT)
            .on(discrete())
            .tellableBy(reports(SYNC_OFFSET_PS).or(bright().and(loss())))
            .plays(script -> {
                double widths = script.magnitude(0.35, 1.8, "gate widths");
                double ps =
                        script.dice.sign() * widths * script.target().optics().gatePs();
                double error = script.dice.between(0, 0.004);
                double ramp = ramp(script, Routine.TIMING);
                script.grow(ramp, (share, effects) -> {
                    effects.gateOffsetPs += ps * share;
                    effects.errorX += error * share;
                    effects.errorZ += error * share;
                });
            });

    /** Told by dark counts that follow the detector's temperature, or move within hours without it. */
    private static final Plot DETECTOR_DRIFT = Plot.of(Subtype.DETECTOR_DRIFT)
            .on(discrete())
            .tellableBy(reports(DARK_COUNT_RATE_HZ, GAIN_VACUUM, DETECTOR_TEMPERATURE_C))
            .plays(script -> {
                double octaves = script.magnitude(0.3, 3, "doublings of the dark counts");
                double warmer = octaves * script.target().optics().darkDoublingK();
                double efficiency = 1 + script.dice.between(-0.08, 0.08);
                boolean byBias = script.dice.chance(0.3) && script.target().reports(DARK_COUNT_RATE_HZ, GAIN_VACUUM);
                double factor = Math.pow(2, octaves);
                double ramp = ramp(script, Routine.DETECTOR);
                script.grow(ramp, (share, effects) -> {
                    if (byBias) {
                        effects.darkFactor *= Math.pow(factor, share);
                        effects.efficiencyFactor *= 1 + Math.abs(efficiency - 1) * share;
                    } else {
                        effects.detectorWarmerK += warmer * share;
                        effects.efficiencyFactor *= 1 + (efficiency - 1) * share;
                    }
                });
            });

    /** Told by gains that scale together while the loss beside them does not move. */
    private static final Plot INTENSITY_DRIFT = Plot.of(Subtype.INTENSITY_DRIFT)
            .on(decoyState())
            .tellableBy(bright().and(loss()))
            .plays(script -> {
                double by = script.magnitude(0.04, 0.5, "of the intensity");
                double factor = script.dice.chance(0.7) ? 1 - 0.8 * by : 1 + by;
                double uneven = 1 + 0.02 * script.dice.gaussian() * by;
                double ramp = ramp(script, Routine.INTENSITY);
                script.grow(ramp, (share, effects) -> {
                    effects.intensityFactor *= 1 + (factor - 1) * share;
                    effects.decoyFactor *= 1 + (uneven - 1) * share;
                });
            });

    /** Told by errors and the laser's temperature that move together, the loss hardly. */
    private static final Plot WAVELENGTH_DRIFT = Plot.of(Subtype.WAVELENGTH_DRIFT)
            .on(discrete())
            .tellableBy(error().and(reports(VISIBILITY, LASER_TEMPERATURE_C)))
            .plays(script -> {
                double error = script.magnitude(0.004, 0.05, "of error");
                double warmer = script.dice.sign() * script.dice.between(0.4, 3);
                double edge = script.dice.between(0.02, 0.25);
                double ramp = ramp(script, Routine.WAVELENGTH);
                script.grow(ramp, (share, effects) -> {
                    effects.errorX += error * share;
                    effects.errorZ += error * share * 0.9;
                    effects.lossDb += edge * share;
                    effects.rxPowerDb += edge * share;
                    effects.laserWarmerK += warmer * share;
                });
            });

    /** Told by a calibration that fails, or completes with a worse result: calibrations must be reported. */
    private static final Plot FAILED_CALIBRATION = Plot.of(Subtype.FAILED_CALIBRATION)
            .tellableBy(error().and(calibrations()))
            .plays(script -> {
                Dice dice = script.dice;
                double angle = script.magnitude(0.1, 0.6, "rad");
                boolean phase = dice.chance(0.4);
                Routine routine = dice.chance(0.3) ? Routine.FULL : phase ? Routine.PHASE : Routine.POLARIZATION;
                double other = dice.between(0.05, 0.4);
                script.lasts(HOUR, 5 * HOUR, 60);
                script.stopCalibrations();
                Initiator initiator = dice.chance(0.7) ? Initiator.SCHEDULED : Initiator.AUTOMATIC;
                Phase outcome = dice.oneOf(List.of(Phase.FAILED, Phase.FAILED, Phase.ABORTED, Phase.COMPLETED));
                double lasted = dice.between(20, 120);
                script.calibration(script.target(), script.onsetS, routine, Phase.STARTED, initiator, null);
                script.calibration(script.target(), script.onsetS + lasted, routine, outcome, initiator, null);
                if (dice.chance(0.6)) {
                    script.thenOver();
                    script.calibrate(
                            script.target(),
                            script.endS() - 30,
                            routine,
                            Initiator.AUTOMATIC,
                            null,
                            Calibration.Phase.COMPLETED);
                }
                script.act((elapsed, effects) -> {
                    if (phase) {
                        effects.phaseRad += angle;
                    } else {
                        effects.rotationRad += angle;
                        effects.rotationOnZ = other;
                    }
                });
            });

    static final List<Plot> PLOTS = List.of(
            POLARIZATION_DRIFT,
            PHASE_DRIFT,
            TIMING_DRIFT,
            DETECTOR_DRIFT,
            INTENSITY_DRIFT,
            WAVELENGTH_DRIFT,
            FAILED_CALIBRATION);
}
