package io.qorrelate.evaluation.link;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.chance.OrnsteinUhlenbeck;

/**
 * How a healthy link moves by itself: over-dispersion of its counts, autocorrelated wandering, night and day.
 *
 * @param dispersion variance of counts over Poisson's, ≥ 1
 * @param misalignment wandering of the misalignment (of the excess noise with continuous variables), relative
 * @param loss wandering of the loss, dB
 * @param intensity wandering of the source's power, relative
 * @param dayMisalignment amplitude of the day's cycle in the misalignment, relative
 * @param dayLossDb amplitude of the day's cycle in the loss, dB
 * @param dayK amplitude of the day's cycle in the rooms' temperature, K
 * @param dayPhaseS when the cycle begins, s
 * @param visibilitySd noise of a visibility, fraction
 * @param lossSd noise of a reported loss, dB
 * @param powerSd noise of a power reading, dB
 * @param keySd noise of a key rate, relative
 * @param ratioSd noise of imbalance and basis share beyond counting
 * @param syncSd noise of the sync offset, ps
 * @param currentSd noise of the bias current, relative
 * @param detectorSd noise of the detector's temperature, K
 * @param laserSd noise of the laser's temperature, K
 * @param rotationSd noise of the polarization drift, rad
 * @param excessNoiseSd noise of an excess-noise estimate, shot-noise units
 */
public record Restlessness(
        double dispersion,
        OrnsteinUhlenbeck misalignment,
        OrnsteinUhlenbeck loss,
        OrnsteinUhlenbeck intensity,
        double dayMisalignment,
        double dayLossDb,
        double dayK,
        double dayPhaseS,
        double visibilitySd,
        double lossSd,
        double powerSd,
        double keySd,
        double ratioSd,
        double syncSd,
        double currentSd,
        double detectorSd,
        double laserSd,
        double rotationSd,
        double excessNoiseSd) {

    static Restlessness draw(Optics optics, Dice dice) {
        return new Restlessness(
                dice.chance(0.3) ? 1 : dice.between(1, 3),
                wandering(dice.logBetween(0.02, 0.2), dice),
                wandering(dice.logBetween(0.005, 0.1), dice),
                wandering(dice.logBetween(0.002, 0.02), dice),
                dice.between(0, 0.08),
                dice.between(0, 0.04),
                dice.between(0.2, 3),
                dice.between(0, 86_400),
                dice.logBetween(1e-3, 6e-3),
                dice.logBetween(0.005, 0.05),
                dice.logBetween(0.01, 0.1),
                dice.logBetween(0.01, 0.06),
                dice.logBetween(5e-4, 5e-3),
                dice.logBetween(1, 10),
                dice.between(0.01, 0.04),
                optics.nanowires() ? dice.between(0.002, 0.01) : dice.between(0.02, 0.1),
                dice.between(0.01, 0.05),
                dice.between(0.005, 0.02),
                dice.logBetween(5e-4, 3e-3));
    }

    private static OrnsteinUhlenbeck wandering(double sd, Dice dice) {
        return new OrnsteinUhlenbeck(sd, dice.logBetween(20, 3_600));
    }
}
