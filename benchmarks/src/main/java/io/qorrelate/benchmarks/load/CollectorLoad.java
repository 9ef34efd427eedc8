package io.qorrelate.benchmarks.load;

import io.qorrelate.app.embedded.Ports;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a collector for so many seconds, and tells events a second, CPU time, what a producer alone takes for the same, and the heap after
 * garbage collections over the time. Arguments: {@code http}, {@code syslog-tcp}, {@code syslog-udp} or {@code polls}; seconds; for UDP the
 * messages a second, for polls the targets.
 */
public final class CollectorLoad {
    private static final double NANOS = 1e9;
    private static final int BODY_EVENTS = 2_000;
    private static final int SENDERS = 4;
    private static final int WARM_UP_SECONDS = 10;

    /** Three intervals: all have been asked, and their connections are there. */
    private static final int POLLS_WARM_UP_SECONDS = 30;

    /** One target in so many is a key management entity that wants a certificate. */
    private static final int KME_EVERY = 10;

    private static final Duration SETTLE_WITHIN = Duration.ofSeconds(60);
    private static final Pattern ACCEPTED = Pattern.compile("(?m)^qorrelate_events_total\\{[^}]*} (\\S+)$");
    private static final Pattern USED = Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)$");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final int httpPort = Ports.free();
    private final int metricsPort = Ports.free();
    private final int syslogPort = Ports.free();
    private final AtomicLong sent = new AtomicLong();

    private CollectorLoad() {}

    /** Runs one of them. */
    public static void main(String[] arguments) throws Exception {
        new CollectorLoad()
                .run(
                        arguments[0],
                        Integer.parseInt(arguments[1]),
                        arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0);
    }

    private void run(String scenario, int seconds, int size) throws Exception {
        Path folder = Files.createTempDirectory("collector-load");
        Targets targets = scenario.equals("polls") ? new Targets(folder, sent) : null;
        try (Child broker = Child.start(
                Broker.class.getName(),
                List.of("-Xmx1g"),
                List.of(folder.resolve("kafka").toString(), "0"))) {
            List<String> arguments = new ArrayList<>(List.of("collect", "--kafka", broker.told()));
            arguments.addAll(List.of("--http-port", Integer.toString(httpPort)));
            arguments.addAll(List.of("--metrics-port", Integer.toString(metricsPort)));
            arguments.addAll(List.of("--data-dir", folder.resolve("data").toString()));
            arguments.addAll(List.of(
                    "--sources", sources(folder, scenario, targets, size).toString()));
            try (Child collector = Child.silent("io.qorrelate.app.Main", List.of("-Xmx512m"), arguments)) {
                awaitReady(collector);
                feed(scenario, scenario.equals("polls") ? POLLS_WARM_UP_SECONDS : WARM_UP_SECONDS, size);
                if (!scenario.equals("polls")) {
                    settle();
                }
                measure(scenario, seconds, size, collector, broker.told());
            }
        } finally {
            if (targets != null) {
                targets.close();
            }
            http.close();
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private void measure(String scenario, int seconds, int size, Child collector, String kafka) throws Exception {
        List<Double> heap = new ArrayList<>();
        long before = accepted();
        long offered = sent.get();
        Duration cpu = collector.cpu();
        long begin = System.nanoTime();
        // With thousands of sources a look at the metrics costs the collector more than their polls.
        Duration lookEvery = Duration.ofMillis(scenario.equals("polls") ? seconds * 50L : 200);
        Thread watch = Thread.ofVirtual().start(() -> watch(heap, lookEvery));
        feed(scenario, seconds, size);
        if (!scenario.equals("polls")) {
            settle();
        }
        double wall = (System.nanoTime() - begin) / NANOS;
        double cpuSeconds = (collector.cpu().toNanos() - cpu.toNanos()) / NANOS;
        watch.interrupt();
        watch.join();
        long events = accepted() - before;
        String[] baseline;
        try (Child producer = Child.start(
                ProducerAlone.class.getName(),
                List.of("-Xmx512m"),
                List.of(kafka, "qkd.telemetry", Long.toString(Math.max(100_000, Math.min(events, 1_000_000)))))) {
            baseline = producer.told().split(" ", -1);
        }
        long alone = Math.max(100_000, Math.min(events, 1_000_000));
        double aloneWall = Long.parseLong(baseline[0]) / NANOS;
        double aloneCpu = Long.parseLong(baseline[1]) / NANOS;
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "%s: %,d of %,d sent are in Kafka, in %.1f s: %,.0f a second%n",
                scenario,
                events,
                sent.get() - offered,
                wall,
                events / wall);
        out.printf(
                Locale.ROOT,
                "CPU seconds for 10 000 events: collector %.3f, producer alone %.3f, ratio %.1f%n",
                cpuSeconds / events * 1e4,
                aloneCpu / alone * 1e4,
                cpuSeconds / events / (aloneCpu / alone));
        out.printf(
                Locale.ROOT,
                "producer alone: %,.0f a second; collector at %.2f of it; collector's CPU use %.2f cores%n",
                alone / aloneWall,
                events / wall / (alone / aloneWall),
                cpuSeconds / wall);
        out.printf(Locale.ROOT, "lowest heap in MB over each tenth of the time: %s%n", tenths(heap));
    }

    private void feed(String scenario, int seconds, int size) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        switch (scenario) {
            case "http" -> together(number -> post(number, end));
            case "syslog-tcp" -> together(number -> stream(number, end));
            case "syslog-udp" -> datagrams(end, size);
            case "polls" -> Thread.sleep(Duration.ofSeconds(seconds));
            default -> throw new IllegalArgumentException("no scenario " + scenario);
        }
    }

    @FunctionalInterface
    private interface Sender {
        void send(int number) throws Exception;
    }

    private static void together(Sender sender) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    sender.send(number);
                } catch (Exception e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private void post(int number, long end) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < BODY_EVENTS; i++) {
            lines.append(Telemetry.event(i, number * BODY_EVENTS + i)).append('\n');
        }
        byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/v1/telemetry"))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        while (System.nanoTime() < end) {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status == 202) {
                sent.addAndGet(BODY_EVENTS);
            } else if (status == 429 || status == 503) {
                Thread.sleep(100);
            } else {
                throw new IOException("answered " + status);
            }
        }
    }

    private void stream(int number, long end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), syslogPort);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10)) {
            for (int i = number; System.nanoTime() < end; i += SENDERS) {
                out.write((Telemetry.log(i) + "\n").getBytes(StandardCharsets.UTF_8));
                sent.incrementAndGet();
            }
        }
    }

    private void datagrams(long end, int perSecond) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), syslogPort);
            long begin = System.nanoTime();
            for (int i = 0; System.nanoTime() < end; i++) {
                byte[] message = Telemetry.log(i).getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(message, message.length, to));
                sent.incrementAndGet();
                long due = begin + (long) (i * NANOS / perSecond);
                if (i % 100 == 0 && due > System.nanoTime()) {
                    Thread.sleep(Duration.ofNanos(due - System.nanoTime()));
                }
            }
        }
    }

    private Path sources(Path folder, String scenario, @Nullable Targets targets, int size) throws IOException {
        StringBuilder yaml = new StringBuilder("sources:\n");
        String transport = scenario.equals("syslog-udp") ? "udp" : "tcp";
        yaml.append("  - {id: machines, type: syslog, target: '%s://127.0.0.1:%d'}\n".formatted(transport, syslogPort));
        for (int i = 0; targets != null && i < size; i++) {
            yaml.append(i % KME_EVERY == 0 ? targets.entity(i) : targets.exporter(i));
        }
        return Files.writeString(folder.resolve("sources.yml"), yaml);
    }

    private void awaitReady(Child collector) throws Exception {
        long end = System.nanoTime() + SETTLE_WITHIN.toNanos();
        while (System.nanoTime() < end && collector.isAlive()) {
            try {
                HttpRequest ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/ready"))
                        .build();
                if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200
                        // Sources start last.
                        && metrics().contains("\nqorrelate_sources ")) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            Thread.sleep(200);
        }
        throw new IOException("the collector did not become ready");
    }

    /** Waits until no more arrives. */
    private void settle() throws Exception {
        long before = -1;
        long now = accepted();
        long end = System.nanoTime() + SETTLE_WITHIN.toNanos();
        while (before != now && now < sent.get() && System.nanoTime() < end) {
            Thread.sleep(500);
            before = now;
            now = accepted();
        }
    }

    private long accepted() throws IOException, InterruptedException {
        return (long) sum(ACCEPTED.matcher(metrics()));
    }

    private String metrics() throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static double sum(Matcher samples) {
        double sum = 0;
        while (samples.find()) {
            sum += Double.parseDouble(samples.group(1));
        }
        return sum;
    }

    /** The used heap, often; its lowest values are what is left after a collection. */
    private void watch(List<Double> heap, Duration lookEvery) {
        try {
            while (true) {
                String metrics = metrics();
                heap.add(sum(USED.matcher(metrics)) / (1 << 20));
                Thread.sleep(lookEvery);
            }
        } catch (IOException e) {
            System.err.println("the heap can no longer be watched: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String tenths(List<Double> heap) {
        StringBuilder lowest = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            double least = Double.MAX_VALUE;
            for (int j = i * heap.size() / 10; j < (i + 1) * heap.size() / 10; j++) {
                least = Math.min(least, heap.get(j));
            }
            lowest.append(least == Double.MAX_VALUE ? " -" : String.format(Locale.ROOT, " %.0f", least));
        }
        return lowest.toString().strip();
    }
}
