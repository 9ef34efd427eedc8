package io.qorrelate.diagnosis.hypothesis;

/** What a cause does to a feature, and how well that agrees with what was seen. */
enum Effect {
    SAME,
    UP,
    DOWN,
    /** Up or down, but moved. */
    CHANGED,
    /** May move a little: by the dark-count share, by a filter's edge. */
    LITTLE,
    /** The cause says nothing of this feature. */
    ANY;

    /**
     * What a movement costs that a cause allows but whose size it does not foretell, in nats: at two standard deviations
     * moving and not moving are equally likely.
     */
    private static final double FREEDOM = 2;

    /** {@link #ANY} must pay a little, or a cause that foretells nothing would beat one that foretells right. */
    private static final double SILENCE = 0.7;

    /** A little is up to about four standard deviations. */
    private static final double LITTLE_SCALE = 4;

    /** No single feature may decide alone: models err, and features are not independent. */
    private static final double LARGEST_COST = 6;

    /** Whether a movement is in the direction foretold. */
    boolean foretells(double z) {
        return switch (this) {
            case UP -> z > 0;
            case DOWN -> z < 0;
            case CHANGED -> true;
            case SAME, LITTLE, ANY -> false;
        };
    }

    /**
     * Log-likelihood, in nats, up to a constant that is the same for all effects.
     *
     * @param z how far the feature moved, in standard deviations
     */
    double logLikelihood(double z) {
        return Math.max(-LARGEST_COST, unbounded(z));
    }

    private double unbounded(double z) {
        return switch (this) {
            case SAME -> -z * z / 2;
            case UP -> z >= 0 ? -FREEDOM : -FREEDOM - z * z / 2;
            case DOWN -> z <= 0 ? -FREEDOM : -FREEDOM - z * z / 2;
            case CHANGED -> -FREEDOM;
            case LITTLE -> -SILENCE - z * z / (2 * LITTLE_SCALE * LITTLE_SCALE);
            case ANY -> Math.max(-z * z / 2, -FREEDOM) - SILENCE;
        };
    }
}
