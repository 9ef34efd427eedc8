package io.qorrelate.model;

/**
 * How much key a link makes, holds and gives out.
 *
 * @param readings the observables of {@link Kind#KEY_RATE} that were reported
 */
public record KeyRate(Header header, Readings readings) implements TelemetryEvent {
    public KeyRate {
        Checks.link(header, Kind.KEY_RATE);
        readings.requireKind(Kind.KEY_RATE);
    }

    @Override
    public Kind kind() {
        return Kind.KEY_RATE;
    }
}
