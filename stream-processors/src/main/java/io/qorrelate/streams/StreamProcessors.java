package io.qorrelate.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the topology with exactly-once processing. */
public final class StreamProcessors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamProcessors.class);

    private static final Duration STOP_WITHIN = Duration.ofSeconds(4);

    /** A commit is also when findings become visible: the price of a transaction against a tenth of a second. */
    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);

    /** Records: some minutes of a partition of a few dozen links. */
    private static final int IN_TURN = 100;

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;

    /**
     * How it runs.
     *
     * @param kafka bootstrap servers and security, as any Kafka client takes them
     * @param applicationId names the consumer group, the internal topics and the state folder
     * @param instanceId static member id, so that a restart takes its work back at once; empty for a dynamic member
     * @param stateDirectory where state is kept between restarts
     * @param threads stream threads, ≥ 1
     * @param replicas replication factor of internal topics; −1 for the broker's default
     */
    public record Settings(
            Map<String, Object> kafka,
            String applicationId,
            String instanceId,
            Path stateDirectory,
            int threads,
            int replicas) {
        public Settings {
            if (threads < 1 || replicas < -1 || replicas == 0) {
                throw new IllegalArgumentException("at least one thread, and at least one replica or -1");
            }
            kafka = Map.copyOf(kafka);
        }
    }

    /** Starts at once. */
    public StreamProcessors(org.apache.kafka.streams.Topology topology, Settings settings, MeterRegistry registry) {
        streams = new KafkaStreams(topology, properties(settings));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.error("a stream thread failed; another takes its place", failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        streams.start();
    }

    /** Whether it is processing, or about to. */
    public boolean isHealthy() {
        return streams.state().isRunningOrRebalancing();
    }

    /** Whether every thread has its work. */
    public boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public void close() {
        metrics.close();
        if (!streams.close(CloseOptions.timeout(STOP_WITHIN))) {
            LOG.warn(
                    "stream threads did not stop in {} s; what they had not committed is done again",
                    STOP_WITHIN.toSeconds());
        }
    }

    private static Properties properties(Settings settings) {
        Properties properties = new Properties();
        properties.putAll(settings.kafka());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replicas());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_EVERY.toMillis());
        // A backlog is read in small pieces in turn, so that no partition runs ahead of the others by more than
        // minutes.
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, IN_TURN);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), IN_TURN);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        if (!settings.instanceId().isEmpty()) {
            properties.put(
                    StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
        return properties;
    }
}
