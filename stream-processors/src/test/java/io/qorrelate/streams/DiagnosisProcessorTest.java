package io.qorrelate.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One partition, of which a node that tells its links something is no part. */
class DiagnosisProcessorTest {
    private static final String LINK = "ams-1~del-1";
    private static final String NODE = "ams-1";
    private static final RulePack RULES = RulePack.parse(Map.of("power_lost.yml", """
            title: The power is lost
            id: power_lost
            logsource: {category: environment}
            detection:
              selection: {power: lost}
              condition: selection
            level: high
            qorrelate:
              class: PHYSICAL_DEGRADATION
              subtype: power_event
              log_odds: {PHYSICAL_DEGRADATION: 6}
              finding: true
            """));

    private final LinkDiagnosis diagnosis = new LinkDiagnosis(RULES, DiagnosisSettings.defaults());
    private final DiagnosisProcessor processor = new DiagnosisProcessor(
            new Timeline(diagnosis, Timeline.DEFAULT_LATENESS), diagnosis, new SimpleMeterRegistry());

    private MockProcessorContext<String, Said> context = new MockProcessorContext<>();

    @BeforeEach
    void start(@TempDir Path state) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        context = new MockProcessorContext<>(settings, new TaskId(0, 0), state.toFile());
        for (String name : List.of(DiagnosisTopology.LINK_STATE, DiagnosisTopology.RECENT_EVENTS)) {
            var store = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
        }
        processor.init(context);
    }

    @Test
    void aLinkThatFellSilentHearsOfItsNodeWhenNothingMoreIsOnItsWay() {
        Telling story = Telling.of(LINK, 7).quiet(200).losesMore(12, 3);
        story.events().forEach(event -> tell(LINK, event));
        assertThat(said()).isNotEmpty();

        tell(LINK, Telling.powerLost(NODE, story.now().plusSeconds(20)));
        time();
        assertThat(said()).as("reports may still be on their way").isEmpty();
        time();

        assertThat(said())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rules()).contains("power_lost"));
    }

    @Test
    void whatWasToldAheadIsHeardOnceTheLinksTelemetryHasComeAsFar() {
        Instant lost = Telling.of(LINK, 7).quiet(200).now();
        List<TelemetryEvent> story =
                Telling.of(LINK, 7).quiet(200).losesMore(12, 3).events();
        tell(LINK, Telling.powerLost(NODE, lost.plusSeconds(60)));
        story.stream()
                .filter(event -> event.time().isBefore(lost.plusSeconds(60)))
                .forEach(event -> tell(LINK, event));
        assertThat(said())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.rules()).isEmpty());

        story.stream()
                .filter(event -> !event.time().isBefore(lost.plusSeconds(60)))
                .forEach(event -> tell(LINK, event));

        assertThat(said())
                .isNotEmpty()
                .last()
                .satisfies(finding -> assertThat(finding.rules()).contains("power_lost"));
    }

    private void tell(String subject, TelemetryEvent event) {
        processor.process(new Record<>(subject, event, event.time().toEpochMilli()));
    }

    /** Lets as much time pass as the partition may read nothing. */
    private void time() {
        CapturedPunctuator clock = context.scheduledPunctuators().getFirst();
        assertThat(clock.getType()).isEqualTo(PunctuationType.WALL_CLOCK_TIME);
        clock.getPunctuator().punctuate(0);
    }

    private List<Finding> said() {
        List<Finding> said = context.forwarded().stream()
                .map(CapturedForward::record)
                .map(Record::value)
                .flatMap(one -> one instanceof Said.Found found ? Stream.of(found.finding()) : Stream.empty())
                .toList();
        context.resetForwards();
        return said;
    }
}
