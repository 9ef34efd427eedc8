package io.qorrelate.diagnosis;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one subject's story in order without making it wait. An event in order is folded at once; one that comes late, but
 * within the allowed lateness, rewinds to the settled state and folds what came since again, so that in the end the order of
 * arrival does not matter. The same event a second time is ignored.
 *
 * <p>A subject's clock is its own telemetry. What others tell (its nodes, links on the same fibre) may run hours ahead while a
 * backlog is read, and makes nothing of the subject's own late.
 */
public final class Timeline {
    /** How long events usually take from the farthest device, with a collector's retry in between. */
    public static final Duration DEFAULT_LATENESS = Duration.ofMinutes(2);

    /** The settled state advances in strides, so that it is not written for every event. */
    private static final int STRIDE = 64;

    /** A subject that has been silent for so long while others went on: what they tell is settled without it. */
    private static final Duration SILENT = Duration.ofHours(1);

    private final LinkDiagnosis diagnosis;
    private final Duration allowedLateness;

    /** A timeline for all subjects of one diagnosis. */
    public Timeline(LinkDiagnosis diagnosis, Duration allowedLateness) {
        if (allowedLateness.isNegative()) {
            throw new IllegalArgumentException("the allowed lateness is not negative");
        }
        this.diagnosis = diagnosis;
        this.allowedLateness = allowedLateness;
    }

    /** What became of an event. */
    public enum Fate {
        ACCEPTED,
        DUPLICATE,
        /** Older than the allowed lateness: kept by whoever stores telemetry, but no part of the diagnosis. */
        LATE,
        /** Told by another subject, and later than can be folded in its place: heard now. */
        HEARD_LATE
    }

    /**
     * The outcome for one event.
     *
     * @param findings findings that are new or have changed because of it
     */
    public record Outcome(Fate fate, List<Finding> findings) {}

    /** Takes an event of a subject's story in. */
    public Outcome accept(String subject, LinkLog log, TelemetryEvent event) {
        boolean own = event.key().equals(subject);
        Instant clock = log.clock();
        boolean late = !clock.equals(Instant.MIN) && event.time().isBefore(clock.minus(allowedLateness));
        if (late && own) {
            return new Outcome(Fate.LATE, List.of());
        }
        if (late && event.time().toEpochMilli() <= log.settledUntil()) {
            return new Outcome(Fate.HEARD_LATE, hear(subject, log, event));
        }
        Place place = Place.of(event);
        if (log.has(place)) {
            return new Outcome(Fate.DUPLICATE, List.of());
        }
        Instant now = own && event.time().isAfter(clock) ? event.time() : clock;
        List<Finding> findings;
        // Reports of one moment are common: link quality and key rate come together.
        if (log.isBehindAll(place)) {
            LinkState head = log.head();
            Step step = diagnosis.observe(head == null ? diagnosis.initial(subject) : head, event);
            log.keep(event);
            log.advance(step.state(), now);
            findings = step.findings();
        } else {
            findings = rewind(subject, log, event, now);
        }
        settle(subject, log, now, event.time());
        return new Outcome(Fate.ACCEPTED, findings);
    }

    /**
     * Hears what another subject told too late for its place: while a backlog is read, a node's news takes longer to its links
     * than their own telemetry. That there were works, or that the power failed, is still worth knowing.
     */
    private List<Finding> hear(String subject, LinkLog log, TelemetryEvent told) {
        // Before the states are looked at: a log may find that one is spoilt, and forget it.
        long settledUntil = log.settledUntil();
        Instant clock = log.clock();
        LinkState settled = ofMyOwn(subject, log.settled());
        diagnosis.advance(settled, told);
        log.settle(settled, settledUntil);
        LinkState head = ofMyOwn(subject, log.head());
        List<Finding> findings = diagnosis.advance(head, told);
        log.advance(head, clock);
        return findings;
    }

    private List<Finding> rewind(String subject, LinkLog log, TelemetryEvent late, Instant now) {
        Map<String, Finding> before = new LinkedHashMap<>();
        fold(subject, log, before);
        log.keep(late);
        Map<String, Finding> after = new LinkedHashMap<>();
        LinkState head = fold(subject, log, after);
        log.advance(head, now);

        Set<String> said = Set.copyOf(after.keySet());
        // A finding may stand without anything new to say of it since the settled state.
        diagnosis.standing(head).forEach(standing -> after.putIfAbsent(standing.id(), standing));
        List<Finding> changed = new ArrayList<>();
        after.forEach((id, finding) -> {
            boolean isChanged = before.containsKey(id)
                    ? !finding.equals(before.get(id))
                    : said.contains(id) || isNews(subject, log, finding);
            if (isChanged) {
                changed.add(finding);
            }
        });
        // Said on the strength of what was known then, and no longer true: nobody is left with a ghost.
        before.forEach((id, finding) -> {
            if (!after.containsKey(id)) {
                changed.add(Explanation.withdrawn(finding, late.time()));
            }
        });
        return changed;
    }

    /** Whether a finding that stands, and was not spoken of before the late event, is one that nobody knows yet. */
    private boolean isNews(String subject, LinkLog log, Finding finding) {
        LinkState settled = log.settled();
        return diagnosis.standing(settled == null ? diagnosis.initial(subject) : settled).stream()
                .noneMatch(known -> known.id().equals(finding.id())
                        && finding.ended() == null
                        && known.anomalyClass() == finding.anomalyClass());
    }

    private LinkState fold(String subject, LinkLog log, Map<String, Finding> findings) {
        LinkState state = ofMyOwn(subject, log.settled());
        for (TelemetryEvent event : log.all()) {
            diagnosis.advance(state, event).forEach(finding -> findings.put(finding.id(), finding));
        }
        return state;
    }

    private void settle(String subject, LinkLog log, Instant clock, Instant told) {
        if (log.size() < STRIDE) {
            return;
        }
        // One tick before the oldest event that may still come.
        Instant reached = before(clock);
        Instant silent = before(told.minus(SILENT));
        boolean isSilent = silent.isAfter(reached);
        // In strides of the allowed lateness, so that a busy link does not settle with every event.
        if (!isSilent
                && log.settledUntil() != Long.MIN_VALUE
                && reached.toEpochMilli() - log.settledUntil() <= allowedLateness.toMillis()) {
            return;
        }
        Instant until = isSilent ? silent : reached;
        LinkState state = ofMyOwn(subject, log.settled());
        int folded = 0;
        for (TelemetryEvent event : log.until(until)) {
            diagnosis.advance(state, event);
            folded++;
        }
        if (folded > 0) {
            // Not further than its own telemetry: when a silent subject speaks again, that may begin where it broke
            // off.
            log.settle(state, reached.equals(Instant.MIN) ? Long.MIN_VALUE : reached.toEpochMilli());
            log.forgetUntil(until);
        }
    }

    private Instant before(Instant time) {
        return time.equals(Instant.MIN) ? time : time.minus(allowedLateness).minusMillis(1);
    }

    /** A state that nobody else holds. */
    private LinkState ofMyOwn(String subject, @Nullable LinkState state) {
        return state == null ? diagnosis.initial(subject) : state.copy();
    }
}
