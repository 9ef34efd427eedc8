package io.qorrelate.diagnosis;

import io.qorrelate.model.EventId;
import io.qorrelate.model.Kind;
import io.qorrelate.model.TelemetryEvent;
import java.time.Instant;
import java.util.Comparator;

/**
 * Where an event stands in its subject's story. Of one moment, what happened comes before what was measured, and the link's
 * quality before the key rate that follows from it, and that before the keys that were taken. That is the order such events arrive in: happenings are told at once,
 * reports when they are complete. With ids alone to decide, every second report would look as if it had come out of order, and
 * the story would have to be told again.
 */
public record Place(Instant time, Kind kind, EventId id) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::time).thenComparingInt(Place::rank).thenComparing(Place::id);

    /** The place of an event. */
    public static Place of(TelemetryEvent event) {
        return new Place(event.time(), event.kind(), event.id());
    }

    /** Place of the kind among those of one moment, 0 to 127. */
    public int rank() {
        return switch (kind) {
            case LINK_QUALITY -> Kind.values().length;
            case KEY_RATE -> Kind.values().length + 1;
            case KEY_DELIVERY -> Kind.values().length + 2;
            default -> kind.ordinal();
        };
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
