package io.qorrelate.diagnosis.change;

import io.qorrelate.model.Topology;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A figure of the topology file: where a feature lies when all is well, and how far beyond it a baseline may lie before that
 * means something. Baselines are learned, and whatever was there before the first report, or came too slowly to be seen, is
 * learned with them; the file's figure is not.
 *
 * <p>Tolerances are wide on purpose: such figures are rounded, taken on one day, by other instruments, or copied from the link
 * next door. Only more errors and more loss count. A nominal key rate is not held against a link: what is reported may be the
 * rate of blocks that are distilled now and then, and nought between them, or that of a store that is full; and what errors and
 * loss make of it is told by these.
 *
 * @param value in the feature's unit
 * @param tolerance in the feature's unit, &gt; 0
 */
public record Nominal(double value, double tolerance) {
    /** Share by which a figure may be wrong: another day, another wavelength, the other basis. */
    private static final double SHARE = 0.5;

    /** As above, of a loss in decibels: fibre has 0.17 to 0.25 dB/km, and files are written before anybody measures. */
    private static final double SHARE_OF_LOSS = 0.3;

    /** A receiver's own insertion loss, or two repairs, dB: one counts it in, the other does not. */
    private static final double COUNTED_OR_NOT_DB = 3;

    /** What has come back within this share of the tolerance is back: at its very edge, noise would tell the same thing again and again. */
    private static final double BACK = 0.75;

    /** Standard deviations from which a shift counts as clear wherever it is weighed. */
    private static final double BEYOND_DOUBT = 4;

    /** Points that are the mean of fewer reports tell more of the noise than of the level. */
    private static final int TELLING_REPORTS = 16;

    /**
     * The figures that the file gives of a link; none where it gives none. A figure of nought was never measured: it stands where
     * nobody knew one.
     */
    public static Map<Feature, Nominal> of(Topology.Link link) {
        Map<Feature, Nominal> figures = new EnumMap<>(Feature.class);
        // As far as seasons move a baseline, besides.
        put(figures, Feature.QBER, link.qber(), SHARE, Feature.QBER.leash());
        put(figures, Feature.LOSS, link.lossDb(), SHARE_OF_LOSS, COUNTED_OR_NOT_DB);
        return figures;
    }

    private static void put(
            Map<Feature, Nominal> figures, Feature feature, OptionalDouble figure, double share, double besides) {
        if (figure.isPresent() && figure.getAsDouble() > 0) {
            figures.put(feature, new Nominal(figure.getAsDouble(), share * figure.getAsDouble() + besides));
        }
    }

    /** Whether a level lies further beyond the figure than the figure may be wrong. */
    public boolean isFar(double level) {
        return level - value > tolerance;
    }

    /** Whether a level that was far has come back. */
    public boolean isBack(double level) {
        return level - value <= BACK * tolerance;
    }

    /** Standard deviation of the figure, as far as it is believed: what is beyond the tolerance is beyond doubt. */
    public double error() {
        return tolerance / BEYOND_DOUBT;
    }

    /** Since when a feature whose baseline is far has been so without a break, as far as is remembered, epoch ms. */
    public long farSinceMs(Tracks tracks, Feature feature) {
        Trace.Course course = tracks.course(feature);
        double baseline = tracks.expected(feature);
        long learnedSinceMs = tracks.learnedSinceMs(feature);
        int first = course.size() - 1;
        for (int point = first; point >= 0 && course.timeMs(point) > learnedSinceMs; point--) {
            if (course.reports(point) >= TELLING_REPORTS && !isFar(baseline + course.value(point))) {
                break;
            }
            first = point;
        }
        // A point's time is when it ends.
        long began = course.timeMs(first) - (long) (1000 * tracks.intervalSeconds() * course.reports(first));
        return Math.max(learnedSinceMs, began);
    }
}
