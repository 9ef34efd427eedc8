package io.qorrelate.collectors;

import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * Bytes to events, the same way for every collector. Whatever the bytes are, the answer is an event or a rejection, never an
 * exception: bad input costs nothing but its own rejection.
 */
public final class EventIntake {
    /**
     * How far in the future an event may be. An event from the future moves its link's story forward, and honest events then
     * come late by as much; half of the two minutes of lateness that the diagnosis allows leaves the other half for the way
     * here. Clocks of QKD nodes are disciplined to far less, as time synchronisation of the link needs it.
     */
    public static final Duration DEFAULT_ALLOWED_SKEW = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final Duration allowedSkew;

    /**
     * @param clock wall clock at the edge
     * @param allowedSkew how far in the future an event may be, not negative
     */
    public EventIntake(InstantSource clock, Duration allowedSkew) {
        if (allowedSkew.isNegative()) {
            throw new IllegalArgumentException("the allowed skew is not negative, was " + allowedSkew);
        }
        this.clock = clock;
        this.allowedSkew = allowedSkew;
    }

    /** Reads a piece of a longer input. */
    public Intake read(Fragment fragment) {
        String flaw = fragment.flaw();
        if (flaw != null) {
            return new Intake.Rejected(fragment.bytes(), fragment.totalBytes(), RejectReason.NOT_JSON, flaw);
        }
        if (fragment.isCut()) {
            return new Intake.Rejected(
                    fragment.bytes(),
                    fragment.totalBytes(),
                    RejectReason.TOO_LARGE,
                    "the event has " + fragment.totalBytes() + " bytes, at most " + TelemetryJson.MAX_EVENT_BYTES
                            + " are allowed");
        }
        return read(fragment.buffer(), fragment.offset(), fragment.length());
    }

    /** Reads an input that is one event and nothing else. */
    public Intake read(byte[] bytes, int offset, int length) {
        try {
            TelemetryEvent event = TelemetryJson.read(bytes, offset, length);
            TelemetryJson.checkTime(event, clock.instant(), allowedSkew);
            // Written here rather than by the publisher: what can be read but not written is rejected too.
            return new Intake.Accepted(event, TelemetryJson.write(event));
        } catch (InvalidEvent e) {
            return rejected(bytes, offset, length, e.reason(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return Fault.rejected(Arrays.copyOfRange(bytes, offset, offset + length), e);
        }
    }

    private static Intake rejected(byte[] bytes, int offset, int length, RejectReason reason, String detail) {
        return new Intake.Rejected(Arrays.copyOfRange(bytes, offset, offset + length), length, reason, detail);
    }
}
