package io.qorrelate.model;

import org.jspecify.annotations.Nullable;

/**
 * Which trust mechanism a link's traffic is to use.
 *
 * @param decision the mechanism
 * @param reason why it was chosen, free text
 * @param principal who chose it
 */
public record Policy(
        Header header,
        @Nullable Decision decision,
        @Nullable String reason,
        @Nullable String principal) implements TelemetryEvent {

    /** The trust mechanism. */
    public enum Decision {
        QKD,
        HYBRID,
        PQC_ONLY,
        BLOCKED
    }

    @Override
    public Kind kind() {
        return Kind.POLICY;
    }
}
