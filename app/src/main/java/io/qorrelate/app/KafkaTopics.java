package io.qorrelate.app;

import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.model.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the platform's topics where they are missing. */
final class KafkaTopics {
    private static final int WAIT_SECONDS = 20;

    private KafkaTopics() {}

    /** Kafka is not there, or not now. */
    static final class NoAnswer extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Makes them as soon as Kafka is there. */
    static void createWhenThere(Map<String, Object> kafka, int partitions, short replicas) {
        Thread.ofVirtual().name("topics").start(() -> {
            while (true) {
                try {
                    create(kafka, partitions, replicas);
                    return;
                } catch (NoAnswer e) {
                    // Whoever publishes says meanwhile what is missing.
                }
            }
        });
    }

    /**
     * Makes them; those that are there stay as they are.
     *
     * @param replicas replication factor; −1 for the broker's default
     */
    static void create(Map<String, Object> kafka, int partitions, short replicas) {
        // Retention goes by a record's time: with the producer's, replayed history would be deleted as it is written.
        Map<String, String> settings = Map.of(
                "message.timestamp.type",
                "LogAppendTime",
                "max.message.bytes",
                Integer.toString(PublisherSettings.MAX_RECORD_BYTES));
        List<NewTopic> topics = new ArrayList<>();
        for (String topic :
                List.of(Topics.TELEMETRY, Topics.CONTEXT, Topics.FINDINGS, Topics.INCIDENTS, Topics.DEAD_LETTER)) {
            topics.add(new NewTopic(topic, partitions, replicas).configs(settings));
        }
        Admin admin = admin(kafka);
        try {
            for (var made : admin.createTopics(topics).values().values()) {
                try {
                    made.get(WAIT_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IllegalStateException(
                                "Kafka did not make the topics: " + e.getCause().getMessage(), e);
                    }
                } catch (TimeoutException e) {
                    throw new NoAnswer(
                            "Kafka at " + kafka.get("bootstrap.servers") + " did not answer within " + WAIT_SECONDS
                                    + " s",
                            e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka made the topics", e);
        } finally {
            // Nobody waits for an answer any more; without a limit, closing would.
            admin.close(Duration.ZERO);
        }
    }

    private static Admin admin(Map<String, Object> kafka) {
        try {
            return Admin.create(kafka);
        } catch (KafkaException e) {
            throw new IllegalStateException(
                    "'" + kafka.get("bootstrap.servers") + "' is no address of Kafka; it is HOST:PORT", e);
        }
    }
}
