package io.qorrelate.collectors.buffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskBufferTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicReference<Instant> now = new AtomicReference<>(MockKafka.NOW);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "\u00EB", "7", "9223372036854775807 0", "0 9999999999999999999", "-1 -1"})
    void aCursorThatIsSpoiltCostsThatSomethingIsSentAgain(String spoilt) throws Exception {
        try (DiskBuffer buffer = open()) {
            buffer.append(List.of(event(1), event(2)));
        }
        Files.writeString(folder.resolve("cursor"), spoilt, ISO_8859_1);
        Files.writeString(folder.resolve("99999999999999999999.segment"), "of no number that ever was");

        try (DiskBuffer buffer = open()) {
            assertThat(ids(buffer.next(10, 1 << 20, SHORT).kept())).containsExactly(1, 2);
            buffer.append(List.of(event(3)));
        }
    }

    @Test
    void whatWasKeptComesBackAsItWasInItsOrder() throws Exception {
        Intake rejected = new Intake.Rejected(new byte[] {0, -1, 7}, 90, RejectReason.TOO_LARGE, "too much of it");
        try (DiskBuffer buffer = open()) {
            assertThat(buffer.isEmpty()).isTrue();
            buffer.append(List.of(event(1), event(2)));
            buffer.append(List.of(new Kept("syslog", "m", "10.0.0.1", MockKafka.NOW, rejected)));
            assertThat(buffer.isEmpty()).isFalse();

            DiskBuffer.Batch batch = buffer.next(10, 1 << 20, SHORT);
            assertThat(ids(batch.kept().subList(0, 2))).containsExactly(1, 2);
            assertThat(batch.kept().get(2)).satisfies(kept -> {
                assertThat(kept.type()).isEqualTo("syslog");
                assertThat(kept.source()).isEqualTo("m");
                assertThat(kept.position()).isEqualTo("10.0.0.1");
                assertThat(kept.since()).isEqualTo(MockKafka.NOW);
                assertThat(kept.intake()).usingRecursiveComparison().isEqualTo(rejected);
            });
            assertThat(buffer.next(10, 1 << 20, SHORT).kept()).hasSize(3);
            buffer.done(batch);
            assertThat(buffer.isEmpty()).isTrue();
            assertThat(buffer.next(10, 1 << 20, SHORT).kept()).isEmpty();
            assertThat(segments()).isEmpty();
        }
    }

    @Test
    void afterARestartItGoesOnBehindWhatKafkaHas() throws Exception {
        try (DiskBuffer buffer = open()) {
            buffer.append(IntStream.range(0, 10).mapToObj(DiskBufferTest::event).toList());
            buffer.done(buffer.next(4, 1 << 20, SHORT));
        }
        try (DiskBuffer buffer = open()) {
            buffer.append(List.of(event(10)));
            assertThat(drained(buffer)).containsExactly(4, 5, 6, 7, 8, 9, 10);
        }
    }

    @Test
    void ofAFileThatBreaksOffAnywhereAllWholeEntriesAreThere() throws Exception {
        Random chance = new Random(7);
        for (int round = 0; round < 50; round++) {
            try (DiskBuffer buffer = open()) {
                buffer.append(
                        IntStream.range(0, 20).mapToObj(DiskBufferTest::event).toList());
            }
            Path segment = segments().getFirst();
            long length = Files.size(segment);
            long kept = chance.nextLong(length);
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                file.setLength(kept);
                if (round % 2 == 0) {
                    // A file system may give back the length and not the content.
                    file.setLength(length);
                }
            }
            int whole = (int) (kept * 20 / length);
            try (DiskBuffer buffer = open()) {
                List<Integer> events = drained(buffer);
                assertThat(events)
                        .isEqualTo(IntStream.range(0, events.size()).boxed().toList());
                assertThat(events.size()).isBetween(whole - 1, whole + 1);
                buffer.append(List.of(event(99)));
                assertThat(drained(buffer)).containsExactly(99);
            }
        }
    }

    @Test
    void damageInTheMiddleCostsTheRestOfItsSegmentAndIsCounted() throws Exception {
        fill(3);
        List<Path> segments = segments();
        try (RandomAccessFile file = new RandomAccessFile(segments.get(1).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int before = file.read();
            file.seek(file.length() / 2);
            file.write(before ^ 1);
        }
        try (DiskBuffer buffer = open()) {
            List<Integer> events = drained(buffer);
            assertThat(events).isSorted().doesNotHaveDuplicates().contains(0);
            assertThat(events.size()).isBetween(lastOf(3) * 2 / 3, lastOf(3));
            assertThat(events.getLast()).isEqualTo(lastOf(3));
        }
        assertThat(registry.counter("qorrelate.buffer.dropped", "reason", "damaged")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whereThereIsNoMoreRoomTheOldestGoesAndIsCounted() throws Exception {
        try (DiskBuffer buffer = DiskBuffer.open(
                new BufferSettings(folder, BufferSettings.MIN_MAX_BYTES, Duration.ofHours(1), Duration.ofSeconds(1)),
                now::get,
                registry)) {
            int count = 0;
            while (registry.counter("qorrelate.buffer.dropped", "reason", "full")
                            .count()
                    == 0) {
                buffer.append(List.of(large(count++)));
            }
            double dropped = registry.counter("qorrelate.buffer.dropped", "reason", "full")
                    .count();
            assertThat(size()).isLessThanOrEqualTo(BufferSettings.MIN_MAX_BYTES);
            assertThat(registry.get("qorrelate.buffer.waiting").gauge().value()).isEqualTo(count - dropped);
            assertThat(ids(buffer.next(1, 1, SHORT).kept())).containsExactly((int) dropped);
        }
    }

    @Test
    void aBatchThatWasDroppedWhileItWasOnItsWayTakesNothingElseWithIt() throws Exception {
        try (DiskBuffer buffer = open()) {
            buffer.append(List.of(event(1)));
            DiskBuffer.Batch batch = buffer.next(10, 1 << 20, SHORT);
            now.set(MockKafka.NOW.plus(Duration.ofHours(25)));
            assertThat(buffer.next(10, 1 << 20, SHORT).kept()).isEmpty();
            buffer.append(List.of(event(2)));
            buffer.done(batch);
            assertThat(drained(buffer)).containsExactly(2);
        }
        assertThat(registry.counter("qorrelate.buffer.dropped", "reason", "too_old")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void twoProcessesDoNotShareABuffer() throws Exception {
        try (DiskBuffer buffer = open()) {
            assertThat(buffer.isEmpty()).isTrue();
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("--data-dir");
        }
    }

    @Test
    void anInterruptedThreadDoesNoHarm() throws Exception {
        try (DiskBuffer buffer = open()) {
            Thread writer = new Thread(() -> {
                Thread.currentThread().interrupt();
                try {
                    buffer.append(List.of(event(1)));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            writer.join();
            buffer.append(List.of(event(2)));
            assertThat(drained(buffer)).containsExactly(1, 2);
        }
    }

    private DiskBuffer open() throws IOException {
        return DiskBuffer.open(BufferSettings.in(folder), now::get, registry);
    }

    /** So many segments, nearly full. */
    private void fill(int segments) throws IOException {
        try (DiskBuffer buffer = open()) {
            for (int i = 0; i <= lastOf(segments); i++) {
                buffer.append(List.of(large(i)));
            }
        }
        assertThat(segments()).hasSize(segments);
    }

    private static int lastOf(int segments) {
        return segments * 31 - 1;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private long size() throws IOException {
        long size = 0;
        for (Path segment : segments()) {
            size += Files.size(segment);
        }
        return size;
    }

    private static List<Integer> drained(DiskBuffer buffer) throws InterruptedException {
        List<Integer> ids = new ArrayList<>();
        DiskBuffer.Batch batch = buffer.next(7, 1 << 20, SHORT);
        while (!batch.kept().isEmpty()) {
            ids.addAll(ids(batch.kept()));
            buffer.done(batch);
            batch = buffer.next(7, 1 << 20, SHORT);
        }
        return ids;
    }

    private static Kept event(int number) {
        return kept(Samples.quality("a~b", 1).replace("a~b-1", Integer.toString(number)));
    }

    /** Half a MiB. */
    private static Kept large(int number) {
        return kept(Samples.ofSize(1 << 19).replace("ams-1~del-1-1\"", number + "\""));
    }

    private static Kept kept(String json) {
        try {
            TelemetryEvent event = TelemetryJson.read(json);
            return new Kept("beacon", "lamp", "here", MockKafka.NOW, new Intake.Accepted(event, json.getBytes(UTF_8)));
        } catch (InvalidEvent e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> ids(List<Kept> kept) {
        return kept.stream()
                .map(each -> switch (each.intake()) {
                    case Intake.Accepted accepted ->
                        Integer.parseInt(accepted.event().id().value());
                    case Intake.Rejected rejected -> -1;
                })
                .toList();
    }
}
