package io.qorrelate.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.InMemoryLinkLog;
import io.qorrelate.diagnosis.InvalidState;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkLog;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.diagnosis.Place;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log is a log: in memory, or in Kafka Streams' stores. */
class StoreLinkLogTest {
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
    private static final LinkDiagnosis DIAGNOSIS = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());

    @TempDir
    static Path state;

    record Logs(String name, LinkLog log) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Logs> logs() {
        return Stream.of(new Logs("memory", new InMemoryLinkLog()), new Logs("store", stores().of("a~b")));
    }

    @ParameterizedTest
    @MethodSource("logs")
    void anEmptyLogKnowsNothing(Logs logs) {
        LinkLog log = logs.log();

        assertThat(log.head()).isNull();
        assertThat(log.settled()).isNull();
        assertThat(log.settledUntil()).isEqualTo(Long.MIN_VALUE);
        assertThat(log.clock()).isEqualTo(Instant.MIN);
        assertThat(log.size()).isZero();
        assertThat(log.all()).isEmpty();
        assertThat(log.isBehindAll(Place.of(quality("a~b", "x", TIME)))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("logs")
    void eventsAreKeptInTheOrderOfTheirPlaces(Logs logs) {
        LinkLog log = logs.log();
        TelemetryEvent first = quality("a~b", "z", TIME);
        TelemetryEvent happened = failure("a~b", "y", TIME.plusSeconds(1));
        TelemetryEvent measuredA = quality("a~b", "a", TIME.plusSeconds(1));
        TelemetryEvent measuredB = quality("a~b", "b", TIME.plusSeconds(1));
        TelemetryEvent last = quality("a~b", "a", TIME.plusSeconds(2));
        for (TelemetryEvent event : List.of(last, measuredB, first, measuredA, happened)) {
            keep(log, event, TIME.plusSeconds(2));
        }

        assertThat(log.all()).containsExactly(first, happened, measuredA, measuredB, last);
        assertThat(log.until(TIME.plusSeconds(1))).containsExactly(first, happened, measuredA, measuredB);
        assertThat(log.until(TIME.minusMillis(1))).isEmpty();
        assertThat(log.has(Place.of(measuredA))).isTrue();
        assertThat(log.has(Place.of(quality("a~b", "c", TIME.plusSeconds(1))))).isFalse();
        assertThat(log.isBehindAll(Place.of(quality("a~b", "b", TIME.plusSeconds(2)))))
                .isTrue();
        assertThat(log.isBehindAll(Place.of(failure("a~b", "b", TIME.plusSeconds(2)))))
                .isFalse();
        assertThat(log.isBehindAll(Place.of(quality("a~b", "b", TIME.plusMillis(1999)))))
                .isFalse();
        assertThat(log.size()).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("logs")
    void whatIsForgottenIsGoneAndTheRestStays(Logs logs) {
        LinkLog log = logs.log();
        List<TelemetryEvent> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(quality("a~b", "e" + i, TIME.plusSeconds(i)));
            keep(log, events.get(i), TIME.plusSeconds(i));
        }

        log.forgetUntil(TIME.plusSeconds(6));

        assertThat(log.all()).containsExactlyElementsOf(events.subList(7, 10));
        assertThat(log.size()).isEqualTo(3);
        assertThat(log.clock()).isEqualTo(TIME.plusSeconds(9));
        assertThat(log.has(Place.of(events.getFirst()))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("logs")
    void statesComeBackAsTheyWerePut(Logs logs) {
        LinkLog log = logs.log();
        TelemetryEvent event = quality("a~b", "x", TIME);
        LinkState later = DIAGNOSIS.observe(DIAGNOSIS.initial("a~b"), event).state();

        log.settle(DIAGNOSIS.initial("a~b"), 17);
        log.keep(event);
        log.advance(later, TIME);

        assertThat(log.settled()).isEqualTo(DIAGNOSIS.initial("a~b"));
        assertThat(log.settledUntil()).isEqualTo(17);
        assertThat(log.head()).isEqualTo(later);
        assertThat(log.clock()).isEqualTo(TIME);
    }

    @Test
    void anotherTaskReadsWhatTheFirstOneWroteAndNeighboursDoNotMix() {
        KeyValueStore<Bytes, byte[]> states = store("shared-states");
        KeyValueStore<Bytes, byte[]> events = store("shared-events");
        StoreLinkLogs first = new StoreLinkLogs(states, events);
        for (String subject : List.of("a", "ab", "a~")) {
            keep(first.of(subject), quality(subject, "of " + subject, TIME), TIME);
        }

        StoreLinkLogs second = new StoreLinkLogs(states, events);

        for (String subject : List.of("a", "ab", "a~")) {
            assertThat(second.of(subject).all())
                    .singleElement()
                    .satisfies(event -> assertThat(event.id().value()).isEqualTo("of " + subject));
            assertThat(second.of(subject).size()).isEqualTo(1);
            assertThat(second.of(subject).clock()).isEqualTo(TIME);
        }
        second.of("a").forgetUntil(TIME);
        assertThat(second.of("ab").all()).hasSize(1);
    }

    @Test
    void aSpoiltStateIsLearnedAnewAndTheEventsAfterItAreTaken() {
        KeyValueStore<Bytes, byte[]> states = store("spoilt-states");
        KeyValueStore<Bytes, byte[]> events = store("spoilt-events");
        Timeline timeline = new Timeline(DIAGNOSIS, Duration.ofMinutes(2));
        LinkLog before = new StoreLinkLogs(states, events).of("a~b");
        for (int i = 0; i < 200; i++) {
            timeline.accept("a~b", before, quality("a~b", "e" + i, TIME.plusSeconds(10L * i)));
        }
        assertThat(before.settled()).isNotNull();
        try (var all = states.all()) {
            all.forEachRemaining(entry -> {
                entry.value[entry.value.length / 2]++;
                states.put(entry.key, entry.value);
            });
        }
        LinkLog after = new StoreLinkLogs(states, events).of("a~b");
        TelemetryEvent next = quality("a~b", "next", TIME.plusSeconds(2_000));

        assertThat(timeline.accept("a~b", after, next).fate()).isEqualTo(Timeline.Fate.ACCEPTED);
        assertThat(timeline.accept("a~b", after, failure("a", "told late", TIME))
                        .fate())
                .isEqualTo(Timeline.Fate.HEARD_LATE);
        assertThat(new StoreLinkLogs(states, events).of("a~b").head()).isNotNull();
    }

    @Test
    void aStateOfALaterVersionIsLeftForTheProgramThatCanReadIt() {
        KeyValueStore<Bytes, byte[]> states = store("later-states");
        KeyValueStore<Bytes, byte[]> events = store("later-events");
        keep(new StoreLinkLogs(states, events).of("a~b"), quality("a~b", "x", TIME), TIME);
        try (var all = states.all()) {
            all.forEachRemaining(entry -> {
                entry.value[Long.BYTES + Integer.BYTES + 1] = 99;
                states.put(entry.key, entry.value);
            });
        }

        LinkLog log = new StoreLinkLogs(states, events).of("a~b");

        assertThatExceptionOfType(InvalidState.class).isThrownBy(log::head).withMessageContaining("version 99");
    }

    @ParameterizedTest
    @MethodSource("logs")
    void whatOthersToldIsKeptThoughNothingOfTheSubjectsOwnHasCome(Logs logs) {
        LinkLog log = logs.log();
        TelemetryEvent told = failure("c", "told", TIME);
        log.keep(told);
        log.advance(DIAGNOSIS.initial("a~b"), Instant.MIN);

        assertThat(log.clock()).isEqualTo(Instant.MIN);
        assertThat(log.all()).containsExactly(told);
        assertThat(log.isBehindAll(Place.of(quality("a~b", "x", TIME.minusMillis(1)))))
                .isFalse();
        assertThat(log.isBehindAll(Place.of(quality("a~b", "x", TIME.plusMillis(1)))))
                .isTrue();
    }

    private static StoreLinkLogs stores() {
        return new StoreLinkLogs(store("states"), store("events"));
    }

    private static KeyValueStore<Bytes, byte[]> store(String name) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        MockProcessorContext<Void, Void> context = new MockProcessorContext<>(
                settings, new TaskId(0, 0), state.resolve(name).toFile());
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static void keep(LinkLog log, TelemetryEvent event, Instant latest) {
        log.keep(event);
        log.advance(DIAGNOSIS.initial(event.key()), latest);
    }

    private static TelemetryEvent quality(String link, String id, Instant time) {
        return new LinkQuality(Header.ofLink(new EventId(id), time, link), Readings.of(Observable.QBER, 0.02));
    }

    private static TelemetryEvent failure(String link, String id, Instant time) {
        return new AuthFailure(Header.ofLink(new EventId(id), time, link), null, null, null, null, 1);
    }
}
