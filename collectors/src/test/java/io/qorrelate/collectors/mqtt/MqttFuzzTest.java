package io.qorrelate.collectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void topicsAndPayloads() throws IOException {
        Files.writeString(folder.resolve("acme.yml"), """
                format: json
                events:
                  - required: [/qber_percent]
                    event:
                      kind: link_quality
                      qber: {from: /qber_percent, times: 0.01}
                      labels: {n: '${/n}', device: '${topic.device}'}
                """);
        ConfiguredSource broker = Fuzzed.source(
                folder,
                new Mqtt(),
                "target: 'mqtt://127.0.0.1:9', links: {east: a~b}, node: n, topics: [{topic: 'qkd/{link}/{device}/quality',"
                        + " mapping: ./acme.yml}, {topic: 'site/{node}/#', mapping: facility-json}, events]");
        List<byte[]> sound = List.of(
                "qkd/east/rx-7/quality {\"qber_percent\":1,\"n\":[{\"a\":\"b\"}]}\n".getBytes(UTF_8),
                "site/x/y {\"temperature\":20,\"power\":\"grid\",\"room\":\"é\"}\n".getBytes(UTF_8),
                "events {\"time\":\"2026-11-23T10:00:00Z\",\"kind\":\"key_rate\",\"link\":\"a~b\"}".getBytes(UTF_8));
        Fuzz.survive("MQTT topics and payloads", sound, input -> Fuzzed.read(broker, input));
    }
}
