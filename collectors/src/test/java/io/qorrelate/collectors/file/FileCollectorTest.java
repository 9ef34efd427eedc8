package io.qorrelate.collectors.file;

import static io.qorrelate.collectors.MockKafka.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCollectorTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private Path file;
    private Path checkpoints;

    @BeforeEach
    void places() {
        file = folder.resolve("telemetry.ndjson");
        checkpoints = folder.resolve("state");
    }

    @Test
    void onceReadsToTheEndAndALastLineWithoutALineEndCounts() throws Exception {
        write("\uFEFF" + event(1) + "\r\n\n" + event(2) + "\n" + event(3));
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(1, 2, 3);
            assertThat(kafka.count("qorrelate.events", "collector", "file", "kind", "link_quality"))
                    .isEqualTo(3);
        }
    }

    @Test
    void badLinesAreDeadLetteredAsTheyAre() throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        byte[] notUtf8 = {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'};
        lines.writeBytes((event(1) + "\n").getBytes(UTF_8));
        lines.writeBytes(notUtf8);
        lines.writeBytes(("\n{broken\n" + event(2) + "\n").getBytes(UTF_8));
        Files.write(file, lines.toByteArray());

        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(1, 2);
            assertThat(kafka.deadLetters())
                    .extracting(record -> record.value())
                    .containsExactly(notUtf8, "{broken".getBytes(UTF_8));
            assertThat(kafka.deadLetters().getFirst()).satisfies(record -> {
                assertThat(header(record, DeadLetter.SOURCE)).isEqualTo(file.toString());
                assertThat(header(record, DeadLetter.COLLECTOR)).isEqualTo("file");
                assertThat(header(record, DeadLetter.REASON)).isEqualTo("not_json");
                assertThat(header(record, TelemetryPublisher.POSITION)).isEqualTo("byte " + (event(1).length() + 1));
            });
        }
    }

    @Test
    void ofALineBeyondAllLimitsTheBeginningIsKept() throws Exception {
        int length = FragmentReader.MAX_HELD_BYTES + (3 << 20);
        write("x".repeat(length) + "\n" + event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(kafka.deadLetters()).singleElement().satisfies(record -> {
                assertThat(record.value()).hasSize(FragmentReader.MAX_HELD_BYTES);
                assertThat(header(record, DeadLetter.REASON)).isEqualTo("too_large");
                assertThat(header(record, TelemetryPublisher.TOTAL_BYTES)).isEqualTo(Integer.toString(length));
            });
            assertThat(seconds(kafka)).containsExactly(1);
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidInWords() {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            assertThatThrownBy(() -> once(kafka))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void aFileIsFollowedAsItGrowsAndAPartialLineWaits() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = tail(kafka)) {
            write(event(1) + "\n" + event(2).substring(0, 40));
            awaitSeconds(kafka, 1);
            append(event(2).substring(40));
            Thread.sleep(100);
            assertThat(seconds(kafka)).containsExactly(1);
            append("\n" + event(3) + "\n");
            awaitSeconds(kafka, 1, 2, 3);
            assertThat(kafka.deadLetters()).isEmpty();
            assertThat(collector.finished()).isNotDone();
        }
    }

    @Test
    void rotationLosesNothing() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = tail(kafka)) {
            write(event(1) + "\n");
            awaitSeconds(kafka, 1);

            Path rotated = folder.resolve("telemetry.ndjson.1");
            Files.move(file, rotated);
            Files.writeString(rotated, event(2) + "\n", StandardOpenOption.APPEND);
            write(event(3) + "\n");

            awaitSeconds(kafka, 1, 2, 3);
            append(event(4) + "\n");
            awaitSeconds(kafka, 1, 2, 3, 4);
            assertThat(collector.finished()).isNotDone();
        }
    }

    @Test
    void aTruncatedFileIsReadFromItsBeginning() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = tail(kafka)) {
            write(event(1) + "\n" + event(2) + "\n");
            awaitSeconds(kafka, 1, 2);
            write(event(3) + "\n");
            awaitSeconds(kafka, 1, 2, 3);
            write(event(4) + "\n" + event(5) + "\n" + event(6) + "\n");
            awaitSeconds(kafka, 1, 2, 3, 4, 5, 6);
            assertThat(collector.finished()).isNotDone();
        }
    }

    @Test
    void afterARestartItGoesOnWhereKafkaHadIt() throws Exception {
        write(event(1) + "\n" + event(2) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = tail(kafka)) {
            awaitSeconds(kafka, 1, 2);
            awaitCheckpoint(Files.size(file));
            assertThat(collector.finished()).isNotDone();
        }
        append(event(3) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(3);
        }
    }

    @Test
    void whatWasRotatedAwayDuringARestartIsReadToItsEndFirst() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
        }
        append(event(2) + "\n");
        Files.move(file, folder.resolve("telemetry.ndjson-20261123"));
        write(event(3) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(2, 3);
        }
    }

    @Test
    void whatWasRotatedAndCompressedDuringARestartIsReadToItsEndFirst() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
        }
        append(event(2) + "\n");
        Path rotated = folder.resolve("telemetry.ndjson.1");
        Files.move(file, rotated);
        gzip(rotated);
        write(event(3) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(2, 3);
        }
    }

    @Test
    void aFileThatWasCopiedAndTruncatedDuringARestartIsReadToItsEndFirst() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
        }
        append(event(2) + "\n");
        Files.copy(file, folder.resolve("telemetry.ndjson.1"));
        write(event(3) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(2, 3);
        }
    }

    @Test
    void aCompressedFileIsReadWithAllItsMembers() throws Exception {
        write(event(1) + "\n");
        gzip(file);
        Path first = Path.of(file + ".gz");
        write(event(2) + "\n" + event(3));
        Path second = folder.resolve("second");
        Files.move(file, second);
        gzip(second);
        Files.write(first, Files.readAllBytes(Path.of(second + ".gz")), StandardOpenOption.APPEND);
        file = first;
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aCompressedFileThatBreaksOffIsReadSoFarAndToldOf() throws Exception {
        write(IntStream.range(0, 60).mapToObj(FileCollectorTest::event).collect(joining("\n")));
        gzip(file);
        file = Path.of(file + ".gz");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 20));
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished())
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .withMessageContaining("is not sound gzip");
            assertThat(seconds(kafka)).isNotEmpty().startsWith(0, 1);
        }
    }

    @Test
    void aTableIsFollowedAndAfterARestartItsHeaderIsStillKnown() throws Exception {
        Path table = folder.resolve("quality.csv");
        Files.writeString(table, "time,qber\n2026-11-23T10:00:01Z,0.02\n");
        Path sources = folder.resolve("sources.yml");
        Files.writeString(
                sources, "sources: [{id: bench, type: file, target: " + table + ", mapping: qkd-csv, link: a~b}]");
        for (int second = 2; second <= 3; second++) {
            try (MockKafka kafka = MockKafka.acknowledging();
                    Collector collector = new SourcesSettings(sources, List.of(new TailedFile()))
                            .open(new CollectorContext(
                                    kafka.context().intake(),
                                    kafka.publisher(),
                                    kafka.registry(),
                                    kafka.context().clock(),
                                    checkpoints))) {
                int known = second == 2 ? 1 : 0;
                await().atMost(SOON).until(() -> kafka.events().size() == known);
                Files.writeString(table, "2026-11-23T10:00:0" + second + "Z,0.02\n", StandardOpenOption.APPEND);
                await().atMost(SOON).until(() -> kafka.events().size() == known + 1);
                assertThat(kafka.eventTexts().getLast())
                        .contains("10:00:0" + second + ".000Z", "\"link\":\"a~b\"", "\"source\":\"bench\"");
                assertThat(kafka.deadLetters()).isEmpty();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(
                                        kafka.count("qorrelate.source.events", "source", "bench", "type", "file"))
                                .isEqualTo(known + 1));
                assertThat(collector.finished()).isNotDone();
                try (var kept = Files.list(checkpoints.resolve("checkpoints/bench"))) {
                    long size = Files.size(table);
                    Path checkpoint = kept.findFirst().orElseThrow();
                    await().atMost(SOON).until(() -> Checkpoint.load(checkpoint).offset() == size);
                }
            }
        }
    }

    @Test
    void aFileThatBecameAnotherUnderTheSameNameIsReadFromItsBeginning() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
        }
        Path other = folder.resolve("other");
        Files.writeString(other, event(2) + "\n" + event(3) + "\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(2, 3);
        }
    }

    @Test
    void aCheckpointThatCannotBeReadCostsNothingButReadingAgain() throws Exception {
        write(event(1) + "\n");
        Files.createDirectories(checkpoints);
        Files.writeString(Checkpoint.place(checkpoints, file), "{\"offset\":");
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector = once(kafka)) {
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(1);
        }
    }

    @Test
    void theCheckpointStaysBehindWhatKafkaHasAcknowledged() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.silent();
                FileCollector collector = once(kafka)) {
            await().until(() -> !kafka.events().isEmpty());
            assertThat(Checkpoint.load(Checkpoint.place(checkpoints, file))).isNull();
            kafka.producer().completeNext();
            assertThat(collector.finished()).succeedsWithin(SOON);
            awaitCheckpoint(Files.size(file));
        }
    }

    @Test
    void whatKafkaRefusesIsSentAgain() throws Exception {
        write(event(1) + "\n" + event(2) + "\n");
        try (MockKafka kafka = MockKafka.silent();
                FileCollector collector = once(kafka)) {
            await().until(() -> kafka.events().size() == 2);
            kafka.producer().completeNext();
            kafka.producer().errorNext(new TimeoutException("expired"));
            await().until(() -> kafka.events().size() == 4);
            kafka.producer().completeNext();
            kafka.producer().completeNext();
            assertThat(collector.finished()).succeedsWithin(SOON);
            assertThat(seconds(kafka)).containsExactly(1, 2, 1, 2);
        }
    }

    @Test
    void whileKafkaIsAwayTheFileWaits() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.acknowledging()) {
            kafka.goAway();
            try (FileCollector collector = once(kafka)) {
                await().until(() -> kafka.count("qorrelate.backpressure", "collector", "file") > 0);
                assertThat(kafka.events()).isEmpty();
                kafka.comeBack();
                assertThat(collector.finished()).succeedsWithin(SOON);
                assertThat(seconds(kafka)).containsExactly(1);
            }
        }
    }

    @Test
    void closingEndsInTimeWhateverKafkaDoes() throws Exception {
        write(event(1) + "\n");
        try (MockKafka kafka = MockKafka.silent()) {
            FileCollector collector = tail(kafka);
            await().until(() -> !kafka.events().isEmpty());
            long begun = System.nanoTime();
            collector.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        }
    }

    private FileCollector once(MockKafka kafka) throws IOException {
        return FileCollectorSettings.once(List.of(file), checkpoints).open(kafka.context());
    }

    private FileCollector tail(MockKafka kafka) throws IOException {
        return new FileCollectorSettings(
                        List.of(file), FileCollectorSettings.Mode.TAIL, checkpoints, Duration.ofMillis(20))
                .open(kafka.context());
    }

    /** As logrotate does it. */
    private static void gzip(Path plain) throws Exception {
        assertThat(new ProcessBuilder("gzip", plain.toString()).start().waitFor())
                .isZero();
    }

    private static String event(int second) {
        return Samples.quality("a~b", second);
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static List<Integer> seconds(MockKafka kafka) {
        return kafka.eventTexts().stream()
                .map(text -> Integer.parseInt(text.replaceFirst(".*\"id\":\"a~b-(\\d+)\".*", "$1")))
                .toList();
    }

    private static void awaitSeconds(MockKafka kafka, int... seconds) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(seconds(kafka))
                        .isEqualTo(IntStream.of(seconds).boxed().toList()));
    }

    private void awaitCheckpoint(long offset) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Checkpoint.load(Checkpoint.place(checkpoints, file)))
                        .isNotNull()
                        .extracting(Checkpoint::offset)
                        .isEqualTo(offset));
    }
}
