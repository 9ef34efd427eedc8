package io.qorrelate.collectors.gnmi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.gnmi.proto.Encoding;
import com.github.gnmi.proto.SubscribeRequest;
import com.github.gnmi.proto.SubscriptionList;
import com.github.gnmi.proto.SubscriptionMode;
import io.grpc.Status;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GnmiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path certificates;

    @TempDir
    private Path folder;

    private static Certificates authority;

    @BeforeAll
    static void certify() throws Exception {
        authority = new Certificates(certificates, "authority");
        authority.issue("device", "-1d", 10);
        authority.issue("monitor", "-1d", 10);
    }

    /** Received power of a channel. */
    private static String power(String channel, int second, double dbm) {
        return """
                {"update":{"timestamp":"%d000000000","prefix":{"target":"roadm-1","elem":[{"name":"components"},
                {"name":"component","key":{"name":"%s"}}]},"update":[{"path":{"elem":[{"name":"optical-channel"},
                {"name":"state"},{"name":"input-power"},{"name":"instant"}]},"val":{"doubleVal":%s}}]}}
                """.formatted(MockKafka.NOW.getEpochSecond() + second, channel, dbm)
                .replace("\n", "");
    }

    private Path sources(String target, String more) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: roadm
                    type: gnmi
                    target: %s
                    mappings: [openconfig-optical, openconfig-platform]
                    node: ams-1
                    links: {OCH-1-1: ams-1~del-1}
                    interval: 1s
                    timeout: 30s
                """.formatted(target) + more.indent(4));
    }

    private Sources open(MockKafka kafka, String target, String more) throws IOException {
        return new SourcesSettings(sources(target, more), List.of(new Gnmi())).open(kafka.context());
    }

    private Device device(String more) throws IOException {
        return (Device) SourceFile.read(sources("grpc://127.0.0.1:9", more), List.of(new Gnmi()))
                .entries()
                .getFirst()
                .configured();
    }

    private static List<JsonNode> events(MockKafka kafka) {
        return kafka.eventTexts().stream().map(GnmiTest::parse).toList();
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double count(MockKafka kafka, String meter, String tag, String value) {
        var counter = kafka.registry().find(meter).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void whatADeviceStreamsBecomesEvents() throws Exception {
        try (Target target = Target.plain(0);
                MockKafka kafka = MockKafka.acknowledging()) {
            target.knows(power("OCH-1-1", 0, -18.3));
            try (Sources running = open(kafka, "grpc://127.0.0.1:" + target.port(), "")) {
                assertThat(running.count()).isEqualTo(1);
                await().atMost(PATIENCE).until(() -> kafka.events().size() == 1);
                target.tell(power("OCH-1-1", 1, -18.4));
                target.tell(power("OCH-9-9", 1, -3));
                await().atMost(PATIENCE).until(() -> kafka.events().size() == 2);
                await().atMost(PATIENCE)
                        .until(() -> count(kafka, "qorrelate.source.dropped", "reason", "unplaced") == 1);
            }
            JsonNode event = events(kafka).getLast();
            assertThat(event.path("time").asText()).isEqualTo("2026-11-23T10:00:31.000Z");
            assertThat(event.path("link").asText()).isEqualTo("ams-1~del-1");
            assertThat(event.path("rx_power_dbm").asDouble()).isEqualTo(-18.4);
            assertThat(kafka.deadLetters()).isEmpty();

            SubscribeRequest request = Objects.requireNonNull(target.asked.poll(1, TimeUnit.SECONDS));
            SubscriptionList list = request.getSubscribe();
            assertThat(list.getMode()).isEqualTo(SubscriptionList.Mode.STREAM);
            assertThat(list.getEncoding()).isEqualTo(Encoding.JSON_IETF);
            assertThat(list.getSubscription(0).getMode()).isEqualTo(SubscriptionMode.SAMPLE);
            assertThat(list.getSubscription(0).getSampleInterval())
                    .isEqualTo(Duration.ofSeconds(1).toNanos());
            assertThat(list.getSubscription(0).getPath().getElem(1).getKeyMap()).containsEntry("name", "*");
            assertThat(list.getSubscription(1).getMode()).isEqualTo(SubscriptionMode.ON_CHANGE);
        }
    }

    @Test
    void aStreamThatBreaksOffIsMadeAnew() throws Exception {
        try (Target target = Target.plain(0);
                MockKafka kafka = MockKafka.acknowledging()) {
            try (Sources running = open(kafka, "grpc://127.0.0.1:" + target.port(), "")) {
                assertThat(running.count()).isEqualTo(1);
                assertThat(target.asked.poll(60, TimeUnit.SECONDS)).isNotNull();
                target.breakOff(Status.INTERNAL.withDescription("line card on fire"));
                assertThat(target.asked.poll(60, TimeUnit.SECONDS)).isNotNull();
                target.tell(power("OCH-1-1", 2, -18.4));
                await().atMost(PATIENCE).until(() -> kafka.events().size() == 1);
            }
            assertThat(count(kafka, "qorrelate.source.polls", "outcome", "failed"))
                    .isEqualTo(0);
        }
    }

    @Test
    void whatCannotBeReadIsADeadLetterAndTheStreamGoesOn() throws Exception {
        byte[] broken = {0x0a, 0x7f, 1};
        String badJson = "{\"update\":{\"update\":[{\"path\":{\"elem\":[{\"name\":\"components\"}]},"
                + "\"val\":{\"jsonIetfVal\":\"e3t7\"}}]}}";
        try (Target target = Target.plain(0);
                MockKafka kafka = MockKafka.acknowledging();
                Sources running = open(kafka, "grpc://127.0.0.1:" + target.port(), "")) {
            assertThat(running.count()).isEqualTo(1);
            assertThat(target.asked.poll(60, TimeUnit.SECONDS)).isNotNull();
            target.tell(broken);
            target.tell(badJson);
            target.tell(power("OCH-1-1", 3, 900));
            target.tell(power("OCH-1-1", 600, -18));
            target.tell(power("OCH-1-1", 3, -18.4));
            await().atMost(PATIENCE)
                    .until(() ->
                            kafka.events().size() >= 1 && kafka.deadLetters().size() >= 3);
            assertThat(kafka.deadLetters())
                    .extracting(letter -> letter.value())
                    .contains(broken, Target.bytes(badJson), Target.bytes(power("OCH-1-1", 600, -18)));
            assertThat(target.asked).isEmpty();
        }
    }

    @Test
    void whileKafkaTakesNothingTheDeviceIsMadeToWait() throws Exception {
        try (Target target = Target.plain(0);
                MockKafka kafka = MockKafka.silent();
                Sources running = open(kafka, "grpc://127.0.0.1:" + target.port(), "")) {
            assertThat(running.count()).isEqualTo(1);
            assertThat(target.asked.poll(60, TimeUnit.SECONDS)).isNotNull();
            target.tell(power("OCH-1-1", 0, -18));
            await().atMost(PATIENCE).until(() -> kafka.events().size() == 1);
            for (int i = 1; i < 500; i++) {
                target.tell(power("OCH-1-1", 0, -18 - i / 1e3));
            }
            await().during(Duration.ofSeconds(1))
                    .atMost(PATIENCE)
                    .until(() -> kafka.events().size() <= 2);
        }
    }

    @Test
    void overMutualTlsAndByNameAndPasswordADeviceLetsUsIn() throws Exception {
        Files.writeString(folder.resolve("user"), "monitor\n");
        Files.writeString(folder.resolve("password"), "open sesame\n");
        String credentials =
                """
                credentials:
                  certificate: {file: %s}
                  key: {file: %s}
                  trust: {file: %s}
                  username: {file: user}
                  password: {file: password}
                """.formatted(authority.certificate("monitor"), authority.key("monitor"), authority.authority());
        try (Target target = Target.overTls(authority, "device", true);
                MockKafka kafka = MockKafka.acknowledging()) {
            target.guard("open sesame");
            target.knows(power("OCH-1-1", 0, -18.3));
            try (Sources running = open(kafka, "grpcs://127.0.0.1:" + target.port(), credentials)) {
                assertThat(running.count()).isEqualTo(1);
                await().atMost(PATIENCE).until(() -> kafka.events().size() == 1);
            }
            Files.writeString(folder.resolve("password"), "open barley\n");
            Poll refused = SourceFile.read(
                            sources("grpcs://127.0.0.1:" + target.port(), credentials), List.of(new Gnmi()))
                    .entries()
                    .getFirst()
                    .configured()
                    .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
            assertThat(Objects.requireNonNull(refused.trouble()).reason()).isEqualTo("unauthorized");
            assertThat(refused.trouble().detail()).contains("who are you?").doesNotContain("barley");
            JsonNode event = authFailure(refused);
            assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
            assertThat(event.path("principal").asText()).isEqualTo("monitor");
            assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
            assertThat(event.toString()).doesNotContain("barley");
        }
    }

    @Test
    void aDeviceThatWeDoNotTrustIsNotToldOurPassword() throws Exception {
        Files.writeString(folder.resolve("password"), "open sesame\n");
        try (Target target = Target.overTls(authority, "device", false)) {
            Poll poll = SourceFile.read(
                            sources(
                                    "grpcs://127.0.0.1:" + target.port(),
                                    "credentials: {username: {file: password}, password: {file: password}}"),
                            List.of(new Gnmi()))
                    .entries()
                    .getFirst()
                    .configured()
                    .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
            assertThat(Objects.requireNonNull(poll.trouble()).reason()).isEqualTo("tls");
            assertThat(target.asked).isEmpty();
            JsonNode event = authFailure(poll);
            assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
            assertThat(event.path("principal").asText()).isEqualTo("127.0.0.1");
            assertThat(event.at("/labels/refused_by").asText()).isEqualTo("client");
        }
    }

    /** One for each attempt, of which there are as few as the circuit lets through. */
    @Test
    void aDeviceThatRefusesUsIsAnAuthenticationFailureInKafka() throws Exception {
        try (Target target = Target.plain(0);
                MockKafka kafka = MockKafka.acknowledging()) {
            target.guard("open sesame");
            try (Sources running = open(kafka, "grpc://127.0.0.1:" + target.port(), "")) {
                assertThat(running.count()).isEqualTo(1);
                await().atMost(PATIENCE).until(() -> !kafka.events().isEmpty());
            }
            JsonNode event = events(kafka).getFirst();
            assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
            assertThat(event.path("node").asText()).isEqualTo("ams-1");
            assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
            assertThat(kafka.deadLetters()).isEmpty();
        }
    }

    private static JsonNode authFailure(Poll poll) {
        assertThat(poll.intakes()).singleElement().isInstanceOf(Intake.Accepted.class);
        JsonNode event = parse(new String(((Intake.Accepted) poll.intakes().getFirst()).json(), UTF_8));
        assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
        assertThat(event.path("plane").asText()).isEqualTo("management");
        assertThat(event.path("node").asText()).isEqualTo("ams-1");
        return event;
    }

    @Test
    void aDryRunAsksOnce() throws Exception {
        try (Target target = Target.plain(0)) {
            target.knows(power("OCH-1-1", 0, -18.3));
            Poll poll = SourceFile.read(sources("grpc://127.0.0.1:" + target.port(), ""), List.of(new Gnmi()))
                    .entries()
                    .getFirst()
                    .configured()
                    .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
            assertThat(poll.trouble()).isNull();
            assertThat(poll.intakes()).singleElement().isInstanceOf(Intake.Accepted.class);
            assertThat(Objects.requireNonNull(target.asked.poll())
                            .getSubscribe()
                            .getMode())
                    .isEqualTo(SubscriptionList.Mode.ONCE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"stringVal\":\"-18.4\"",
                "\"doubleVal\":-18.4",
                "\"floatVal\":-18.4",
                "\"decimalVal\":{\"digits\":\"-184\",\"precision\":1}",
                "\"asciiVal\":\"-18.4\"",
                "\"jsonVal\":\"LTE4LjQ=\"",
                "\"jsonIetfVal\":\"Ii0xOC40Ig==\""
            })
    void aValueIsANumberHoweverItIsWritten(String value) throws Exception {
        String response = power("OCH-1-1", 0, -1).replace("\"doubleVal\":-1.0", value);
        List<Intake> found = device("").read(Target.bytes(response), INTAKE, MockKafka.NOW);
        assertThat(found).hasSize(1);
        assertThat(parse(new String(((Intake.Accepted) found.getFirst()).json(), UTF_8))
                        .path("rx_power_dbm")
                        .asDouble())
                .isEqualTo(-18.4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a[", "/a[b", "a//b", "/a[=b]", "/a[b=c]d", "[a=b]"})
    void whatIsNoPathIsTold(String path) {
        assertThatExceptionOfType(DataPath.Malformed.class).isThrownBy(() -> DataPath.parse(path));
    }

    @Test
    void aPathIsReadWithItsKeysAndEscapes() throws Exception {
        DataPath path = DataPath.parse("/a:interfaces/interface[name=ge-0/0/1\\]][unit=7]/state");
        assertThat(path.elements().get(1).keys())
                .containsEntry("name", "ge-0/0/1]")
                .containsEntry("unit", "7");
        assertThat(DataPath.parse(path.toString())).isEqualTo(path);
        assertThat(path.elements().getFirst().name()).isEqualTo("interfaces");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "http://h:1||a gnmi source's target is grpcs://HOST:PORT",
                "grpc://h||a gnmi source's target is",
                "grpc://h:1|credentials: {username: {env: U}, password: {env: P}}|credentials are only sent over TLS",
                "grpcs://h:1|credentials: {username: {env: U}}|'username' and 'password' go together",
                "grpcs://h:1|encoding: xml|an encoding is json_ietf, json or proto",
                "grpcs://h:1|paths: x|unknown field 'paths'"
            })
    void aMistakeIsNamedWithTheWayOut(String target, String more, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(sources(target, more == null ? "" : more), List.of(new Gnmi())))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "path: components|acme.yml:3:12: 'components' is no path of gNMI",
                "path: '/a[b'|a key without its ']'",
                "path: /a, mode: often|is sample, on_change or target_defined, not 'often'",
                "path: /a, mode: on_change, every: 1s|'every' is for mode sample",
                "path: /a, every: 1ms|at least 100ms"
            })
    void aMistakeInASubscriptionIsNamedToo(String subscription, String message) throws Exception {
        Files.writeString(
                folder.resolve("acme.yml"),
                "format: gnmi\nsubscriptions:\n  - {" + subscription
                        + "}\nevents: [{of: '/a[b]', event: {kind: environment, temperature_c: '${t}'}}]\n");
        Path file = sources("grpc://h:1", "");
        Files.writeString(
                file, Files.readString(file).replace("[openconfig-optical, openconfig-platform]", "./acme.yml"));
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Gnmi())))
                .withMessageContaining(message);
    }
}
