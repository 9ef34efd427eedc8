package io.qorrelate.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * One fold per subject: hands each event to the subject's timeline and forwards what it finds. What a neighbour tells waits for
 * a subject whose own telemetry lags behind: taken in at once it would make that telemetry late.
 */
final class DiagnosisProcessor extends ContextualProcessor<String, TelemetryEvent, String, Finding> {
    private final Timeline timeline;
    private final Duration allowedLateness;
    private final MeterRegistry registry;
    private @Nullable StoreLinkLogs logs;

    DiagnosisProcessor(Timeline timeline, Duration allowedLateness, MeterRegistry registry) {
        this.timeline = timeline;
        this.allowedLateness = allowedLateness;
        this.registry = registry;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        super.init(context);
        // Anew with every start of the task, since an aborted transaction takes the stores back.
        logs = new StoreLinkLogs(
                context.getStateStore(DiagnosisTopology.LINK_STATE),
                context.getStateStore(DiagnosisTopology.RECENT_EVENTS));
    }

    @Override
    public void process(Record<String, TelemetryEvent> record) {
        TelemetryEvent event = record.value();
        StoreLinkLog log = Objects.requireNonNull(logs).of(record.key());
        if (event.key().equals(record.key())) {
            log.release(event.time()).forEach(told -> take(record, log, told));
        } else if (event.link() != null && log.isFarAhead(event.time(), allowedLateness)) {
            log.hold(event);
            return;
        }
        take(record, log, event);
    }

    private void take(Record<String, TelemetryEvent> record, StoreLinkLog log, TelemetryEvent event) {
        Timeline.Outcome outcome = timeline.accept(record.key(), log, event);
        boolean own = event.key().equals(record.key());
        switch (outcome.fate()) {
            case LATE -> count(own, "qorrelate.late.events", "Events older than the allowed lateness", event);
            case DUPLICATE -> count(own, "qorrelate.duplicate.events", "Events that came twice", event);
            case ACCEPTED ->
                outcome.findings()
                        .forEach(finding ->
                                context().forward(record.withKey(finding.key()).withValue(finding)));
        }
    }

    /** Counts an event once, in its own story: the copies in other stories are nobody's fault. */
    private void count(boolean own, String name, String description, TelemetryEvent event) {
        if (!own) {
            return;
        }
        Counter.builder(name)
                .description(description)
                .tag("kind", event.kind().wireName())
                .register(registry)
                .increment();
    }
}
