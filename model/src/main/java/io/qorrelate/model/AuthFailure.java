package io.qorrelate.model;

import org.jspecify.annotations.Nullable;

/**
 * Somebody or something that could not prove who it is.
 *
 * @param plane where it was refused
 * @param reason why it was refused
 * @param principal who it claimed to be
 * @param origin address it came from
 * @param count how many failures this event stands for, ≥ 1
 */
public record AuthFailure(
        Header header,
        @Nullable Plane plane,
        @Nullable Reason reason,
        @Nullable String principal,
        @Nullable String origin,
        long count)
        implements TelemetryEvent {
    public AuthFailure {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
    }

    /** Which door was tried. */
    public enum Plane {
        /** The authenticated classical channel of the QKD protocol itself. */
        CLASSICAL_CHANNEL,
        /** Key delivery to applications (ETSI GS QKD 014 or 004). */
        KEY_API,
        /** Management of the equipment. */
        MANAGEMENT,
        /** The identity provider behind all of them. */
        IDENTITY
    }

    /** Why it was refused. */
    public enum Reason {
        BAD_TAG,
        BAD_CERTIFICATE,
        EXPIRED_CERTIFICATE,
        BAD_CREDENTIALS,
        UNKNOWN_PRINCIPAL,
        REPLAY,
        CLOCK_SKEW,
        KEY_EXHAUSTED,
        OTHER
    }

    @Override
    public Kind kind() {
        return Kind.AUTH_FAILURE;
    }
}
