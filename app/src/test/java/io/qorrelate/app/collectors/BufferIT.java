package io.qorrelate.app.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.app.servers.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exporters that are asked on while a real broker is stopped, and a collector that is killed meanwhile. */
class BufferIT {
    private static final int TARGETS = 20;
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Pattern WAITING = Pattern.compile("(?m)^qorrelate_buffer_waiting (\\S+)$");

    /** How often each was asked: what it says is this number. */
    private final AtomicIntegerArray asked = new AtomicIntegerArray(TARGETS);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int kafkaPort = Ports.free();
    private final int metricsPort = Ports.free();

    @TempDir
    Path folder;

    private @Nullable HttpServer exporters;
    private @Nullable ServerProcess kafka;
    private @Nullable Process collector;

    @AfterEach
    void stop() throws Exception {
        if (collector != null) {
            collector.destroyForcibly().waitFor();
        }
        if (kafka != null) {
            kafka.close();
        }
        if (exporters != null) {
            exporters.stop(0);
        }
        http.close();
    }

    @Test
    void whatIsAskedWhileKafkaIsAwayArrivesInOrderAlsoIfTheCollectorIsKilledMeanwhile() throws Exception {
        exporters = exporters();
        Path sources = Files.writeString(
                folder.resolve("sources.yml"), sources(exporters.getAddress().getPort()));
        kafka = ServerProcess.kafka(folder.resolve("kafka"), kafkaPort);
        KafkaTopics topics = KafkaTopics.make(kafka.address());

        collector = collect(sources);
        await().atMost(SOON).until(() -> leastAsked() >= 2 && waiting() == 0);
        kafka.close();
        int[] before = askedSoFar();
        awaitRounds(before, 3);
        await().atMost(SOON).until(() -> waiting() >= TARGETS);
        collector.destroyForcibly().waitFor();
        int[] killed = askedSoFar();

        collector = collect(sources);
        awaitRounds(killed, 2);
        assertThat(waiting()).isGreaterThanOrEqualTo(4 * TARGETS);
        kafka = ServerProcess.kafka(folder.resolve("kafka"), kafkaPort);
        await().atMost(SOON).until(() -> waiting() == 0);
        int[] drained = askedSoFar();
        awaitRounds(drained, 2);
        collector.destroy();
        assertThat(collector.onExit()).succeedsWithin(Duration.ofSeconds(20));

        Map<String, List<Integer>> told = topics.storedKeysByLink("buffer-it-");
        assertThat(told).hasSize(TARGETS);
        for (int target = 0; target < TARGETS; target++) {
            List<Integer> rounds = told.get("buffer-it-" + target);
            // What was sent twice has the same id, and is the same event.
            assertThat(rounds.stream().distinct()).as("of target " + target).isSorted();
            TreeSet<Integer> missing = new TreeSet<>(
                    IntStream.rangeClosed(1, drained[target]).boxed().toList());
            missing.removeAll(rounds);
            // At most the answer that was on its way when the collector was killed.
            assertThat(missing).as("not told of target " + target).isSubsetOf(killed[target], killed[target] + 1);
        }
    }

    private HttpServer exporters() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            int target = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            byte[] body = "qkd_stored_keys{link=\"buffer-it-%d\"} %d\n"
                    .formatted(target, asked.incrementAndGet(target))
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String sources(int port) {
        StringBuilder yaml = new StringBuilder("sources:\n");
        for (int target = 0; target < TARGETS; target++) {
            yaml.append(
                    "  - {id: exporter-%d, type: prometheus, target: 'http://127.0.0.1:%d/%d', mapping: qkd-metrics, interval: 1s}\n"
                            .formatted(target, port, target));
        }
        return yaml.toString();
    }

    private int[] askedSoFar() {
        return IntStream.range(0, TARGETS).map(asked::get).toArray();
    }

    private int leastAsked() {
        return IntStream.of(askedSoFar()).min().orElseThrow();
    }

    private void awaitRounds(int[] since, int rounds) {
        await().atMost(SOON)
                .until(() ->
                        IntStream.range(0, TARGETS).allMatch(target -> asked.get(target) >= since[target] + rounds));
    }

    /** What waits on disk, by the collector's own metrics; endlessly much while it says nothing. */
    private double waiting() throws InterruptedException {
        try {
            Matcher waiting = WAITING.matcher(http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            return waiting.find() ? Double.parseDouble(waiting.group(1)) : Double.POSITIVE_INFINITY;
        } catch (IOException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private Process collect(Path sources) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dqorrelate.home=" + System.getProperty("qorrelate.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "io.qorrelate.app.Main",
                "collect",
                "--kafka",
                "127.0.0.1:" + kafkaPort,
                "--sources",
                sources.toString()));
        command.addAll(List.of("--http-port", "0", "--metrics-port", Integer.toString(metricsPort)));
        command.addAll(List.of("--data-dir", folder.resolve("data").toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
