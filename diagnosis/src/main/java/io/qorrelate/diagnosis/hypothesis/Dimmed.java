package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.physics.Decibels;
import io.qorrelate.diagnosis.physics.DecoyBb84;
import java.util.Map;

/** What a change of light or of dark counts does by itself: to the QBER, to the rate, and to the gains of signals and decoys. */
final class Dimmed {
    /** Nothing in telemetry changes by more; keeps ratios finite. */
    private static final double MOST_DB = 60;

    /** Model and report agree to so much of an error rate. */
    private static final double INEXACT_QBER = 1e-6;

    private Dimmed() {}

    /** Whether anything is reported of how much light arrives. */
    static boolean isKnown(Map<Feature, Shift> all) {
        return all.containsKey(Feature.RATE) || all.containsKey(Feature.LOSS) || all.containsKey(Feature.RX_POWER);
    }

    /** By how much QBER may have risen because light was lost or dark counts came, at the most; fraction, ≥ 0. */
    static double largestRiseOfQber(Map<Feature, Shift> all) {
        double before = qber(all);
        double share = darkShare(all);
        Shift rate = all.get(Feature.RATE);
        Shift loss = all.get(Feature.LOSS);
        Shift power = all.get(Feature.RX_POWER);
        double gainDb = rate != null ? rate.by() : loss != null ? -loss.by() : power != null ? power.by() : 0;
        // More dark counts in as many clicks are as large a share as the same dark counts in fewer.
        double asLossDb = Math.clamp(gainDb - darkerDb(all), -MOST_DB, MOST_DB);
        double after = DecoyBb84.qberAfterGain(before, Double.isNaN(share) ? 1 : share, asLossDb);
        return Math.max(0, after - before) + INEXACT_QBER;
    }

    /** By how many decibels the rate has grown because clicks without light have; 0 where either is not reported. */
    static double brighterByDarkCountsDb(Map<Feature, Shift> all) {
        double share = darkShare(all);
        return Double.isNaN(share) ? 0 : Decibels.changeOf(1 + share * (darker(all) - 1));
    }

    /**
     * By how many decibels the gain of decoys has grown beyond that of signals, because light or clicks without light have changed:
     * the same clicks are a larger share of the fewer. 0 where dark counts or rate are not reported.
     */
    static double decoysBrighterByDarkCountsDb(Map<Feature, Shift> all) {
        double share = darkShare(all);
        Shift ratio = all.get(Feature.GAIN_RATIO);
        if (Double.isNaN(share) || ratio == null) {
            return 0;
        }
        Shift loss = all.get(Feature.LOSS);
        double light = loss == null ? 1 : Decibels.fractionLeft(Math.clamp(loss.by(), -MOST_DB, MOST_DB));
        double decoy = Decibels.ratioOf(Math.clamp(ratio.expected(), -MOST_DB, MOST_DB));
        double dark = Math.min(share, decoy);
        double after = ((decoy - dark) * light + dark * darker(all)) / ((1 - dark) * light + dark * darker(all));
        return Decibels.changeOf(after / decoy);
    }

    /**
     * Share of all clicks that came without light, before, and no more of it than the QBER allows; not a number where it is not
     * known: rates and dark counts are not both reported, or in units that differ.
     */
    private static double darkShare(Map<Feature, Shift> all) {
        Shift rate = all.get(Feature.RATE);
        Shift dark = all.get(Feature.DARK_COUNTS);
        if (rate == null || dark == null || dark.expected() >= rate.expected()) {
            return Double.NaN;
        }
        double share = Decibels.ratioOf(dark.expected() - rate.expected());
        // Clicks without light are wrong half of the time.
        return all.containsKey(Feature.QBER) ? Math.min(share, Math.min(1, 2 * qber(all))) : share;
    }

    private static double qber(Map<Feature, Shift> all) {
        Shift qber = all.get(Feature.QBER);
        return qber == null ? 0 : Math.clamp(qber.expected(), 0, 1);
    }

    /** How many times as many clicks come without light. */
    private static double darker(Map<Feature, Shift> all) {
        return Decibels.ratioOf(darkerDb(all));
    }

    private static double darkerDb(Map<Feature, Shift> all) {
        Shift dark = all.get(Feature.DARK_COUNTS);
        return dark == null ? 0 : Math.clamp(dark.by(), -MOST_DB, MOST_DB);
    }
}
