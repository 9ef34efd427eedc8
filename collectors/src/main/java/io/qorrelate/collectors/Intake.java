package io.qorrelate.collectors;

import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.time.Clock;
import java.time.Duration;

/** Bytes to event: the contract's checks and the one on time, the same for every collector. */
public final class Intake {
    /**
     * How far in the future an event may lie. Five minutes is what Kerberos allows clocks to differ (RFC 4120, 1.6); a device
     * beyond it has lost its time.
     */
    public static final Duration ALLOWED_SKEW = Duration.ofMinutes(5);

    private final Clock clock;

    /** An intake that compares with this clock. */
    public Intake(Clock clock) {
        this.clock = clock;
    }

    /** Reads an event, or says why it is none. */
    public TelemetryEvent read(byte[] bytes, int offset, int length) throws InvalidEvent {
        TelemetryEvent event = TelemetryJson.read(bytes, offset, length);
        TelemetryJson.checkTime(event, clock.instant(), ALLOWED_SKEW);
        return event;
    }

    /** Now, for what is received. */
    public Clock clock() {
        return clock;
    }
}
