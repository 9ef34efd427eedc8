package io.qorrelate.diagnosis.change;

/** One event's report, and how it is to be taken: what all its features share. Can be used again for the next event, of any link. */
public final class Report {
    /** What it says. */
    final FeatureValues values = new FeatureValues();

    /** Room for what a fit of the noise is made from. */
    final double[] variances = new double[NoiseModel.LEVELS];

    /** Whether none of the kind came for long before it. */
    boolean gap;

    /** Seconds between reports of its kind, as they came lately. */
    double intervalS;

    /** Share of a report in what a baseline remembers. */
    double share;

    /** What a sum of the tests must exceed, nats. */
    double limit;

    /** Whether nothing is wrong as far as is known. */
    boolean mayLearn;

    /** A sum of what was read ahead of this event and others: it says nothing. */
    public float readAhead;
}
