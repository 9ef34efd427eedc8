package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import java.util.Map;

/**
 * What a cause says of one feature: a probability density of its shift, in the feature's unit. Because they are densities, a
 * cause that foretells much and is right beats one that foretells nothing, and both pay for what they leave open.
 */
sealed interface Expectation {
    /** The cause does not touch it. */
    Expectation SAME = new Same();

    /** It goes up by any amount that is typical of the feature, exponentially. */
    Expectation UP = new Towards(1, 1);

    Expectation DOWN = new Towards(-1, 1);

    /** Up or down. */
    Expectation MOVED = new Either(1);

    /** It may move, a little or not at all. */
    Expectation LITTLE = new Either(0.15);

    /** Mostly not touched; now and then it goes up. */
    Expectation SOMETIMES_UP = new SometimesUp(0.2);

    /** Not touched, but for one time in twenty. */
    Expectation SELDOM_MOVED = new OneOf(0.95, SAME, MOVED);

    /** An error rate of what is left when the signal is gone: near a half, or not reported any more. */
    Expectation RANDOM_ERRORS = new RandomErrors();

    /** The cause says nothing: it may have stayed, it may have moved. */
    Expectation FREE = new Free();

    /** It may rise by what the growing share of dark counts explains, or by nothing: half of the share, at the most. */
    Expectation DARK_SHARE = new DarkShare();

    /** Nothing of its own where the rate is known; where it is not, the key rate falls with the rate that nobody reported. */
    Expectation WITH_UNSEEN_RATE = new WithUnseenRate();

    /**
     * Log-density of what was seen, in nats.
     *
     * @param all what all features did
     */
    double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all);

    /** By how much QBER typically rises where light is lost, a few dB of it, and nobody reports how much; fraction. */
    double UNSEEN_DIMMING_QBER = 0.008;

    /** What "not touched" leaves room for, as a share of what moves a feature typically: no model is exact. */
    double SLACK = 0.05;

    /** Share of the features that move in an anomaly, of those of which nothing is foretold: one in four or five. */
    double FREE_TO_MOVE = 0.2;

    /** Up by multiples of what is typical. */
    static Expectation up(double typical) {
        return new Towards(1, typical);
    }

    static Expectation down(double typical) {
        return new Towards(-1, typical);
    }

    /** Up or down by multiples of what is typical. */
    static Expectation moved(double typical) {
        return new Either(typical);
    }

    /** One of two, the first of them with a probability. */
    static Expectation either(double first, Expectation one, Expectation other) {
        return new OneOf(first, one, other);
    }

    /** Follows another feature: between two multiples of what that one moved by; free to the sign where both signs are given. */
    static Expectation follows(Feature other, double least, double most) {
        return new Follows(other, least, most, false, DOWN);
    }

    /** Not touched, or by no more than such a share of what another feature moved by. */
    static Expectation hardlyTouchedBy(Feature other, double most) {
        return new HardlyTouched(new Follows(other, -most, most, false, LITTLE));
    }

    /** As {@link #follows}, whichever way. */
    static Expectation followsEitherWay(Feature other, double least, double most) {
        return new Follows(other, least, most, true, MOVED);
    }

    record OneOf(double first, Expectation one, Expectation other) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(first * Math.exp(one.logDensity(feature, seen, all))
                    + (1 - first) * Math.exp(other.logDensity(feature, seen, all)));
        }
    }

    record Same() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Gaussian.logDensity(seen.by(), Math.hypot(seen.error(), SLACK * feature.typicalShift()));
        }
    }

    record Towards(int sign, double typical) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(towards(sign * seen.by(), seen.error(), typical * feature.typicalShift()));
        }
    }

    record Either(double typical) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(either(seen.by(), seen.error(), typical * feature.typicalShift()));
        }
    }

    record SometimesUp(double share) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log((1 - share)
                            * Gaussian.density(seen.by(), Math.hypot(seen.error(), SLACK * feature.typicalShift()))
                    + share * towards(seen.by(), seen.error(), feature.typicalShift()));
        }
    }

    record RandomErrors() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(0.5 * Gaussian.density(seen.by(), seen.error())
                    + 0.5
                            * Gaussian.smoothedUniform(
                                    seen.by(), seen.error(), 0.3 - seen.expected(), 0.55 - seen.expected()));
        }
    }

    record Free() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(free(feature, seen));
        }
    }

    record DarkShare() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            if (!Dimmed.isKnown(all)) {
                return Math.log(towards(seen.by(), seen.error(), UNSEEN_DIMMING_QBER));
            }
            double most = Dimmed.largestRiseOfQber(all);
            return Math.log(0.5 * Gaussian.density(seen.by(), seen.error())
                    + 0.5 * Gaussian.smoothedUniform(seen.by(), seen.error(), 0, most));
        }
    }

    record WithUnseenRate() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            if (all.containsKey(Feature.RATE)) {
                return Math.log(either(seen.by(), seen.error(), 0.3 * feature.typicalShift()));
            }
            return DOWN.logDensity(feature, seen, all);
        }
    }

    /** Where the other feature is not reported, {@code otherwise} holds. */
    record Follows(Feature other, double least, double most, boolean eitherWay, Expectation otherwise)
            implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift leader = all.get(other);
            if (leader == null) {
                return otherwise.logDensity(feature, seen, all);
            }
            double middle = (least + most) / 2;
            double error = Math.hypot(seen.error(), middle * leader.error());
            double one = Gaussian.smoothedUniform(seen.by(), error, least * leader.by(), most * leader.by());
            if (!eitherWay) {
                return Math.log(one);
            }
            double other = Gaussian.smoothedUniform(seen.by(), error, -least * leader.by(), -most * leader.by());
            return Math.log(0.5 * (one + other));
        }
    }

    record HardlyTouched(Follows share) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(0.6 * Gaussian.density(seen.by(), seen.error())
                    + 0.4 * Math.exp(share.logDensity(feature, seen, all)));
        }
    }

    /** Density of a shift upwards whose size is exponential, seen with a Gaussian error; with a tail for the extraordinary. */
    private static double towards(double by, double error, double typical) {
        return 0.7 * Gaussian.smoothedExponential(by, error, typical)
                + 0.3 * Gaussian.smoothedExponential(by, error, 5 * typical);
    }

    private static double either(double by, double error, double typical) {
        return 0.5 * (towards(by, error, typical) + towards(-by, error, typical));
    }

    /** Density of a feature of which nothing is foretold. */
    static double free(Feature feature, Shift seen) {
        return (1 - FREE_TO_MOVE)
                        * Gaussian.density(seen.by(), Math.hypot(seen.error(), SLACK * feature.typicalShift()))
                + FREE_TO_MOVE * either(seen.by(), seen.error(), feature.typicalShift());
    }
}
