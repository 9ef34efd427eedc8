package io.qorrelate.app.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.collectors.syslog.Syslog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Servers.class)
class SourcesIT {
    private static final int MESSAGES = 20_000;

    @TempDir
    Path folder;

    @Test
    void whatIsLoggedIsInKafkaOnceAlsoWhereTheFileChangesInBetween(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        int port = Ports.free();
        Path file = folder.resolve("sources.yml");
        write(file, port, "");
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Collectors collectors = Collectors.start(
                new PublisherSettings(servers.bootstrapServers()),
                List.of(new SourcesSettings(file, List.of(new Syslog()))),
                registry)) {
            await().until(() -> collectors.publisher().problem() == null);
            send(port, 0, MESSAGES);
            write(file, port, "  - {id: others, type: syslog, target: 'udp://127.0.0.1:" + Ports.free() + "'}\n");
            Sources sources = collectors.running(Sources.class).getFirst();
            await().until(() -> sources.count() == 2);
            send(port, MESSAGES, MESSAGES + 100);
            await().atMost(Duration.ofMinutes(1)).until(() -> published(registry) == MESSAGES + 100);
        }

        List<String> ids = topics.idsByLink("sources-it-a~b").get("sources-it-a~b");
        assertThat(ids).hasSize(MESSAGES + 100).doesNotHaveDuplicates();
        assertThat(topics.deadLetters("machines")).isEmpty();
    }

    private static double published(MeterRegistry registry) {
        Counter counter = registry.find("qorrelate.source.events")
                .tag("source", "machines")
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private static void write(Path file, int port, String more) throws IOException {
        Files.writeString(file, """
                sources:
                  - id: machines
                    type: syslog
                    target: tcp://127.0.0.1:%d
                    link: sources-it-a~b
                """.formatted(port) + more);
    }

    /** Beside each failed login a line that no pattern asks for. */
    private static void send(int port, int from, int to) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream())) {
            for (int i = from; i < to; i++) {
                String line = "<86>1 2026-11-23T10:00:00.000Z host sshd " + i + " - - %s\n";
                out.write(line.formatted("Failed password for root from 198.51.100.7 port 41830 ssh2")
                        .getBytes(UTF_8));
                out.write(line.formatted("Connection closed by 198.51.100.7 port 41830")
                        .getBytes(UTF_8));
            }
        }
    }
}
