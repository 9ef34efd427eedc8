package io.qorrelate.evaluation.chance;

/**
 * Noise that remembers: Gaussian, stationary, and correlated as {@code e^(−Δt/τ)} over a time Δt.
 *
 * @param sd standard deviation, in the unit of what it moves
 * @param timeConstantS τ, s
 */
public record OrnsteinUhlenbeck(double sd, double timeConstantS) {

    /** A value to start with. */
    public double begin(Dice dice) {
        return sd * dice.gaussian();
    }

    /** The value some time later; exact, whatever the step. */
    public double next(double value, double elapsedS, Dice dice) {
        double kept = kept(elapsedS);
        return kept * value + sd * Math.sqrt(1 - kept * kept) * dice.gaussian();
    }

    /** Correlation with the value some time before, 0..1. */
    public double kept(double elapsedS) {
        return Math.exp(-elapsedS / timeConstantS);
    }
}
