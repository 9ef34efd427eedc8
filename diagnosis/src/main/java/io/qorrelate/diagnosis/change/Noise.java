package io.qorrelate.diagnosis.change;

/**
 * What is known of one feature's noise: the model that was fitted, and the variances that it is fitted to. Apart from
 * {@link Track}, as most reports do not need it: a link's tracks then fill fewer cache lines.
 */
final class Noise {
    /** Sizes of blocks of innovations: 1, 4, 16, 64, as the tests for the four sizes of shift average them. */
    static final int INNOVATION_LEVELS = 4;

    /** Variance of the white noise. */
    float white;

    /** Variance of the wander. */
    float wandering;

    /** Index of the wander's correlation time, see {@link NoiseModel}. */
    int memory;

    /** Mean sampling variance, of what is counted. */
    float sampling;

    /** Of residuals in a row. */
    final BlockMeans residuals;

    /** Of standardised innovations in a row. */
    final BlockMeans innovations;

    Noise() {
        this(new BlockMeans(NoiseModel.LEVELS), new BlockMeans(INNOVATION_LEVELS));
    }

    private Noise(BlockMeans residuals, BlockMeans innovations) {
        this.residuals = residuals;
        this.innovations = innovations;
    }

    Noise copy() {
        Noise copy = new Noise(residuals.copy(), innovations.copy());
        copy.white = white;
        copy.wandering = wandering;
        copy.memory = memory;
        copy.sampling = sampling;
        return copy;
    }

    NoiseModel model() {
        return new NoiseModel(white, wandering, memory);
    }
}
