package io.qorrelate.evaluation.chance;

import java.util.List;
import java.util.SplittableRandom;

/** Random draws that follow from a seed alone. Not for use by several threads: {@link #split} gives each its own. */
public final class Dice {
    /** From here on a normal distribution is as good as Poisson's. */
    private static final double MANY = 60;

    private final SplittableRandom random;

    /** The same seed gives the same draws. */
    public Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /** Further dice, whose draws do not depend on how many are drawn from these afterwards. */
    public Dice split() {
        return new Dice(random.split());
    }

    /** Uniform in {@code low..high}. */
    public double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Log-uniform in {@code low..high}, both above zero: each decade as likely as the next. */
    public double logBetween(double low, double high) {
        return low * Math.pow(high / low, random.nextDouble());
    }

    /** Uniform in {@code low..high}, both included. */
    public int whole(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** True with a probability. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** One of them, each as likely as the other. */
    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Standard normal. */
    public double gaussian() {
        return random.nextGaussian();
    }

    /** Exponential. */
    public double exponential(double mean) {
        return mean * random.nextExponential();
    }

    /** −1 or 1. */
    public int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    /**
     * A count whose variance is {@code dispersion} times that of a Poisson count of the same mean. Exact for few, normal for many,
     * where nobody could tell them apart.
     *
     * @param mean ≥ 0
     * @param dispersion ≥ 1
     * @return ≥ 0
     */
    public double count(double mean, double dispersion) {
        if (mean > MANY) {
            return Math.max(0, mean + Math.sqrt(mean * dispersion) * gaussian());
        }
        if (mean <= 0) {
            return 0;
        }
        // A Poisson count whose mean is itself Gamma-distributed has variance mean + mean²/shape.
        double excess = dispersion - 1;
        double rate = excess > 0 ? excess * gamma(mean / excess) : mean;
        return poisson(rate);
    }

    private double poisson(double mean) {
        if (mean > MANY) {
            return Math.max(0, Math.rint(mean + Math.sqrt(mean) * gaussian()));
        }
        // Knuth's: multiply until below e^-mean.
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    /** Gamma of scale 1 (Marsaglia and Tsang 2000, doi:10.1145/358407.358414). */
    private double gamma(double shape) {
        if (shape < 1) {
            return gamma(shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = gaussian();
            double v = 1 + c * x;
            if (v > 0) {
                v = v * v * v;
                if (Math.log(random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                    return d * v;
                }
            }
        }
    }
}
