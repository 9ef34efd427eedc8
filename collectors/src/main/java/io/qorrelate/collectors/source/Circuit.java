package io.qorrelate.collectors.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How a target's failures change how often it is asked: a few are taken as chance, then the circuit opens, and the waits double
 * up to a bound. Waits are jittered, so that many targets behind one broken thing are not asked in step for ever.
 */
final class Circuit {
    /** Whether the target is asked as configured. */
    enum State {
        CLOSED,
        /** It is asked once, to see whether it is back. */
        HALF_OPEN,
        OPEN
    }

    /** One lost packet or one restart is no outage. */
    private static final int OPENS_AFTER = 3;

    /** A target that is back is noticed within so long; longer where its own interval is. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    /** Share of a wait that chance decides. */
    private static final double JITTER = 0.5;

    /** In phase with nobody, yet as often as configured. */
    private static final double QUIET_JITTER = 0.1;

    /** Beyond so many doublings every wait is the longest. */
    private static final int MAX_DOUBLINGS = 20;

    private final Duration interval;
    private final RandomGenerator chance;
    private int failures;
    private boolean asking;

    Circuit(Duration interval, RandomGenerator chance) {
        this.interval = interval;
        this.chance = chance;
    }

    synchronized State state() {
        if (failures < OPENS_AFTER) {
            return State.CLOSED;
        }
        return asking ? State.HALF_OPEN : State.OPEN;
    }

    synchronized int failures() {
        return failures;
    }

    synchronized void asking() {
        asking = true;
    }

    synchronized void succeeded() {
        asking = false;
        failures = 0;
    }

    synchronized void failed() {
        asking = false;
        failures++;
    }

    /** How long to wait before asking again. */
    synchronized Duration pause() {
        if (failures < OPENS_AFTER) {
            return scaled(interval, 1 - QUIET_JITTER * chance.nextDouble());
        }
        Duration longest = interval.compareTo(LONGEST_WAIT) > 0 ? interval : LONGEST_WAIT;
        Duration doubled = interval.multipliedBy(1L << Math.min(failures - OPENS_AFTER + 1, MAX_DOUBLINGS));
        return scaled(doubled.compareTo(longest) > 0 ? longest : doubled, 1 - JITTER * chance.nextDouble());
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }
}
