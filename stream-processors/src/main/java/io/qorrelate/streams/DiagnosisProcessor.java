package io.qorrelate.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** One fold per subject: hands each event to the subject's timeline and forwards what it finds. */
final class DiagnosisProcessor extends ContextualProcessor<String, TelemetryEvent, String, Finding> {
    private final Timeline timeline;
    private final MeterRegistry registry;
    private @Nullable StoreLinkLogs logs;

    DiagnosisProcessor(Timeline timeline, MeterRegistry registry) {
        this.timeline = timeline;
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
        Timeline.Outcome outcome = timeline.accept(record.key(), log, event);
        switch (outcome.fate()) {
            case LATE -> count("qorrelate.late.events", "Events older than the allowed lateness", event);
            case DUPLICATE -> count("qorrelate.duplicate.events", "Events that came twice", event);
            case ACCEPTED ->
                outcome.findings()
                        .forEach(finding ->
                                context().forward(record.withKey(finding.key()).withValue(finding)));
        }
    }

    private void count(String name, String description, TelemetryEvent event) {
        Counter.builder(name)
                .description(description)
                .tag("kind", event.kind().wireName())
                .register(registry)
                .increment();
    }
}
