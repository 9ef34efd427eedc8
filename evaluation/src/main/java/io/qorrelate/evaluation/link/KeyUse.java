package io.qorrelate.evaluation.link;

import io.qorrelate.evaluation.chance.Dice;

/**
 * What becomes of a link's keys.
 *
 * @param keyBits size of a key, bits
 * @param maxKeys how many the store holds
 * @param demandShare what applications take on the average of what a healthy link makes, 0..1
 * @param dayShare amplitude of the day's cycle in what they take, relative
 * @param masterSae who takes them
 * @param slaveSae and its peer
 * @param deliveryEveryS mean time between reported deliveries, s
 */
public record KeyUse(
        int keyBits,
        double maxKeys,
        double demandShare,
        double dayShare,
        String masterSae,
        String slaveSae,
        double deliveryEveryS) {

    private static final int KEY_BITS = 256;

    /** Stores hold what is made in so long, s. */
    private static final double SMALLEST_STORE_S = 1_000;

    private static final double LARGEST_STORE_S = 80_000;

    static KeyUse draw(String link, double secretBps, Dice dice) {
        return new KeyUse(
                KEY_BITS,
                Math.ceil(secretBps / KEY_BITS * dice.logBetween(SMALLEST_STORE_S, LARGEST_STORE_S)),
                dice.between(0.2, 0.9),
                dice.between(0, 0.5),
                "sae-" + link.charAt(0) + dice.whole(1, 99),
                "sae-" + link.charAt(link.length() - 1) + dice.whole(1, 99),
                dice.logBetween(300, 3_600));
    }
}
