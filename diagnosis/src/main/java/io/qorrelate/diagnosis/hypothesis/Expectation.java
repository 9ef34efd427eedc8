package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.physics.Decibels;
import io.qorrelate.diagnosis.physics.DetectorPhysics;
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
    Expectation LITTLE = new OneOf(0.5, SAME, new Either(0.15));

    /** It may rise a little or not at all. */
    Expectation LITTLE_UP = new OneOf(0.5, SAME, new Towards(1, 0.15));

    /** Errors that the polarization's turning explains, where that is reported. */
    Expectation BY_ROTATION = new ByRotation();

    /** Errors beyond those. */
    Expectation BEYOND_ROTATION = new BeyondRotation();

    /** One basis errs by what the polarization's turning explains, and both alike by the rest. */
    Expectation SPLIT_BY_ROTATION = new SplitByRotation();

    /** Mostly not touched; now and then it goes up. */
    Expectation SOMETIMES_UP = new SometimesUp(0.2);

    /** Not touched, but for one time in two hundred: by chance, within the hours of an anomaly. */
    Expectation SELDOM_MOVED = new OneOf(0.995, SAME, MOVED);

    /** An error rate of what is left when the signal is gone: near a half, or not reported any more. */
    Expectation RANDOM_ERRORS = new RandomErrors();

    /** The cause says nothing: it may have stayed, it may have moved. */
    Expectation FREE = new Free();

    /** It may rise by what the growing share of dark counts explains, or by nothing: half of the share, at the most. */
    Expectation DARK_SHARE = new DarkShare();

    /** It grows by the clicks that come without light: a rate, and more than that of signals the gain of decoys. */
    Expectation DARK_CLICKS = new DarkClicks();

    /** Dark counts go with the temperature of avalanche diodes; where that is not reported, or for other detectors, they rise. */
    Expectation BY_WARMTH = new ByWarmth();

    /** Nothing of its own where the rate is known; where it is not, the key rate falls with the rate that nobody reported. */
    Expectation WITH_UNSEEN_RATE = new WithUnseenRate();

    /**
     * Log-density of what was seen, in nats.
     *
     * @param all what all features did
     */
    double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all);

    /** How clearly a feature moved the way that is expected, in standard errors; negative where it moved the other way. */
    static double clarity(Expectation expected, Shift seen) {
        return switch (expected) {
            case Towards towards -> towards.sign() * seen.z();
            // What is followed is a sign itself, and one that goes up.
            case Follows follows -> Math.signum(follows.least() + follows.most()) * seen.z();
            case ByRotation turned -> seen.z();
            // Of what moves or stays, a cause is told by its moving.
            case OneOf either -> clarity(either.one() instanceof Same ? either.other() : either.one(), seen);
            default -> Math.abs(seen.z());
        };
    }

    /** It may move a little or not at all, unless errors have all but ended the key: then most of it is gone, or nobody can say. */
    Expectation LITTLE_BEFORE_THE_KEY_ENDS = new BeforeTheKeyEnds(LITTLE);

    /** Falls with a rate that nobody reported, and as above. */
    Expectation WITH_UNSEEN_RATE_BEFORE_THE_KEY_ENDS = new BeforeTheKeyEnds(WITH_UNSEEN_RATE);

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

    /** Follows another feature: between two multiples of what that one moved by. */
    static Expectation follows(Feature other, double least, double most) {
        return new Follows(other, least, most, DOWN);
    }

    /** Not touched, or by no more than such a share of what another feature moved by. */
    static Expectation hardlyTouchedBy(Feature other, double most) {
        return new HardlyTouched(new Follows(other, -most, most, LITTLE));
    }

    /** One basis errs, the other by no more than such a share of it. */
    static Expectation oneBasis(double mostOfOther) {
        return new OneBasis(0, mostOfOther);
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
            return Math.log((1 - share) * untouched(feature, seen)
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
            return Math.log(
                    0.5 * untouched(feature, seen) + 0.5 * Gaussian.smoothedUniform(seen.by(), seen.error(), 0, most));
        }
    }

    record DarkClicks() implements Expectation {
        /** Dark counts are sometimes those of one detector of several, and rates those of all. */
        private static final double UNSURE = 0.3;

        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            double foretold = feature == Feature.GAIN_RATIO
                    ? Dimmed.decoysBrighterByDarkCountsDb(all)
                    : Dimmed.brighterByDarkCountsDb(all);
            double unsure = Math.hypot(SLACK * feature.typicalShift(), UNSURE * foretold);
            return Gaussian.logDensity(seen.by() - foretold, Math.hypot(seen.error(), unsure));
        }
    }

    record ByWarmth() implements Expectation {
        /** Where diodes have been measured: superconductors are colder, and follow another law. */
        private static final double COLDEST_C = -123;

        private static final double WARMEST_C = 100;

        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift warmer = all.get(Feature.DETECTOR_TEMPERATURE);
            if (warmer == null || !isDiode(warmer.expected()) || !isDiode(warmer.expected() + warmer.by())) {
                return UP.logDensity(feature, seen, all);
            }
            double before = warmer.expected();
            double after = before + warmer.by();
            double least = darkerDb(before, after, DetectorPhysics.TUNNELLING_EV);
            double most = darkerDb(before, after, DetectorPhysics.THERMAL_EV);
            double perKelvin = darkerDb(before, before + 1, DetectorPhysics.THERMAL_EV);
            double error =
                    Math.hypot(Math.hypot(seen.error(), SLACK * feature.typicalShift()), perKelvin * warmer.error());
            return Math.log(Gaussian.smoothedUniform(seen.by(), error, least, most));
        }

        private static boolean isDiode(double celsius) {
            return celsius > COLDEST_C && celsius < WARMEST_C;
        }

        private static double darkerDb(double fromC, double toC, double activationEv) {
            return Decibels.changeOf(DetectorPhysics.darkCountRatio(fromC, toC, activationEv));
        }
    }

    record WithUnseenRate() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            if (all.containsKey(Feature.RATE)) {
                return LITTLE.logDensity(feature, seen, all);
            }
            return DOWN.logDensity(feature, seen, all);
        }
    }

    record BeforeTheKeyEnds(Expectation usual) implements Expectation {
        /**
         * From here on what is left of the key hangs on error correction and block size, which no model of ours knows: no key is left above
         * 11 % (Shor, Preskill 2000), and with real error correction and pulses of several photons from 7 to 9 % on.
         */
        private static final double KEY_ENDS_QBER = 0.07;

        private static final Expectation FEWER = either(0.5, DOWN, FREE);

        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift qber = all.get(Feature.QBER);
            boolean ends = qber != null && qber.expected() + qber.by() > KEY_ENDS_QBER;
            return (ends ? FEWER : usual).logDensity(feature, seen, all);
        }
    }

    /** Where the other feature is not reported, {@code otherwise} holds. */
    record Follows(Feature other, double least, double most, Expectation otherwise) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift leader = all.get(other);
            if (leader == null) {
                return otherwise.logDensity(feature, seen, all);
            }
            double middle = (least + most) / 2;
            double inexact = Math.hypot(seen.error(), SLACK * feature.typicalShift());
            double error = Math.hypot(inexact, middle * leader.error());
            return Math.log(Gaussian.smoothedUniform(seen.by(), error, least * leader.by(), most * leader.by()));
        }
    }

    /**
     * One basis errs, the other by a share of it between two bounds: whichever basis it is, and with as much weight in the
     * QBER as its share of the sifted bits has.
     */
    record OneBasis(double leastOfOther, double mostOfOther) implements Expectation {
        /** Where nobody reports how bits are sifted: alike from both bases, or nine in ten from one. */
        private static final double UNKNOWN_MOST = 0.9;

        /** Ratios are known to so much: bases are read at different times, errors are rounded. */
        private static final double INEXACT = 0.1;

        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift qber = all.get(Feature.QBER);
            if (qber == null) {
                return MOVED.logDensity(feature, seen, all);
            }
            Shift fraction = all.get(Feature.BASIS_FRACTION);
            double z = fraction == null ? 0.5 : Math.clamp(fraction.expected(), 0.05, 0.95);
            // Bits are kept where both ends chose alike: where the sender is biased as the receiver is, more than the
            // receiver's share of them are of its favoured basis (Lo, Chau, Ardehali 2005).
            double alike = z * z / (z * z + (1 - z) * (1 - z));
            double least = fraction == null ? 1 - UNKNOWN_MOST : Math.min(z, alike);
            double most = fraction == null ? UNKNOWN_MOST : Math.max(z, alike);
            double x = ratios(seen, qber, 1 - most, 1 - least, 1);
            double zBasis = ratios(seen, qber, least, most, -1);
            return Math.log(0.5 * (x + zBasis));
        }

        /** Density where the basis that errs has between two shares of the sifted bits. */
        private double ratios(Shift seen, Shift qber, double leastShare, double mostShare, int sign) {
            double low = (1 - mostOfOther) / (mostShare + (1 - mostShare) * mostOfOther) * (1 - INEXACT);
            double high = (1 - leastOfOther) / (leastShare + (1 - leastShare) * leastOfOther) * (1 + INEXACT);
            double error = Math.hypot(seen.error(), (low + high) / 2 * qber.error());
            return Gaussian.smoothedUniform(seen.by(), error, sign * low * qber.by(), sign * high * qber.by());
        }
    }

    /** A polarization that is turned by an angle adds at most the square of its sine, in the basis that it turns. */
    record ByRotation() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift turned = all.get(Feature.POLARIZATION);
            if (turned == null) {
                return UP.logDensity(feature, seen, all);
            }
            double error = Math.hypot(seen.error(), SLACK * feature.typicalShift());
            return Math.log(Gaussian.smoothedUniform(seen.by(), error, 0, mostErrors(turned)));
        }

        /** The largest error that an angle brings, as a fraction; it is known to two standard errors. */
        private static double mostErrors(Shift turned) {
            double angle = Math.clamp(turned.expected() + turned.by() + 2 * turned.error(), 0, Math.PI / 2);
            return Math.sin(angle) * Math.sin(angle);
        }
    }

    record BeyondRotation() implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift turned = all.get(Feature.POLARIZATION);
            double most = turned == null ? 0 : ByRotation.mostErrors(turned);
            return Math.log(towards(
                    seen.by() - most / 2, Math.hypot(seen.error(), most / Math.sqrt(12)), feature.typicalShift()));
        }
    }

    record SplitByRotation() implements Expectation {
        /** Of errors that both bases have alike, one may have so much more. */
        private static final double HARDLY = 0.15;

        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            Shift turned = all.get(Feature.POLARIZATION);
            Shift qber = all.get(Feature.QBER);
            if (turned == null || qber == null) {
                return MOVED.logDensity(feature, seen, all);
            }
            double most = ByRotation.mostErrors(turned) + HARDLY * Math.abs(qber.by());
            return Math.log(Gaussian.smoothedUniform(seen.by(), seen.error(), -most, most));
        }
    }

    record HardlyTouched(Follows share) implements Expectation {
        @Override
        public double logDensity(Feature feature, Shift seen, Map<Feature, Shift> all) {
            return Math.log(0.6 * untouched(feature, seen) + 0.4 * Math.exp(share.logDensity(feature, seen, all)));
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

    /** Density of a feature that the cause does not touch, as far as models are exact. */
    private static double untouched(Feature feature, Shift seen) {
        return Gaussian.density(seen.by(), Math.hypot(seen.error(), SLACK * feature.typicalShift()));
    }

    /** Density of a feature of which nothing is foretold. */
    static double free(Feature feature, Shift seen) {
        return (1 - FREE_TO_MOVE) * untouched(feature, seen)
                + FREE_TO_MOVE * either(seen.by(), seen.error(), feature.typicalShift());
    }
}
