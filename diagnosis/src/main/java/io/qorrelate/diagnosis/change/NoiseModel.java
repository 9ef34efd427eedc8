package io.qorrelate.diagnosis.change;

/**
 * What a feature's residuals do when nothing is wrong: white noise (sampling, quantisation) on top of a wander that forgets
 * itself with a correlation time, an autoregression of first order. Fitted to the variances of block means, which show a slow
 * wander under loud noise where a lag-one autocorrelation does not (batch means, A. M. Law 2015, Simulation Modeling and
 * Analysis, ch. 9).
 *
 * @param white variance of the white noise, in the feature's unit squared
 * @param wander variance of the wander, in the feature's unit squared
 * @param memory index of the wander's correlation time, see {@link #reports}
 */
record NoiseModel(float white, float wander, int memory) {
    /** Correlation times that are tried, in reports: steps of about three, as a variance is not known more sharply. */
    private static final double[] CORRELATION_REPORTS = {2, 6, 20, 60, 200, 600};

    /** How many are tried. */
    static final int MEMORIES = CORRELATION_REPORTS.length;

    /** Block sizes are powers of four. */
    static final int LEVELS = 5;

    /** Blocks of one size before their variance is believed: it is then known to about a factor of two. */
    private static final int FEWEST_BLOCKS = 4;

    /** More blocks than this make a variance no more telling than the model is true. */
    private static final int MOST_BLOCKS = 200;

    /** Scoring steps; from the third on nothing moves by more than the variances are known. */
    private static final int ITERATIONS = 4;

    /** Below this the two shares cannot be told apart. */
    private static final double ALIKE = 1e-9;

    private static final double[] DECAY = new double[MEMORIES];
    private static final double[] WHITE_SHARE = new double[LEVELS];

    /** Variance of the mean of a block of a wander of variance one: [memory][level]. */
    private static final double[][] WANDER_SHARE = new double[MEMORIES][LEVELS];

    static {
        for (int level = 0; level < LEVELS; level++) {
            WHITE_SHARE[level] = 1.0 / (1 << (2 * level));
        }
        for (int memory = 0; memory < MEMORIES; memory++) {
            double decay = Math.exp(-1 / CORRELATION_REPORTS[memory]);
            DECAY[memory] = decay;
            for (int level = 0; level < LEVELS; level++) {
                WANDER_SHARE[memory][level] = meanVariance(decay, 1 << (2 * level));
            }
        }
    }

    /** Nothing known. */
    static final NoiseModel UNKNOWN = new NoiseModel(0, 0, 0);

    /** Variance of the mean of {@code n} reports of a wander of variance one. */
    private static double meanVariance(double decay, double n) {
        double gap = 1 - decay;
        return ((1 + decay) / gap - 2 * decay * (1 - Math.pow(decay, n)) / (n * gap * gap)) / n;
    }

    /**
     * The likeliest model, each variance being that of so many independent block means, and so distributed as χ²; by Fisher
     * scoring for each correlation time.
     *
     * @param variances of block means, by level; the first is that of single residuals. Those below the floor are raised to it
     * @param samples how many residuals were seen
     * @param floor smallest variance of a single report believed
     */
    static NoiseModel fit(double[] variances, int samples, double floor) {
        int levels = 1;
        while (levels < LEVELS && samples >> (2 * levels) >= FEWEST_BLOCKS) {
            levels++;
        }
        for (int level = 0; level < levels; level++) {
            variances[level] = Math.max(variances[level], floor * WHITE_SHARE[level]);
        }
        NoiseModel best = UNKNOWN;
        double bestDeviance = Double.POSITIVE_INFINITY;
        double whiteAlone = Double.NaN;
        for (int memory = 0; memory < MEMORIES; memory++) {
            double[] wanderShare = WANDER_SHARE[memory];
            double white = variances[0];
            double wander = 0;
            for (int i = 0; i < ITERATIONS; i++) {
                double aa = 0;
                double ag = 0;
                double gg = 0;
                double av = 0;
                double gv = 0;
                for (int level = 0; level < levels; level++) {
                    double a = WHITE_SHARE[level];
                    double g = wanderShare[level];
                    double model = white * a + wander * g;
                    double weight = blocks(samples, level) / (model * model);
                    double wa = weight * a;
                    double wg = weight * g;
                    aa += wa * a;
                    ag += wa * g;
                    gg += wg * g;
                    av += wa * variances[level];
                    gv += wg * variances[level];
                }
                double whiteBefore = white;
                double wanderBefore = wander;
                double determinant = aa * gg - ag * ag;
                if (determinant <= ALIKE * aa * gg) {
                    wander = 0;
                    white = Math.max(floor, av / aa);
                    break;
                }
                white = (av * gg - gv * ag) / determinant;
                wander = (gv * aa - av * ag) / determinant;
                if (white < floor) {
                    white = floor;
                    wander = Math.max(0, (gv - ag * floor) / gg);
                } else if (wander < 0) {
                    wander = 0;
                    white = Math.max(floor, av / aa);
                }
                if (white == whiteBefore && wander == wanderBefore) {
                    break;
                }
            }
            if (wander == 0) {
                // Without a wander it does not matter how long one would last: the same model as before, no likelier.
                if (white == whiteAlone) {
                    continue;
                }
                whiteAlone = white;
            }
            double deviance = 0;
            for (int level = 0; level < levels; level++) {
                double model = white * WHITE_SHARE[level] + wander * wanderShare[level];
                deviance += blocks(samples, level) * (Math.log(model) + variances[level] / model);
            }
            if (deviance < bestDeviance - 1e-9) {
                bestDeviance = deviance;
                best = new NoiseModel((float) white, (float) wander, memory);
            }
        }
        return best;
    }

    private static double blocks(int samples, int level) {
        return Math.min(MOST_BLOCKS, samples >> (2 * level));
    }

    /** How much of the wander is left from one report to the next, 0..1. */
    double decay() {
        return wander > 0 ? DECAY[memory] : 0;
    }

    /** Correlation time of the wander, in reports. */
    double reports() {
        return CORRELATION_REPORTS[memory];
    }

    /** Variance of the prediction of one report, before it comes, without its white noise; steady state of the Kalman filter. */
    double predicted() {
        double decay = decay();
        double driven = wander * (1 - decay * decay);
        double b = white * (1 - decay * decay) - driven;
        return (-b + Math.sqrt(b * b + 4.0 * driven * white)) / 2;
    }

    /** Variance of the mean of {@code n} consecutive reports. */
    double ofMean(double n) {
        return white / n + (wander > 0 ? wander * meanVariance(DECAY[memory], Math.max(1, n)) : 0);
    }
}
