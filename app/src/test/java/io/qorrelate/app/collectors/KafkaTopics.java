package io.qorrelate.app.collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics that collectors write to, made and read to their end. */
record KafkaTopics(String bootstrapServers) {
    private static final int PARTITIONS = 4;

    private static final ObjectMapper JSON = new ObjectMapper();

    static KafkaTopics make(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            for (String topic : List.of(Topics.TELEMETRY, Topics.DEAD_LETTER)) {
                NewTopic made = new NewTopic(topic, PARTITIONS, (short) 1)
                        .configs(Map.of("max.message.bytes", Integer.toString(PublisherSettings.MAX_RECORD_BYTES)));
                try {
                    admin.createTopics(List.of(made)).all().get();
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw e;
                    }
                }
            }
        }
        return new KafkaTopics(bootstrapServers);
    }

    /** The ids of events whose link begins so, for each link in the order of the topic. */
    Map<String, List<String>> idsByLink(String linkPrefix) throws Exception {
        Map<String, List<String>> ids = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                read(Topics.TELEMETRY, record -> text(record.key()).startsWith(linkPrefix))) {
            TelemetryEvent event = TelemetryJson.read(record.value());
            ids.computeIfAbsent(event.key(), key -> new ArrayList<>())
                    .add(event.id().value());
        }
        return ids;
    }

    /** How many keys are stored, by link, for each link in the order of the topic. */
    Map<String, List<Integer>> storedKeysByLink(String linkPrefix) throws Exception {
        Map<String, List<Integer>> stored = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                read(Topics.TELEMETRY, record -> text(record.key()).startsWith(linkPrefix))) {
            stored.computeIfAbsent(text(record.key()), key -> new ArrayList<>())
                    .add(JSON.readTree(record.value()).path("stored_keys").asInt());
        }
        return stored;
    }

    /** Authentication failures that such a source told of, in the order of the topic. */
    List<AuthFailure> authFailures(String source) {
        List<AuthFailure> failures = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.TELEMETRY, record -> true)) {
            try {
                if (TelemetryJson.read(record.value()) instanceof AuthFailure failure
                        && source.equals(failure.source())) {
                    failures.add(failure);
                }
            } catch (InvalidEvent e) {
                // Other tests send what is no event to the broker that all share.
            }
        }
        return failures;
    }

    /** Dead letters from that source. */
    List<ConsumerRecord<byte[], byte[]>> deadLetters(String source) {
        return read(Topics.DEAD_LETTER, record -> header(record, "source").equals(source));
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return text(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value());
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (wanted.test(record)) {
                        records.add(record);
                    }
                });
            }
        }
        return records;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
