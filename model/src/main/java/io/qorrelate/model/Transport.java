package io.qorrelate.model;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What happened to the fibre under a link, and where its traffic went.
 *
 * @param event what happened
 * @param positionKm where on the fibre, km from the transmitter, ≥ 0
 * @param lossDb loss of the event, dB
 * @param to what the link failed over to: another link, or {@code pqc}
 */
public record Transport(
        Header header,
        @Nullable Event event,
        OptionalDouble positionKm,
        OptionalDouble lossDb,
        @Nullable String to) implements TelemetryEvent {
    public Transport {
        Checks.link(header, Kind.TRANSPORT);
        Checks.finite("position_km", positionKm);
        Checks.finite("loss_db", lossDb);
        if (positionKm.isPresent() && positionKm.getAsDouble() < 0) {
            throw new IllegalArgumentException("position_km must be at least 0, was " + positionKm.getAsDouble());
        }
    }

    /** What happened. */
    public enum Event {
        LOSS_OF_SIGNAL,
        SIGNAL_RESTORED,
        OTDR_EVENT,
        PROTECTION_SWITCH,
        FAILOVER,
        FAILBACK,
        MAINTENANCE_STARTED,
        MAINTENANCE_ENDED
    }

    @Override
    public Kind kind() {
        return Kind.TRANSPORT;
    }
}
