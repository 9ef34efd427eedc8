package io.qorrelate.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.NeighbourNews;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.Finding;
import io.qorrelate.model.FindingJson;
import io.qorrelate.model.Incident;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topics;
import io.qorrelate.model.Topology;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Telemetry to findings to incidents, as it would stand on a whiteboard. */
public final class DiagnosisTopology {
    static final String LINK_STATE = "link-state";
    static final String RECENT_EVENTS = "recent-events";
    static final String FINDING_SCOPES = "finding-scopes";
    static final String INCIDENT_LOGS = "incident-logs";

    private DiagnosisTopology() {}

    /**
     * Draws it.
     *
     * @param allowedLateness how far events of one subject may be out of order
     * @param network by which findings are gathered into incidents
     * @param clock tells when a dead letter was refused; nothing else asks it
     */
    public static org.apache.kafka.streams.Topology draw(
            LinkDiagnosis diagnosis, Duration allowedLateness, Topology network, MeterRegistry registry, Clock clock) {
        Timeline timeline = new Timeline(diagnosis, allowedLateness);
        StreamsBuilder builder = new StreamsBuilder();
        // Cached: of a link's many states between two commits only the last is written and sent to the changelog.
        store(
                builder,
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(LINK_STATE), Serdes.Bytes(), Serdes.ByteArray())
                        .withCachingEnabled());
        store(
                builder,
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(RECENT_EVENTS), Serdes.Bytes(), Serdes.ByteArray()));
        store(
                builder,
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(FINDING_SCOPES), Serdes.String(), Serdes.String()));
        store(
                builder,
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(INCIDENT_LOGS), Serdes.String(), Serdes.ByteArray()));

        KStream<String, Intake> intake = intake(builder, Topics.TELEMETRY);
        KStream<String, Intake> told = intake(builder, Topics.CONTEXT);

        intake.merge(told)
                .filter((key, value) -> value instanceof Intake.Refused)
                .processValues(() -> new DeadLetterWriter(clock))
                .to(Topics.DEAD_LETTER, Produced.with(Serdes.String(), Serdes.ByteArray()));

        KStream<String, TelemetryEvent> telemetry = accepted(intake);

        KStream<String, Said> said = telemetry
                .filter((key, event) -> event.key().equals(key))
                .merge(accepted(told))
                .process(() -> new DiagnosisProcessor(timeline, diagnosis, registry), LINK_STATE, RECENT_EVENTS);
        KStream<String, Finding> findings =
                said.flatMapValues(one -> one instanceof Said.Found found ? List.of(found.finding()) : List.of());

        // What is found on one link is news to its neighbours: a loop, and so no repartition but a topic.
        KStream<String, TelemetryEvent> news = findings.flatMapValues(finding ->
                NeighbourNews.in(finding).<List<TelemetryEvent>>map(List::of).orElse(List.of()));
        KStream<String, TelemetryEvent> misdirected =
                telemetry.filterNot((key, event) -> event.key().equals(key)).selectKey((key, event) -> event.key());
        said.flatMapValues(one -> one instanceof Said.Told heard ? List.of(heard.event()) : List.<TelemetryEvent>of())
                .merge(misdirected)
                .merge(news.flatMap((key, event) -> to(diagnosis.alsoConcerns(event), event)))
                .to(Topics.CONTEXT, Produced.with(Serdes.String(), Json.TELEMETRY));

        findings.to(Topics.FINDINGS, Produced.with(Serdes.String(), Json.FINDING));

        findings.process(() -> new ScopeProcessor(network, registry), FINDING_SCOPES) // per site and shared-risk group
                .repartition(Repartitioned.with(Serdes.String(), Json.FINDING).withName("scoped"))
                .process(IncidentProcessor::new, INCIDENT_LOGS)
                .to(Topics.INCIDENTS, Produced.with(Serdes.String(), Json.INCIDENT));

        return builder.build();
    }

    private static void store(StreamsBuilder builder, StoreBuilder<?> store) {
        builder.addStateStore(store);
    }

    private static KStream<String, Intake> intake(StreamsBuilder builder, String topic) {
        return builder.stream(topic, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .mapValues(Intake::of);
    }

    private static KStream<String, TelemetryEvent> accepted(KStream<String, Intake> intake) {
        return intake.flatMapValues(
                value -> value instanceof Intake.Accepted accepted ? List.of(accepted.event()) : List.of());
    }

    private static List<KeyValue<String, TelemetryEvent>> to(Collection<String> subjects, TelemetryEvent event) {
        return subjects.stream().map(subject -> KeyValue.pair(subject, event)).toList();
    }

    /** Kafka's serialisers around the model's JSON. */
    static final class Json {
        static final Serde<TelemetryEvent> TELEMETRY = Serdes.serdeFrom(
                (topic, event) -> TelemetryJson.write(event),
                (topic, bytes) -> ((Intake.Accepted) Intake.of(bytes)).event());
        static final Serde<Finding> FINDING = Serdes.serdeFrom(
                (topic, finding) -> FindingJson.write(finding), (topic, bytes) -> FindingJson.read(bytes));
        static final Serde<Incident> INCIDENT = Serdes.serdeFrom(
                (topic, incident) -> FindingJson.write(incident), (topic, bytes) -> FindingJson.readIncident(bytes));

        private Json() {}
    }

    /** Gives a refused record its headers, and its bytes back. */
    private static final class DeadLetterWriter extends ContextualFixedKeyProcessor<String, Intake, byte[]> {
        private final Clock clock;

        DeadLetterWriter(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void process(FixedKeyRecord<String, Intake> record) {
            Intake.Refused refused = (Intake.Refused) Objects.requireNonNull(record.value());
            FixedKeyRecord<String, byte[]> letter = record.withValue(refused.raw());
            String topic = context().recordMetadata().map(RecordMetadata::topic).orElse(Topics.TELEMETRY);
            DeadLetter.headers(refused.reason(), refused.detail(), topic, "processor", clock.instant())
                    .forEach((name, value) -> letter.headers().add(name, value));
            context().forward(letter);
        }
    }
}
