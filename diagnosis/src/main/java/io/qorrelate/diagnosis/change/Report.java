package io.qorrelate.diagnosis.change;

/** How one event's report is to be taken: what all its features share. Used again for the next event of the link. */
final class Report {
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

    /** Sum of what {@link Tracks#readAhead} has read: it says nothing, but what nobody keeps the compiler does not read. */
    float readAhead;
}
