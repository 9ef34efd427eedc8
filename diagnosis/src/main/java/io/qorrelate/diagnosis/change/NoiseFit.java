package io.qorrelate.diagnosis.change;

import static io.qorrelate.diagnosis.change.Track.MANY_DIGITS;

import io.qorrelate.diagnosis.binary.Precision;

/** What follows from a feature's variances, now and then: its noise model, the filter for it, and how far its tests are believed. */
final class NoiseFit {
    /** Least standard deviation of white noise, as a share of the resolution: keeps the fit from dividing by nought. */
    private static final double LEAST_WHITE = 0.03;

    /** Smallest standard deviation believed, as a share of the resolution: that of rounding, 1/√12. */
    private static final double FLOOR = 0.29;

    /** A wander of less than this share of the white noise's variance is not tested for by itself. */
    private static final double LEAST_WANDER = 0.05;

    /** A wander that alarms is rarer than one of so many, however seldom it is looked at. */
    private static final double FEWEST_LOOKS = 100;

    /** Block means from which their variance is believed. */
    private static final int FEWEST_BLOCKS = 8;

    /** Share of Gaussian noise that lies further out than {@link ShiftTests#BEYOND} standard deviations. */
    private static final double GAUSSIAN_TAIL = 0.0027;

    private NoiseFit() {}

    /**
     * Fits a feature's noise anew.
     *
     * @param variances room for the fit: one number for each of {@link NoiseModel#LEVELS}
     * @param intervalS seconds between reports, as they came lately
     * @param secondsBetweenFalseAlarms of the feature, if it were the only one
     */
    static void refit(
            Track track,
            BlockMeans means,
            Feature feature,
            double[] variances,
            float intervalS,
            double secondsBetweenFalseAlarms) {
        variances[0] = track.variance;
        for (int level = 1; level < NoiseModel.LEVELS; level++) {
            variances[level] = means.variance(feature, BlockMeans.Of.RESIDUALS, level);
        }
        // White noise that is not there would make the filter lag behind the wander.
        double floor = Math.max(LEAST_WHITE * feature.resolution(), track.grain() / 2);
        NoiseModel fitted = NoiseModel.fit(variances, track.samples, floor * floor);
        float wander = track.isSuspect() ? Math.min(fitted.wander(), track.wandering) : fitted.wander();
        track.white = Precision.round(fitted.white(), MANY_DIGITS);
        track.wandering = Precision.round(wander, MANY_DIGITS);
        track.memory = fitted.memory();
        NoiseModel model = track.noise();
        filter(track, feature, model);
        sharpen(track, feature, means);
        track.levelPrecision = levelPrecision(track, model, intervalS, secondsBetweenFalseAlarms);
    }

    /** One over the wander that alarms; 0 where there is none to speak of. */
    private static float levelPrecision(
            Track track, NoiseModel model, float intervalS, double secondsBetweenFalseAlarms) {
        // A hasty filter also takes some of the white noise for wander.
        double level = Math.sqrt(model.wander() + track.haste * model.white());
        if (track.samples < Track.SETTLED || !(level * level > LEAST_WANDER * model.white())) {
            return 0;
        }
        double looks = secondsBetweenFalseAlarms / Math.max(1, model.reports() * Math.max(1, intervalS));
        double far = Math.sqrt(2 * Math.log(Math.max(FEWEST_LOOKS, looks)));
        double wide = level * far * uncertainty(track.samples / (2 * model.reports()));
        return Precision.round((float) (1 / wide), MANY_DIGITS);
    }

    /** The Kalman filter for a noise model: follows from it alone, and so is not written. */
    static void filter(Track track, Feature feature, NoiseModel model) {
        double predicted = model.predicted();
        double innovation = predicted + model.white();
        track.decay = (float) model.decay();
        track.gain = (float) (predicted / innovation);
        double rounding = FLOOR * feature.resolution();
        track.precision = (float) (1 / Math.sqrt(innovation + rounding * rounding));
    }

    /**
     * How far innovations may be believed at each scale. The noise model is not the whole truth: where the means of 4, 16, 64
     * innovations vary more than white noise would, the tests that average so many are dulled by as much.
     */
    private static void sharpen(Track track, Feature feature, BlockMeans means) {
        // Where more lies far out than Gaussian noise has there, what is far out says less. The quantile goes with
        // √(−ln p).
        double tail = track.tail;
        double tails = tail > GAUSSIAN_TAIL ? Math.sqrt(Math.log(tail) / Math.log(GAUSSIAN_TAIL)) : 1;
        int samples = track.samples;
        double single = inflation(1, track.innovationVariance, samples, 0);
        double ofFour = inflation(single, means.variance(feature, BlockMeans.Of.INNOVATIONS, 1), samples, 1);
        double of16 = inflation(ofFour, means.variance(feature, BlockMeans.Of.INNOVATIONS, 2), samples, 2);
        double of64 = inflation(of16, means.variance(feature, BlockMeans.Of.INNOVATIONS, 3), samples, 3);
        track.sharpFour = sharpness(tails, single, samples, 0);
        track.sharpTwo = sharpness(tails, ofFour, samples, 1);
        track.sharpOne = sharpness(tails, of16, samples, 2);
        track.sharpHalf = sharpness(tails, of64, samples, 3);
    }

    /** By how much the means of blocks on a level vary more than those of white noise, or those of a level before it do. */
    private static double inflation(double before, float variance, int samples, int level) {
        return isKnown(samples, level) ? Math.max(before, variance * (1 << (2 * level))) : before;
    }

    private static float sharpness(double tails, double inflation, int samples, int level) {
        // What is not yet known at this scale is not tested.
        return isKnown(samples, level)
                ? Precision.round(
                        (float) (tails / (Math.sqrt(inflation) * uncertainty(samples >> (2 * level)))), MANY_DIGITS)
                : 0;
    }

    private static boolean isKnown(int samples, int level) {
        return samples >> (2 * level) >= FEWEST_BLOCKS;
    }

    /** Three standard errors of a standard deviation learned from so many independent reports, 1/√2n each. */
    static double uncertainty(double independent) {
        return 1 + 3 / Math.sqrt(2 * Math.max(4, independent));
    }
}
