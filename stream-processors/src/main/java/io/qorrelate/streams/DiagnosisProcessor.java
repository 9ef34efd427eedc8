package io.qorrelate.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
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
final class DiagnosisProcessor extends ContextualProcessor<String, TelemetryEvent, String, Said> {
    /**
     * A partition that has read nothing of its own for so long is at the end of its backlog: longer than a poll takes, shorter
     * than an analyst waits. By the wall clock: it says only when something is folded, not what comes of it.
     */
    static final Duration AT_THE_END = Duration.ofSeconds(3);

    private final Timeline timeline;
    private final LinkDiagnosis diagnosis;
    private final MeterRegistry registry;
    private @Nullable StoreLinkLogs logs;
    private @Nullable ToldAhead ahead;

    /** How far the partition's own telemetry has come. */
    private Instant reached = Instant.MIN;

    private boolean readSince;

    DiagnosisProcessor(Timeline timeline, LinkDiagnosis diagnosis, MeterRegistry registry) {
        this.timeline = timeline;
        this.diagnosis = diagnosis;
        this.registry = registry;
    }

    @Override
    public void init(ProcessorContext<String, Said> context) {
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
            case LATE -> count("qorrelate.late.events", "Events older than the allowed lateness", event);
            case HEARD_LATE ->
                count(
                        "qorrelate.late.context",
                        "Events of a node or a neighbour that came later to a link than the allowed lateness, and were heard",
                        event);
            case DUPLICATE -> {
                if (own) {
                    count("qorrelate.duplicate.events", "Events that came twice", event);
                }
            }
            case ACCEPTED -> {
                // Once accepted, and so told to the others no more than once.
                if (own && isToBeTold(event)) {
                    diagnosis.alsoConcerns(event).forEach(other -> say(other, new Said.Told(event), timestampMs));
                }
            }
        }
        outcome.findings().forEach(finding -> say(finding.key(), new Said.Found(finding), timestampMs));
    }

    /** What links tell each other is said by the diagnosis alone: telemetry that looks like it is nobody's news. */
    private static boolean isToBeTold(TelemetryEvent event) {
        return event.link() == null || !(event instanceof Transport transport) || transport.event() != null;
    }

    private void say(String subject, Said said, long timestampMs) {
        context().forward(new Record<>(subject, said, timestampMs));
    }

    private void count(String name, String description, TelemetryEvent event) {
        Counter.builder(name)
                .description(description)
                .tag("kind", event.kind().wireName())
                .register(registry)
                .increment();
    }
}
