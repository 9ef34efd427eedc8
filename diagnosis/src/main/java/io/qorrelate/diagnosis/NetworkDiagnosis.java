package io.qorrelate.diagnosis;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole network in memory, for recorded telemetry. Says a thing only when nothing that may still come can change it, so that
 * the order of its input within the allowed lateness does not matter. As in {@link Timeline}, a subject's clock is its own
 * telemetry: what its nodes and neighbours tell waits for it.
 */
public final class NetworkDiagnosis {
    private final LinkDiagnosis diagnosis;
    private final Duration allowedLateness;
    private final Map<String, Story> stories = new TreeMap<>();
    private long accepted;
    private long duplicates;
    private long late;

    /** A network that nothing is known of yet. */
    public NetworkDiagnosis(LinkDiagnosis diagnosis, Duration allowedLateness) {
        this.diagnosis = diagnosis;
        this.allowedLateness = allowedLateness;
    }

    private static final class Story {
        private final TreeMap<Place, TelemetryEvent> waiting = new TreeMap<>();
        private final Set<String> told = new HashSet<>();
        private @Nullable LinkState state;

        /** How far its own telemetry has come. */
        private Instant clock = Instant.MIN;

        /** How far it is folded. */
        private Instant folded = Instant.MIN;
    }

    /** Takes an event in, and gives the findings that are now certain to be new or changed. */
    public List<Finding> accept(TelemetryEvent event) {
        Set<String> subjects = new LinkedHashSet<>();
        subjects.add(event.key());
        subjects.addAll(diagnosis.alsoConcerns(event));
        List<Finding> findings = new ArrayList<>();
        for (String subject : subjects) {
            Story story = stories.computeIfAbsent(subject, key -> new Story());
            boolean own = subject.equals(event.key());
            boolean hasClock = !story.clock.equals(Instant.MIN);
            if (hasClock && event.time().isBefore(story.clock.minus(allowedLateness))) {
                if (own) {
                    late++;
                    break;
                }
                if (story.state != null) {
                    findings.addAll(diagnosis.advance(story.state, event));
                    continue;
                }
            }
            if (story.waiting.putIfAbsent(Place.of(event), event) != null) {
                if (own) {
                    duplicates++;
                    break;
                }
                continue;
            }
            accepted += own ? 1 : 0;
            if (own && event.time().isAfter(story.clock)) {
                story.clock = event.time();
            }
            if (own) {
                Instant until = story.clock.minus(allowedLateness).minusMillis(1);
                findings.addAll(fold(subject, story, until));
            }
        }
        return findings;
    }

    /** No more is to come: folds what was waiting. */
    public List<Finding> finish() {
        List<Finding> findings = new ArrayList<>();
        stories.forEach((subject, story) -> findings.addAll(fold(subject, story, Instant.MAX)));
        return findings;
    }

    /** Events that became part of the diagnosis. */
    public long accepted() {
        return accepted;
    }

    /** Events that came twice. */
    public long duplicates() {
        return duplicates;
    }

    /** Events older than the allowed lateness. */
    public long late() {
        return late;
    }

    private List<Finding> fold(String subject, Story story, Instant until) {
        List<Finding> findings = new ArrayList<>();
        while (!story.waiting.isEmpty() && !story.waiting.firstKey().time().isAfter(until)) {
            TelemetryEvent event = story.waiting.pollFirstEntry().getValue();
            if (story.state == null) {
                story.state = diagnosis.initial(subject);
            }
            List<Finding> said = diagnosis.advance(story.state, event);
            story.folded = event.time();
            findings.addAll(said);
            for (Finding finding : said) {
                if (story.told.add(finding.id())) {
                    NeighbourNews.in(finding).ifPresent(news -> findings.addAll(tell(news)));
                }
            }
        }
        if (story.folded.isBefore(until)) {
            story.folded = until;
        }
        return findings;
    }

    /** Tells the neighbours on a fibre route at once: whoever has gone on already hears of it now. */
    private List<Finding> tell(Transport news) {
        List<Finding> findings = new ArrayList<>();
        for (String neighbour : diagnosis.alsoConcerns(news)) {
            Story story = stories.get(neighbour);
            if (story == null || story.state == null) {
                continue;
            }
            if (news.time().isAfter(story.folded)) {
                story.waiting.put(Place.of(news), news);
            } else {
                findings.addAll(diagnosis.advance(story.state, news));
            }
        }
        return findings;
    }
}
