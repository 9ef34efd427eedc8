package io.qorrelate.collectors.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnmpPollingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final String ENGINE = "80001f880401020304";

    private static final String QKD = "1.3.6.1.4.1.32473.1.1.1.";

    @TempDir
    private static Path shared;

    private static NetSnmp.Agent agent;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        agent = NetSnmp.agent(
                shared.resolve("snmpd"),
                NetSnmp.freePort(),
                "exactEngineID 0x" + ENGINE,
                user("sha224", "aes128"),
                user("sha256", "aes128"),
                user("sha256", "aes192"),
                user("sha384", "aes256"),
                user("sha512", "aes256"),
                user("sha512", "none"),
                "rouser sha224-aes128 priv",
                "rouser sha256-aes128 priv",
                "rouser sha256-aes192 priv",
                "rouser sha384-aes256 priv",
                "rouser sha512-aes256 priv",
                "rouser sha512-none auth",
                "rocommunity plain-text 127.0.0.1",
                "override " + QKD + "1.1 octet_str \"east\"",
                "override " + QKD + "1.2 octet_str \"spare\"",
                "override " + QKD + "2.1 integer 2",
                "override " + QKD + "3.1 uinteger 21300",
                "override " + QKD + "6.1 integer 790",
                "override " + QKD + "9.1 octet_str \"-21.4 dBm\"",
                "override " + QKD + "12.1 uinteger 3200",
                "override " + QKD + "12.2 uinteger 0");
    }

    private static String user(String auth, String priv) {
        return "createUser " + auth + "-" + priv + " " + auth.replace("sha", "SHA-") + " auth-password"
                + (priv.equals("none")
                        ? ""
                        : " "
                                + priv.replace("aes128", "AES")
                                        .replace("aes1", "AES-1")
                                        .replace("aes2", "AES-2") + " priv-password");
    }

    @AfterAll
    static void stop() {
        if (agent != null) {
            agent.close();
        }
    }

    private Path sources(String more) throws IOException {
        Files.writeString(folder.resolve("auth"), "auth-password\n");
        Files.writeString(folder.resolve("priv"), "priv-password\n");
        Files.writeString(folder.resolve("community"), "plain-text");
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: qkd-ams
                    type: snmp
                    target: udp://127.0.0.1:%d
                    node: ams-1
                    links: {east: ams-1~del-1}
                    interval: 1s
                    timeout: 2s
                """.formatted(agent.port()) + more.indent(4));
    }

    private static String user(String name, String auth, String priv) {
        return "user: " + name + "\nauth: " + auth + "\npriv: " + priv + "\ncredentials: {auth_password: {file: auth}"
                + (priv.equals("none") ? "}\n" : ", priv_password: {file: priv}}\n");
    }

    private static Poll ask(Path sources) throws Exception {
        return SourceFile.read(sources, List.of(new SnmpPolling()))
                .entries()
                .getFirst()
                .configured()
                .ask(INTAKE, InstantSource.fixed(MockKafka.NOW));
    }

    private static JsonNode json(Intake intake) {
        assertThat(intake).isInstanceOf(Intake.Accepted.class);
        try {
            return JSON.readTree(((Intake.Accepted) intake).json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"sha224, aes128", "sha256, aes192", "sha384, aes256", "sha512, aes256", "sha512, none"})
    void anAgentIsReadWithEveryPairOfProtocols(String auth, String priv) throws Exception {
        Files.writeString(folder.resolve("small.yml"), """
                format: snmp
                tables:
                  - columns: {name: %1$s1, qber: {oid: %1$s3, times: 0.000001}, loss: {oid: %1$s6, decimals: 2}, rx: {oid: %1$s9, as: number}}
                    by: name
                    events:
                      - event: {kind: link_quality, qber: '${qber}', loss_db: '${loss}', rx_power_dbm: '${rx}'}
                """.formatted(QKD));
        Poll poll = ask(sources(user(auth + "-" + priv, auth, priv) + "mappings: ./small.yml\n"));

        assertThat(poll.trouble()).isNull();
        assertThat(poll.intakes()).singleElement().satisfies(intake -> {
            JsonNode event = json(intake);
            assertThat(event.path("link").asText()).isEqualTo("ams-1~del-1");
            assertThat(event.path("qber").asDouble()).isEqualTo(0.0213);
            assertThat(event.path("loss_db").asDouble()).isEqualTo(7.9);
            assertThat(event.path("rx_power_dbm").asDouble()).isEqualTo(-21.4);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody        | sha256 | aes128 | unknown_user               | unknown_principal",
                "sha512-aes256 | sha256 | aes256 | wrong_digest               | bad_credentials",
                "sha512-none   | sha512 | aes128 | unsupported_security_level | bad_credentials"
            })
    void anAgentThatRefusesUsIsAnAuthenticationFailure(
            String user, String auth, String priv, String refusal, String reason) throws Exception {
        Poll poll = ask(sources(user(user, auth, priv) + "mappings: qkd-snmp\n"));

        assertThat(poll.trouble()).isNotNull();
        assertThat(poll.trouble().reason()).isEqualTo("unauthorized");
        assertThat(poll.intakes()).singleElement().satisfies(intake -> {
            JsonNode event = json(intake);
            assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
            assertThat(event.path("plane").asText()).isEqualTo("management");
            assertThat(event.path("reason").asText()).isEqualTo(reason);
            assertThat(event.path("node").asText()).isEqualTo("ams-1");
            assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
            assertThat(event.at("/labels/refusal").asText()).isEqualTo(refusal);
        });
    }

    /** Net-SNMP does not answer what does not decrypt to a message. */
    @Test
    void anAgentThatAnswersButNotToThisUserIsDescribedSo() throws Exception {
        Poll.Trouble trouble = ask(sources(user("sha256-aes128", "sha256", "aes256") + "mappings: qkd-snmp\n"))
                .trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("timeout");
        assertThat(trouble.detail()).contains("is 'priv' and 'priv_password' what it has there?");
    }

    @Test
    void anotherEngineThanTheOneNamedIsNotAsked() throws Exception {
        Path named =
                sources(user("sha256-aes128", "sha256", "aes128") + "engine: '80001f880499'\nmappings: qkd-snmp\n");
        Poll poll = ask(named);

        assertThat(poll.trouble()).isNotNull();
        assertThat(poll.trouble().detail()).contains("is engine " + ENGINE);
        assertThat(json(poll.intakes().getFirst()).path("principal").asText()).isEqualTo(ENGINE);
    }

    @Test
    void countersNeedTwoRoundsAndScalarsOne() throws Exception {
        Files.writeString(folder.resolve("small.yml"), """
                format: snmp
                scalars:
                  packets: {oid: 1.3.6.1.2.1.11.1.0, counter: rate}
                  requested: {oid: 1.3.6.1.2.1.11.1.0, counter: increase}
                  contact: 1.3.6.1.2.1.1.4.0
                events:
                  - event: {kind: key_rate, secret_key_rate_bps: '${packets}', keys_requested: '${requested}'}
                """);
        Path sources = sources(
                "link: ams-1~del-1\nversion: 2c\ncredentials: {community: {file: community}}\nmappings: ./small.yml\n");
        Poll poll = ask(sources);

        assertThat(poll.trouble()).isNull();
        assertThat(poll.intakes()).singleElement().satisfies(intake -> {
            JsonNode event = json(intake);
            double requested = event.path("keys_requested").asDouble();
            assertThat(requested).isBetween(1.0, 5.0);
            assertThat(event.path("secret_key_rate_bps").asDouble()).isBetween(requested / 4, requested / 1.9);
        });
    }

    @Test
    void agentsArePolledAgainAndAgainThroughOneSocket() throws Exception {
        String one = Files.readString(sources(user("sha256-aes128", "sha256", "aes128") + "mappings: qkd-snmp\n"))
                .substring("sources:\n".length());
        StringBuilder all = new StringBuilder("sources:\n");
        for (int i = 0; i < 40; i++) {
            all.append(one.replace("qkd-ams", "qkd-" + i));
        }
        Path file = Files.writeString(folder.resolve("sources.yml"), all);
        long before = sockets();
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(file, List.of(new SnmpPolling())).open(kafka.context())) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> kafka.eventTexts().size() > 200);

            assertThat(sources.count()).isEqualTo(40);
            assertThat(sockets() - before).isEqualTo(1);
            assertThat(kafka.eventTexts())
                    .anySatisfy(event -> assertThat(event).contains("loss_of_signal"))
                    .anySatisfy(event -> assertThat(event).contains("\"secret_key_rate_bps\":3200"));
            assertThat(kafka.deadLetters()).isEmpty();
        }
        assertThat(sockets()).isEqualTo(before);
    }

    /** UDP sockets of this process, as the kernel lists them. */
    private static long sockets() throws IOException {
        List<String> inodes = new ArrayList<>();
        for (String table : List.of("/proc/self/net/udp", "/proc/self/net/udp6")) {
            if (Files.exists(Path.of(table))) {
                Files.readAllLines(Path.of(table)).stream()
                        .skip(1)
                        .map(line -> "socket:[" + line.strip().split("\\s+", -1)[9] + "]")
                        .forEach(inodes::add);
            }
        }
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(file -> {
                        try {
                            return inodes.contains(Files.readSymbolicLink(file).toString());
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void whereNobodyAnswersThatIsSaidInTime() throws Exception {
        Path file = sources(user("sha256-aes128", "sha256", "aes128") + "mappings: qkd-snmp\n");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("127.0.0.1:" + agent.port(), "127.0.0.1:" + NetSnmp.freePort())
                        .replace("timeout: 2s", "timeout: 300ms"));
        long begin = System.nanoTime();
        Poll.Trouble trouble = ask(file).trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void rowsThatNobodyPlacedAreNamed() throws Exception {
        Path file = sources(user("sha256-aes128", "sha256", "aes128") + "mappings: qkd-snmp\n");
        Files.writeString(file, Files.readString(file).replace("{east: ", "{aest: "));
        Poll.Trouble trouble = ask(file).trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("not_placed");
        assertThat(trouble.detail()).contains("'east'");
    }

    @Test
    void anAgentWithoutTheObjectsIsInTrouble() throws Exception {
        Poll.Trouble trouble = ask(sources(user("sha256-aes128", "sha256", "aes128") + "mappings: ups-mib\n"))
                .trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.detail()).contains("has none of the objects");
    }

    @Test
    void aPasswordThatIsTooShortIsNamedByItsPlaceAndNotRepeated() throws Exception {
        Path file = sources(user("sha256-aes128", "sha256", "aes128") + "mappings: qkd-snmp\n");
        Files.writeString(folder.resolve("priv"), "hunter2\n");
        Poll.Trouble trouble = ask(file).trouble();

        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("no_credentials");
        assertThat(trouble.detail())
                .contains(folder.resolve("priv").toString())
                .contains("less than 8 characters")
                .doesNotContain("hunter2");
    }

    @Test
    void whatNetSnmpPrintsIsWhatTheAgentSaid() throws Exception {
        NetSnmp.Said walk = NetSnmp.run(
                folder.resolve("walk"), "snmpwalk", "-v2c", "-c", "plain-text", "127.0.0.1:" + agent.port(), "1.3.6.1");
        assertThat(walk.exit()).as(walk.text()).isZero();
        List<Intake> intakes = SourceFile.read(
                        sources(user("sha256-aes128", "sha256", "aes128") + "mappings: [qkd-snmp, if-mib]\n"),
                        List.of(new SnmpPolling()))
                .entries()
                .getFirst()
                .configured()
                .read(walk.text().getBytes(UTF_8), INTAKE, MockKafka.NOW);

        assertThat(intakes)
                .anySatisfy(intake ->
                        assertThat(json(intake).path("qber").asDouble()).isEqualTo(0.0213));
    }

    @Test
    void whatTheContractRefusesGoesToTheDeadLettersAsAWalk() throws Exception {
        List<Intake> intakes = SourceFile.read(
                        sources(user("sha256-aes128", "sha256", "aes128") + "mappings: qkd-snmp\n"),
                        List.of(new SnmpPolling()))
                .entries()
                .getFirst()
                .configured()
                .read(
                        (QKD + "1.7 = STRING: \"east\"\n" + QKD + "3.7 = Gauge32: 2000000\n").getBytes(UTF_8),
                        INTAKE,
                        MockKafka.NOW);

        assertThat(intakes).singleElement().isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.OUT_OF_RANGE);
            assertThat(new String(rejected.raw(), UTF_8))
                    .isEqualTo("." + QKD + "1.7 = STRING: \"east\"\n." + QKD + "3.7 = Gauge32: 2000000\n");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "target: http://h, user: u|wrong.yml:1:58: an agent's target is udp://HOST",
                "target: 'udp://h', user: u|the user 'u' needs 'auth_password'",
                "target: 'udp://h', user: u, credentials: {auth_password: {env: A}}|the user 'u' needs 'priv_password'",
                "target: 'udp://h', user: u, auth: sha1|unknown value 'sha1'; did you mean 'sha512'?",
                "target: 'udp://h', credentials: {community: {env: C}}|who wants that says 'version: 2c'",
                "target: 'udp://h', version: 1|'version' is 3 (as where it is not given) or 2c, was '1'",
                "target: 'udp://h', version: 2c|version 2c needs 'community'",
                "target: 'udp://h', version: 2c, user: u|'user' belongs to version 3",
                "target: 'udp://h', user: u, credentials: {auth_password: secret}|a credential is given by reference",
                "target: 'udp://h', version: 2c, credentials: {community: {env: C}}, mappings: sshd|expected a mapping of format snmp",
                "target: 'udp://h', user: u, credentials: {auth_password: {env: A}, priv_password: {env: P}}, engine: 8000|5 to 32 octets"
            })
    void aMistakeIsNamedWithTheWayOut(String fields, String message) throws Exception {
        Path file = Files.writeString(
                folder.resolve("wrong.yml"),
                "sources: [{id: a, type: snmp, " + (fields.contains("mappings") ? "" : "mappings: ups-mib, ") + fields
                        + "}]");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new SnmpPolling())))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "scalars: {a: 1.3.x}|'1.3.x' is no object identifier",
                "scalars: {Temp: 1.3.6}|an object's name has small letters",
                "scalars: {a: {oid: 1.3.6, decimals: b}}|it is scaled by 'b', and no object is named so here",
                "scalars: {a: {oid: 1.3.6, decimals: 10}}|'decimals' is -9..9",
                "scalars: {a: {oid: 1.3.6, as: integer}}|unknown value 'integer'",
                "scalars: {temp: 1.3.6}, events: [{event: {kind: environment, temperature_c: '${tmp}'}}]|no object is named 'tmp' here; did you mean 'temp'?",
                "scalars: {a: 1.3.6}, events: [{on_change: b, event: {kind: environment, power: ok}}]|no object is named 'b' here",
                "scalars: {a: 1.3.6}, events: [{where: {b: 1}, event: {kind: environment, power: ok}}]|no object is named 'b' here",
                "scalars: {a: 1.3.6}, events: [{where: {a: {matches: '('}}, event: {kind: environment, power: ok}}]|not a pattern of RE2",
                "tables: [{columns: {a: 1.3.6}, by: b}]|no object is named 'b' here",
                "tables: [{columns: {}}]|a table has at least one column",
                "notifications: [{trap: 1.3.6, variables: {a: {oid: 1.3.6, counter: rate}}}]|has no round before it"
            })
    void aMistakeInAMappingIsNamedToo(String mapping, String message) throws Exception {
        Files.writeString(folder.resolve("acme.yml"), "{format: snmp, " + mapping + "}");
        Path file = sources(user("sha256-aes128", "sha256", "aes128") + "mappings: ./acme.yml\n");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new SnmpPolling())))
                .withMessageContaining("acme.yml:1:")
                .withMessageContaining(message);
    }
}
