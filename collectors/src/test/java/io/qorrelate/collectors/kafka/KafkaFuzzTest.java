package io.qorrelate.collectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaFuzzTest {
    @TempDir
    private Path folder;

    private Feed feed(String target) throws IOException {
        Files.writeString(folder.resolve("acme.yml"), """
                format: json
                events:
                  - when: {/type: quality}
                    required: [/error_percent]
                    event:
                      kind: link_quality
                      time: ${/at}
                      qber: {from: /error_percent, times: 0.01}
                      labels: {topic: '${topic}', unit: '${header.unit}'}
                """);
        return (Feed) Fuzzed.source(
                folder, new Kafka(), "topics: t, mapping: ./acme.yml, links: {east: a~b}, target: '" + target + "'");
    }

    /** A message's value, key and header. */
    @Test
    void messages() throws IOException {
        Feed feed = feed("127.0.0.1:9");
        List<byte[]> sound = List.of(
                "{\"type\":\"quality\",\"at\":\"2026-11-23T10:00:00Z\",\"error_percent\":2.5,\"key_kbps\":3.2}"
                        .getBytes(UTF_8),
                "{\"type\":\"heartbeat\"}".getBytes(UTF_8),
                "east".getBytes(UTF_8));
        Fuzz.survive("messages of Kafka", sound, input -> {
            ConsumerRecord<byte[], byte[]> value = new ConsumerRecord<>("t", 3, 7, "east".getBytes(UTF_8), input);
            Fuzzed.check(feed.read(value, MockKafka.NOW, Fuzzed.INTAKE));
            ConsumerRecord<byte[], byte[]> key = new ConsumerRecord<>("t", 3, 7, input, sound.getFirst());
            key.headers().add("unit", input);
            Fuzzed.check(feed.read(key, MockKafka.NOW, Fuzzed.INTAKE));
        });
    }

    /** Where it is taken, Kafka's own client takes it too. */
    @Test
    void servers() {
        List<byte[]> sound =
                List.of("kafka-1:9092".getBytes(UTF_8), "127.0.0.1:9092,127.0.0.2:9093,localhost:1".getBytes(UTF_8));
        Fuzz.survive("list of Kafka's servers", sound, input -> {
            String target = new String(input, UTF_8).replace("'", "''");
            Feed feed;
            try {
                feed = feed(target);
            } catch (InvalidYaml e) {
                assertThat(e.getMessage()).containsPattern("\\.yml");
                return;
            }
            for (String server : feed.source().target().split(",", -1)) {
                assertThat(ClientUtils.parseAndValidateAddresses(
                                List.of(server.replaceFirst(".*:", "127.0.0.1:")), "use_all_dns_ips"))
                        .isNotEmpty();
            }
        });
    }
}
