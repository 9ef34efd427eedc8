package io.qorrelate.benchmarks;

import io.qorrelate.model.TelemetryEvent;

/** One version of the diagnosis with the states of its links: all that {@link Comparison} asks of it. */
public interface Engine {
    /** Begins a link of which nothing is known. */
    void begin(int link, String name);

    /** Reads a link's state anew, as from a store: that which another link has now. */
    void read(int link, int like);

    /** Diagnoses the first so many events, each of the link beside it; gives a hash of all findings, in their order. */
    int diagnose(TelemetryEvent[] events, int[] links, int count);

    /** A link's state as it would be stored. */
    byte[] state(int link);
}
