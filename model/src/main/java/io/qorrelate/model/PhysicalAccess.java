package io.qorrelate.model;

import org.jspecify.annotations.Nullable;

/**
 * Doors, enclosures and badges.
 *
 * @param event what happened
 * @param principal whose badge it was
 */
public record PhysicalAccess(
        Header header, @Nullable Event event, @Nullable String principal) implements TelemetryEvent {

    /** What happened. */
    public enum Event {
        DOOR_OPENED,
        DOOR_CLOSED,
        ENCLOSURE_OPENED,
        TAMPER,
        BADGE_DENIED
    }

    @Override
    public Kind kind() {
        return Kind.PHYSICAL_ACCESS;
    }
}
