package io.qorrelate.model;

/**
 * How well a link's quantum channel does, as its receiver measures it.
 *
 * @param readings the observables of {@link Kind#LINK_QUALITY} that were reported
 */
public record LinkQuality(Header header, Readings readings) implements TelemetryEvent {
    public LinkQuality {
        Checks.link(header, Kind.LINK_QUALITY);
        readings.requireKind(Kind.LINK_QUALITY);
    }

    @Override
    public Kind kind() {
        return Kind.LINK_QUALITY;
    }
}
