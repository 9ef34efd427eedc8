package io.qorrelate.evaluation.link;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Observable;

/**
 * One link as drawn.
 *
 * @param id its name
 * @param from node of the transmitter
 * @param to node of the receiver
 * @param optics its hardware
 * @param restlessness how it moves by itself
 * @param reporting what it tells
 * @param keys what becomes of its keys
 */
public record LinkDesign(
        String id, String from, String to, Optics optics, Restlessness restlessness, Reporting reporting, KeyUse keys) {

    /** Nobody puts a link into service that is worse. */
    private static final double WORST_QBER = 0.045;

    private static final double LEAST_KEY_BPS = 50;

    /**
     * Draws a link that would be put into service.
     *
     * @param shortestS shortest reporting interval, s
     */
    public static LinkDesign draw(String id, String from, String to, Protocol protocol, double shortestS, Dice dice) {
        while (true) {
            Optics optics = Optics.draw(protocol, dice);
            Reporting reporting = Reporting.draw(dice, shortestS).by(LinkModel.observablesOf(protocol));
            Restlessness restlessness = Restlessness.draw(optics, dice);
            Expectation nominal = nominal(optics, restlessness, reporting);
            double qber = nominal.value(Observable.QBER);
            double secretBps = nominal.value(Observable.SECRET_KEY_RATE_BPS);
            if (secretBps > LEAST_KEY_BPS && !(qber > WORST_QBER)) {
                return new LinkDesign(id, from, to, optics, restlessness, reporting, KeyUse.draw(id, secretBps, dice));
            }
        }
    }

    /** Its physics. */
    public LinkModel model() {
        return new LinkModel(optics, restlessness, reporting);
    }

    /** What it reports on the average of a day when nothing is wrong. */
    public Expectation nominal() {
        return nominal(optics, restlessness, reporting);
    }

    private static Expectation nominal(Optics optics, Restlessness restlessness, Reporting reporting) {
        Expectation nominal = new Expectation();
        new LinkModel(optics, restlessness, reporting)
                .expect(-restlessness.dayPhaseS(), 0, 0, 0, new Effects(), nominal);
        return nominal;
    }

    /** Whether any of these is reported. */
    public boolean reports(Observable... any) {
        return reporting.any(any);
    }
}
