package io.qorrelate.diagnosis;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps one subject's story in order without making it wait. An event in order is folded at once; one that comes late, but
 * within the allowed lateness, rewinds to the settled state and folds what came since again, so that in the end the order of
 * arrival does not matter. The same event a second time is ignored.
 */
public final class Timeline {
    /** How long events usually take from the farthest device, with a collector's retry in between. */
    public static final Duration DEFAULT_LATENESS = Duration.ofMinutes(2);

    /** The settled state advances in strides, so that it is not written for every event. */
    private static final int STRIDE = 64;

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
        LATE
    }

    /**
     * The outcome for one event.
     *
     * @param findings findings that are new or have changed because of it
     */
    public record Outcome(Fate fate, List<Finding> findings) {}

    /** Takes an event of a subject's story in. */
    public Outcome accept(String subject, LinkLog log, TelemetryEvent event) {
        Instant latest = log.latest();
        boolean first = latest.equals(Instant.MIN);
        if (!first && event.time().isBefore(latest.minus(allowedLateness))) {
            return new Outcome(Fate.LATE, List.of());
        }
        Place place = Place.of(event);
        if (log.has(place)) {
            return new Outcome(Fate.DUPLICATE, List.of());
        }
        List<Finding> findings;
        // Reports of one moment are common: link quality and key rate come together.
        if (first || log.isBehindAll(place)) {
            LinkState head = log.head();
            Step step = diagnosis.observe(head == null ? diagnosis.initial(subject) : head, event);
            log.keep(event);
            log.advance(step.state(), event.time());
            findings = step.findings();
        } else {
            findings = rewind(subject, log, event);
        }
        settle(subject, log);
        return new Outcome(Fate.ACCEPTED, findings);
    }

    private List<Finding> rewind(String subject, LinkLog log, TelemetryEvent late) {
        Map<String, Finding> before = new LinkedHashMap<>();
        fold(subject, log, before);
        log.keep(late);
        Map<String, Finding> after = new LinkedHashMap<>();
        LinkState head = fold(subject, log, after);
        log.advance(head, log.latest());

        // A finding may stand without anything new to say of it since the settled state.
        diagnosis.standing(head).ifPresent(standing -> after.putIfAbsent(standing.id(), standing));
        List<Finding> changed = new ArrayList<>();
        after.forEach((id, finding) -> {
            if (before.containsKey(id) ? !finding.equals(before.get(id)) : isNews(subject, log, finding)) {
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

    /** Whether a finding that was not spoken of before the late event is one that nobody knows yet. */
    private boolean isNews(String subject, LinkLog log, Finding finding) {
        LinkState settled = log.settled();
        return diagnosis
                .standing(settled == null ? diagnosis.initial(subject) : settled)
                .filter(known -> known.id().equals(finding.id())
                        && finding.ended() == null
                        && known.anomalyClass() == finding.anomalyClass())
                .isEmpty();
    }

    private LinkState fold(String subject, LinkLog log, Map<String, Finding> findings) {
        LinkState settled = log.settled();
        LinkState state = settled == null ? diagnosis.initial(subject) : settled;
        for (TelemetryEvent event : log.all()) {
            Step step = diagnosis.observe(state, event);
            state = step.state();
            step.findings().forEach(finding -> findings.put(finding.id(), finding));
        }
        return state;
    }

    private void settle(String subject, LinkLog log) {
        if (log.size() < STRIDE) {
            return;
        }
        // One tick before the oldest event that may still come.
        Instant until = log.latest().minus(allowedLateness).minusMillis(1);
        // In strides of the allowed lateness, so that a busy link does not settle with every event.
        if (log.settledUntil() != Long.MIN_VALUE
                && until.toEpochMilli() - log.settledUntil() <= allowedLateness.toMillis()) {
            return;
        }
        LinkState settled = log.settled();
        LinkState state = settled == null ? diagnosis.initial(subject) : settled;
        int folded = 0;
        for (TelemetryEvent event : log.until(until)) {
            state = diagnosis.observe(state, event).state();
            folded++;
        }
        if (folded > 0) {
            log.settle(state, until.toEpochMilli());
            log.forgetUntil(until);
        }
    }
}
