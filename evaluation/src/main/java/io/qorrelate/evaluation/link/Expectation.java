package io.qorrelate.evaluation.link;

import io.qorrelate.model.Observable;
import java.util.Arrays;

/**
 * What a link would report at a moment were there no chance in counting and measuring, and the counts that its figures rest on.
 * Reused from report to report.
 */
public final class Expectation {
    static final int OBSERVABLES = Observable.values().length;

    /** By ordinal; not a number where this link's protocol has no such figure. */
    final double[] values = new double[OBSERVABLES];

    /** Clicks of signal, decoy and vacuum pulses within a report. */
    double signalClicks;

    double decoyClicks;
    double vacuumClicks;

    /** Sifted bits behind a QBER, by basis, and behind the decoy's. */
    double siftedX;

    double siftedZ;
    double siftedDecoy;

    /** All sifted bits, where the estimate rests on a sample. */
    double sifted;

    /** Dark counts seen within a report. */
    double darkClicks;

    double doubleClicks;

    /** The expected value. */
    public double value(Observable observable) {
        return values[observable.ordinal()];
    }

    void set(Observable observable, double value) {
        values[observable.ordinal()] = value;
    }

    void clear() {
        Arrays.fill(values, Double.NaN);
    }
}
