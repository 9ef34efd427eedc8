package io.qorrelate.streams;

import io.qorrelate.model.Finding;
import io.qorrelate.model.Incident;
import io.qorrelate.streams.incidents.IncidentLog;
import io.qorrelate.streams.incidents.Scope;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One fold per scope: gathers findings into incidents. */
final class IncidentProcessor extends ContextualProcessor<String, Finding, String, Incident> {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentProcessor.class);

    private @Nullable KeyValueStore<String, byte[]> logs;

    @Override
    public void init(ProcessorContext<String, Incident> context) {
        super.init(context);
        logs = context.getStateStore(DiagnosisTopology.INCIDENT_LOGS);
    }

    @Override
    public void process(Record<String, Finding> record) {
        KeyValueStore<String, byte[]> store = Objects.requireNonNull(logs);
        Scope scope = ScopeProcessor.read(record.key());
        IncidentLog log = log(store.get(record.key()));
        Incident incident = log.add(record.value(), scope);
        store.put(record.key(), log.toBytes());
        context().forward(record.withKey(scope.id()).withValue(incident));
    }

    /** A spoilt one is forgotten: else the task would fail with it for ever. */
    private static IncidentLog log(byte @Nullable [] stored) {
        try {
            return IncidentLog.fromBytes(stored);
        } catch (IllegalArgumentException e) {
            LOG.error("a stored log of incidents is spoilt, and is begun anew: {}", e.getMessage());
            return IncidentLog.empty();
        }
    }
}
