package io.qorrelate.app.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A process with a broker that dies when it has said that a transaction is committed, and has not yet written so everywhere. */
final class KilledBroker {
    static final String TOPIC = "story";
    static final String GROUP = "readers";

    /** So many that to write the end of a transaction into each of them takes a while. */
    static final List<TopicPartition> PARTITIONS = IntStream.range(0, 100)
            .mapToObj(number -> new TopicPartition(TOPIC, number))
            .toList();

    static final TopicPartition READ = PARTITIONS.getFirst();

    /** What a shell says of a killed process: 128, and 9 for the signal. */
    static final int STATUS = 137;

    private KilledBroker() {}

    /** Only argument: the broker's folder. */
    public static void main(String[] arguments) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), 0);
        String broker = kafka.bootstrapServers();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker, "transactional.id", "writer"),
                        new StringSerializer(),
                        new StringSerializer());
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker, "group.id", GROUP),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS.size(), (short) 1)))
                    .all()
                    .get();
            producer.initTransactions();
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = PARTITIONS.stream()
                    .map(partition ->
                            producer.send(new ProducerRecord<>(TOPIC, partition.partition(), "key", "committed")))
                    .toList();
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
            producer.sendOffsetsToTransaction(Map.of(READ, new OffsetAndMetadata(1)), consumer.groupMetadata());
            producer.commitTransaction();
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
