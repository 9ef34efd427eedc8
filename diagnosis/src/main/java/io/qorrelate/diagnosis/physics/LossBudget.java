package io.qorrelate.diagnosis.physics;

/**
 * What a channel should lose, and what a change of its loss does to the clicks behind it. Losses and changes are in decibels, see
 * {@link Decibels} for their signs.
 *
 * @see <a href="https://www.itu.int/rec/T-REC-G.652">ITU-T G.652, attenuation coefficient of single-mode fibre</a>
 */
public final class LossBudget {
    private LossBudget() {}

    /**
     * Loss of a fibre and what is spliced and plugged into it.
     *
     * @param lengthKm ≥ 0
     * @param attenuationDbPerKm ≥ 0
     * @param insertionDb connectors, splices, filters, ≥ 0
     * @return dB, ≥ 0
     * @throws IllegalArgumentException outside these ranges
     */
    public static double channelDb(double lengthKm, double attenuationDbPerKm, double insertionDb) {
        Range.notNegative("length", lengthKm);
        Range.notNegative("attenuation", attenuationDbPerKm);
        Range.notNegative("insertion loss", insertionDb);
        return lengthKm * attenuationDbPerKm + insertionDb;
    }

    /**
     * The change of the registered rate that a change of loss alone brings: dark counts stay, the rest scales, and the dead time
     * bends both.
     *
     * @param lossChangeDb −1000..1000, positive for more loss
     * @param rateHz registered rate before, 0..10¹⁵; one at or beyond 1/τ counts as saturated
     * @param darkHz dark count rate, 0..10¹⁵; what exceeds the rate before counts as all of it
     * @param deadTimeSeconds τ of the non-paralysable detector, 0..1
     * @return dB, of the opposite sign of {@code lossChangeDb} and no larger than it; 0 where nothing was registered before
     * @throws IllegalArgumentException outside these ranges
     */
    public static double rateChangeDb(double lossChangeDb, double rateHz, double darkHz, double deadTimeSeconds) {
        Range.decibels("change of loss", lossChangeDb);
        double before = arriving(rateHz, darkHz, deadTimeSeconds);
        if (before == 0) {
            return 0;
        }
        double dark = Math.min(darkHz, before);
        double after = dark + (before - dark) * Decibels.fractionLeft(lossChangeDb);
        double bend = (1 + before * deadTimeSeconds) / (1 + after * deadTimeSeconds);
        return after == 0 ? -lossChangeDb : Decibels.changeOf(after / before * bend);
    }

    /**
     * The inverse of {@link #rateChangeDb}: the change of loss that explains a change of the registered rate.
     *
     * @param rateChangeDb −1000..1000, negative for fewer clicks
     * @param rateHz registered rate before, 0..10¹⁵
     * @param darkHz dark count rate, 0..10¹⁵
     * @param deadTimeSeconds τ of the non-paralysable detector, 0..1
     * @return dB, positive for more loss; +∞ where no more clicks are left than dark counts; −∞ where no light would do, as the
     *     rate after is at or beyond 1/τ; 0 where nothing was registered before, or nothing but dark counts
     * @throws IllegalArgumentException outside these ranges
     */
    public static double lossChangeDb(double rateChangeDb, double rateHz, double darkHz, double deadTimeSeconds) {
        Range.decibels("change of rate", rateChangeDb);
        double before = arriving(rateHz, darkHz, deadTimeSeconds);
        if (before <= darkHz) {
            return 0;
        }
        double registered = before / (1 + before * deadTimeSeconds) * Decibels.ratioOf(rateChangeDb);
        double alive = 1 - registered * deadTimeSeconds;
        if (alive <= 0) {
            return Double.NEGATIVE_INFINITY;
        }
        return Decibels.lossOf(Math.max(0, registered / alive - darkHz) / (before - darkHz));
    }

    private static double arriving(double rateHz, double darkHz, double deadTimeSeconds) {
        Range.rate("dark count rate", darkHz);
        return Math.min(DetectorPhysics.arrivingHz(rateHz, deadTimeSeconds), Range.MOST_HZ);
    }
}
