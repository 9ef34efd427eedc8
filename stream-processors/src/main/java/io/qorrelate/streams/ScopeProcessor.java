package io.qorrelate.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Topology;
import io.qorrelate.streams.incidents.Scope;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Puts each finding under the scope it first fell in, for as long as it is open: a finding whose cause is named later must not
 * leave a half of itself behind in another incident.
 */
final class ScopeProcessor extends ContextualProcessor<String, Finding, String, Finding> {
    private final Topology topology;
    private final MeterRegistry registry;
    private @Nullable KeyValueStore<String, String> scopes;

    ScopeProcessor(Topology topology, MeterRegistry registry) {
        this.topology = topology;
        this.registry = registry;
    }

    @Override
    public void init(ProcessorContext<String, Finding> context) {
        super.init(context);
        scopes = context.getStateStore(DiagnosisTopology.FINDING_SCOPES);
    }

    @Override
    public void process(Record<String, Finding> record) {
        KeyValueStore<String, String> known = Objects.requireNonNull(scopes);
        Finding finding = record.value();
        String scope = known.get(finding.id());
        if (scope == null) {
            scope = write(Scope.of(finding, topology));
            known.put(finding.id(), scope);
            countNew(finding);
        } else if (!finding.isOpen()) {
            known.delete(finding.id());
        }
        context().forward(record.withKey(scope));
    }

    private void countNew(Finding finding) {
        Counter.builder("qorrelate.findings")
                .description("New findings, by the class and cause they were first given")
                .tag("class", finding.anomalyClass().name())
                .tag(
                        "subtype",
                        finding.subtype() == null ? "none" : finding.subtype().wireName())
                .register(registry)
                .increment();
        Timer.builder("qorrelate.finding.delay")
                .description("From a finding's estimated onset until it was called, in event time")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(100))
                .maximumExpectedValue(Duration.ofHours(2))
                .register(registry)
                .record(Duration.between(finding.onset(), finding.detected()));
    }

    static String write(Scope scope) {
        return scope.what() + "|" + scope.id();
    }

    static Scope read(String written) {
        int bar = written.indexOf('|');
        return new Scope(written.substring(bar + 1), written.substring(0, bar));
    }
}
