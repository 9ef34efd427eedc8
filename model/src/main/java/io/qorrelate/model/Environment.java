package io.qorrelate.model;

import org.jspecify.annotations.Nullable;

/**
 * The facility around the equipment.
 *
 * @param readings the observables of {@link Kind#ENVIRONMENT} that were reported
 * @param power where the power comes from
 * @param cooling whether the room is cooled
 */
public record Environment(
        Header header,
        Readings readings,
        @Nullable Power power,
        @Nullable Cooling cooling) implements TelemetryEvent {
    public Environment {
        readings.requireKind(Kind.ENVIRONMENT);
    }

    /** Power supply of the site. */
    public enum Power {
        OK,
        UPS,
        LOST
    }

    /** Cooling of the site. */
    public enum Cooling {
        OK,
        DEGRADED,
        LOST
    }

    @Override
    public Kind kind() {
        return Kind.ENVIRONMENT;
    }
}
