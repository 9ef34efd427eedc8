package io.qorrelate.model;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The equipment realigns itself, or somebody makes it.
 *
 * @param routine what is calibrated
 * @param phase how far it got
 * @param initiator who asked for it
 * @param principal name of who asked
 * @param offset size of the correction, in the routine's own unit
 */
public record Calibration(
        Header header,
        @Nullable Routine routine,
        @Nullable Phase phase,
        @Nullable Initiator initiator,
        @Nullable String principal,
        OptionalDouble offset)
        implements TelemetryEvent {
    public Calibration {
        Checks.link(header, Kind.CALIBRATION);
        Checks.finite("offset", offset);
    }

    /** What is calibrated. */
    public enum Routine {
        POLARIZATION,
        PHASE,
        TIMING,
        DETECTOR,
        INTENSITY,
        WAVELENGTH,
        FULL
    }

    /** How far it got. */
    public enum Phase {
        STARTED,
        COMPLETED,
        FAILED,
        ABORTED
    }

    /** Who asked for it. */
    public enum Initiator {
        SCHEDULED,
        AUTOMATIC,
        OPERATOR,
        REMOTE
    }

    @Override
    public Kind kind() {
        return Kind.CALIBRATION;
    }
}
