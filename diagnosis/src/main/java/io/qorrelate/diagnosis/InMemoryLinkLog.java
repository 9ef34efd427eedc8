package io.qorrelate.diagnosis;

import io.qorrelate.model.EventId;
import io.qorrelate.model.TelemetryEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A log in memory, for tests and small runs. */
public final class InMemoryLinkLog implements LinkLog {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::time).thenComparing(Place::id);

    private final TreeMap<Place, TelemetryEvent> events = new TreeMap<>(ORDER);
    private @Nullable LinkState settled;
    private @Nullable LinkState head;
    private long settledUntil = Long.MIN_VALUE;
    private Instant latest = Instant.MIN;

    private record Place(Instant time, String id) {}

    @Override
    public @Nullable LinkState settled() {
        return settled;
    }

    @Override
    public long settledUntil() {
        return settledUntil;
    }

    @Override
    public @Nullable LinkState head() {
        return head;
    }

    @Override
    public Instant latest() {
        return latest;
    }

    @Override
    public void settle(LinkState state, long untilMs) {
        settled = state;
        settledUntil = untilMs;
    }

    @Override
    public void advance(LinkState state, Instant time) {
        head = state;
        latest = time;
    }

    @Override
    public boolean has(Instant time, EventId id) {
        return events.containsKey(new Place(time, id.value()));
    }

    @Override
    public boolean isBehindAll(Instant time, EventId id) {
        return events.isEmpty()
                ? time.isAfter(latest)
                : ORDER.compare(new Place(time, id.value()), events.lastKey()) > 0;
    }

    @Override
    public void keep(TelemetryEvent event) {
        events.put(new Place(event.time(), event.id().value()), event);
    }

    @Override
    public List<TelemetryEvent> until(Instant time) {
        return new ArrayList<>(events.headMap(after(time), false).values());
    }

    @Override
    public List<TelemetryEvent> all() {
        return new ArrayList<>(events.values());
    }

    @Override
    public int size() {
        return events.size();
    }

    @Override
    public void forgetUntil(Instant time) {
        events.headMap(after(time), false).clear();
    }

    /** Before every event of the next millisecond, as ids are never empty. */
    private static Place after(Instant time) {
        return new Place(time.plusMillis(1), "");
    }
}
