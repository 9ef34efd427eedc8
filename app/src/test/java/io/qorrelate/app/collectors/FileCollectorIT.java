package io.qorrelate.app.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.file.FileCollector;
import io.qorrelate.collectors.file.FileCollectorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Servers.class)
class FileCollectorIT {
    @TempDir
    Path folder;

    @Test
    void tenThousandLinesArriveOnceInOrderAndBadOnesReachTheDeadLetters(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        Story story = new Story("file-it-order-", 7, 10_000);
        List<String> lines = new ArrayList<>(story.lines());
        lines.add(5_000, "{\"time\":\t broken");
        Path file = folder.resolve("telemetry.ndjson");
        Files.writeString(file, String.join("\r\n", lines), UTF_8);

        try (Collectors collectors =
                start(servers, FileCollectorSettings.once(List.of(file), folder.resolve("state")))) {
            assertThat(collectors.running(FileCollector.class).getFirst().finished())
                    .succeedsWithin(Duration.ofSeconds(30));
        }

        assertThat(topics.idsByLink("file-it-order-")).isEqualTo(story.idsByLink());
        assertThat(topics.deadLetters(file.toString())).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isEqualTo("{\"time\":\t broken".getBytes(UTF_8));
            assertThat(KafkaTopics.header(letter, "reason")).isEqualTo("not_json");
            assertThat(KafkaTopics.header(letter, "collector")).isEqualTo("file");
        });
    }

    @Test
    void aFollowedFileLosesNothingOverARestartAndARotation(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        Story story = new Story("file-it-tail-", 3, 4_000);
        List<String> lines = story.lines();
        Path file = folder.resolve("telemetry.ndjson");
        FileCollectorSettings settings = FileCollectorSettings.tail(List.of(file), folder.resolve("state"));

        append(file, lines.subList(0, 1_000));
        try (Collectors collectors = start(servers, settings)) {
            awaitEvents(topics, 1_000);
            append(file, lines.subList(1_000, 2_000));
            assertThat(collectors.running(FileCollector.class)).hasSize(1);
        }
        Files.move(file, folder.resolve("telemetry.ndjson.1"));
        append(file, lines.subList(2_000, 3_000));
        try (Collectors collectors = start(servers, settings)) {
            awaitEvents(topics, 3_000);
            Files.move(file, folder.resolve("telemetry.ndjson.2"));
            append(file, lines.subList(3_000, 4_000));
            awaitEvents(topics, 4_000);
            assertThat(collectors.publisher().problem()).isNull();
        }

        assertThat(topics.idsByLink("file-it-tail-"))
                .allSatisfy((link, ids) -> assertThat(ids.stream().distinct())
                        .containsExactlyElementsOf(story.idsByLink().get(link)));
    }

    private static Collectors start(Servers.Running servers, FileCollectorSettings settings) throws Exception {
        return Collectors.start(
                new PublisherSettings(servers.bootstrapServers()), List.of(settings), new SimpleMeterRegistry());
    }

    private static void append(Path file, List<String> lines) throws Exception {
        Files.writeString(file, String.join("\n", lines) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void awaitEvents(KafkaTopics topics, int count) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(topics.idsByLink("file-it-tail-").values().stream()
                                .flatMap(List::stream)
                                .distinct())
                        .hasSize(count));
    }
}
