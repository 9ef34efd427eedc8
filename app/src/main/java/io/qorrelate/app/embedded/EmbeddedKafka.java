package io.qorrelate.app.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka, broker and controller in one, inside this JVM. Its data survives a restart, on another port too, and a
 * {@code kill -9}.
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** A dead letter carries its input whole, with headers; the largest input that is still read is 8 MiB. */
    public static final int MAX_MESSAGE_BYTES = 10 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

    private static final int NODE_ID = 1;

    /** The internal topics' default of 50 partitions is made for clusters; one broker opens 150 files for nothing. */
    private static final int INTERNAL_PARTITIONS = 4;

    /** A week of a few dozen links; with four partitions the telemetry never takes more than 4 GiB of a laptop's disk. */
    private static final long RETENTION_BYTES_PER_PARTITION = 1L << 30;

    private static final int RETENTION_HOURS = 7 * 24;

    /** Small enough that the cap above, which removes whole segments, is kept to within a sixteenth. */
    private static final int SEGMENT_BYTES = 64 << 20;

    /** Of a segment as small as that; the default of 10 MiB is set aside twice for every partition. */
    private static final int SEGMENT_INDEX_BYTES = 1 << 20;

    /** Where a group has read to outlives what it read: a laptop that slept for weeks goes on where it was. */
    private static final int OFFSETS_RETENTION_MINUTES = 30 * 24 * 60;

    private static final Duration READY_WITHIN = Duration.ofMinutes(1);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    /** Given to a killed broker to show that it lives, which it cannot: its folder is ours. Less would save nothing that is felt. */
    private static final Duration DEAD_WITHIN = Duration.ofSeconds(1);

    /** What a formatted folder has. */
    private static final String PROPERTIES = "meta.properties";

    /** What the folder of a broker that has stopped in order has (CleanShutdownFileHandler of Kafka). */
    private static final String STOPPED_IN_ORDER = ".kafka_cleanshutdown";

    /** Those that a fatal fault would end. Kafka means to end the process and does not say whose fault it is; they are rarely two. */
    private static final Set<EmbeddedKafka> RUNNING = ConcurrentHashMap.newKeySet();

    private final int port;
    private final CompletableFuture<String> fault = new CompletableFuture<>();
    private volatile @Nullable Server server;

    private EmbeddedKafka(int port) {
        this.port = port;
    }

    /**
     * Starts the broker, and returns when it serves.
     *
     * @param data folder for logs and metadata; made and formatted where it is new
     * @param port port on the loopback interface; 0 for a free one
     * @throws StartupException in words for the user
     */
    public static EmbeddedKafka start(Path data, int port) {
        int actual = Ports.require(port, "Kafka", "--kafka-port");
        Path logs = data.toAbsolutePath().resolve("log");
        boolean wasKilled = wasKilled(logs);
        try {
            Files.createDirectories(logs);
            format(logs);
        } catch (IOException e) {
            throw new StartupException("Kafka cannot write to " + data + ": " + e, e);
        }
        if (wasKilled) {
            fence(logs, data);
        }
        KafkaConfig config = new KafkaConfig(brokerSettings(logs, actual, Ports.free()), false);
        EmbeddedKafka kafka = new EmbeddedKafka(actual);
        kafka.boot(() -> new KafkaRaftServer(config, Time.SYSTEM), data);
        return kafka;
    }

    /** A broker that stops in order says so in its folder, until it starts again. */
    private static boolean wasKilled(Path logs) {
        return Files.exists(logs.resolve(PROPERTIES)) && !Files.exists(logs.resolve(STOPPED_IN_ORDER));
    }

    private static void fence(Path logs, Path data) {
        int port = Ports.free();
        KafkaConfig config = new KafkaConfig(controllerSettings(logs, port), false);
        try (EmbeddedKafka controller = new EmbeddedKafka(port)) {
            controller.boot(() -> new ControllerAlone(config, Ports.onLoopback(port), DEAD_WITHIN), data);
        }
    }

    /** For clients: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Completes with a sentence when the broker has given itself up (a full or broken disk, mostly); never when it was closed. */
    public CompletableFuture<String> fault() {
        return fault.copy();
    }

    @Override
    public void close() {
        RUNNING.remove(this);
        Server running = server;
        if (running == null) {
            return;
        }
        server = null;
        CompletableFuture<Void> stopped = inBackground("kafka-stop", () -> {
            running.shutdown();
            running.awaitShutdown();
        });
        try {
            stopped.get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "Kafka did not stop within {} s; its data is as after a crash, from which it recovers",
                    STOP_WITHIN.toSeconds());
        } catch (ExecutionException e) {
            LOG.warn("Kafka did not stop cleanly; its data is as after a crash, from which it recovers", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In a thread of its own: where a fault hits another of the broker's threads, the start itself may wait forever. */
    private void boot(Supplier<Server> maker, Path data) {
        // Kafka ends the process on a fatal fault. This one is not its own.
        Exit.setExitProcedure(EmbeddedKafka::onFatalFault);
        Exit.setHaltProcedure(EmbeddedKafka::onFatalFault);
        RUNNING.add(this);
        CompletableFuture<Void> started = inBackground("kafka-start", () -> {
            Server made = maker.get();
            server = made;
            made.startup();
        });
        try {
            CompletableFuture.anyOf(started, fault).get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            close();
            throw new StartupException("Kafka did not start: " + inWords(e.getCause(), data), e.getCause());
        } catch (TimeoutException e) {
            close();
            throw new StartupException(
                    "Kafka was not ready within " + READY_WITHIN.toSeconds() + " s; see the log.", e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new StartupException("Interrupted while Kafka was starting.", e);
        }
        if (fault.isDone()) {
            close();
            throw new StartupException("Kafka did not start: " + fault.join());
        }
    }

    private static void onFatalFault(int status, @Nullable String message) {
        String reason = message == null || message.isBlank()
                ? "it gave itself up with status " + status + "; the log says why."
                : message;
        for (EmbeddedKafka kafka : RUNNING) {
            if (kafka.fault.complete(reason)) {
                LOG.error("Kafka at {} has stopped working: {}", kafka.bootstrapServers(), reason);
            }
        }
    }

    private static CompletableFuture<Void> inBackground(String name, Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable failure) {
                        done.completeExceptionally(failure);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static String inWords(Throwable failure, Path data) {
        Throwable root = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Failed to acquire lock")) {
            return "another one is using " + data
                    + ". Is another 'qorrelate up' running? Stop it, or choose another folder with --data-dir.";
        }
        String cause = String.valueOf(root.getMessage());
        return message.contains(cause) ? message : message + " (" + cause + ")";
    }

    private static void format(Path logs) throws IOException {
        if (Files.exists(logs.resolve(PROPERTIES))) {
            return;
        }
        try {
            new Formatter()
                    // Standard output belongs to the commands.
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setMetadataLogDirectory(logs.toString())
                    .addDirectory(logs.toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (FormatterException e) {
            throw new IOException("the folder cannot be formatted: " + e.getMessage(), e);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Properties brokerSettings(Path logs, int port, int controllerPort) {
        Properties settings = quorumSettings(logs, controllerPort);
        settings.put("process.roles", "broker,controller");
        settings.put("listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "BROKER://127.0.0.1:" + port);
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("offsets.retention.minutes", Integer.toString(OFFSETS_RETENTION_MINUTES));
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("log.retention.hours", Integer.toString(RETENTION_HOURS));
        settings.put("log.retention.bytes", Long.toString(RETENTION_BYTES_PER_PARTITION));
        settings.put("log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        settings.put("log.index.size.max.bytes", Integer.toString(SEGMENT_INDEX_BYTES));
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        return settings;
    }

    private static Properties controllerSettings(Path logs, int port) {
        Properties settings = quorumSettings(logs, port);
        settings.put("process.roles", "controller");
        settings.put("listeners", "CONTROLLER://127.0.0.1:" + port);
        settings.put("broker.session.timeout.ms", Long.toString(DEAD_WITHIN.toMillis()));
        settings.put("broker.heartbeat.interval.ms", Long.toString(DEAD_WITHIN.toMillis() / 2));
        return settings;
    }

    private static Properties quorumSettings(Path logs, int controllerPort) {
        Properties settings = new Properties();
        settings.put("node.id", Integer.toString(NODE_ID));
        // A static quorum keeps the voters' ids on disk and not their addresses, so that the ports may change.
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("server.max.startup.time.ms", Long.toString(READY_WITHIN.toMillis()));
        settings.put("log.dirs", logs.toString());
        return settings;
    }
}
