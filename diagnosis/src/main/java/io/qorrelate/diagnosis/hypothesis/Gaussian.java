package io.qorrelate.diagnosis.hypothesis;

/** Densities of things seen with a Gaussian error. Total: no finite argument gives NaN, and no density is nought. */
final class Gaussian {
    /** Keeps logarithms finite; below what any mixture here leaves. */
    private static final double SMALLEST = 1e-300;

    private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

    private Gaussian() {}

    static double density(double x, double error) {
        double z = x / error;
        return Math.max(SMALLEST, Math.exp(-z * z / 2) / (ROOT_TWO_PI * error));
    }

    static double logDensity(double x, double error) {
        double z = x / error;
        return -z * z / 2 - Math.log(ROOT_TWO_PI * error);
    }

    /** Density of an exponential of mean {@code mean} plus a Gaussian error. */
    static double smoothedExponential(double x, double error, double mean) {
        double rate = error / mean;
        double upper = x / error - rate;
        if (upper < -5) {
            // So far on the wrong side that the exponential counts for nothing: its density at nought, and the error's.
            double z = x / error;
            return Math.max(SMALLEST, Math.exp(-z * z / 2) / (mean * -upper * ROOT_TWO_PI));
        }
        return Math.max(SMALLEST, Math.exp(rate * rate / 2 - x / mean) * cumulative(upper) / mean);
    }

    /** Density of what is uniform between two bounds, in either order, plus a Gaussian error. */
    static double smoothedUniform(double x, double error, double one, double other) {
        double least = Math.min(one, other);
        double most = Math.max(one, other);
        double width = most - least;
        if (width < 2 * error) {
            return density(x - (least + most) / 2, Math.sqrt(error * error + width * width / 12));
        }
        double inside = cumulative((x - least) / error) - cumulative((x - most) / error);
        double outside = x < least ? x - least : x > most ? x - most : 0;
        return Math.max(inside / width, density(outside, error) * error / width * 0.1);
    }

    /**
     * Standard normal distribution function, to 1.5e-7.
     *
     * @see <a href="https://personal.math.ubc.ca/~cbm/aands/">Abramowitz and Stegun 1964, 7.1.26</a>
     */
    static double cumulative(double z) {
        double x = Math.abs(z) / Math.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double tail = poly * Math.exp(-x * x) / 2;
        return z >= 0 ? 1 - tail : Math.max(tail, SMALLEST);
    }
}
