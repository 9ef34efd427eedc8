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
 * Feeds a collector for so many seconds, and tells events a second, CPU time, what a producer alone takes for the same, and its memory over
 * the time. Arguments: {@code http}, {@code syslog-tcp}, {@code syslog-udp} or {@code polls}; seconds; for polls the targets, else events a
 * second, which may be left out but for UDP: as many as are taken.
 */
public final class CollectorLoad {
    private static final double NANOS = 1e9;
    private static final int BODY_EVENTS = 2_000;
    private static final int SENDERS = 4;
    private static final int WARM_UP_SECONDS = 10;
    private static final long SHORTEST_PAUSE_NANOS = 2_000_000;

    /** Three intervals: all have been asked, and their connections are there. */
    private static final int POLLS_WARM_UP_SECONDS = 30;

    /** One target in so many is a key management entity that wants a certificate. */
    private static final int KME_EVERY = 10;

    private static final Duration SETTLE_WITHIN = Duration.ofSeconds(60);
    private static final Pattern ACCEPTED = Pattern.compile("(?m)^qorrelate_events_total\\{[^}]*} (\\S+)$");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final int httpPort = Ports.free();
    private final int metricsPort = Ports.free();
    private final int syslogPort = Ports.free();
    private final AtomicLong sent = new AtomicLong();
    private final Polls polls = new Polls();

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
        Targets targets = scenario.equals("polls") ? new Targets(folder, polls) : null;
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
                if (targets == null) {
                    feed(scenario, WARM_UP_SECONDS, size);
                    settle();
                } else {
                    Thread.sleep(Duration.ofSeconds(POLLS_WARM_UP_SECONDS));
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
        long before = accepted();
        long offered = sent.get();
        Duration cpu = collector.cpu();
        long begin = System.nanoTime();
        Memory memory = Memory.watch(collector.pid(), seconds);
        try (memory) {
            if (scenario.equals("polls")) {
                polls.count(kafka, "qkd.telemetry", seconds);
            } else {
                feed(scenario, seconds, size);
                settle();
            }
        }
        double wall = (System.nanoTime() - begin) / NANOS;
        double cpuSeconds = (collector.cpu().toNanos() - cpu.toNanos()) / NANOS;
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
        if (scenario.equals("polls")) {
            out.printf(
                    Locale.ROOT,
                    "polls: %,d events are in Kafka, in %.1f s: %,.0f a second%n",
                    events,
                    wall,
                    events / wall);
            polls.print(out);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d of %,d sent are in Kafka, in %.1f s: %,.0f a second%n",
                    scenario,
                    events,
                    sent.get() - offered,
                    wall,
                    events / wall);
        }
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
        memory.print(out);
    }

    /**
     * Sends.
     *
     * @param perSecond 0 for as many as are taken
     */
    private void feed(String scenario, int seconds, int perSecond) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        switch (scenario) {
            case "http" -> together(number -> post(number, end, new Pace((double) perSecond / SENDERS)));
            case "syslog-tcp" -> together(number -> stream(number, end, new Pace((double) perSecond / SENDERS)));
            case "syslog-udp" -> datagrams(end, new Pace(perSecond));
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

    /** Keeps a sender from being faster than asked for; who was kept waiting catches up. */
    private static final class Pace {
        private final double perSecond;
        private final long begin = System.nanoTime();
        private long done;

        /**
         * @param perSecond 0 for no limit
         */
        Pace(double perSecond) {
            this.perSecond = perSecond;
        }

        void done(int count) throws InterruptedException {
            done += count;
            long early = perSecond == 0 ? 0 : begin + (long) (done * NANOS / perSecond) - System.nanoTime();
            // A sleep is not exact to less than this.
            if (early > SHORTEST_PAUSE_NANOS) {
                Thread.sleep(Duration.ofNanos(early));
            }
        }
    }

    private void post(int number, long end, Pace pace) throws Exception {
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
                pace.done(BODY_EVENTS);
            } else if (status == 429 || status == 503) {
                Thread.sleep(100);
            } else {
                throw new IOException("answered " + status);
            }
        }
    }

    private void stream(int number, long end, Pace pace) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), syslogPort);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 << 10)) {
            for (int i = number; System.nanoTime() < end; i += SENDERS) {
                out.write((Telemetry.log(i) + "\n").getBytes(StandardCharsets.UTF_8));
                sent.incrementAndGet();
                pace.done(1);
            }
        }
    }

    private void datagrams(long end, Pace pace) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), syslogPort);
            for (int i = 0; System.nanoTime() < end; i++) {
                byte[] message = Telemetry.log(i).getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(message, message.length, to));
                sent.incrementAndGet();
                pace.done(1);
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
}
