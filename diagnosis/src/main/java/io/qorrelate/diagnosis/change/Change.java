package io.qorrelate.diagnosis.change;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a feature's course changed: when it began, whether at once or little by little, and how steadily. Least squares over
 * every beginning and every end of a passage from nought to a level, with the noise that the link shows by itself.
 *
 * @param onsetMs when the change began, epoch ms
 * @param stepOverRamp log-likelihood of a step at any moment less that of a passage that begins at any and takes minutes to days, in
 *     nats; bounded
 * @param roughness root mean square by which reports since then miss the best passage beyond their noise, as a share of its
 *     level: what stays at its level has none, bursts have a half and more
 */
public record Change(long onsetMs, double stepOverRamp, double roughness) {
    /** No shape may outweigh all other evidence: real changes are neither perfect steps nor perfect ramps. */
    private static final double LARGEST_VERDICT = 6;

    /** What the fastest drift takes, ms: three minutes. */
    private static final long FASTEST_DRIFT_MS = 180_000;

    /** What the slowest change takes of which a course still shows the whole, ms: ten days. */
    private static final long SLOWEST_MS = 864_000_000;

    /**
     * What leaving out the report in which a step happened costs, in nats: one more parameter, as in the AIC. Also how much more likely
     * a step is where no passage of minutes has been seen yet.
     */
    private static final double ONE_MORE = 1;

    /** By how much a real course differs from a step and from a ramp, as a share of its level. */
    private static final double UNLIKE = 0.1;

    /** What is less likely than the likeliest passage by so many nats adds nothing to a sum of some hundreds that is told in nats. */
    private static final double NEGLIGIBLE = -40;

    /** A report that sticks out from both its neighbours by so many standard deviations is an outlier, not a course. */
    private static final double SPIKE = 6;

    private record Fit(double cost, int begin, int end) {}

    /** Fits the course of a feature. */
    public static Change of(Tracks tracks, Feature feature) {
        Trace.Course course = tracks.course(feature);
        int n = course.size();
        if (n < 2) {
            return new Change(n == 0 ? tracks.latestMs() : course.timeMs(0), 0, 0);
        }
        NoiseModel noise = tracks.noise(feature);
        double scale = tracks.scale(feature);
        double[] values = new double[n];
        double[] precision = new double[n];
        double largest = 0;
        for (int i = 0; i < n; i++) {
            values[i] = withoutSpike(course, i, SPIKE * scale);
            largest = i > 0 ? Math.max(largest, Math.min(Math.abs(values[i]), Math.abs(values[i - 1]))) : 0;
        }
        double unlike = UNLIKE * largest;
        for (int i = 0; i < n; i++) {
            precision[i] = 1
                    / (noise.ofMean(course.reports(i))
                            + feature.resolution() * feature.resolution() / 12
                            + unlike * unlike);
        }
        Fits fits = new Fits(course, values, precision);
        Fit step = fits.step;
        Fit ramp = fits.ramp;
        double verdict = ONE_MORE;
        if (ramp == null) {
            ramp = step;
        } else {
            double independent = independence(course, noise, Math.max(0, Math.min(step.begin(), ramp.begin())));
            verdict = fits.stepOverRamp(independent);
        }
        Fit better = verdict >= 0 ? step : ramp;
        return new Change(
                onset(course, values, precision, better),
                Math.clamp(verdict, -LARGEST_VERDICT, LARGEST_VERDICT),
                roughness(course, values, precision, better));
    }

    /**
     * What every passage through a course costs: the weighted squares that it leaves. A passage goes from a point that is still at
     * nought to one that is at the level, or to beyond the last one where it is not over yet.
     */
    private static final class Fits {
        private final Trace.Course course;

        /** For each beginning, from before the first point on, the costs of all ends. */
        private final double[][] costs;

        /** For each beginning, the cost of a step within the point after it. */
        private final double[] within;

        /** The step that costs the least. */
        Fit step = new Fit(Double.POSITIVE_INFINITY, 0, 1);

        /** The passage of some minutes at least that costs the least; null where no course is so long. */
        @Nullable
        Fit ramp;

