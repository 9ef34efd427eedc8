package io.qorrelate.diagnosis.change;

/** The pace at which events of one kind come: their features are reported together. */
final class Panel {
    /** A longer pause than so many intervals is a gap: the wander is somewhere else by then. */
    private static final double GAP = 3;

    private static final double MS_PER_SECOND = 1000;

    /** Time of the latest event, epoch ms; 0 where there was none. */
    long lastMs;

    /** Seconds between events, as they came lately; 0 where that is not known yet. */
    float intervalS;

    /** What a sum of the tests must exceed, nats; 0 where it is to be computed anew. */
    float threshold;

    Panel copy() {
        Panel copy = new Panel();
        copy.lastMs = lastMs;
        copy.intervalS = intervalS;
        copy.threshold = threshold;
        return copy;
    }

    /** Notes the time of an event, and tells whether there was a gap before. */
    boolean tick(long timeMs) {
        long last = lastMs;
        lastMs = timeMs;
        if (last == 0 || timeMs <= last) {
            return false;
        }
        float seconds = (float) ((timeMs - last) / MS_PER_SECOND);
        float usual = intervalS;
        if (usual == 0) {
            intervalS = seconds;
            return false;
        }
        boolean gap = seconds > GAP * usual;
        // A gap is no change of pace, unless it is one: then it comes again and again.
        intervalS = usual + (Math.min(seconds, 2 * usual) - usual) / 16;
        return gap;
    }

    /** Whether the latest event is so recent that what it said holds now. */
    boolean isFresh(long nowMs) {
        return lastMs != 0 && nowMs - lastMs <= GAP * MS_PER_SECOND * Math.max(1, intervalS);
    }
}
