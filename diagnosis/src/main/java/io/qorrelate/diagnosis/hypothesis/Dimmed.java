package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import java.util.Map;

/**
 * What a change of light or of dark counts does to the QBER by itself: dark counts are right half of the time, so that QBER
 * rises by half of what their share rises by (Ma, Qi, Zhao, Lo 2005, eq. (10) with e₀ = ½).
 */
final class Dimmed {
    /** Share of background clicks where nothing is reported of it; the QBER itself says that it is not more than twice it. */
    private static final double LARGEST_UNKNOWN_SHARE = 0.3;

    private static final double NEPERS_PER_DECIBEL = Math.log(10) / 10;

    private Dimmed() {}

    /** Whether anything is reported of how much light arrives. */
    static boolean isKnown(Map<Feature, Shift> all) {
        return all.containsKey(Feature.RATE) || all.containsKey(Feature.LOSS);
    }

    /** By how much QBER may have risen because light was lost or dark counts came, at the most; fraction, ≥ 0. */
    static double largestRiseOfQber(Map<Feature, Shift> all) {
        Shift qber = all.get(Feature.QBER);
        double bound = qber == null ? LARGEST_UNKNOWN_SHARE : Math.min(1, 2 * Math.max(0, qber.expected()));
        Shift rate = all.get(Feature.RATE);
        Shift dark = all.get(Feature.DARK_COUNTS);
        double before = bound;
        if (rate != null && dark != null) {
            // Both are decibels over the same unit; more than twice the QBER it cannot have been.
            before = Math.min(bound, Math.exp((dark.expected() - rate.expected()) * NEPERS_PER_DECIBEL));
        }
        Shift loss = all.get(Feature.LOSS);
        double dimmedDb = rate != null ? -rate.by() : loss != null ? loss.by() : 0;
        double darkDb = dark == null ? 0 : dark.by();
        // Nought times infinity is not a number: a link without errors may claim any decibels.
        double factor = Math.min(Double.MAX_VALUE, Math.exp((dimmedDb + darkDb) * NEPERS_PER_DECIBEL));
        double after = Math.min(1, before * factor);
        return Math.max(0, (after - before) / 2) + 1e-6;
    }
}
