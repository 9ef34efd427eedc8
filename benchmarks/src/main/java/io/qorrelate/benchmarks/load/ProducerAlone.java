package io.qorrelate.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The baseline: the same producer, given ready-made records, and nothing else to do. Prints what it took of the clock and the CPU. */
final class ProducerAlone {
    private static final int IN_FLIGHT = 50_000;

    private ProducerAlone() {}

    /** Takes the broker, a topic, the number of records and the bytes of each. */
    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[2]);
        int warmUp = count / 4;
        byte[][] values = new byte[1_000][];
        byte[][] keys = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            byte[] event = Telemetry.event(i, i).getBytes(StandardCharsets.UTF_8);
            values[i] = event;
            keys[i] = Telemetry.link(i).getBytes(StandardCharsets.UTF_8);
        }
        // As the collectors' own producer is set, PublisherSettings.
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                arguments[0],
                "acks",
                "all",
                "enable.idempotence",
                true,
                "compression.type",
                "lz4",
                "linger.ms",
                5,
                "batch.size",
                128 << 10);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Semaphore room = new Semaphore(IN_FLIGHT);
            long begin = 0;
            long cpu = 0;
            for (int i = 0; i < warmUp + count; i++) {
                if (i == warmUp) {
                    producer.flush();
                    begin = System.nanoTime();
                    cpu = cpuNanos();
                }
                room.acquire();
                var unused = producer.send(
                        new ProducerRecord<>(arguments[1], keys[i % keys.length], values[i % values.length]),
                        (metadata, failure) -> room.release());
            }
            producer.flush();
            System.out.println("ready " + (System.nanoTime() - begin) + " " + (cpuNanos() - cpu));
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
