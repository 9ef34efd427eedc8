package io.qorrelate.model;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One thing that was measured or happened on the QKD network. Times are event time, UTC. */
public sealed interface TelemetryEvent
        permits LinkQuality,
                KeyRate,
                KeyDelivery,
                AuthFailure,
                Calibration,
                Transport,
                Environment,
                PhysicalAccess,
                Policy {

    /** What all events have. */
    Header header();

    /** Which of the contract's kinds this is. */
    Kind kind();

    /** Identity of this event. */
    default EventId id() {
        return header().id();
    }

    /** When it was measured. */
    default Instant time() {
        return header().time();
    }

    /** The link it is about, if it is about one. */
    default @Nullable String link() {
        return header().link();
    }

    /** The node it is about, if it says. */
    default @Nullable String node() {
        return header().node();
    }

    /** The device or service that measured it, if it says. */
    default @Nullable String source() {
        return header().source();
    }

    /** Free text fields, sorted by name. */
    default Map<String, String> labels() {
        return header().labels();
    }

    /** The subject whose story this event belongs to, and the key it travels under: the link, or the node where no link is named. */
    default String key() {
        String link = link();
        return link != null ? link : Objects.requireNonNull(node());
    }
}
