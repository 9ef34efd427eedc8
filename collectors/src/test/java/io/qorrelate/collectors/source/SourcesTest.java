package io.qorrelate.collectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.MockKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private static final String EAST = "  - {id: east, type: beacon, target: e~f, interval: 1s}\n";
    private static final String WEST = "  - {id: west, type: beacon, target: w~x, interval: 1s}\n";

    @TempDir
    private Path folder;

    private final Beacon beacon = new Beacon();

    private Path write(String... sources) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), "sources:\n" + String.join("", sources));
    }

    private Sources start(MockKafka kafka, Path file) throws IOException {
        return new SourcesSettings(file, List.of(beacon), Duration.ofMillis(50)).open(kafka.context());
    }

    private static double gauge(MockKafka kafka, String name, String source) {
        Gauge gauge = kafka.registry().find(name).tag("source", source).gauge();
        assertThat(gauge).as(name + " of " + source).isNotNull();
        return gauge.value();
    }

    private static @Nullable Gauge find(MockKafka kafka, String source) {
        return kafka.registry()
                .find("qorrelate.source.silent")
                .tag("source", source)
                .gauge();
    }

    @Test
    void everySourceIsPolledAndItsEventsArePublished() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST, WEST))) {
            await().until(() -> beacon.asked("e~f") >= 2 && beacon.asked("w~x") >= 2);

            assertThat(sources.count()).isEqualTo(2);
            assertThat(kafka.eventTexts())
                    .anySatisfy(event -> assertThat(event).contains("e~f"))
                    .anySatisfy(event -> assertThat(event).contains("w~x"));
            await().until(() -> kafka.count("qorrelate.source.events", "source", "east") >= 1);
            assertThat(kafka.count("qorrelate.source.polls", "source", "east", "outcome", "ok"))
                    .isPositive();
            assertThat(gauge(kafka, "qorrelate.source.circuit", "east")).isZero();
            assertThat(gauge(kafka, "qorrelate.source.last.success.age", "east"))
                    .isLessThan(2);
            assertThat(gauge(kafka, "qorrelate.source.silent", "east")).isZero();
        }
    }

    @Test
    void aChangedFileStartsWhatIsNewStopsWhatIsGoneAndLeavesTheRestAlone() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST, WEST))) {
            write("# rewritten, and the same\n", EAST, "  - {id: north, type: beacon, target: n~o, interval: 1s}\n");
            await().until(() -> beacon.asked("n~o") >= 1);
            int west = beacon.asked("w~x");

            assertThat(find(kafka, "west")).isNull();
            assertThat(find(kafka, "north")).isNotNull();
            await().until(() -> beacon.asked("n~o") >= 3);
            assertThat(beacon.asked("w~x")).isEqualTo(west);
            assertThat(beacon.opened("east")).isEqualTo(1);
            assertThat(sources.count()).isEqualTo(2);

            write(EAST.replace("e~f", "e~g"));
            await().until(() -> beacon.asked("e~g") >= 1);
            assertThat(beacon.opened("east")).isEqualTo(2);
        }
    }

    @Test
    void anAnswerThatOverflowsOurStackIsNotTheLastOneThatIsAskedFor() throws Exception {
        beacon.hostile.add("e~f");
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST))) {
            assertThat(sources.count()).isEqualTo(1);
            await().until(() -> beacon.asked("e~f") >= 1);
            beacon.hostile.clear();
            await().until(() -> kafka.count("qorrelate.source.events", "source", "east") >= 1);
            assertThat(kafka.count("qorrelate.source.polls", "source", "east", "outcome", "fault"))
                    .isPositive();
        }
    }

    @Test
    void aBrokenFileKeepsTheOldSourcesAndSaysSo() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST))) {
            write(EAST, "  - {id: west, type: beakon, target: w~x}\n");
            await().until(() -> !sources.isValid());

            assertThat(kafka.registry()
                            .get("qorrelate.sources.file.valid")
                            .gauge()
                            .value())
                    .isZero();
            int before = beacon.asked("e~f");
            await().until(() -> beacon.asked("e~f") > before);
            Files.delete(folder.resolve("sources.yml"));
            await().until(() -> !sources.isValid());

            write(EAST, WEST);
            await().until(() -> beacon.asked("w~x") >= 1);
            assertThat(sources.isValid()).isTrue();
            assertThat(beacon.opened("east")).isEqualTo(1);
        }
    }

    @Test
    void whatCannotStartAtFirstIsAnErrorAndLaterIsTriedAgain() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            beacon.taken.add("w~x");
            Path both = write(EAST, WEST);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> start(kafka, both))
                    .withMessage("'w~x' is taken");

            try (Sources sources = start(kafka, write(EAST))) {
                write(EAST, WEST);
                await().until(() -> kafka.count("qorrelate.sources.reloads") >= 1);
                assertThat(sources.count()).isEqualTo(1);
                beacon.taken.clear();
                await().until(() -> beacon.asked("w~x") >= 1);
            }
        }
    }

    @Test
    void aDeadSourceOpensItsCircuitAndGoesSilentWhileTheOthersGoOn() throws Exception {
        beacon.dead.add("w~x");
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST, WEST))) {
            await().atMost(Duration.ofSeconds(15)).until(() -> gauge(kafka, "qorrelate.source.circuit", "west") == 2);
            await().until(() -> gauge(kafka, "qorrelate.source.silent", "west") >= 3);

            assertThat(gauge(kafka, "qorrelate.source.silent", "east")).isZero();
            assertThat(kafka.count("qorrelate.source.polls", "source", "west", "outcome", "unreachable"))
                    .isEqualTo(3);
            assertThat(sources.count()).isEqualTo(2);

            beacon.dead.clear();
            await().atMost(Duration.ofSeconds(10)).until(() -> gauge(kafka, "qorrelate.source.silent", "west") == 0);
            await().until(() -> gauge(kafka, "qorrelate.source.circuit", "west") == 0);
        }
    }

    @Test
    void whileKafkaIsAwayNobodyIsAskedAndNobodyCountsAsSilent() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = start(kafka, write(EAST))) {
            await().until(() -> beacon.asked("e~f") >= 1);
            kafka.goAway();
            // Long enough for the round under way.
            Thread.sleep(1_100);
            int before = beacon.asked("e~f");
            Thread.sleep(3_500);

            assertThat(beacon.asked("e~f")).isEqualTo(before);
            assertThat(gauge(kafka, "qorrelate.source.silent", "east")).isZero();
            assertThat(kafka.count("qorrelate.backpressure", "collector", "beacon"))
                    .isPositive();
            kafka.comeBack();
            await().until(() -> beacon.asked("e~f") > before);
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void withABufferOnDiskAllAreAskedWhileKafkaIsAwayAndNothingIsLostOverARestart() throws Exception {
        Path file = write(EAST, WEST);
        List<String> before;
        try (MockKafka kafka = MockKafka.acknowledging()) {
            try (Sources sources = startWithBuffer(kafka, file)) {
                await().until(() -> !kafka.events().isEmpty());
                kafka.goAway();
                int asked = beacon.asked("e~f");
                await().until(() -> beacon.asked("e~f") >= asked + 3);
                assertThat(gauge(kafka, "qorrelate.source.silent", "east")).isZero();
                assertThat(kafka.registry()
                                .get("qorrelate.buffer.waiting")
                                .gauge()
                                .value())
                        .isGreaterThanOrEqualTo(3);
                assertThat(sources.count()).isEqualTo(2);
            }
            before = kafka.eventTexts();
        }
        try (MockKafka kafka = MockKafka.acknowledging()) {
            kafka.goAway();
            try (Sources sources = startWithBuffer(kafka, file)) {
                int asked = beacon.asked("e~f");
                await().until(() -> beacon.asked("e~f") >= asked + 1);
                assertThat(kafka.events()).isEmpty();
                kafka.comeBack();
                await().until(() ->
                        kafka.registry().get("qorrelate.buffer.waiting").gauge().value() == 0
                                && kafka.count("qorrelate.source.events", "source", "east") > asked);
                assertThat(sources.isValid()).isTrue();
            }
            List<String> all = new ArrayList<>(before);
            all.addAll(kafka.eventTexts());
            List<Integer> rounds = rounds(all, "e~f");
            assertThat(rounds).isSorted();
            assertThat(rounds)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, rounds.getLast()).boxed().toList());
            assertThat(rounds(all, "w~x")).isSorted().startsWith(1, 2, 3);
        }
    }

    private Sources startWithBuffer(MockKafka kafka, Path file) throws IOException {
        CollectorContext context = kafka.context();
        return new SourcesSettings(file, List.of(beacon), Duration.ofMillis(50))
                .open(new CollectorContext(
                        context.intake(),
                        context.publisher(),
                        context.registry(),
                        context.clock(),
                        folder.resolve("state")));
    }

    private static List<Integer> rounds(List<String> events, String link) {
        return events.stream()
                .filter(event -> event.contains("\"" + link + "\""))
                .map(event -> Integer.parseInt(event.replaceFirst(".*\"stored_keys\":(\\d+).*", "$1")))
                .toList();
    }
}
