package io.qorrelate.collectors.kafka;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.ListeningCollector;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads topics as a member of a group, a batch at a time; the next one when the platform's Kafka has this one's events. */
final class Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    /** A wait for messages after which it looks whether it should go on. */
    private static final Duration TICK = Duration.ofMillis(500);

    /** Costs one wait for the platform's Kafka. */
    private static final int BATCH = 500;

    /** What is fetched ahead, of all partitions. */
    private static final int FETCH_BYTES = 8 << 20;

    /** Of one partition. A larger message is fetched all the same. */
    private static final int FETCH_PARTITION_BYTES = 1 << 20;

    /** A batch that the platform's Kafka takes unwillingly, message by message, is no reason to leave the group. */
    private static final Duration MAX_BETWEEN_POLLS = Duration.ofMinutes(15);

    /** How many of a partition's last messages a dry run looks at. */
    private static final int LAST = 10;

    private final Feed feed;
    private final EventIntake intake;
    private final InstantSource clock;
    private final AtomicReference<@Nullable KafkaConsumer<byte[], byte @Nullable []>> running = new AtomicReference<>();
    private volatile boolean stopping;

    Reader(Feed feed, EventIntake intake, InstantSource clock) {
        this.feed = feed;
        this.intake = intake;
        this.clock = clock;
    }

    /** Ends {@link #listen}. */
    void hangUp() {
        stopping = true;
        KafkaConsumer<byte[], byte @Nullable []> consumer = running.get();
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    /** Reads until it is hung up, a credential changes, or something fails. */
    Poll.Trouble listen(ListeningCollector.Listener listener) throws IOException, InterruptedException {
        String stamp = feed.source().credentials().stamp();
        try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer(true)) {
            running.set(consumer);
            Assignment assignment = new Assignment(consumer, listener);
            if (feed.pattern() == null) {
                consumer.subscribe(feed.topics(), assignment);
            } else {
                consumer.subscribe(Pattern.compile(feed.pattern()), assignment);
            }
            while (!stopping && stamp.equals(feed.source().credentials().stamp())) {
                ConsumerRecords<byte[], byte @Nullable []> batch = consumer.poll(TICK);
                if (!batch.isEmpty()) {
                    listener.heard();
                    bring(batch, consumer, assignment, listener);
                }
            }
            return new Poll.Trouble("rotated", feed.source().target() + ": the credentials have changed");
        } catch (WakeupException e) {
            return new Poll.Trouble("stopped", feed.source().target() + ": the collector stops");
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedException();
        } catch (KafkaException e) {
            Failure failure = new Failure(feed, e);
            listener.bring(failure.disbelief(refusals()).stream()
                    .map(each -> new Delivery.Told(each, feed.source().target()))
                    .toList());
            return failure.trouble();
        } finally {
            running.set(null);
        }
    }

    private void bring(
            ConsumerRecords<byte[], byte @Nullable []> batch,
            KafkaConsumer<byte[], byte @Nullable []> consumer,
            Assignment assignment,
            ListeningCollector.Listener listener)
            throws InterruptedException {
        List<Delivery.Told> told = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> behind = new HashMap<>();
        long nobodys = 0;
        for (ConsumerRecord<byte[], byte @Nullable []> message : batch) {
            List<Intake> found = feed.read(message, clock.instant(), intake);
            nobodys += found.isEmpty() ? 1 : 0;
            found.forEach(each -> told.add(new Delivery.Told(each, Feed.position(message))));
            behind.put(
                    new TopicPartition(message.topic(), message.partition()),
                    new OffsetAndMetadata(message.offset() + 1));
        }
        while (listener.offer(told) != Offer.TAKEN) {
            // A member of the group that does not ask is put out of it; one that has paused is given nothing.
            assignment.pause();
            if (!consumer.poll(TICK).isEmpty()) {
                throw new IllegalStateException("a paused partition gave messages");
            }
        }
        assignment.resume();
        if (nobodys > 0) {
            listener.dropped("no_pattern", nobodys);
        }
        // What went to another member meanwhile is read there again, and is the same events.
        behind.keySet().retainAll(consumer.assignment());
        try {
            consumer.commitSync(behind);
        } catch (CommitFailedException | RebalanceInProgressException | TimeoutException e) {
            LOG.debug(
                    "source {}: not committed, and will be read again: {}",
                    feed.source().id(),
                    e.getMessage());
        }
    }

    /** The last few messages of every partition. */
    Poll last() throws IOException, InterruptedException {
        List<Intake> intakes = new ArrayList<>();
        try (KafkaConsumer<byte[], byte @Nullable []> consumer = consumer(false)) {
            List<TopicPartition> partitions = partitions(consumer);
            if (partitions.isEmpty()) {
                return new Poll(
                        List.of(), new Poll.Trouble("no_topic", feed.source().target() + ": has no such topic"));
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            ends.forEach((partition, end) ->
                    consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), end - LAST)));
            long deadline = System.nanoTime() + feed.source().timeout().toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())
                    && System.nanoTime() < deadline) {
                consumer.poll(TICK).forEach(message -> intakes.addAll(feed.read(message, clock.instant(), intake)));
            }
            return new Poll(intakes, null);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedException();
        } catch (TimeoutException e) {
            return new Poll(
                    List.of(),
                    new Poll.Trouble(
                            "timeout",
                            feed.source().target() + ": does not answer within "
                                    + feed.source().timeout().toMillis() + " ms"));
        } catch (KafkaException e) {
            Failure failure = new Failure(feed, e);
            return new Poll(failure.disbelief(refusals()), failure.trouble());
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte @Nullable []> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.listTopics().forEach((topic, of) -> {
            String pattern = feed.pattern();
            if (pattern == null ? feed.topics().contains(topic) : Pattern.matches(pattern, topic)) {
                of.forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
            }
        });
        return partitions;
    }

    private KafkaConsumer<byte[], byte @Nullable []> consumer(boolean inGroup) throws IOException {
        Map<String, Object> properties = new HashMap<>(Security.properties(feed));
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, feed.source().target());
        properties.put(
                ConsumerConfig.CLIENT_ID_CONFIG, "qorrelate-" + feed.source().id());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, feed.start());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_PARTITION_BYTES);
        properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) MAX_BETWEEN_POLLS.toMillis());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                feed.source().timeout().toMillis());
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                feed.source().timeout().toMillis());
        if (inGroup) {
            properties.put(ConsumerConfig.GROUP_ID_CONFIG, feed.group());
        }
        try {
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw new IOException(new Failure(feed, e).inWords(), e);
        }
    }

    private Refusals refusals() {
        return new Refusals(feed.source(), AuthFailure.Plane.MANAGEMENT, intake, clock);
    }

    /** Which partitions are ours; while the platform's Kafka takes nothing, those that are added are paused too. */
    private static final class Assignment implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte @Nullable []> consumer;
        private final ListeningCollector.Listener listener;
        private boolean paused;

        Assignment(KafkaConsumer<byte[], byte @Nullable []> consumer, ListeningCollector.Listener listener) {
            this.consumer = consumer;
            this.listener = listener;
        }

        void pause() {
            paused = true;
            consumer.pause(consumer.assignment());
        }

        void resume() {
            if (paused) {
                paused = false;
                consumer.resume(consumer.assignment());
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            listener.connected();
            if (paused) {
                consumer.pause(Set.copyOf(partitions));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // What is not committed is read by who has them next.
        }
    }
}
