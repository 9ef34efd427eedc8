package io.qorrelate.collectors.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a loss of power, or a disk, may make of the files: what is sound is found, and the rest is let go. */
class BufferFuzzTest {
    @TempDir
    private Path folder;

    private static Kept event(int second) {
        byte[] json = Samples.quality("a~b", second).getBytes(UTF_8);
        return new Kept("mqtt", "broker", "qkd/a", MockKafka.NOW, Fuzzed.INTAKE.read(json, 0, json.length));
    }

    private static Kept rejection() {
        Intake rejected = new Intake.Rejected(new byte[] {0, -1, 7}, 90, RejectReason.TOO_LARGE, "too much of it");
        return new Kept("syslog", "m", "10.0.0.1", MockKafka.NOW, rejected);
    }

    private DiskBuffer open() throws IOException {
        return DiskBuffer.open(
                BufferSettings.in(folder), InstantSource.fixed(MockKafka.NOW), new SimpleMeterRegistry());
    }

    private void empty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private void drain() throws IOException, InterruptedException {
        try (DiskBuffer buffer = open()) {
            while (!buffer.isEmpty()) {
                DiskBuffer.Batch batch = buffer.next(100, 1 << 20, Duration.ofMillis(1));
                Fuzzed.check(batch.kept().stream().map(Kept::intake).toList());
                buffer.done(batch);
            }
            buffer.append(List.of(event(3)));
            assertThat(buffer.isEmpty()).isFalse();
        }
    }

    private byte[] segment() throws IOException {
        empty();
        try (DiskBuffer buffer = open()) {
            buffer.append(List.of(event(1), rejection(), event(2)));
        }
        try (Stream<Path> files = Files.list(folder)) {
            return Files.readAllBytes(files.filter(file -> file.toString().endsWith(".segment"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    /** Each input as a segment, and as the file that says how far it is in Kafka. */
    @Test
    void files() throws IOException {
        byte[] segment = segment();
        List<byte[]> sound = List.of(segment, "7 0\n".getBytes(UTF_8), ("7 " + segment.length + "\n").getBytes(UTF_8));
        Fuzz.survive("files of the buffer on disk", sound, input -> {
            recover(input, "0 0".getBytes(UTF_8));
            recover(segment, input);
        });
    }

    private void recover(byte[] segment, byte[] cursor) throws IOException, InterruptedException {
        empty();
        Files.write(folder.resolve("00000000000000000007.segment"), segment);
        Files.write(folder.resolve("cursor"), cursor);
        drain();
    }

    /** Whose checksum is right: what another version, or another program, wrote. */
    @Test
    void entries() {
        Fuzz.survive(
                "entries of the buffer on disk",
                List.of(event(1).write(), rejection().write()),
                input -> {
                    Kept kept;
                    try {
                        kept = Kept.read(input);
                    } catch (IOException e) {
                        return;
                    }
                    assertThat(Kept.read(kept.write()).write()).isEqualTo(kept.write());
                });
    }
}
