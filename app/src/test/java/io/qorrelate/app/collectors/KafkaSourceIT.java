package io.qorrelate.app.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.qorrelate.app.embedded.EmbeddedKafka;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.app.servers.Servers;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.kafka.Kafka;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Servers.class)
class KafkaSourceIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String MAPPING = """
            format: json
            events:
              - required: [/errors]
                event:
                  kind: link_quality
                  qber: {from: /errors, times: 0.01}
            """;

    @TempDir
    Path folder;

    @Test
    void whatIsReadAgainIsTheSameEvents(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        String topic = "acme.lab";
        make(servers.bootstrapServers(), topic);
        send(servers.bootstrapServers(), topic, "kafka-it-1", 0, 2_000);
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Collectors running = collect(servers.bootstrapServers(), servers.bootstrapServers(), "first", registry)) {
            assertThat(running.publisher().problem()).isNull();
            await().atMost(PATIENCE).until(() -> published(registry) == 2_000);
            send(servers.bootstrapServers(), topic, "kafka-it-1", 2_000, 2_500);
            await().atMost(PATIENCE).until(() -> published(registry) == 2_500);
            await().atMost(PATIENCE).until(() -> committed(servers.bootstrapServers(), "first") == 2_500);
        }
        Set<String> ids = new HashSet<>(topics.idsByLink("kafka-it-1").get("kafka-it-1"));
        assertThat(ids).hasSize(2_500);

        MeterRegistry restarted = new SimpleMeterRegistry();
        try (Collectors running = collect(servers.bootstrapServers(), servers.bootstrapServers(), "first", restarted)) {
            assertThat(running.publisher().problem()).isNull();
            send(servers.bootstrapServers(), topic, "kafka-it-1", 2_500, 2_501);
            await().atMost(PATIENCE).until(() -> published(restarted) == 1);
        }

        MeterRegistry anew = new SimpleMeterRegistry();
        try (Collectors running = collect(servers.bootstrapServers(), servers.bootstrapServers(), "second", anew)) {
            assertThat(running.publisher().problem()).isNull();
            await().atMost(PATIENCE).until(() -> published(anew) == 2_501);
        }
        List<String> twice = topics.idsByLink("kafka-it-1").get("kafka-it-1");
        assertThat(twice).hasSize(2 * 2_501);
        assertThat(new HashSet<>(twice)).hasSize(2_501).containsAll(ids);
        assertThat(topics.deadLetters("acme")).isEmpty();
    }

    @Test
    void nothingIsCommittedThatThePlatformsKafkaDoesNotHave(Servers.Running servers) throws Exception {
        String topic = "acme.outage";
        make(servers.bootstrapServers(), topic);
        int port = Ports.free();
        EmbeddedKafka platform = EmbeddedKafka.start(folder.resolve("platform"), port);
        MeterRegistry registry = new SimpleMeterRegistry();
        try {
            KafkaTopics.make(platform.bootstrapServers());
            try (Collectors collectors =
                    collect(servers.bootstrapServers(), platform.bootstrapServers(), "outage", registry)) {
                send(servers.bootstrapServers(), topic, "kafka-it-2", 0, 500);
                await().atMost(PATIENCE).until(() -> published(registry) == 500);
                await().atMost(PATIENCE).until(() -> committed(servers.bootstrapServers(), "outage") == 500);

                platform.close();
                await().atMost(PATIENCE).until(() -> collectors.publisher().problem() != null);
                send(servers.bootstrapServers(), topic, "kafka-it-2", 500, 1_000);
                await().during(Duration.ofSeconds(3))
                        .atMost(PATIENCE)
                        .until(() -> committed(servers.bootstrapServers(), "outage") == 500);

                platform = EmbeddedKafka.start(folder.resolve("platform"), port);
                await().atMost(PATIENCE).until(() -> committed(servers.bootstrapServers(), "outage") == 1_000);
            }
            List<String> ids = new KafkaTopics(platform.bootstrapServers())
                    .idsByLink("kafka-it-2")
                    .get("kafka-it-2");
            // What was on its way when the broker stopped may be there twice, under one id.
            assertThat(new HashSet<>(ids)).hasSize(1_000);
        } finally {
            platform.close();
        }
    }

    @Test
    void aKafkaThatKnowsUsLetsUsReadAndOneThatDoesNotIsToldOf(Servers.Running servers) throws Exception {
        KafkaTopics topics = KafkaTopics.make(servers.bootstrapServers());
        try (GuardedKafka guarded = GuardedKafka.start(folder.resolve("guarded"))) {
            make(guarded.inTheClear(), "acme.guarded");
            send(guarded.inTheClear(), "acme.guarded", "kafka-it-3", 0, 300);
            Files.writeString(folder.resolve("password"), GuardedKafka.PASSWORD + "\n");
            Files.writeString(folder.resolve("wrong"), "open barley\n");
            Files.writeString(folder.resolve("reader"), "reader\n");
            Files.writeString(folder.resolve("stranger"), "stranger\n");
            String ours = "trust: {file: " + guarded.certificate("broker") + "}";
            MeterRegistry registry = new SimpleMeterRegistry();
            Path file = sources(
                    source("certified", guarded.byCertificate(), "", ours + shows(guarded, "reader")),
                    source("plain", guarded.byPassword(), "sasl: PLAIN", ours + logsIn("reader", "password")),
                    source("scram", guarded.byPassword(), "sasl: SCRAM-SHA-512", ours + logsIn("reader", "password")),
                    source("unknown", guarded.byCertificate(), "", ours + shows(guarded, "other")),
                    source("forgetful", guarded.byPassword(), "sasl: SCRAM-SHA-512", ours + logsIn("reader", "wrong")),
                    source("guest", guarded.byPassword(), "sasl: SCRAM-SHA-512", ours + logsIn("stranger", "password")),
                    source(
                            "wary",
                            guarded.byPassword(),
                            "sasl: PLAIN",
                            "trust: {file: " + guarded.certificate("other") + "}" + logsIn("reader", "password")));
            try (Collectors running = Collectors.start(
                    new PublisherSettings(servers.bootstrapServers()),
                    List.of(new SourcesSettings(file, List.of(new Kafka()))),
                    registry)) {
                assertThat(running.publisher().problem()).isNull();
                for (String source : List.of("certified", "plain", "scram")) {
                    await(source).atMost(PATIENCE).until(() -> published(registry, source) == 300);
                }
                for (String source : List.of("unknown", "forgetful", "guest", "wary")) {
                    await(source).atMost(PATIENCE).until(() -> published(registry, source) >= 1);
                }
            }
            assertThat(topics.idsByLink("kafka-it-3").get("kafka-it-3")).hasSize(900);
            assertThat(topics.authFailures("unknown")).isNotEmpty().allSatisfy(event -> {
                assertThat(event.reason()).isEqualTo(AuthFailure.Reason.BAD_CERTIFICATE);
                assertThat(event.principal()).isEqualTo("CN=other");
            });
            assertThat(topics.authFailures("forgetful")).isNotEmpty().allSatisfy(event -> {
                assertThat(event.reason()).isEqualTo(AuthFailure.Reason.BAD_CREDENTIALS);
                assertThat(event.principal()).isEqualTo("reader");
                assertThat(event.toString()).doesNotContain("barley");
            });
            assertThat(topics.authFailures("guest")).isNotEmpty().allSatisfy(event -> {
                assertThat(event.reason()).isEqualTo(AuthFailure.Reason.UNKNOWN_PRINCIPAL);
                assertThat(event.principal()).isEqualTo("stranger");
            });
            assertThat(topics.authFailures("wary"))
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.reason()).isEqualTo(AuthFailure.Reason.BAD_CERTIFICATE));
        }
    }

    private Path sources(String... sources) throws IOException {
        Files.writeString(folder.resolve("acme.yml"), MAPPING);
        return Files.writeString(folder.resolve("sources.yml"), "sources:\n" + String.join("", sources));
    }

    private static String source(String id, String target, String sasl, String credentials) {
        return """
                  - id: %s
                    type: kafka
                    target: %s
                    topics: [acme.guarded]
                    group: guarded-%s
                    tls: true
                    mapping: ./acme.yml
                    links: {one: kafka-it-3}
                    interval: 1s
                    timeout: 10s
                    credentials: {%s}
                    %s
                """.formatted(id, target, id, credentials, sasl);
    }

    private static String shows(GuardedKafka guarded, String alias) {
        return ", certificate: {file: " + guarded.certificate(alias) + "}, key: {file: " + guarded.key(alias) + "}";
    }

    private static String logsIn(String user, String password) {
        return ", username: {file: " + user + "}, password: {file: " + password + "}";
    }

    private Collectors collect(String from, String to, String group, MeterRegistry registry) throws IOException {
        Files.writeString(folder.resolve("acme.yml"), MAPPING);
        Path file = Files.writeString(
                folder.resolve("sources.yml"), """
                sources:
                  - id: acme
                    type: kafka
                    target: %s
                    pattern: 'acme\\.%s'
                    group: %s
                    mapping: ./acme.yml
                    links: {one: kafka-it-1, two: kafka-it-2}
                """.formatted(from, group.equals("outage") ? "outage" : "lab", group));
        return Collectors.start(
                new PublisherSettings(to), List.of(new SourcesSettings(file, List.of(new Kafka()))), registry);
    }

    private static void make(String servers, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
        }
    }

    private static void send(String servers, String topic, String link, int from, int to) {
        // One batch at a time: a topic that was just made may not know its leader yet; and where the first batch comes
        // back while
        // the second is taken, the broker holds the first for out of order ever after.
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "max.in.flight.requests.per.connection", 1);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = from; i < to; i++) {
                // All say the same, but for where they stand.
                var unused = producer.send(
                        new ProducerRecord<>(topic, i % 3, link.endsWith("2") ? "two" : "one", "{\"errors\":2.5}"));
            }
        }
    }

    private static long committed(String servers, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            return new HashMap<>(admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .values().stream().mapToLong(OffsetAndMetadata::offset).sum();
        }
    }

    private static double published(MeterRegistry registry) {
        return published(registry, "acme");
    }

    private static double published(MeterRegistry registry, String source) {
        Counter counter =
                registry.find("qorrelate.source.events").tag("source", source).counter();
        return counter == null ? 0 : counter.count();
    }
}
