package io.qorrelate.app.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.MetadataVersion;

/** A real Kafka, broker and controller in one, inside this JVM. Its data survives a restart, on another port too. */
public final class EmbeddedKafka implements AutoCloseable {
    /** A dead letter carries its input whole, with headers; the largest input that is still read is 8 MiB. */
    public static final int MAX_MESSAGE_BYTES = 10 << 20;

    private static final int NODE_ID = 1;

    /** The internal topics' default of 50 partitions is made for clusters; one broker opens 150 files for nothing. */
    private static final int INTERNAL_PARTITIONS = 4;

    /** Enough for a week of a few dozen links, and no laptop's disk is filled. */
    private static final long RETENTION_BYTES_PER_PARTITION = 2L << 30;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
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
        int actual = port == 0 ? Ports.free() : port;
        if (!Ports.isFree(actual)) {
            throw new StartupException("Port " + actual
                    + " is taken, so Kafka cannot start: stop what uses it, or choose another with --kafka-port.");
        }
        Path logs = data.resolve("log");
        Properties settings = settings(logs, actual, Ports.free());
        try {
            Files.createDirectories(logs);
            format(logs);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(server, actual);
        } catch (IOException e) {
            throw new StartupException("Kafka cannot write to " + data + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new StartupException("Kafka did not start: " + e.getMessage(), e);
        }
    }

    /** For clients: {@code 127.0.0.1:port}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static void format(Path logs) throws IOException {
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
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

    private static Properties settings(Path logs, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "BROKER://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "BROKER://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("log.dirs", logs.toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", Integer.toString(INTERNAL_PARTITIONS));
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("log.retention.bytes", Long.toString(RETENTION_BYTES_PER_PARTITION));
        settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        return settings;
    }
}
