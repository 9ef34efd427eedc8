package io.qorrelate.evaluation.link;

import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the headers of a scenario's events: numbers them, and turns its seconds into times. */
public final class Scribe {
    private final Instant start;
    private long events;

    /** A scribe of a scenario that starts then. */
    public Scribe(Instant start) {
        this.start = start;
    }

    /** When that is. */
    public Instant time(double secondsSinceStart) {
        return start.plusMillis(Math.round(secondsSinceStart * 1000));
    }

    /** Header of an event of a link. */
    public Header link(double atS, String link) {
        return new Header(id(), time(atS), link, null, null, Map.of());
    }

    /** Header of an event of a node, or of a link and the node. */
    public Header at(double atS, @Nullable String link, @Nullable String node) {
        return new Header(id(), time(atS), link, node, null, Map.of());
    }

    private EventId id() {
        events++;
        return new EventId("e" + events);
    }
}
