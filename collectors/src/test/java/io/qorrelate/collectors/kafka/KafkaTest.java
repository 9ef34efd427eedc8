package io.qorrelate.collectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no broker; the rest is an integration test, with one. */
class KafkaTest {
    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MAPPING = """
            format: json
            events:
              - when: {/type: quality}
                required: [/error_percent]
                event:
                  kind: link_quality
                  time: ${/at}
                  qber: {from: /error_percent, times: 0.01}
                  labels: {topic: '${topic}', unit: '${header.unit}'}
              - when: {/type: quality}
                required: [/key_kbps]
                event:
                  kind: key_rate
                  secret_key_rate_bps: {from: /key_kbps, times: 1000}
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("acme.yml"), MAPPING);
    }

    private Feed feed(String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sources.yml"),
                "sources:\n  - {id: acme, type: kafka, timeout: 1s, mapping: ./acme.yml, links: {east: ams-1~del-1}, "
                        + more + "}\n");
        return (Feed)
                SourceFile.read(file, List.of(new Kafka())).entries().getFirst().configured();
    }

    private Feed feed() throws IOException {
        return feed("target: '127.0.0.1:9', topics: [acme.measurements]");
    }

    private static ConsumerRecord<byte[], byte[]> message(long offset, String key, String value) {
        ConsumerRecord<byte[], byte[]> message =
                new ConsumerRecord<>("acme.measurements", 3, offset, key.getBytes(UTF_8), value.getBytes(UTF_8));
        message.headers().add("unit", "percent".getBytes(UTF_8));
        return message;
    }

    private static final String QUALITY =
            "{\"type\":\"quality\",\"at\":\"2026-11-23T10:00:00Z\",\"error_percent\":2.5,\"key_kbps\":3.2}";

    private static JsonNode json(Intake intake) throws IOException {
        assertThat(intake).isInstanceOf(Intake.Accepted.class);
        return JSON.readTree(((Intake.Accepted) intake).json());
    }

    @Test
    void aMessageIsReadWithItsKeyHeadersAndTopic() throws Exception {
        List<Intake> found = feed().read(message(7, "east", QUALITY), MockKafka.NOW, INTAKE);

        assertThat(found).hasSize(2);
        JsonNode quality = json(found.get(0));
        assertThat(quality.path("link").asText()).isEqualTo("ams-1~del-1");
        assertThat(quality.path("time").asText()).isEqualTo("2026-11-23T10:00:00.000Z");
        assertThat(quality.path("qber").asDouble()).isEqualTo(0.025);
        assertThat(quality.at("/labels/topic").asText()).isEqualTo("acme.measurements");
        assertThat(quality.at("/labels/unit").asText()).isEqualTo("percent");
        assertThat(json(found.get(1)).path("secret_key_rate_bps").asInt()).isEqualTo(3_200);
    }

    @Test
    void anEventsIdFollowsFromItsPlaceSoThatOnlyWhatIsReadAgainIsTheSame() throws Exception {
        Feed feed = feed();
        List<Intake> first = feed.read(message(7, "east", QUALITY), MockKafka.NOW, INTAKE);
        List<Intake> again = feed.read(message(7, "east", QUALITY), MockKafka.NOW.plusSeconds(5), INTAKE);
        List<Intake> next = feed.read(message(8, "east", QUALITY), MockKafka.NOW, INTAKE);

        assertThat(json(again.get(0)).path("id")).isEqualTo(json(first.get(0)).path("id"));
        assertThat(json(first.get(1)).path("id"))
                .isNotEqualTo(json(first.get(0)).path("id"));
        assertThat(json(next.get(0)).path("id")).isNotEqualTo(json(first.get(0)).path("id"));
    }

    @Test
    void whatNoEventIsAboutIsNobodysAndATombstoneIsToo() throws Exception {
        assertThat(feed().read(message(1, "east", "{\"type\":\"heartbeat\"}"), MockKafka.NOW, INTAKE))
                .isEmpty();
        assertThat(feed().read(new ConsumerRecord<>("t", 0, 0, new byte[0], null), MockKafka.NOW, INTAKE))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"type\":\"quality\"",
                "[1]",
                "{\"type\":\"quality\",\"error_percent\":\"much\",\"key_kbps\":1}",
                "{\"type\":\"quality\",\"key_kbps\":1}",
                "\u0000\u0001"
            })
    void whatIsNoEventIsADeadLetterAsItCame(String value) throws Exception {
        assertThat(feed().read(message(1, "east", value), MockKafka.NOW, INTAKE))
                .filteredOn(Intake.Rejected.class::isInstance)
                .isNotEmpty()
                .allSatisfy(
                        intake -> assertThat(((Intake.Rejected) intake).raw()).isEqualTo(value.getBytes(UTF_8)));
    }

    /** Else it would be read again for ever, and nothing behind it. */
    @Test
    void aMessageThatBringsOutAFaultOfOursIsADeadLetterToo() throws Exception {
        byte[] value = QUALITY.getBytes(UTF_8);
        ConsumerRecord<byte[], byte[]> message = new ConsumerRecord<>("t", 0, 0, new byte[0], value) {
            @Override
            public byte[] key() {
                throw new StackOverflowError();
            }
        };
        assertThat(feed().read(message, MockKafka.NOW, INTAKE))
                .singleElement()
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.raw()).isEqualTo(value));
    }

    @Test
    void whatIsNestedTooDeepOrTooLongIsADeadLetter() throws Exception {
        String deep = "{\"type\":\"quality\",\"x\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
        assertThat(feed().read(message(1, "east", deep), MockKafka.NOW, INTAKE))
                .singleElement()
                .isInstanceOf(Intake.Rejected.class);
        String longer = "{\"type\":\"quality\",\"x\":\"" + "x".repeat(Feed.MAX_VALUE_BYTES) + "\"}";
        assertThat(feed().read(message(1, "east", longer), MockKafka.NOW, INTAKE))
                .singleElement()
                .isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(RejectReason.TOO_LARGE);
                    assertThat(rejected.totalBytes()).isEqualTo(longer.length());
                });
    }

    @Test
    void aKafkaThatIsNotThereIsNamedByADryRun() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Poll poll = feed("target: '127.0.0.1:" + deaf.getLocalPort() + "', topics: t")
                    .ask(INTAKE, InstantSource.system());
            assertThat(poll.trouble()).isNotNull();
            assertThat(poll.trouble().reason()).isEqualTo("timeout");
        }
    }

    /** The client itself judges whether it can use what it is given. */
    @Test
    void credentialsAreGivenToTheClientAsItWantsThem() throws Exception {
        Certificates authority = new Certificates(folder, "authority");
        authority.issue("reader", "-1d", 10);
        Files.writeString(folder.resolve("user"), "qorrelate\n");
        Files.writeString(folder.resolve("password"), "with \"quotes\" and \\\n");
        Feed feed = feed("target: '127.0.0.1:9', topics: t, tls: true, sasl: SCRAM-SHA-512, credentials: {certificate:"
                + " {file: " + authority.certificate("reader") + "}, key: {file: " + authority.key("reader")
                + "}, trust: {file: " + authority.authority() + "}, username: {file: user}, password: {file:"
                + " password}}");
        Map<String, Object> properties = Security.properties(feed);

        assertThat(properties)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
        assertThat(properties.toString()).doesNotContain("quotes").doesNotContain("PRIVATE KEY");
        properties.put("bootstrap.servers", "127.0.0.1:9");
        try (KafkaConsumer<byte[], byte[]> made =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(made.subscription()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "target: kafka, topics: t|a kafka source's target is its bootstrap servers",
                "target: 'k-1:9092,k-2:65536', topics: t|a kafka source's target is its bootstrap servers",
                "target: 'k:1'|has one of 'topics' (their names) and 'pattern'",
                "target: 'k:1', topics: t, pattern: x|has one of 'topics'",
                "target: 'k:1', topics: 'acme.*'|is no name of a topic",
                "target: 'k:1', pattern: 'acme('|not a regular expression",
                "target: 'k:1', topics: t, by: device|'device' is no JSON Pointer",
                "target: 'k:1', topics: t, start: newest|expected one of earliest, latest, found 'newest'",
                "target: 'k:1', topics: t, tls: true, sasl: PLAIN|'sasl' needs 'username' and 'password'",
                "target: 'k:1', topics: t, credentials: {trust: {env: T}}|credentials are only sent over TLS",
                "target: 'k:1', topics: t, tls: true, credentials: {username: {env: T}}|are for SASL"
            })
    void aMistakeIsNamedWithTheWayOut(String more, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> feed(more))
                .withMessageContaining(message)
                .withMessageContaining("sources.yml:2:");
    }

    @Test
    void aListOfServersMayBeOfAnyLength() throws Exception {
        String servers = String.join(",", Collections.nCopies(50_000, "k-1:9092"));

        assertThat(feed("target: '" + servers + "', topics: t").source().target())
                .isEqualTo(servers);
    }

    /** Groups in groups would overflow the stack. */
    @Test
    void aPatternOfPagesIsRefused() {
        String pattern = "(".repeat(50_000) + ")".repeat(50_000);

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> feed("target: 'k:1', pattern: '" + pattern + "'"))
                .withMessageContaining("sources.yml:2:")
                .withMessageContaining("a pattern has at most 1000 characters, this one has 100000");
    }
}
