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

    /** A link on which more of the clicks come without light makes no key: its errors are more than 11 %. */
    private static final double LARGEST_SHARE = 0.22;

    /** Beyond this a detector is blind; keeps powers finite. */
    private static final double MOST_DARKER_DB = 60;

    private static final double NEPERS_PER_DECIBEL = Math.log(10) / 10;

    private Dimmed() {}

    /** Whether anything is reported of how much light arrives. */
    static boolean isKnown(Map<Feature, Shift> all) {
        return all.containsKey(Feature.RATE) || all.containsKey(Feature.LOSS) || all.containsKey(Feature.RX_POWER);
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
        Shift power = all.get(Feature.RX_POWER);
        double dimmedDb = rate != null ? -rate.by() : loss != null ? loss.by() : power != null ? -power.by() : 0;
        double darkDb = dark == null ? 0 : dark.by();
        // Nought times infinity is not a number: a link without errors may claim any decibels.
        double factor = Math.min(Double.MAX_VALUE, Math.exp((dimmedDb + darkDb) * NEPERS_PER_DECIBEL));
        double after = Math.min(1, before * factor);
        return Math.max(0, (after - before) / 2) + 1e-6;
    }

    /** By how many decibels the rate has grown because clicks without light have; 0 where either is not reported. */
    static double brighterByDarkCountsDb(Map<Feature, Shift> all) {
        double share = darkShare(all);
        return Math.log1p(share * (darker(all) - 1)) / NEPERS_PER_DECIBEL;
    }

    /**
     * By how many decibels the gain of decoys has grown beyond that of signals, because light or clicks without light have changed:
     * the same clicks are a larger share of the fewer. 0 where dark counts or rate are not reported.
     */
    static double decoysBrighterByDarkCountsDb(Map<Feature, Shift> all) {
        double share = darkShare(all);
        Shift ratio = all.get(Feature.GAIN_RATIO);
        if (share == 0 || ratio == null) {
            return 0;
        }
        Shift loss = all.get(Feature.LOSS);
        double light = loss == null
                ? 1
                : Math.exp(-Math.clamp(loss.by(), -MOST_DARKER_DB, MOST_DARKER_DB) * NEPERS_PER_DECIBEL);
        double decoy = Math.exp(ratio.expected() * NEPERS_PER_DECIBEL);
        double dark = Math.min(share, decoy);
        double after = ((decoy - dark) * light + dark * darker(all)) / ((1 - dark) * light + dark * darker(all));
        return Math.log(after / decoy) / NEPERS_PER_DECIBEL;
    }

    /** Share of all clicks that came without light, before; 0 where it is not known. */
    private static double darkShare(Map<Feature, Shift> all) {
        Shift rate = all.get(Feature.RATE);
        Shift dark = all.get(Feature.DARK_COUNTS);
        if (rate == null || dark == null) {
            return 0;
        }
        double share = Math.exp((dark.expected() - rate.expected()) * NEPERS_PER_DECIBEL);
        // Beyond it one is a rate, the other a probability per pulse; or there is no light, and nothing to compare
        // with.
        return share < LARGEST_SHARE ? share : 0;
    }

    /** How many times as many clicks come without light. */
    private static double darker(Map<Feature, Shift> all) {
        Shift dark = all.get(Feature.DARK_COUNTS);
        return dark == null ? 1 : Math.exp(Math.min(MOST_DARKER_DB, dark.by()) * NEPERS_PER_DECIBEL);
    }
}