        Fits(Trace.Course course, double[] values, double[] precision) {
            this.course = course;
            int n = values.length;
            costs = new double[n][n + 1];
            within = new double[n];
            // Sums over the points from one on, as all of them are at the level from where a passage ends.
            double[] level = new double[n + 1];
            double[] weight = new double[n + 1];
            double square = 0;
            for (int i = n - 1; i >= 0; i--) {
                level[i] = level[i + 1] + precision[i] * values[i];
                weight[i] = weight[i + 1] + precision[i];
                square += precision[i] * values[i] * values[i];
            }
            for (int begin = -1; begin < n - 1; begin++) {
                long from = timeMs(course, begin);
                // Sums over the points on the way, which are at the level by the time they lie behind the beginning.
                double levelOnWay = 0;
                double weightOnWay = 0;
                for (int end = begin + 1; end <= n; end++) {
                    double lasts = Math.max(1, timeMs(course, end) - from);
                    double cost =
                            left(square, levelOnWay / lasts + level[end], weightOnWay / (lasts * lasts) + weight[end]);
                    costs[begin + 1][end] = cost;
                    if (end == begin + 1 && cost < step.cost()) {
                        step = new Fit(cost, begin, end);
                    }
                    if (isRamp(begin, end) && (ramp == null || cost < ramp.cost())) {
                        ramp = new Fit(cost, begin, end);
                    }
                    if (end < n) {
                        double time = course.timeMs(end) - from;
                        levelOnWay += precision[end] * time * values[end];
                        weightOnWay += precision[end] * time * time;
                    }
                }
                int point = begin + 1;
                if (isPassed(point)) {
                    // The report, or the average of some, in which a step happened is neither here nor there.
                    double without = square - precision[point] * values[point] * values[point];
                    within[point] = left(without, level[point + 1], weight[point + 1]) + 2 * ONE_MORE;
                    if (within[point] < step.cost()) {
                        step = new Fit(within[point], begin, point);
                    }
                }
            }
        }

        /** Whether there are points behind a point. */
        private boolean isPassed(int point) {
            return point + 1 < within.length;
        }

        private boolean isRamp(int begin, int end) {
            return timeMs(course, end) - timeMs(course, begin) >= FASTEST_DRIFT_MS;
        }

        private static double left(double square, double level, double weight) {
            return weight == 0 ? square : square - level * level / weight;
        }

        /**
         * Ratio of the likelihoods of the course, in nats, if it is one of all steps, and if it is one of all passages that take some
         * minutes at least: their sums, each by how often there is such a one. A change begins at any moment alike.
         *
         * @param independent as how much of a witness each point counts
         */
        double stepOverRamp(double independent) {
            double least = Math.min(step.cost(), Objects.requireNonNull(ramp).cost());
            double asStep = 0;
            double asRamp = 0;
            for (int begin = -1; begin < within.length - 1; begin++) {
                long began = timeMs(course, begin + 1) - timeMs(course, begin);
                asStep += began * Math.exp(independent * (least - costs[begin + 1][begin + 1]) / 2);
                int point = begin + 1;
                if (isPassed(point)) {
                    asStep += began * Math.exp(independent * (least - within[point]) / 2);
                }
                for (int end = begin + 1; end <= within.length; end++) {
                    double nats = independent * (least - costs[begin + 1][end]) / 2;
                    if (nats > NEGLIGIBLE && isRamp(begin, end)) {
                        asRamp += began * Math.exp(nats) * share(course, begin, end);
                    }
                }
            }
            return Math.log(Math.max(asStep, Double.MIN_NORMAL) / Math.max(asRamp, Double.MIN_NORMAL));
        }
    }

    /**
     * Which share of all drifts takes about as long as a passage: as many take minutes as take hours or days, so that few are over from
     * one report to the next, however seldom they come. Of those that are not over yet all that is known is that they take longer.
     */
    private static double share(Trace.Course course, int begin, int end) {
        long from = timeMs(course, begin);
        long before = timeMs(course, end - 1);
        double shortest = Math.max(FASTEST_DRIFT_MS, (before + timeMs(course, end)) / 2.0 - from);
        double longest = end >= course.size()
                ? SLOWEST_MS
                : (timeMs(course, end) + Math.min(timeMs(course, end + 1), 2 * timeMs(course, end) - before)) / 2.0
                        - from;
        return Math.log(Math.max(1, longest / shortest)) / Math.log((double) SLOWEST_MS / FASTEST_DRIFT_MS);
    }

