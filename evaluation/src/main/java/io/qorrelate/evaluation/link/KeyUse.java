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

    static KeyUse draw(String link, Dice dice) {
        return new KeyUse(
                256,
                Math.rint(dice.logBetween(500, 100_000)),
                dice.between(0.2, 0.9),
                dice.between(0, 0.5),
                "sae-" + link.charAt(0) + dice.whole(1, 99),
                "sae-" + link.charAt(link.length() - 1) + dice.whole(1, 99),
                dice.logBetween(300, 3_600));
    }
}
