package io.qorrelate.diagnosis.change;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

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
        Fit step = new Fit(Double.POSITIVE_INFINITY, 0, 1);
        Fit ramp = step;
        List<Fit> steps = new ArrayList<>();
        List<Fit> ramps = new ArrayList<>();
        for (int begin = -1; begin < n - 1; begin++) {
            // From a point that is still at nought to one that is at the level; the last end is not reached yet.
            for (int end = begin + 1; end <= n; end++) {
                double cost = cost(course, values, precision, begin, end);
                Fit fit = new Fit(cost, begin, end);
                if (end == begin + 1) {
                    steps.add(fit);
                    step = cost < step.cost() ? fit : step;
                }
                if (end == begin + 2 && end < n) {
                    // The report, or the average of some, in which a step happened is neither here nor there.
                    double without = withoutPoint(course, values, precision, begin + 1, end) + 2 * ONE_MORE;
                    Fit within = new Fit(without, begin, begin + 1);
                    steps.add(within);
                    step = without < step.cost() ? within : step;
                }
                long lasts = timeMs(course, end) - timeMs(course, begin);
                if (lasts >= FASTEST_DRIFT_MS) {
                    ramps.add(fit);
                    ramp = cost < ramp.cost() ? fit : ramp;
                }
            }
        }
        double verdict = ONE_MORE;
        if (ramps.isEmpty()) {
            ramp = step;
        } else {
            double independent = independence(course, noise, Math.max(0, Math.min(step.begin(), ramp.begin())));
            double least = Math.min(step.cost(), ramp.cost());
            double asStep = likelihood(course, steps, independent, least, fit -> 1);
            double asRamp = likelihood(course, ramps, independent, least, fit -> share(course, fit));
            verdict = Math.log(Math.max(asStep, Double.MIN_NORMAL) / Math.max(asRamp, Double.MIN_NORMAL));
        }
        Fit better = verdict >= 0 ? step : ramp;
        return new Change(
                onset(course, values, precision, better),
                Math.clamp(verdict, -LARGEST_VERDICT, LARGEST_VERDICT),
                roughness(course, values, precision, better));
    }

    /**
     * Likelihood of the course if it is one of some passages, over that of a passage that costs the least: their sum, each by how often
     * there is such a one. A change begins at any moment alike.
     */
    private static double likelihood(
            Trace.Course course, List<Fit> fits, double independent, double least, ToDoubleFunction<Fit> share) {
        double sum = 0;
        for (Fit fit : fits) {
            long within = timeMs(course, fit.begin() + 1) - timeMs(course, fit.begin());
            sum += Math.exp(independent * (least - fit.cost()) / 2) * within * share.applyAsDouble(fit);
        }
        return sum;
    }

    /**
     * Which share of all drifts takes about as long as a passage: as many take minutes as take hours or days, so that few are over from
     * one report to the next, however seldom they come. Of those that are not over yet all that is known is that they take longer.
     */
    private static double share(Trace.Course course, Fit fit) {
        long from = timeMs(course, fit.begin());
        int end = fit.end();
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

    /** Weighted sums of a passage's shape x and the values y. */
    private record Sums(double xy, double xx, double yy) {
        static Sums of(Trace.Course course, double[] values, double[] precision, int begin, int end) {
            double xy = 0;
            double xx = 0;
            double yy = 0;
            for (int i = 0; i < values.length; i++) {
                double x = reached(course, begin, end, i);
                xy += precision[i] * x * values[i];
                xx += precision[i] * x * x;
                yy += precision[i] * values[i] * values[i];
            }
            return new Sums(xy, xx, yy);
        }

        double cost() {
            return xx == 0 ? yy : yy - xy * xy / xx;
        }

        double level() {
            return xx == 0 ? 0 : xy / xx;
        }
    }

    private static double cost(Trace.Course course, double[] values, double[] precision, int begin, int end) {
        return Sums.of(course, values, precision, begin, end).cost();
    }

    /** Cost of a step from which one point is left out. */
    private static double withoutPoint(Trace.Course course, double[] values, double[] precision, int point, int end) {
        double kept = precision[point];
        precision[point] = 0;
        double cost = cost(course, values, precision, point, end);
        precision[point] = kept;
        return cost;
    }

    private static double roughness(Trace.Course course, double[] values, double[] precision, Fit fit) {
        double level =
                Sums.of(course, values, precision, fit.begin(), fit.end()).level();
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
        double level = Sums.of(course, values, precision, next, next + 1).level();
        double after = level == 0 || course.reports(next) == 1 ? 1 : Math.clamp(values[next] / level, 0, 1);
        return before + Math.round((1 - after) * lasts) + lasts / course.reports(next) / 2;
    }
}
