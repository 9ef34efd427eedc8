package io.qorrelate.collectors.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final String READING = "{\"qber_percent\":2.13,\"n\":%d}";

    @TempDir
    private Path folder;

    private int port;

    @BeforeEach
    void choose() {
        port = Mosquitto.freePort();
    }

    private Mosquitto broker(String... lines) throws Exception {
        return Mosquitto.start(folder.resolve("broker"), port, lines);
    }

    private Path sources(String more) throws IOException {
        Files.writeString(folder.resolve("acme.yml"), """
                format: json
                events:
                  - required: [/qber_percent]
                    event:
                      kind: link_quality
                      qber: {from: /qber_percent, times: 0.01}
                      labels: {n: '${/n}', device: '${topic.device}'}
                """);
        return Files.writeString(
                folder.resolve("sources.yml"),
                """
                sources:
                  - id: broker
                    type: mqtt
                    target: mqtt://127.0.0.1:%d
                    links: {east: ams-1~del-1}
                    node: ams-1
                    interval: 1s
                    timeout: 2s
                """.formatted(port) + (more.contains("topics:") ? more : more + TOPICS).indent(4));
    }

    private static final String TOPICS = """
            topics:
              - {topic: 'qkd/{link}/{device}/quality', mapping: ./acme.yml}
              - {topic: 'site/{node}/#', mapping: facility-json}
              - events
            """;

    private static Sources open(Path file, MockKafka kafka) throws IOException {
        return new SourcesSettings(file, List.of(new Mqtt())).open(kafka.context());
    }

    private static ConfiguredSource source(Path file) throws IOException {
        return SourceFile.read(file, List.of(new Mqtt())).entries().getFirst().configured();
    }

    private static JsonNode json(String event) {
        try {
            return JSON.readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitConnected(MockKafka kafka) {
        await().atMost(Duration.ofSeconds(15))
                .ignoreExceptions()
                .until(() -> kafka.count("qorrelate.source.polls", "source", "broker", "outcome", "ok") >= 1);
    }

    private static double circuit(MockKafka kafka) {
        return kafka.registry().get("qorrelate.source.circuit").gauge().value();
    }

    @Test
    void whatIsSaidOnATopicBecomesAnEventOfItsLevels() throws Exception {
        try (Mosquitto mosquitto = broker("allow_anonymous true");
                MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            awaitConnected(kafka);
            mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(1));
            mosquitto.publish("site/del-1/room/4", "{\"temperature\":21.5,\"power\":\"grid\"}");
            mosquitto.publish(
                    "events",
                    "{\"time\":\"2026-11-23T10:00:00Z\",\"kind\":\"key_rate\",\"link\":\"a~b\",\"stored_keys\":3}");
            mosquitto.publish("other", "{}");

            await().until(() -> kafka.events().size() == 3);
            JsonNode quality = json(kafka.eventTexts().get(0));
            assertThat(quality.path("link").asText()).isEqualTo("ams-1~del-1");
            assertThat(quality.path("qber").asDouble()).isEqualTo(0.0213);
            assertThat(quality.at("/labels/device").asText()).isEqualTo("rx-7");
            assertThat(json(kafka.eventTexts().get(1)).path("power").asText()).isEqualTo("ok");
            assertThat(json(kafka.eventTexts().get(2)).path("stored_keys").asInt())
                    .isEqualTo(3);
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void badPayloadsCostNothingButThemselves() throws Exception {
        try (Mosquitto mosquitto = broker("allow_anonymous true");
                MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            awaitConnected(kafka);
            String topic = "qkd/east/rx-7/quality";
            mosquitto.publish(topic, "{\"qber_percent\":2.1");
            mosquitto.publish(topic, new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});
            mosquitto.publish(topic, "[".repeat(50_000));
            mosquitto.publish(topic, "{\"a\":".repeat(200) + "1" + "}".repeat(200));
            mosquitto.publish(topic, "{\"qber_percent\":213}");
            mosquitto.publish(topic, "{\"x\":\"" + "y".repeat(2 << 20) + "\"}");
            mosquitto.publish("qkd/west/rx-7/quality", READING.formatted(1));
            mosquitto.publish(topic, new byte[0]);
            mosquitto.publish(topic, READING.formatted(2));

            await().until(() -> kafka.events().size() == 1);
            assertThat(kafka.eventTexts().getFirst()).contains("\"n\":\"2\"");
            // Two megabytes the broker was told not to send.
            await().until(() -> kafka.deadLetters().size() == 6);
            assertThat(kafka.deadLetters())
                    .extracting(letter -> MockKafka.header(letter, "reason"))
                    .containsExactly("not_json", "not_json", "not_json", "not_json", "out_of_range", "missing_field");
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void whatKafkaDoesNotHaveIsNotAcknowledgedAndComesAgain() throws Exception {
        Path file = sources("receive_maximum: 20\n");
        try (Mosquitto mosquitto = broker("allow_anonymous true")) {
            try (MockKafka kafka = MockKafka.silent();
                    Sources sources = open(file, kafka)) {
                awaitConnected(kafka);
                for (int i = 0; i < 50; i++) {
                    mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(i));
                }
                await().until(() -> !kafka.events().isEmpty());
                Thread.sleep(500);
                assertThat(kafka.events().stream()
                                .map(event -> MockKafka.text(event.value()))
                                .distinct())
                        .hasSizeLessThanOrEqualTo(20);
                assertThat(sources.count()).isEqualTo(1);
            }
            // Said while nobody listens: the broker keeps it with the session.
            mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(50));
            try (MockKafka kafka = MockKafka.acknowledging();
                    Sources sources = open(file, kafka)) {
                await().atMost(Duration.ofSeconds(15))
                        .until(() -> kafka.eventTexts().stream()
                                        .map(event ->
                                                json(event).at("/labels/n").asText())
                                        .distinct()
                                        .count()
                                == 51);
                assertThat(sources.count()).isEqualTo(1);
            }
        }
    }

    @Test
    void aBrokerThatIsAwayIsWaitedForAndNothingIsLost() throws Exception {
        Path file = sources("");
        String[] lasting = {
            "allow_anonymous true",
            "persistence true",
            "persistence_location " + Files.createDirectories(folder.resolve("state")) + "/"
        };
        try (MockKafka kafka = MockKafka.acknowledging()) {
            Sources sources;
            try (Mosquitto mosquitto = broker(lasting)) {
                sources = open(file, kafka);
                awaitConnected(kafka);
                mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(1));
                await().until(() -> kafka.events().size() == 1);
            }
            try (sources) {
                await().atMost(Duration.ofSeconds(20)).until(() -> circuit(kafka) == 2);
                try (Mosquitto mosquitto = broker(lasting)) {
                    mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(2));
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> kafka.events().size() == 2);
                    await().until(() -> circuit(kafka) == 0);
                }
            }
        }
    }

    @Test
    void aRefusedLoginIsAnAuthenticationFailure() throws Exception {
        Certificates authority = new Certificates(folder, "ca");
        authority.issue("server", "-1d", 10);
        Path passwords = folder.resolve("passwords");
        Process made = new ProcessBuilder(
                        Mosquitto.program("mosquitto_passwd"), "-c", "-b", passwords.toString(), "qorrelate", "right")
                .start();
        assertThat(made.waitFor()).isZero();
        Files.writeString(folder.resolve("password"), "hunter2\n");
        String login = "user: qorrelate\ncredentials: {password: {file: password}, trust: {file: "
                + authority.authority() + "}}\n";
        Path file = sources(login);
        Files.writeString(file, Files.readString(file).replace("mqtt://", "mqtts://"));
        try (Mosquitto mosquitto = broker(
                        "allow_anonymous false",
                        "password_file " + passwords,
                        "certfile " + authority.certificate("server"),
                        "keyfile " + authority.key("server"));
                MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(file, kafka)) {
            await().atMost(Duration.ofSeconds(15)).until(() -> !kafka.events().isEmpty());
            JsonNode event = json(kafka.eventTexts().getFirst());
            assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
            assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
            assertThat(event.path("principal").asText()).isEqualTo("qorrelate");
            assertThat(event.path("plane").asText()).isEqualTo("management");
            assertThat(kafka.eventTexts()).noneSatisfy(text -> assertThat(text).contains("hunter2"));

            Files.writeString(folder.resolve("password"), "right\n");
            awaitConnected(kafka);
            assertThat(sources.count()).isEqualTo(1);
            assertThat(mosquitto.process().isAlive()).isTrue();
        }
    }

    @Test
    void certificatesOfBothEndsAreHeldAgainstTheirAuthorities() throws Exception {
        Certificates authority = new Certificates(folder, "ca");
        authority.issue("server", "-1d", 10);
        authority.issue("us", "-1d", 10);
        Path otherFolder = Files.createDirectories(folder.resolve("other"));
        Certificates other = new Certificates(otherFolder, "other");
        String ours =
                "certificate: {file: " + authority.certificate("us") + "}, key: {file: " + authority.key("us") + "}";
        try (Mosquitto mosquitto = broker(
                "allow_anonymous true",
                "cafile " + authority.authority(),
                "certfile " + authority.certificate("server"),
                "keyfile " + authority.key("server"),
                "require_certificate true")) {
            Poll untrusted = ask("credentials: {" + ours + ", trust: {file: " + other.authority() + "}}\n");
            assertRefused(untrusted, "bad_certificate", "client", "127.0.0.1");

            mosquitto.publish(
                    "qkd/east/rx-7/quality",
                    READING.formatted(1),
                    "-r",
                    "--cafile",
                    authority.authority().toString(),
                    "--cert",
                    authority.certificate("us").toString(),
                    "--key",
                    authority.key("us").toString());
            Poll trusted = ask("credentials: {" + ours + ", trust: {file: " + authority.authority() + "}}\n");
            assertThat(trusted.trouble()).isNull();
            assertThat(trusted.intakes()).singleElement().isInstanceOf(Intake.Accepted.class);
        }
    }

    @Test
    void anExpiredCertificateOfTheBrokerIsSaidToBeSo() throws Exception {
        Certificates authority = new Certificates(folder, "ca");
        authority.issue("server", "-5d", 1);
        try (Mosquitto mosquitto = broker(
                "allow_anonymous true",
                "certfile " + authority.certificate("server"),
                "keyfile " + authority.key("server"))) {
            Poll expired = ask("credentials: {trust: {file: " + authority.authority() + "}}\n");
            assertRefused(expired, "expired_certificate", "client", "127.0.0.1");
            assertThat(mosquitto.process().isAlive()).isTrue();
        }
    }

    private static void assertRefused(Poll poll, String reason, String by, String principal) throws Exception {
        assertThat(poll.trouble()).isNotNull();
        assertThat(poll.trouble().reason()).isEqualTo("tls");
        JsonNode event = json(MockKafka.text(((Intake.Accepted) poll.intakes().getFirst()).json()));
        assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
        assertThat(event.path("reason").asText()).isEqualTo(reason);
        assertThat(event.path("principal").asText()).isEqualTo(principal);
        assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo(by);
        assertThat(event.at("/labels/protocol").asText()).isEqualTo("mqtt");
    }

    private Poll ask(String credentials) throws Exception {
        Path file = sources(credentials);
        Files.writeString(file, Files.readString(file).replace("mqtt://", "mqtts://"));
        return source(file).ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
    }

    @Test
    void aTrialSaysWhatItHearsAndThatItHearsNothing() throws Exception {
        Path file = sources("topics: $share/group/#\n");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> source(file).ask(INTAKE, InstantSource.fixed(MockKafka.NOW)))
                .withMessageContaining("mqtt://127.0.0.1:" + port + ": cannot be connected to");
        try (Mosquitto mosquitto = broker("allow_anonymous true")) {
            Poll.Trouble trouble =
                    source(file).ask(INTAKE, InstantSource.fixed(MockKafka.NOW)).trouble();

            assertThat(trouble).isNotNull();
            assertThat(trouble.reason()).isEqualTo("silent");
            assertThat(mosquitto.process().isAlive()).isTrue();
        }
    }

    @Test
    void sharedSubscriptionsDivideWhatIsSaid() throws Exception {
        String topic = "topics:\n  - {topic: '$share/qorrelate/qkd/{link}/{device}/quality', mapping: ./acme.yml}\n";
        Path one = sources(topic);
        String text = Files.readString(one);
        Path other = Files.writeString(
                folder.resolve("other.yml"), text.replace("id: broker", "id: broker\n    client_id: other"));
        try (Mosquitto mosquitto = broker("allow_anonymous true");
                MockKafka first = MockKafka.acknowledging();
                MockKafka second = MockKafka.acknowledging();
                Sources sources = open(one, first);
                Sources more = open(other, second)) {
            awaitConnected(first);
            awaitConnected(second);
            for (int i = 0; i < 10; i++) {
                mosquitto.publish("qkd/east/rx-7/quality", READING.formatted(i));
            }
            await().until(() -> first.events().size() + second.events().size() == 10);
            assertThat(first.events()).isNotEmpty();
            assertThat(second.events()).isNotEmpty();
            assertThat(sources.count() + more.count()).isEqualTo(2);
        }
    }

    @Test
    void whatMosquittoSubPrintsIsReadWithoutABroker() throws Exception {
        List<Intake> intakes = source(sources(""))
                .read(
                        "qkd/east/rx-7/quality {\"qber_percent\":1}\nunknown 1\nsite/x {\"temperature\":20}\n"
                                .getBytes(UTF_8),
                        INTAKE,
                        MockKafka.NOW);

        assertThat(intakes).hasSize(2).allSatisfy(intake -> assertThat(intake).isInstanceOf(Intake.Accepted.class));
    }

    @ParameterizedTest
    @CsvSource({
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/d, false",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "#, $SYS/broker, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/broker, true",
        "a/b, a, false",
        "a, a/b, false",
        "+, '', true"
    })
    void filtersMatchAsTheStandardSays(String filter, String topic, boolean matches) throws Exception {
        Path file = sources("topics: ['" + filter + "']\n");
        byte[] line = (topic + " {}\n").getBytes(UTF_8);

        assertThat(source(file).read(line, INTAKE, MockKafka.NOW)).hasSize(matches ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "target: 'http://h', topics: a|a broker's target is mqtts://HOST:PORT",
                "target: 'mqtt://u:p@h', topics: a|a target holds no password",
                "target: 'mqtt://h', topics: a, user: u, credentials: {password: {env: P}}|credentials would be sent in the clear",
                "target: 'mqtts://h', topics: a, user: u|'user' and the credential 'password' go together",
                "target: 'mqtts://h', topics: a, user: u, credentials: {password: hunter2}|a credential is given by reference",
                "target: 'mqtt://h', topics: []|there is nothing to subscribe to",
                "target: 'mqtt://h', topics: a/#/b|'#' stands for all further levels",
                "target: 'mqtt://h', topics: a/b+|a level is text, '+', '#' or a name in braces",
                "target: 'mqtt://h', topics: '{x}/{x}'|the level 'x' stands in this topic twice",
                "target: 'mqtt://h', topics: $share/a|a shared subscription is $share/GROUP/FILTER",
                "target: 'mqtt://h', topics: a, receive_maximum: 0|'receive_maximum' is 1..1000, was 0",
                "target: 'mqtt://h', topics: a, qos: 2|unknown field 'qos' in a source of type mqtt",
                "target: 'mqtt://h', topics: a, mapping: sshd|expected a mapping of format json"
            })
    void aMistakeIsNamedWithTheWayOut(String fields, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.yml"), "sources: [{id: a, type: mqtt, " + fields + "}]");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Mqtt())))
                .withMessageContaining(".yml:")
                .withMessageContaining(message);
    }

    @Test
    void aLevelThatTheTopicDoesNotNameIsAMistakeInTheMapping() throws Exception {
        Path file = sources("topics: [{topic: 'qkd/{link}', mapping: ./acme.yml}]\n");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> source(file))
                .withMessageContaining("'topic.device' is no JSON Pointer and none of topic.link");
    }
}
