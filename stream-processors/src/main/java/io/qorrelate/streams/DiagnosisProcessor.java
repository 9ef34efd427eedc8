package io.qorrelate.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One fold per subject: hands each event to the subject's timeline and forwards what it finds. What others tell a subject waits
 * until the partition's own telemetry has come as far, or none is on its way.
 */
final class DiagnosisProcessor extends ContextualProcessor<String, TelemetryEvent, String, Finding> {
    /**
     * A partition that has read nothing of its own for so long is at the end of its backlog: longer than a poll takes, shorter
     * than an analyst waits. By the wall clock: it says only when something is folded, not what comes of it.
     */
    static final Duration AT_THE_END = Duration.ofSeconds(3);

    private final Timeline timeline;
    private final MeterRegistry registry;
    private @Nullable StoreLinkLogs logs;
    private @Nullable ToldAhead ahead;

    /** How far the partition's own telemetry has come. */
    private Instant reached = Instant.MIN;

    private boolean readSince;

    DiagnosisProcessor(Timeline timeline, MeterRegistry registry) {
        this.timeline = timeline;
        this.registry = registry;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        super.init(context);
        // Anew with every start of the task, since an aborted transaction takes the stores back.
        KeyValueStore<Bytes, byte[]> events = context.getStateStore(DiagnosisTopology.RECENT_EVENTS);
        logs = new StoreLinkLogs(context.getStateStore(DiagnosisTopology.LINK_STATE), events);
        ahead = new ToldAhead(events);
        context.schedule(AT_THE_END, PunctuationType.WALL_CLOCK_TIME, this::atTheEnd);
    }

    @Override
    public void process(Record<String, TelemetryEvent> record) {
        TelemetryEvent event = record.value();
        ToldAhead told = Objects.requireNonNull(ahead);
        boolean own = event.key().equals(record.key());
        if (!own && event.time().isAfter(reached)) {
            told.hold(record.key(), event);
            return;
        }
        if (own && event.time().isAfter(reached)) {
            reached = event.time();
            take(told.release(reached), record.timestamp());
        }
        readSince |= own;
        take(record.key(), event, record.timestamp());
    }

    private void atTheEnd(long timestampMs) {
        if (!readSince) {
            take(Objects.requireNonNull(ahead).releaseAll(), timestampMs);
        }
        readSince = false;
    }

    private void take(List<ToldAhead.Told> told, long timestampMs) {
        told.forEach(one -> take(one.subject(), one.event(), timestampMs));
    }

    private void take(String subject, TelemetryEvent event, long timestampMs) {
        Timeline.Outcome outcome =
                timeline.accept(subject, Objects.requireNonNull(logs).of(subject), event);
        boolean own = event.key().equals(subject);
        switch (outcome.fate()) {
            case LATE -> {
                count(own, "qorrelate.late.events", "Events older than the allowed lateness", event);
                count(
                        !own,
                        "qorrelate.late.context",
                        "Events of a node or a neighbour that came later to a link than the allowed lateness",
                        event);
            }
            case DUPLICATE -> count(own, "qorrelate.duplicate.events", "Events that came twice", event);
            case ACCEPTED ->
                outcome.findings()
                        .forEach(finding -> context().forward(new Record<>(finding.key(), finding, timestampMs)));
        }
    }

    /** Counts an event where it is to be: in its own story, or in one that it is context to. */
    private void count(boolean counts, String name, String description, TelemetryEvent event) {
        if (!counts) {
            return;
        }
        Counter.builder(name)
                .description(description)
                .tag("kind", event.kind().wireName())
                .register(registry)
                .increment();
    }
}
