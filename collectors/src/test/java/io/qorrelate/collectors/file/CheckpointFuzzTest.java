package io.qorrelate.collectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that is spoilt costs that its file is read again, or what it says of another place in it. */
class CheckpointFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void checkpoints() throws IOException {
        Path file = folder.resolve("telemetry.ndjson");
        Path kept = folder.resolve("kept");
        Files.writeString(file, Samples.quality("a~b", 1) + "\n");
        readOnce(file, kept);
        Path place = Checkpoint.place(kept, file);
        List<byte[]> sound = List.of(
                Files.readAllBytes(place),
                "{\"file\":\"/x\",\"key\":null,\"head\":\"eyJ0aW1lIjo=\",\"offset\":0}".getBytes(UTF_8));
        Fuzz.survive("checkpoints", sound, input -> {
            Files.write(place, input);
            if (Checkpoint.load(place) != null) {
                readOnce(file, kept);
            }
        });
    }

    private static void readOnce(Path file, Path kept) throws IOException {
        try (MockKafka kafka = MockKafka.acknowledging();
                FileCollector collector =
                        FileCollectorSettings.once(List.of(file), kept).open(kafka.context())) {
            assertThat(collector.finished()).succeedsWithin(Duration.ofSeconds(30));
            assertThat(kafka.deadLetters().size() + kafka.events().size()).isLessThanOrEqualTo(1);
        }
    }
}
