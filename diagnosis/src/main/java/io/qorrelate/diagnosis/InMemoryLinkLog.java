package io.qorrelate.diagnosis;

import io.qorrelate.model.TelemetryEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A log in memory, for tests and small runs. */
public final class InMemoryLinkLog implements LinkLog {
    private final TreeMap<Place, TelemetryEvent> events = new TreeMap<>();
    private @Nullable LinkState settled;
    private @Nullable LinkState head;
    private long settledUntil = Long.MIN_VALUE;
    private Instant clock = Instant.MIN;

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
    public Instant clock() {
        return clock;
    }

    @Override
    public void settle(LinkState state, long untilMs) {
        settled = state;
        settledUntil = untilMs;
    }

    @Override
    public void advance(LinkState state, Instant time) {
        head = state;
        clock = time;
    }

    @Override
    public boolean has(Place place) {
        return events.containsKey(place);
    }

    @Override
    public boolean isBehindAll(Place place) {
        return events.isEmpty() || place.compareTo(events.lastKey()) > 0;
    }

    @Override
    public void keep(TelemetryEvent event) {
        events.put(Place.of(event), event);
    }

    @Override
    public List<TelemetryEvent> until(Instant time) {
        return events.values().stream()
                .takeWhile(event -> !event.time().isAfter(time))
                .toList();
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
        events.keySet().removeIf(place -> !place.time().isAfter(time));
    }
}
