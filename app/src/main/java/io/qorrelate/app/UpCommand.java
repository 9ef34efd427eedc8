package io.qorrelate.app;

import io.qorrelate.app.embedded.StartupException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts everything and keeps it running. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts the whole platform, with a simulated network that streams into it, until Ctrl-C.")
final class UpCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".qorrelate",
            description = "folder of all data (default: ${DEFAULT-VALUE})")
    private Path dataDir = Path.of(".qorrelate");

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "use this Kafka instead of bringing one")
    private @Nullable String kafka;

    @Option(
            names = "--kafka-port",
            defaultValue = "9092",
            description = "port of the embedded Kafka (default: ${DEFAULT-VALUE})")
    private int kafkaPort;

    @Option(
            names = "--elasticsearch",
            paramLabel = "URL",
            description = "use this Elasticsearch instead of bringing one")
    private @Nullable URI elasticsearch;

    @Option(
            names = "--elasticsearch-port",
            defaultValue = "9200",
            description = "port of the embedded Elasticsearch (default: ${DEFAULT-VALUE})")
    private int elasticsearchPort;

    @Option(
            names = "--elasticsearch-heap",
            defaultValue = "512m",
            description = "its Java heap (default: ${DEFAULT-VALUE})")
    private String heap = "512m";

    @Option(
            names = "--http-port",
            defaultValue = "8080",
            description = "port of the HTTP collector (default: ${DEFAULT-VALUE})")
    private int httpPort;

    @Option(
            names = "--metrics-port",
            defaultValue = "9464",
            description = "port of /metrics (default: ${DEFAULT-VALUE})")
    private int metricsPort;

    @Option(
            names = "--drill-port",
            defaultValue = "8089",
            description = "port that takes orders for drills (default: ${DEFAULT-VALUE})")
    private int drillPort;

    @Option(
            names = "--topology",
            paramLabel = "FILE",
            description = "the network's topology; default: the simulated network's")
    private @Nullable Path topology;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "folder of rules; default: those that come with the platform")
    private @Nullable Path rules;

    @Option(
            names = {"--sources", "--source"},
            paramLabel = "FILE",
            description = "equipment to collect from (YAML), read anew when it changes; default: none")
    private @Nullable Path sources;

    @Option(
            names = "--simulation",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "whether a simulated network streams into it (default: ${DEFAULT-VALUE})")
    private boolean simulation = true;

    @Option(
            names = "--history",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description =
                    "how much of its past the simulated network tells at first (ISO 8601; default: ${DEFAULT-VALUE})")
    private Duration history = Duration.ofHours(1);

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "seed of the simulated network (default: ${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream out = System.out;
        long begin = System.nanoTime();
        if (dataDir.toString().isEmpty()) {
            System.err.println("--data-dir names no folder");
            return Main.USAGE;
        }
        Platform.Settings settings = new Platform.Settings(
                dataDir.toAbsolutePath().normalize(),
                kafkaPort,
                kafka,
                elasticsearchPort,
                elasticsearch,
                heap,
                httpPort,
                metricsPort,
                drillPort,
                topology,
                rules,
                sources,
                simulation,
                history,
                seed);
        AtomicReference<@Nullable Platform> started = new AtomicReference<>();
        AtomicBoolean stopping = new AtomicBoolean();
        CountDownLatch stopped = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Thread stop = new Thread(() -> stop(out, started, stopping, main, stopped), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            Platform platform = Platform.start(settings, line -> {
                // Libraries swallow interrupts; what is told between two steps is where a stop is noticed all the same.
                if (stopping.get() && Thread.currentThread().equals(main)) {
                    throw new StartupException("Interrupted while starting.");
                }
                out.printf("%6.1f s  %s%n", (System.nanoTime() - begin) / NANOS_PER_SECOND, line);
            });
            started.set(platform);
            if (stopping.get()) {
                closeOnce(started);
                return Main.FAILED;
            }
            screen(out, platform.addresses());
            // Ctrl-C ends the process from its hook; only a fault comes back here.
            String fault = platform.fault().get();
            System.err.println(fault);
            closeOnce(started);
            return Main.FAILED;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fault is told, not thrown", e);
        } catch (StartupException e) {
            System.err.println(e.getMessage());
            return Main.FAILED;
        } finally {
            stopped.countDown();
        }
    }

    private static void stop(
            PrintStream out,
            AtomicReference<@Nullable Platform> started,
            AtomicBoolean stopping,
            Thread main,
            CountDownLatch stopped) {
        stopping.set(true);
        Platform platform = started.getAndSet(null);
        if (platform != null) {
            out.println("\nstopping");
            platform.close();
            out.println("stopped; the data is kept");
        } else if (stopped.getCount() > 0) {
            // Still starting: what has been started so far is stopped by the one who starts it.
            main.interrupt();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Unless the thread that hears Ctrl-C came first and does it. */
    private static void closeOnce(AtomicReference<@Nullable Platform> started) {
        Platform platform = started.getAndSet(null);
        if (platform != null) {
            platform.close();
        }
    }

    private static void screen(PrintStream out, Platform.Addresses addresses) {
        out.println();
        out.println("Qorrelate is up. Ctrl-C stops it; the data stays.");
        out.println();
        out.println("  telemetry goes to   " + addresses.collector());
        out.println("  findings are in     " + addresses.elasticsearch()
                + "/qkd-findings/_search?q=*&sort=@timestamp:desc");
        out.println("  metrics             " + addresses.metrics());
        out.println("  Kafka               " + addresses.kafka());
        out.println();
        out.println("Try next, in another terminal:");
        if (addresses.drills() != null) {
            out.println("  ./qorrelate drill --scenario intercept-resend --link ams-1~del-1");
            out.println("  ./qorrelate drill --list");
        }
        out.println("  ./qorrelate doctor");
        out.println();
    }
}