    /**
     * As how much of a witness each point from one on counts: neighbours in a wander tell the same thing twice, but not where each
     * of them is the mean of more reports than the wander remembers. Variance of a sum of independent points over that of these.
     */
    private static double independence(Trace.Course course, NoiseModel noise, int from) {
        double sum = 0;
        double reports = 0;
        for (int i = from; i < course.size(); i++) {
            double n = course.reports(i);
            sum += n * n * noise.ofMean(n);
            reports += n;
        }
        return Math.max(Math.min(1, sum / (reports * reports * noise.ofMean(reports))), shareOfWhite(noise));
    }

    private static double shareOfWhite(NoiseModel noise) {
        return noise.white() <= 0 ? 0 : noise.white() / (noise.white() + noise.predicted());
    }

    private static double withoutSpike(Trace.Course course, int i, double far) {
        double value = course.value(i);
        if (i == 0 || i == course.size() - 1 || course.reports(i) > 1) {
            return value;
        }
        double before = value - course.value(i - 1);
        double after = value - course.value(i + 1);
        return (before > far && after > far) || (before < -far && after < -far)
                ? (course.value(i - 1) + course.value(i + 1)) / 2
                : value;
    }

    /** Share of the level that a passage has reached at a point. */
    private static double reached(Trace.Course course, int begin, int end, int i) {
        if (i <= begin) {
            return 0;
        }
        if (i >= end) {
            return 1;
        }
        long from = timeMs(course, begin);
        return (course.timeMs(i) - from) / (double) Math.max(1, timeMs(course, end) - from);
    }

    /** The level that a passage goes to, by least squares. */
    private static double level(Trace.Course course, double[] values, double[] precision, int begin, int end) {
        double xy = 0;
        double xx = 0;
        for (int i = 0; i < values.length; i++) {
            double x = reached(course, begin, end, i);
            xy += precision[i] * x * values[i];
            xx += precision[i] * x * x;
        }
        return xx == 0 ? 0 : xy / xx;
    }

    private static double roughness(Trace.Course course, double[] values, double[] precision, Fit fit) {
        double level = level(course, values, precision, fit.begin(), fit.end());
        double sum = 0;
        int count = 0;
        // The point of the passage itself may be anywhere.
        for (int i = Math.max(0, fit.begin() + 2); i < values.length; i++) {
            double miss = values[i] - level * reached(course, fit.begin(), fit.end(), i);
            sum += miss * miss - 1 / precision[i];
            count++;
        }
        return count < 4 || level == 0 ? 0 : Math.sqrt(Math.max(0, sum / count)) / Math.abs(level);
    }

    private static long timeMs(Trace.Course course, int point) {
        int n = course.size();
        if (point < 0) {
            // As long before the first point as the second lies behind it.
            return course.timeMs(0) - (course.timeMs(1) - course.timeMs(0));
        }
        return point < n ? course.timeMs(point) : course.timeMs(n - 1) + (course.timeMs(n - 1) - course.timeMs(0)) / 2;
    }

    /**
     * Halfway between the last report before and the first report of the change: nobody knows better. Where a step lies within a point
     * that is the mean of several reports, their mean tells how many of them came after it.
     */
    private static long onset(Trace.Course course, double[] values, double[] precision, Fit fit) {
        if (fit.begin() < 0) {
            return course.timeMs(0);
        }
        long before = course.timeMs(fit.begin());
        if (fit.end() > fit.begin() + 1) {
            return before;
        }
        int next = fit.begin() + 1;
        long lasts = course.timeMs(next) - before;
        double level = level(course, values, precision, next, next + 1);
        double after = level == 0 || course.reports(next) == 1 ? 1 : Math.clamp(values[next] / level, 0, 1);
        return before + Math.round((1 - after) * lasts) + lasts / course.reports(next) / 2;
    }
}
