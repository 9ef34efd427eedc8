package io.qorrelate.benchmarks.load;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What becomes of each poll: every answer of a target holds a number of its own, which is looked for in Kafka. A poll that is answered
 * before the end counts if its event comes by some time after it.
 */
final class Polls {
    /** The number in an exporter's answer, and in that of a key management entity. */
    private static final Pattern NUMBER = Pattern.compile("\"(?:sifted_bits|stored_keys)\":(\\d+)");

    /** Far beyond a source's time-out and Kafka's wait; what is not there by then does not come. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofMillis(200);
    private static final double NANOS_OF_MILLI = 1e6;

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Long> waiting = new ConcurrentHashMap<>();
    private final List<Long> delayNanos = new ArrayList<>();
    private volatile boolean counting;
    private final LongAdder answered = new LongAdder();

    /** A target answers; the number that its answer is to hold. */
    long answer() {
        long number = numbers.incrementAndGet();
        if (counting) {
            waiting.put(number, System.nanoTime());
            answered.increment();
        }
        return number;
    }

    /** Counts polls that are answered within so many seconds, and waits for the events of all of them. */
    void count(String kafka, String topic, int seconds) throws InterruptedException {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // Seeks when it is asked for.
            partitions.forEach(consumer::position);
            counting = true;
            look(consumer, Duration.ofSeconds(seconds), false);
            counting = false;
            look(consumer, PATIENCE, true);
        } catch (InterruptException e) {
            throw new InterruptedException();
        }
    }

    private void look(KafkaConsumer<byte[], byte[]> consumer, Duration time, boolean untilNoneWaits) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && !(untilNoneWaits && waiting.isEmpty())) {
            for (ConsumerRecord<byte[], byte[]> event : consumer.poll(TICK)) {
                Matcher number = NUMBER.matcher(new String(event.value(), StandardCharsets.UTF_8));
                Long since = number.find() ? waiting.remove(Long.parseLong(number.group(1))) : null;
                if (since != null) {
                    delayNanos.add(System.nanoTime() - since);
                }
            }
        }
    }

    void print(PrintStream out) {
        long all = answered.sum();
        List<Long> sorted = delayNanos.stream().sorted().toList();
        out.printf(
                Locale.ROOT,
                "of %,d polls that were answered %,d have their event in Kafka within %d s of the end, %,d (%.2f %%) have none%n",
                all,
                delayNanos.size(),
                PATIENCE.toSeconds(),
                all - delayNanos.size(),
                100.0 * (all - delayNanos.size()) / Math.max(1, all));
        if (!sorted.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "from the answer to reading the event from Kafka, ms: median %.0f, 99 %% %.0f, longest %.0f%n",
                    sorted.get(sorted.size() / 2) / NANOS_OF_MILLI,
                    sorted.get(sorted.size() * 99 / 100) / NANOS_OF_MILLI,
                    sorted.getLast() / NANOS_OF_MILLI);
        }
    }
}
