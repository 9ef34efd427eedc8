package io.qorrelate.collectors.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnmpTrapsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ENGINE = "80001f880401020304";

    private static final String LINK_DOWN = "1.3.6.1.6.3.1.1.5.3";

    private static final String AUTHENTICATION_FAILURE = "1.3.6.1.6.3.1.1.5.5";

    @TempDir
    private Path folder;

    private int port;

    @BeforeEach
    void begin() throws IOException {
        NetSnmp.program("snmptrap");
        port = NetSnmp.freePort();
        Files.writeString(folder.resolve("auth"), "auth-password\n");
        Files.writeString(folder.resolve("priv"), "priv-password\n");
        Files.writeString(folder.resolve("community"), "plain-text");
    }

    private Path sources(String more) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: traps
                    type: snmp-trap
                    target: udp://127.0.0.1:%d
                    users:
                      - {user: ams, auth: sha256, priv: aes128, auth_password: {file: auth}, priv_password: {file: priv}}
                      - {user: del, auth: sha512, priv: none, auth_password: {file: auth}}
                    nodes: {%s: ams-1}
                    links: {%s/3: ams-1~del-1, 127.0.0.1/3: ams-1~del-1}
                    mappings: [if-mib, snmpv2-mib]
                """.formatted(port, ENGINE, ENGINE) + more.indent(4));
    }

    private static Sources open(Path file, MockKafka kafka) throws IOException {
        return new SourcesSettings(file, List.of(new SnmpTraps())).open(kafka.context());
    }

    private List<String> linkDown(String... before) {
        List<String> arguments = new ArrayList<>(List.of(before));
        arguments.addAll(List.of(
                "127.0.0.1:" + port,
                "",
                LINK_DOWN,
                "1.3.6.1.2.1.2.2.1.1.3",
                "i",
                "3",
                "1.3.6.1.2.1.2.2.1.7.3",
                "i",
                "1",
                "1.3.6.1.2.1.2.2.1.8.3",
                "i",
                "2"));
        return arguments;
    }

    private List<String> user(String engine, String user, String level, String auth, String priv) {
        return List.of(
                "-v3",
                "-e",
                "0x" + engine,
                "-u",
                user,
                "-l",
                level,
                "-a",
                "SHA-256",
                "-A",
                auth,
                "-x",
                "AES",
                "-X",
                priv);
    }

    private NetSnmp.Said trap(List<String> as, String... more) throws Exception {
        List<String> before = new ArrayList<>(as);
        before.addAll(List.of(more));
        return NetSnmp.run(
                folder.resolve("trap"),
                "snmptrap",
                linkDown(before.toArray(new String[0])).toArray(new String[0]));
    }

    private NetSnmp.Said inform(String... more) throws Exception {
        List<String> before = new ArrayList<>(List.of(
                "-v3",
                "-u",
                "ams",
                "-l",
                "authPriv",
                "-a",
                "SHA-256",
                "-A",
                "auth-password",
                "-x",
                "AES",
                "-X",
                "priv-password"));
        before.addAll(List.of(more));
        return NetSnmp.run(
                folder.resolve("inform"),
                "snmpinform",
                linkDown(before.toArray(new String[0])).toArray(new String[0]));
    }

    private static JsonNode json(String event) {
        try {
            return JSON.readTree(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> refusals(MockKafka kafka) {
        return kafka.eventTexts().stream()
                .map(SnmpTrapsTest::json)
                .filter(event -> event.path("kind").asText().equals("auth_failure"))
                .toList();
    }

    @Test
    void aTrapOfAUserBecomesAnEvent() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            assertThat(trap(user(ENGINE, "ams", "authPriv", "auth-password", "priv-password"))
                            .exit())
                    .isZero();
            await().until(() -> kafka.events().size() == 1);

            JsonNode event = json(kafka.eventTexts().getFirst());
            assertThat(event.path("kind").asText()).isEqualTo("transport");
            assertThat(event.path("event").asText()).isEqualTo("loss_of_signal");
            assertThat(event.path("link").asText()).isEqualTo("ams-1~del-1");
            assertThat(event.path("node").asText()).isEqualTo("ams-1");
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void anInformIsAcknowledgedOnlyWhenKafkaHasIt() throws Exception {
        try (MockKafka kafka = MockKafka.silent();
                Sources sources = open(sources(""), kafka)) {
            NetSnmp.Said unanswered = inform("-t", "1", "-r", "1");
            assertThat(unanswered.exit()).as(unanswered.text()).isNotZero();
            assertThat(kafka.events()).isNotEmpty();

            Thread acknowledging = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var unused = kafka.producer().completeNext();
                        Thread.sleep(50);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                assertThat(inform("-t", "2", "-r", "3").exit()).isZero();
            } finally {
                acknowledging.interrupt();
                acknowledging.join();
            }
            assertThat(kafka.eventTexts()).allSatisfy(event -> assertThat(event).contains("loss_of_signal"));
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotAUsersIsRefusedAndToldInABoundedNumberOfEvents() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            trap(user(ENGINE, "nobody", "authPriv", "auth-password", "priv-password"));
            trap(user(ENGINE, "ams", "authPriv", "wrong-password", "priv-password"));
            trap(user(ENGINE, "ams", "authPriv", "auth-password", "wrong-password"));
            trap(user(ENGINE, "ams", "authNoPriv", "auth-password", "priv-password"));
            trap(user(ENGINE, "ams", "noAuthNoPriv", "auth-password", "priv-password"));
            trap(List.of("-v2c", "-c", "plain-text"));
            // Genuine ones, of which the second is older than the engine's last start.
            trap(user("80001f880477777777", "ams", "authPriv", "auth-password", "priv-password"), "-Z", "5,1000");
            trap(user("80001f880477777777", "ams", "authPriv", "auth-password", "priv-password"), "-Z", "4,1000");

            await().atMost(Duration.ofSeconds(15)).until(() -> refusals(kafka).size() >= 6);
            assertThat(refusals(kafka))
                    .extracting(event -> event.at("/labels/refusal").asText()
                            + " " + event.path("reason").asText()
                            + " " + event.path("principal").asText("-")
                            + " " + event.path("count").asInt())
                    .containsExactlyInAnyOrder(
                            "unknown_user unknown_principal nobody 1",
                            "wrong_digest bad_credentials ams 1",
                            "decryption_error bad_credentials ams 1",
                            "unsupported_security_level bad_credentials ams 2",
                            "not_let_in other - 1",
                            "not_in_time_window replay ams 1");
            assertThat(refusals(kafka)).allSatisfy(event -> {
                assertThat(event.path("plane").asText()).isEqualTo("management");
                assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
                assertThat(event.path("node").asText()).isEqualTo("traps");
            });
            assertThat(kafka.eventTexts())
                    .filteredOn(event -> event.contains("loss_of_signal"))
                    .hasSize(1);
            assertThat(kafka.deadLetters()).isEmpty();
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void anEngineThatIsNotNamedIsRefusedWhereEnginesAre() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources("engines: ['" + ENGINE + "']\n"), kafka)) {
            trap(user("80001f880466666666", "ams", "authPriv", "auth-password", "priv-password"));
            trap(user(ENGINE, "ams", "authPriv", "auth-password", "priv-password"));

            await().atMost(Duration.ofSeconds(15)).until(() -> kafka.events().size() == 2);
            assertThat(refusals(kafka))
                    .singleElement()
                    .satisfies(event ->
                            assertThat(event.at("/labels/refusal").asText()).isEqualTo("unknown_engine"));
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void version2cIsLetInWhereTheFileSaysSoAndOnlyWithItsCommunity() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources =
                        open(sources("allow_v2c: true\ncredentials: {community: {file: community}}\n"), kafka)) {
            trap(List.of("-v2c", "-c", "public"));
            trap(List.of("-v2c", "-c", "plain-text"));
            NetSnmp.Said informed = NetSnmp.run(
                    folder.resolve("inform"),
                    "snmpinform",
                    "-v2c",
                    "-c",
                    "plain-text",
                    "127.0.0.1:" + port,
                    "",
                    AUTHENTICATION_FAILURE,
                    "1.3.6.1.4.1.9.2.1.5.0",
                    "a",
                    "192.0.2.7");

            assertThat(informed.exit()).isZero();
            await().atMost(Duration.ofSeconds(15)).until(() -> kafka.events().size() == 3);
            assertThat(refusals(kafka))
                    .extracting(event -> event.at("/labels/refusal").asText() + " "
                            + event.path("origin").asText())
                    .containsExactlyInAnyOrder("wrong_community 127.0.0.1", " 192.0.2.7");
            assertThat(kafka.eventTexts())
                    .noneSatisfy(event -> assertThat(event).contains("public"));
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void garbageCostsNothingButItself() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka);
                DatagramSocket socket = new DatagramSocket()) {
            Random random = new Random(1);
            for (int i = 0; i < 2_000; i++) {
                byte[] garbage = new byte[random.nextInt(1, 1_400)];
                random.nextBytes(garbage);
                if (i % 2 == 0) {
                    garbage[0] = 0x30;
                }
                socket.send(new DatagramPacket(garbage, garbage.length, InetAddress.getLoopbackAddress(), port));
                if (i % 100 == 0) {
                    Thread.sleep(5);
                }
            }
            trap(user(ENGINE, "ams", "authPriv", "auth-password", "priv-password"));
            await().until(() -> kafka.eventTexts().stream().anyMatch(event -> event.contains("loss_of_signal")));

            assertThat(kafka.deadLetters()).isNotEmpty();
            assertThat(MockKafka.header(kafka.deadLetters().getFirst(), "reason"))
                    .isEqualTo("wrong_type");
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void aRotatedPasswordCounts() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            trap(user(ENGINE, "ams", "authPriv", "auth-password", "priv-password"));
            await().until(() -> kafka.events().size() == 1);
            Files.writeString(folder.resolve("auth"), "a-new-password\n");
            Thread.sleep(1_100);
            trap(user(ENGINE, "ams", "authPriv", "a-new-password", "priv-password"));

            await().until(() -> kafka.events().size() == 2);
            assertThat(kafka.eventTexts()).allSatisfy(event -> assertThat(event).contains("loss_of_signal"));
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void aKindOfTrapThatNoMappingKnowsIsCountedAndLetGo() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = open(sources(""), kafka)) {
            List<String> arguments = new ArrayList<>(user(ENGINE, "ams", "authPriv", "auth-password", "priv-password"));
            arguments.addAll(List.of("127.0.0.1:" + port, "", "1.3.6.1.6.3.1.1.5.1"));
            assertThat(NetSnmp.run(folder.resolve("trap"), "snmptrap", arguments.toArray(new String[0]))
                            .exit())
                    .isZero();

            await().ignoreExceptions()
                    .until(() ->
                            kafka.count("qorrelate.source.dropped", "source", "traps", "reason", "no_mapping") == 1);
            assertThat(sources.count()).isEqualTo(1);
        }
    }

    @Test
    void whatAPayloadSaysIsReadWithoutAPort() throws Exception {
        assertThat(SourceFile.read(sources(""), List.of(new SnmpTraps()))
                        .entries()
                        .getFirst()
                        .configured()
                        .read(
                                ".1.3.6.1.2.1.1.3.0 = Timeticks: (1) 0:00:00.01\n".getBytes(UTF_8),
                                MockKafka.acknowledging().context().intake(),
                                MockKafka.NOW))
                .singleElement()
                .hasFieldOrPropertyWithValue(
                        "detail", "a notification names its kind in snmpTrapOID.0 (1.3.6.1.6.3.1.1.4.1.0)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "target: 'udp://h:162'|nobody is let in: give 'users'",
                "target: 'tcp://h:162'|an snmp-trap source listens",
                "target: 'udp://h:162', users: [{user: a, auth_password: {env: A}, privacy: none}]|unknown field 'privacy' in a user",
                "target: 'udp://h:162', users: [{user: a, priv: none, auth_password: plain}]|a credential is given by reference",
                "target: 'udp://h:162', allow_v2c: true|version 2c needs 'community'",
                "target: 'udp://h:162', credentials: {community: {env: C}}|who wants that says 'allow_v2c: true'",
                "target: 'udp://h:162', users: [{user: a, priv: none, auth_password: {env: A}}, {user: a, priv: none, auth_password: {env: A}}]|user 'a' stands here twice",
                "target: 'udp://h:162', engines: xyz, users: [{user: a, priv: none, auth_password: {env: A}}]|an engine's identifier is 5 to 32 octets"
            })
    void aMistakeIsNamedWithTheWayOut(String fields, String message) throws Exception {
        Path file = Files.writeString(
                folder.resolve("wrong.yml"), "sources: [{id: a, type: snmp-trap, mappings: if-mib, " + fields + "}]");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new SnmpTraps())))
                .withMessageContaining(message);
    }
}
