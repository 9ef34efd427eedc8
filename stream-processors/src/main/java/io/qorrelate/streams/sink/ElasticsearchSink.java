package io.qorrelate.streams.sink;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.FindingJson;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries telemetry, findings and incidents from Kafka into Elasticsearch. Offsets are committed only after every document of
 * the batch is acknowledged or dead-lettered; documents have deterministic ids, so writing a batch twice changes nothing.
 * While Elasticsearch is slow or away nothing more is fetched, and the consumer keeps its place in the group.
 */
public final class ElasticsearchSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ElasticsearchSink.class);

    /** How long one poll waits for records; also how soon a stop is noticed. */
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Documents in one bulk. Elastic advises a few MB per bulk ("Tune for indexing speed"): 2000 events of about 600 bytes are
     * 1.2 MB.
     */
    private static final int BATCH_DOCUMENTS = 2000;

    /** A batch of the largest events allowed must still fit Elasticsearch's default request limit of 100 MB. */
    private static final int FETCH_BYTES = 16 << 20;

    /** What was small enough to be on a topic must be small enough to be a dead letter, with its headers. */
    private static final int MAX_REQUEST_BYTES = 16 << 20;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(4);
    private static final Duration DEAD_LETTER_WITHIN = Duration.ofSeconds(30);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> deadLetters;
    private final KafkaClientMetrics consumerMetrics;
    private final BulkWriter writer;
    private final SinkMetrics metrics;
    private final Clock clock;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean healthy;

    /**
     * Starts at once, in a thread of its own.
     *
     * @param kafka bootstrap servers and security, as any Kafka client takes them
     * @param groupId consumer group
     * @param instanceId static member id, so that a restart takes its partitions back at once; empty for a dynamic member
     */
    public ElasticsearchSink(
            Map<String, Object> kafka,
            String groupId,
            String instanceId,
            ElasticsearchClient elasticsearch,
            MeterRegistry registry,
            Clock clock) {
        this(
                new KafkaConsumer<>(consumerSettings(kafka, groupId, instanceId)),
                new KafkaProducer<>(producerSettings(kafka)),
                elasticsearch,
                registry,
                clock);
    }

    ElasticsearchSink(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> deadLetters,
            ElasticsearchClient elasticsearch,
            MeterRegistry registry,
            Clock clock) {
        this.clock = clock;
        this.consumer = consumer;
        this.deadLetters = deadLetters;
        metrics = new SinkMetrics(registry);
        writer = new BulkWriter(elasticsearch, metrics);
        consumerMetrics = new KafkaClientMetrics(consumer);
        consumerMetrics.bindTo(registry);
        consumer.subscribe(List.of(Topics.TELEMETRY, Topics.FINDINGS, Topics.INCIDENTS));
        thread = new Thread(this::run, "elasticsearch-sink");
        thread.start();
    }

    /** Whether the last bulk was acknowledged, or nothing was to be written yet. */
    public boolean isHealthy() {
        return thread.isAlive() && healthy;
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            if (!thread.join(STOP_WITHIN)) {
                LOG.warn(
                        "the sink did not stop in {} s; what it had not committed is written again next time",
                        STOP_WITHIN.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                try {
                    step();
                } catch (CommitFailedException | RebalanceInProgressException e) {
                    LOG.info("partitions moved while a batch was being written; their new owner writes it again");
                } catch (WakeupException | InterruptException e) {
                    // asked to stop: the loop's condition decides
                } catch (RuntimeException e) {
                    healthy = false;
                    metrics.failure("kafka");
                    LOG.error("the sink could not take records from Kafka; trying again", e);
                    pause(LONGEST_PAUSE);
                }
            }
        } finally {
            consumerMetrics.close();
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(POLL));
            deadLetters.close(POLL);
        }
    }

    private void step() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        healthy = true;
        if (records.isEmpty()) {
            return;
        }
        try {
            take(records);
        } catch (RuntimeException e) {
            giveBack(records);
            throw e;
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        List<BulkWriter.Write> batch = new ArrayList<>(records.count());
        Instant ingested = clock.instant();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                batch.add(new BulkWriter.Write(document(record, ingested), record));
            } catch (InvalidEvent e) {
                deadLetter(record, e.reason().wireName(), String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                deadLetter(record, "not_json", String.valueOf(e.getMessage()));
            }
        }
        if (write(batch)) {
            consumer.commitSync();
        }
    }

    /** The consumer has moved past what it handed out: uncommitted or not, nothing brings it again unless it is asked to. */
    private void giveBack(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            if (consumer.assignment().contains(partition)) {
                consumer.seek(partition, records.records(partition).getFirst().offset());
            }
        }
    }

    /** Writes until nothing is left to retry; false where it was asked to stop before that. */
    private boolean write(List<BulkWriter.Write> batch) {
        List<BulkWriter.Write> pending = batch;
        Duration pause = FIRST_PAUSE;
        while (!pending.isEmpty()) {
            BulkWriter.Result result = writer.write(pending, clock);
            result.refused()
                    .forEach(refusal -> deadLetter(refusal.write().record(), "elasticsearch", refusal.reason()));
            boolean progressed = result.retry().size() < pending.size();
            pending = result.retry();
            if (pending.isEmpty()) {
                break;
            }
            if (stopping) {
                return false;
            }
            healthy = false;
            pause = progressed ? FIRST_PAUSE : longer(pause);
            stayInGroup(pause);
        }
        healthy = true;
        return true;
    }

    /** Fetches nothing, but polls, so that the group does not take the partitions away from a sink that only waits. */
    private void stayInGroup(Duration pause) {
        consumer.pause(consumer.assignment());
        long end = System.nanoTime() + pause.toNanos();
        try {
            while (!stopping && System.nanoTime() < end) {
                // A rebalance can bring new partitions, which are not paused.
                giveBack(consumer.poll(POLL.compareTo(pause) < 0 ? POLL : pause));
                consumer.pause(consumer.assignment());
            }
        } finally {
            consumer.resume(consumer.assignment());
        }
    }

    private static Documents.Document document(ConsumerRecord<byte[], byte[]> record, Instant ingested)
            throws InvalidEvent {
        return switch (record.topic()) {
            case Topics.TELEMETRY -> Documents.of(TelemetryJson.read(record.value()), ingested);
            case Topics.FINDINGS -> Documents.of(FindingJson.read(record.value()));
            case Topics.INCIDENTS -> Documents.of(FindingJson.readIncident(record.value()));
            default -> throw new IllegalStateException("not subscribed to " + record.topic());
        };
    }

    private void deadLetter(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
        metrics.deadLettered(record.topic());
        LOG.warn("{}-{}@{} goes to the dead letters: {}", record.topic(), record.partition(), record.offset(), detail);
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(Topics.DEAD_LETTER, record.key(), record.value());
        DeadLetter.headers(reason, detail, record.topic(), "sink", clock.instant())
                .forEach(letter.headers()::add);
        try {
            deadLetters.send(letter).get(DEAD_LETTER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // The batch is given back, so the record comes again: rather twice than never.
            throw new IllegalStateException("the dead letter could not be written", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }

    private static Map<String, Object> consumerSettings(Map<String, Object> kafka, String groupId, String instanceId) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        if (!instanceId.isEmpty()) {
            settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        }
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH_DOCUMENTS);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        return settings;
    }

    private static Map<String, Object> producerSettings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        return settings;
    }
}
