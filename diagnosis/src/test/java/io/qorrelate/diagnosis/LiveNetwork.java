package io.qorrelate.diagnosis;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network as the stream processors have it: a timeline for each subject, to which events come one by one, with what it has to
 * know of its nodes and neighbours. States lie in their binary form, as in a store.
 */
final class LiveNetwork {
    private final LinkDiagnosis diagnosis;
    private final Timeline timeline;
    private final Map<String, LinkLog> logs = new HashMap<>();
    private final Map<String, Finding> lastWords = new LinkedHashMap<>();

    private record Told(String subject, TelemetryEvent event) {}

    LiveNetwork(LinkDiagnosis diagnosis, Duration allowedLateness) {
        this.diagnosis = diagnosis;
        this.timeline = new Timeline(diagnosis, allowedLateness);
    }

    LiveNetwork accept(List<TelemetryEvent> events) {
        events.forEach(this::accept);
        return this;
    }

    private void accept(TelemetryEvent event) {
        Deque<Told> toTell = new ArrayDeque<>();
        toTell.add(new Told(event.key(), event));
        diagnosis.alsoConcerns(event).forEach(subject -> toTell.add(new Told(subject, event)));
        while (!toTell.isEmpty()) {
            Told next = toTell.remove();
            LinkLog log = logs.computeIfAbsent(next.subject, subject -> new StoredLog());
            for (Finding finding :
                    timeline.accept(next.subject, log, next.event).findings()) {
                lastWords.put(finding.id(), finding);
                NeighbourNews.in(finding)
                        .ifPresent(news -> diagnosis
                                .alsoConcerns(news)
                                .forEach(neighbour -> toTell.add(new Told(neighbour, news))));
            }
        }
    }

    /** What a reader believes in the end: the last word on each finding's id, but for what was withdrawn. */
    Map<String, Finding> standing() {
        Map<String, Finding> standing = new LinkedHashMap<>(lastWords);
        standing.values().removeIf(finding -> finding.explanation().startsWith("Withdrawn:"));
        return standing;
    }

    /** Keeps states as bytes: each is written and read again between any two events. */
    private static final class StoredLog implements LinkLog {
        private final InMemoryLinkLog events = new InMemoryLinkLog();
        private byte @Nullable [] settled;
        private byte @Nullable [] head;

        @Override
        public @Nullable LinkState settled() {
            return settled == null ? null : LinkState.fromBytes(settled);
        }

        @Override
        public long settledUntil() {
            return events.settledUntil();
        }

        @Override
        public @Nullable LinkState head() {
            return head == null ? null : LinkState.fromBytes(head);
        }

        @Override
        public Instant clock() {
            return events.clock();
        }

        @Override
        public void settle(LinkState state, long untilMs) {
            settled = state.toBytes();
            events.settle(state, untilMs);
        }

        @Override
        public void advance(LinkState state, Instant clock) {
            head = state.toBytes();
            events.advance(state, clock);
        }

        @Override
        public boolean has(Place place) {
            return events.has(place);
        }

        @Override
        public boolean isBehindAll(Place place) {
            return events.isBehindAll(place);
        }

        @Override
        public void keep(TelemetryEvent event) {
            events.keep(event);
        }

        @Override
        public List<TelemetryEvent> until(Instant time) {
            return events.until(time);
        }

        @Override
        public List<TelemetryEvent> all() {
            return events.all();
        }

        @Override
        public int size() {
            return events.size();
        }

        @Override
        public void forgetUntil(Instant time) {
            events.forgetUntil(time);
        }
    }
}
