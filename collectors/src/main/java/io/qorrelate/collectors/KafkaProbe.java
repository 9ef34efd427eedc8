package io.qorrelate.collectors;

import io.qorrelate.model.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Asks Kafka whether it is there and has the topics. */
final class KafkaProbe implements Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Admin admin;
    private final Producer<byte[], byte[]> producer;

    KafkaProbe(Admin admin, Producer<byte[], byte[]> producer) {
        this.admin = admin;
        this.producer = producer;
    }

    @Override
    public @Nullable String problem() throws InterruptedException {
        try {
            admin.describeTopics(
                            List.of(Topics.TELEMETRY, Topics.DEAD_LETTER),
                            new DescribeTopicsOptions().timeoutMs((int) PATIENCE.toMillis()))
                    .allTopicNames()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            // Keeps the producer's own knowledge of the topics fresh, so that sending never waits for it.
            producer.partitionsFor(Topics.TELEMETRY);
            producer.partitionsFor(Topics.DEAD_LETTER);
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof UnknownTopicOrPartitionException
                    ? "Kafka has no topic " + Topics.TELEMETRY + " or no topic " + Topics.DEAD_LETTER
                    : "Kafka does not answer: " + e.getCause();
        } catch (TimeoutException e) {
            return "Kafka does not answer within " + PATIENCE.toSeconds() + " s";
        } catch (KafkaException e) {
            return "Kafka does not answer: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
