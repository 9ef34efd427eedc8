package io.qorrelate.diagnosis.change;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A step on top of a change that is under way: by how much the latest reports lie beyond where those before were heading. Two
 * windows of equal length are compared, one on each side of the step, and a third one before them tells the heading.
 *
 * @param fromMs when the window before the step begins, epoch ms
 * @param atMs when the step happened, epoch ms: the last report that is not beyond it
 * @param by how far the feature leapt, in its unit
 * @param heading by how much it was going to move in that time anyway, in its unit
 * @param error standard error of that; holds the link's own wander
 */
public record Leap(long fromMs, long atMs, double by, double heading, double error) {
    /** Reports on each side of the step: fewer may be outliers, and over more of them a ramp is no line any more. */
    private static final int FEWEST_REPORTS = 6;

    private static final int MOST_REPORTS = 12;

    /** It happens between one report and the next: so few on each side show this share of it; of a quick ramp they show less. */
    private static final int NEAR_REPORTS = 3;

    private static final double NEAR = 0.7;

    /** What lies so many times further apart than reports do as a rule is a gap. */
    private static final double GAP = 3;

    /** What is long ago is remembered in means of many reports, and a mean of all of a drift's time lies far below its end. */
    private static final int COARSEST_BEFORE = 4;

    private static final int COARSEST_EARLIER = 16;

    /** A leap goes so many times further than the change under way does in the same time: what bends is no leap. */
    private static final double BEYOND_HEADING = 3;

    /**
     * A leap is looked for at each of some ten places at every look at an anomaly: at six standard errors of Gaussian noise chance
     * would make one in a hundred million looks, and one more is for noise that is not.
     */
    private static final double CLEAR = 7;

    /** The clearest leap upwards among the latest reports of a feature; null where there is none. */
    public static @Nullable Leap upwards(Tracks tracks, Feature feature, long sinceMs) {
        Trace.Course course = tracks.course(feature);
        NoiseModel noise = tracks.noise(feature);
        Leap clearest = null;
        int after = 0;
        for (int first = course.size() - 1; first > 1 && after <= MOST_REPORTS; first--) {
            after += course.reports(first);
            if (after < FEWEST_REPORTS || after > MOST_REPORTS) {
                continue;
            }
            // The report, or the average of some, in which the step happened is neither here nor there.
            int before = begin(course, first - 1, after);
            int earlier = begin(course, before, after);
            if (earlier < 0 || course.timeMs(before) < sinceMs) {
                return clearest;
            }
            if (hasGap(course, before, first)
                    || coarsest(course, before, first - 1) > COARSEST_BEFORE
                    || coarsest(course, earlier, before) > COARSEST_EARLIER) {
                continue;
            }
            Leap leap = between(course, noise, feature, earlier, before, first);
            if (leap.by() > CLEAR * leap.error()
                    && leap.by() > BEYOND_HEADING * Math.abs(leap.heading())
                    && near(course, first) > NEAR * leap.by()
                    && (clearest == null || leap.by() / leap.error() > clearest.by() / clearest.error())) {
                clearest = leap;
            }
        }
        return clearest;
    }

    /** First point of as many reports before a point; negative where there are fewer. */
    private static int begin(Trace.Course course, int end, int reports) {
        int count = 0;
        int point = end;
        while (point > 0 && count < reports) {
            point--;
            count += course.reports(point);
        }
        return count < reports ? -1 : point;
    }

    private static Leap between(
            Trace.Course course, NoiseModel noise, Feature feature, int earlier, int before, int first) {
        int end = course.size();
        double level = middle(course, before, first - 1);
        double past = middle(course, earlier, before);
        double heading = level - past;
        double span = time(course, before, first - 1) - time(course, earlier, before);
        double ahead = (time(course, first, end) - time(course, before, first - 1)) / Math.max(1, span);
        // Errors grow with the square of an angle that drifts, so that they bend upwards.
        double angle = Math.sqrt(Math.max(0, level));
        double angleAhead = angle + ahead * (angle - Math.sqrt(Math.max(0, past)));
        double anyway = Math.max(heading * ahead, angleAhead * angleAhead - level);
        double by = middle(course, first, end) - level - anyway;
        double mean = noise.ofMean(reports(course, first, end)) + feature.resolution() * feature.resolution() / 12;
        double error = Math.sqrt(mean * (1 + (1 + ahead) * (1 + ahead) + ahead * ahead));
        return new Leap(course.timeMs(before), course.timeMs(first - 1), by, anyway, error);
    }

    /** Over a silence a ramp goes on unseen, and looks like a leap. */
    private static boolean hasGap(Trace.Course course, int before, int first) {
        double[] intervals = new double[course.size() - 1 - before];
        double longest = 0;
        for (int i = before + 1; i < course.size(); i++) {
            double interval = (course.timeMs(i) - course.timeMs(i - 1)) / (double) course.reports(i);
            intervals[i - before - 1] = interval;
            longest = i <= first ? Math.max(longest, interval) : longest;
        }
        Arrays.sort(intervals);
        return longest > GAP * intervals[intervals.length / 2];
    }

    /** By how much the first reports beyond a step differ from the last ones before it. */
    private static double near(Trace.Course course, int first) {
        int end = first;
        int count = 0;
        while (end < course.size() && count < NEAR_REPORTS) {
            count += course.reports(end);
            end++;
        }
        return middle(course, first, end) - middle(course, begin(course, first - 1, NEAR_REPORTS), first - 1);
    }

    /** The most reports of which a point is the mean. */
    private static int coarsest(Trace.Course course, int from, int until) {
        int most = 0;
        for (int i = from; i < until; i++) {
            most = Math.max(most, course.reports(i));
        }
        return most;
    }

    private static int reports(Trace.Course course, int from, int until) {
        int count = 0;
        for (int i = from; i < until; i++) {
            count += course.reports(i);
        }
        return count;
    }

    private static double time(Trace.Course course, int from, int until) {
        double sum = 0;
        for (int i = from; i < until; i++) {
            sum += middleMs(course, i);
        }
        return sum / (until - from);
    }

    /** The middle of the time of which a point is the mean; its own time is that of its last report. */
    private static double middleMs(Trace.Course course, int i) {
        int reports = course.reports(i);
        long lasts = i == 0 ? 0 : course.timeMs(i) - course.timeMs(i - 1);
        return course.timeMs(i) - (reports - 1) / 2.0 * lasts / reports;
    }

    /** Mean of some points without the lowest and the highest, as far as there are so many: no outlier makes a leap. */
    private static double middle(Trace.Course course, int from, int until) {
        double[] sorted = new double[until - from];
        for (int i = from; i < until; i++) {
            sorted[i - from] = course.value(i);
        }
        Arrays.sort(sorted);
        int cut = sorted.length > 3 ? 1 : 0;
        double sum = 0;
        for (int i = cut; i < sorted.length - cut; i++) {
            sum += sorted[i];
        }
        return sum / (sorted.length - 2 * cut);
    }
}
