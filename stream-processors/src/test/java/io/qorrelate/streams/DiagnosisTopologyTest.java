package io.qorrelate.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.NetworkDiagnosis;
import io.qorrelate.diagnosis.Place;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Finding;
import io.qorrelate.model.FindingJson;
import io.qorrelate.model.Header;
import io.qorrelate.model.Incident;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Times;
import io.qorrelate.model.Topics;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology with its real stores, driven record by record. */
class DiagnosisTopologyTest {
    private static final String LINK = "ams-1~del-1";
    private static final String NEIGHBOUR = "ams-1~rot-1";
    private static final Instant RECEIVED = Instant.parse("2026-11-24T12:00:00Z");

    private static final Topology NETWORK = Topology.parse("""
            nodes:
              - {id: ams-1}
              - {id: del-1}
              - {id: rot-1}
            links:
              - {id: ams-1~del-1, from: ams-1, to: del-1}
              - {id: ams-1~rot-1, from: ams-1, to: rot-1}
            shared_risk:
              - {id: duct-7, what: duct, members: [ams-1~del-1, ams-1~rot-1]}
              - {id: ams-power, what: site_power, members: [ams-1]}
            """, "network.yaml");

    /** A rule in each of the ways that matter here: one that raises a finding of its own. */
    private static final RulePack RULES = RulePack.parse(Map.of("signal_lost.yml", """
            title: The signal is lost
            id: signal_lost
            logsource: {category: transport}
            detection:
              selection: {event: loss_of_signal}
              condition: selection
            level: high
            qorrelate:
              class: PHYSICAL_DEGRADATION
              subtype: fibre_cut
              log_odds: {PHYSICAL_DEGRADATION: 6}
              finding: true
            """, "power_lost.yml", """
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

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LinkDiagnosis diagnosis = new LinkDiagnosis(RULES, DiagnosisSettings.defaults(), NETWORK);

    @TempDir
    Path state;

    private @Nullable TopologyTestDriver driver;

    @BeforeEach
    void start() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(
                DiagnosisTopology.draw(
                        diagnosis, Timeline.DEFAULT_LATENESS, NETWORK, registry, Clock.fixed(RECEIVED, ZoneOffset.UTC)),
                settings);
    }

    @AfterEach
    void stop() {
        driver().close();
    }

    @Test
    void anInterceptedLinkBecomesAFindingUnderItsKeyAndAnIncident() {
        send(Telling.of(LINK, 1).quiet(200).interceptResend(12, 1).events());

        List<TestRecord<String, byte[]>> findings = output(Topics.FINDINGS).readRecordsToList();
        assertThat(findings)
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.key()).isEqualTo(LINK));
        Finding last = FindingJson.read(findings.getLast().value());
        assertThat(last.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(last.subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
        assertThat(incidents().values()).singleElement().satisfies(incident -> {
            assertThat(incident.findings()).containsExactly(last.id());
            assertThat(incident.scope()).isEqualTo(LINK);
            assertThat(incident.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        });
        assertThat(count("qorrelate.findings")).isEqualTo(1);
    }

    @Test
    void whatTheStreamSaysLastIsWhatTheCommandLineSaysLast() {
        List<TelemetryEvent> events = new ArrayList<>();
        events.addAll(Telling.of(LINK, 2).quiet(200).losesMore(30, 3).events());
        events.addAll(Telling.of(NEIGHBOUR, 3)
                .quiet(150)
                .interceptResend(20, 0.4)
                .quiet(60)
                .events());
        // As they come: links of one duct listen to each other.
        events.sort(Comparator.comparing(Place::of));
        send(events);

        NetworkDiagnosis commandLine = new NetworkDiagnosis(diagnosis, Timeline.DEFAULT_LATENESS);
        Map<String, Finding> expected = new TreeMap<>();
        events.forEach(event -> commandLine.accept(event).forEach(finding -> expected.put(finding.id(), finding)));
        commandLine.finish().forEach(finding -> expected.put(finding.id(), finding));
        assertThat(expected).hasSizeGreaterThanOrEqualTo(2);
        Map<String, byte[]> said = new TreeMap<>();
        output(Topics.FINDINGS)
                .readValuesToList()
                .forEach(bytes -> said.put(FindingJson.read(bytes).id(), bytes));
        assertThat(said.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, finding) -> assertThat(said.get(id)).isEqualTo(FindingJson.write(finding)));
    }

    @Test
    void bytesThatAreNoEventGoWholeToTheDeadLettersAndTheNextRecordIsProcessed() {
        List<TelemetryEvent> story =
                Telling.of(LINK, 4).quiet(200).interceptResend(12, 1).events();
        byte[] garbage = "{\"time\": \"yesterday\" \u2026".getBytes(UTF_8);
        send(story.subList(0, 100));
        input().pipeInput(LINK, garbage);
        send(story.subList(100, story.size()));

        assertThat(output(Topics.DEAD_LETTER).readRecordsToList())
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.value()).isEqualTo(garbage);
                    assertThat(header(letter, DeadLetter.REASON)).isEqualTo("not_json");
                    assertThat(header(letter, DeadLetter.SOURCE)).isEqualTo(Topics.TELEMETRY);
                    assertThat(header(letter, DeadLetter.RECEIVED)).isEqualTo("2026-11-24T12:00:00.000Z");
                });
        assertThat(output(Topics.FINDINGS).isEmpty()).isFalse();
    }

    @Test
    void whatComesTwiceOrTooLateIsCountedAndChangesNothing() {
        List<TelemetryEvent> story =
                Telling.of(LINK, 5).quiet(200).interceptResend(12, 1).events();
        send(story);
        List<byte[]> said = output(Topics.FINDINGS).readValuesToList();
        assertThat(said).isNotEmpty();

        send(story.subList(story.size() - 5, story.size()));
        send(story.subList(0, 3));

        assertThat(output(Topics.FINDINGS).isEmpty()).isTrue();
        assertThat(count("qorrelate.duplicate.events")).isEqualTo(5);
        assertThat(count("qorrelate.late.events")).isEqualTo(3);
    }

    @Test
    void aRecordUnderAForeignKeyFindsItsWayToItsOwnStory() {
        for (TelemetryEvent event :
                Telling.of(LINK, 6).quiet(200).interceptResend(12, 1).events()) {
            input().pipeInput("a foreign key", TelemetryJson.write(event));
        }

        assertThat(output(Topics.FINDINGS).readKeyValuesToList())
                .isNotEmpty()
                .allSatisfy(record -> assertThat(record.key).isEqualTo(LINK));
    }

    @Test
    void whatHappensAtANodeIsToldToItsLinks() {
        Telling story = Telling.of(LINK, 7).quiet(200);
        send(story.events());
        send(List.of(Telling.powerLost("ams-1", story.now())));
        send(Telling.of(LINK, 7).quiet(200).losesMore(12, 30).events().subList(200, 212));

        List<Finding> onLink = findings().stream()
                .filter(finding -> LINK.equals(finding.link()))
                .toList();
        assertThat(onLink).isNotEmpty();
        assertThat(onLink.getLast().rules()).contains("power_lost");
    }

    @Test
    void whatANodeToldLongBeforeItsLinksBacklogWasReadIsHeardInItsPlace() {
        Telling story = Telling.of(LINK, 7).quiet(200);
        Instant lost = story.now();
        List<TelemetryEvent> ofLink =
                story.losesMore(12, 30).losesSignal().quiet(300).events();
        List<TelemetryEvent> ofNode = new ArrayList<>();
        ofNode.add(Telling.powerLost("ams-1", lost));
        for (int minute = 1; minute < 120; minute++) {
            ofNode.add(Telling.powerBack("ams-1", lost.plusSeconds(60L * minute)));
        }
        send(ofNode);
        send(ofLink);

        assertThat(count("qorrelate.late.events") + count("qorrelate.late.context"))
                .isZero();
        NetworkDiagnosis commandLine = new NetworkDiagnosis(diagnosis, Timeline.DEFAULT_LATENESS);
        Map<String, Finding> expected = new TreeMap<>();
        Stream.concat(ofLink.stream(), ofNode.stream())
                .sorted(Comparator.comparing(TelemetryEvent::time))
                .forEach(event -> commandLine.accept(event).forEach(finding -> expected.put(finding.id(), finding)));
        driver().advanceWallClockTime(DiagnosisProcessor.AT_THE_END.multipliedBy(2));
        commandLine.finish().forEach(finding -> expected.put(finding.id(), finding));
        Map<String, Finding> said = new TreeMap<>();
        findings().forEach(finding -> said.put(finding.id(), finding));
        assertThat(said.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, finding) -> assertThat(FindingJson.write(Objects.requireNonNull(said.get(id))))
                .isEqualTo(FindingJson.write(finding)));
        assertThat(said.values()).anySatisfy(finding -> {
            assertThat(finding.link()).isEqualTo(LINK);
            assertThat(finding.rules()).contains("power_lost");
        });
    }

    @Test
    void whatHappensAtANodeIsToldToItsLinksOnceHoweverOftenItIsReported() {
        Telling story = Telling.of(LINK, 7).quiet(20);
        send(story.events());
        TelemetryEvent lost = Telling.powerLost("ams-1", story.now());
        send(List.of(lost, lost, lost));

        assertThat(output(Topics.CONTEXT).readKeyValuesToList())
                .extracting(record -> record.key)
                .containsExactlyInAnyOrder(LINK, NEIGHBOUR);
    }

    @Test
    void linksOfOneDuctThatLoseTheirSignalTogetherAreOneIncident() {
        Telling here = Telling.of(LINK, 8).quiet(60).losesSignal();
        Telling there = Telling.of(NEIGHBOUR, 9).quiet(61).losesSignal();
        send(here.events());
        send(there.events());

        assertThat(incidents().values()).singleElement().satisfies(incident -> {
            assertThat(incident.scope()).isEqualTo("duct-7");
            assertThat(incident.what()).isEqualTo("duct");
            assertThat(incident.links()).containsExactly(LINK, NEIGHBOUR);
            assertThat(incident.summary()).startsWith("2 findings on 2 links in duct duct-7 since ");
        });
    }

    @Test
    void linksOfOneDuctThatLoseLightTogetherKnowOfEachOther() {
        sendInOrder(
                Telling.of(LINK, 10).quiet(200).losesMore(40, 3).events(),
                Telling.of(NEIGHBOUR, 11).quiet(201).losesMore(40, 3).events());

        Map<String, Finding> last = lastOfEachLink();
        assertThat(last.keySet()).containsExactly(LINK, NEIGHBOUR);
        assertThat(last.values())
                .allSatisfy(finding -> assertThat(neighbours(finding))
                        .containsExactly("another link on the same fibre route moved at the same time"));
    }

    @Test
    void aLinkThatLosesLightAloneInItsDuctIsToldApart() {
        sendInOrder(
                Telling.of(LINK, 10).quiet(200).losesMore(40, 3).events(),
                Telling.of(NEIGHBOUR, 11).quiet(240).events());

        Map<String, Finding> last = lastOfEachLink();
        assertThat(last.keySet()).containsExactly(LINK);
        assertThat(last.values())
                .allSatisfy(finding -> assertThat(neighbours(finding))
                        .doesNotContain("another link on the same fibre route moved at the same time"));
    }

    @Test
    void newsFromANeighbourMakesNothingLateThatLagsBehind() {
        send(Telling.of(LINK, 10).quiet(200).losesMore(40, 3).events());
        send(Telling.of(NEIGHBOUR, 11).quiet(201).losesMore(40, 3).events());

        assertThat(count("qorrelate.late.events")).isZero();
        assertThat(neighbours(Objects.requireNonNull(lastOfEachLink().get(NEIGHBOUR))))
                .containsExactly("another link on the same fibre route moved at the same time");
    }

    @Test
    void telemetryThatLooksLikeNewsFromANeighbourIsNone() {
        List<TelemetryEvent> alone =
                new ArrayList<>(Telling.of(LINK, 10).quiet(200).losesMore(40, 3).events());
        TelemetryEvent seen = alone.get(200);
        alone.add(
                201,
                new Transport(
                        new Header(
                                new EventId("made-up"),
                                seen.time(),
                                NEIGHBOUR,
                                null,
                                null,
                                Map.of("moved-since", Times.format(seen.time()))),
                        null,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        null));
        send(alone);

        assertThat(neighbours(Objects.requireNonNull(lastOfEachLink().get(LINK))))
                .doesNotContain("another link on the same fibre route moved at the same time");
    }

    private void sendInOrder(List<TelemetryEvent> here, List<TelemetryEvent> there) {
        send(Stream.concat(here.stream(), there.stream())
                .sorted(Comparator.comparing(TelemetryEvent::time))
                .toList());
    }

    private Map<String, Finding> lastOfEachLink() {
        Map<String, Finding> last = new TreeMap<>();
        findings().forEach(finding -> last.put(finding.key(), finding));
        return last;
    }

    /** What a finding's evidence says of the neighbours. */
    private static List<String> neighbours(Finding finding) {
        return finding.evidence().stream()
                .filter(evidence -> evidence.observable().equals("neighbours"))
                .map(evidence -> Objects.requireNonNull(evidence.seen()))
                .toList();
    }

    private TopologyTestDriver driver() {
        return Objects.requireNonNull(driver);
    }

    private TestInputTopic<String, byte[]> input() {
        return driver().createInputTopic(Topics.TELEMETRY, new StringSerializer(), new ByteArraySerializer());
    }

    private TestOutputTopic<String, byte[]> output(String topic) {
        return driver().createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void send(List<TelemetryEvent> events) {
        TestInputTopic<String, byte[]> input = input();
        events.forEach(event -> input.pipeInput(event.key(), TelemetryJson.write(event)));
    }

    private List<Finding> findings() {
        return output(Topics.FINDINGS).readValuesToList().stream()
                .map(FindingJson::read)
                .toList();
    }

    /** The latest revision of each. */
    private Map<String, Incident> incidents() {
        Map<String, Incident> latest = new TreeMap<>();
        output(Topics.INCIDENTS).readValuesToList().stream()
                .map(FindingJson::readIncident)
                .forEach(incident -> latest.put(incident.id(), incident));
        return latest;
    }

    private double count(String name) {
        return registry.find(name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static String header(TestRecord<String, byte[]> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value(), UTF_8);
    }
}
