package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class NetconfTest {
    private static final String DATA = """
            <data><qkd_node xmlns="urn:etsi:qkd:yang:etsi-qkd-node" xmlns:t="urn:etsi:qkd:yang:etsi-qkd-node-types">
            <qkdn_id>1d6b3c7e-0a51-4f0e-9a39-3c1f6a2b0001</qkdn_id>
            <qkd_links><qkd_link><qkdl_id>%s</qkdl_id><qkdl_status>t:ACTIVE</qkdl_status><qkdl_type>t:PHYS</qkdl_type>
            <qkdl_performance><skr>2140</skr><phys_perf><perf_type>t:QBER</perf_type><value>0.021</value></phys_perf>
            </qkdl_performance></qkd_link></qkd_links></qkd_node></data>""".formatted(Nodes.LINK);

    private static final String LINK_DOWN = """
            <notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0">
            <eventTime>2026-11-23T10:00:01Z</eventTime>
            <sdqkdn_link_down xmlns="urn:etsi:qkd:yang:etsi-qkd-node"><qkd_link><qkdl_id>%s</qkdl_id>
            <reason>QBER above threshold</reason></qkd_link></sdqkdn_link_down></notification>""".formatted(Nodes.LINK);

    private static KeyPair hostKey;
    private static NetconfStandIn node;

    @TempDir
    private Path work;

    @BeforeAll
    static void start() throws Exception {
        hostKey = keyPair();
        node = new NetconfStandIn(hostKey);
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @BeforeEach
    void behave() {
        node.answers(true, NetconfStandIn.reply(DATA));
        node.asked().clear();
    }

    private Path sources(String target, String hostKey, String credentials) throws IOException {
        return Nodes.file(work, target, "host_key: '%s'\ncredentials: {%s}\n".formatted(hostKey, credentials));
    }

    private String password(String password) throws IOException {
        Files.writeString(work.resolve("user"), NetconfStandIn.USER);
        Files.writeString(work.resolve("password"), password);
        return "username: {file: user}, password: {file: password}";
    }

    private Path sources() throws IOException {
        return sources(node.url(), HostKeys.fingerprint(hostKey.getPublic()), password(NetconfStandIn.PASSWORD));
    }

    private static String troubleOf(Poll poll) {
        Poll.@Nullable Trouble trouble = poll.trouble();
        assertThat(trouble).isNotNull();
        return trouble.reason();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNodesDataIsAskedForInEitherFraming(boolean chunked) throws Exception {
        node.answers(chunked, NetconfStandIn.reply(DATA));
        Poll poll = Nodes.ask(sources());

        assertThat(poll.trouble()).isNull();
        assertThat(Nodes.events(poll.intakes()))
                .extracting(event -> event.path("kind").asText())
                .containsExactly("link_quality", "key_rate");
        assertThat(node.asked())
                .singleElement()
                .asString()
                .contains(
                        "<get><filter type=\"subtree\"><qkd_node xmlns=\"urn:etsi:qkd:yang:etsi-qkd-node\"/></filter></get>");
    }

    @Test
    void aWrongPasswordIsAnAuthenticationFailure() throws Exception {
        Path file = sources(node.url(), HostKeys.fingerprint(hostKey.getPublic()), password("wr0ng"));
        Poll poll = Nodes.ask(file);

        assertThat(troubleOf(poll)).isEqualTo("unauthorized");
        JsonNode event = Nodes.event(poll.intakes().getFirst());
        assertThat(event.path("plane").asText()).isEqualTo("management");
        assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
        assertThat(event.path("principal").asText()).isEqualTo("monitor");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
        assertThat(poll.toString()).doesNotContain("wr0ng");
    }

    @Test
    void anotherHostKeyIsAnAuthenticationFailureAndNothingIsShownToIt() throws Exception {
        Path file = sources(node.url(), HostKeys.fingerprint(keyPair().getPublic()), password(NetconfStandIn.PASSWORD));
        Poll poll = Nodes.ask(file);

        assertThat(troubleOf(poll)).isEqualTo("host_key");
        JsonNode event = Nodes.event(poll.intakes().getFirst());
        assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(event.path("principal").asText()).isEqualTo("127.0.0.1");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("client");
        assertThat(event.at("/labels/message").asText()).contains(HostKeys.fingerprint(hostKey.getPublic()));
        assertThat(node.asked()).isEmpty();
    }

    @Test
    void aKeyIsAsGoodAsAPassword() throws Exception {
        KeyPair ours = keyPair();
        try (OutputStream file = Files.newOutputStream(work.resolve("key"))) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(ours, "", null, file);
        }
        Files.writeString(work.resolve("user"), NetconfStandIn.USER);
        Path file = sources(
                node.url(), HostKeys.fingerprint(hostKey.getPublic()), "username: {file: user}, key: {file: key}");
        assertThat(troubleOf(Nodes.ask(file))).isEqualTo("unauthorized");

        node.allow(ours.getPublic());
        assertThat(Nodes.ask(file).trouble()).isNull();
    }

    @Test
    void aKeyThatCannotBeReadIsNamedByItsPlace() throws Exception {
        Files.writeString(work.resolve("key"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        Files.writeString(work.resolve("user"), NetconfStandIn.USER);
        Path file = sources(
                node.url(), HostKeys.fingerprint(hostKey.getPublic()), "username: {file: user}, key: {file: key}");

        assertThat(catchThrowable(() -> Nodes.ask(file)))
                .hasMessageContaining("'key' (file:" + work.resolve("key"))
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void aNodeThatDeniesAccessIsAnAuthenticationFailure() throws Exception {
        node.answers(
                true,
                NetconfStandIn.reply("<rpc-error><error-type>application</error-type>"
                        + "<error-tag>access-denied</error-tag><error-message>not you</error-message></rpc-error>"));
        Poll poll = Nodes.ask(sources());

        assertThat(troubleOf(poll)).isEqualTo("unauthorized");
        assertThat(Nodes.event(poll.intakes().getFirst()).path("reason").asText())
                .isEqualTo("unknown_principal");
    }

    @Test
    void anErrorIsTroubleInTheNodesWords() throws Exception {
        node.answers(
                true,
                NetconfStandIn.reply("<rpc-error><error-tag>operation-failed</error-tag>"
                        + "<error-message xml:lang=\"en\">busy</error-message></rpc-error>"));
        Poll poll = Nodes.ask(sources());

        assertThat(poll.intakes()).isEmpty();
        assertThat(poll.trouble())
                .isEqualTo(
                        new Poll.Trouble("rpc_error", node.url() + ": answers with an error, operation-failed: busy"));
    }

    @Test
    void aHostileAnswerIsRejectedWhole() throws Exception {
        String bomb = "<!DOCTYPE a [<!ENTITY x \"x\">]><rpc-reply message-id=\"$id\">&x;</rpc-reply>";
        node.answers(true, bomb);
        Poll poll = Nodes.ask(sources());

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        assertThat(Nodes.rejected(poll.intakes())).singleElement().satisfies(rejected -> {
            assertThat(rejected.detail()).isEqualTo("a document type is not allowed");
            assertThat(rejected.raw()).asString(UTF_8).isEqualTo(bomb.replace("$id", "1"));
        });
    }

    @Test
    void anAnswerThatIsTooLongIsRejectedByItsBeginning() throws Exception {
        node.answers(true, NetconfStandIn.reply("x".repeat(Netconf.MAX_MESSAGE_BYTES)));
        Poll poll = Nodes.ask(sources());

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        assertThat(Nodes.rejected(poll.intakes())).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.TOO_LARGE);
            assertThat(rejected.raw()).hasSize(Netconf.MAX_MESSAGE_BYTES);
        });
    }

    @Test
    void aNodeThatSaysNothingIsGivenUp() throws Exception {
        node.behaves((in, out) -> {
            while (in.read() >= 0) {
                // listens, and says nothing
            }
        });
        Path file = sources();
        Files.writeString(file, Files.readString(file).replace("timeout: 10s", "timeout: 2s"));
        long begin = System.nanoTime();

        assertThat(troubleOf(Nodes.ask(file))).isEqualTo("timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aNodeThatHangsUpIsNamed() throws Exception {
        node.behaves((in, out) -> out.write("SSH is not NETCONF\n".getBytes(UTF_8)));

        assertThat(troubleOf(Nodes.ask(sources()))).isEqualTo("unreachable");
    }

    @Test
    void aClosedPortIsNoMatterOfAuthentication() throws Exception {
        int port = freePort();
        Poll poll = Nodes.ask(sources(
                "ssh://127.0.0.1:" + port,
                HostKeys.fingerprint(hostKey.getPublic()),
                password(NetconfStandIn.PASSWORD)));

        assertThat(poll.intakes()).isEmpty();
        assertThat(poll.trouble())
                .isEqualTo(new Poll.Trouble(
                        "unreachable", "ssh://127.0.0.1:" + port + ": cannot be asked: nobody takes the connection"));
    }

    @Test
    void aConversationIsKeptFromPollToPollAndNotificationsComeOnAnother() throws Exception {
        node.answers(
                true, NetconfStandIn.reply(DATA.replace("</data>", "</data><ok/>")), LINK_DOWN, "<broken>", LINK_DOWN);
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(sources(), List.of(new Etsi015())).open(kafka.context())) {
            await().untilAsserted(() -> {
                assertThat(kafka.eventTexts()).anyMatch(event -> event.contains("QBER above threshold"));
                assertThat(kafka.deadLetters()).hasSize(1);
            });
            await().until(() -> node.asked().stream().anyMatch(rpc -> rpc.contains("message-id=\"3\"")));
            assertThat(sources.count()).isEqualTo(1);
            assertThat(kafka.registry()
                            .get("qorrelate.source.subscribed")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void tool(Path folder, String... line) throws Exception {
        int exit = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("tool.log").toFile())
                .start()
                .waitFor();
        assertThat(exit)
                .as("%s: %s", List.of(line), Files.readString(folder.resolve("tool.log")))
                .isZero();
    }

    /** OpenSSH's server, with keys of a type, and a subsystem. */
    private Process openSsh(int port, String type, String subsystem) throws Exception {
        Path sshd = Path.of("/usr/sbin/sshd");
        assumeTrue(Files.isExecutable(sshd), "sshd (openssh-server) is not installed");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may let others log in");
        // Where it puts those who have not logged in yet; the package makes it when it starts its server.
        Files.createDirectories(Path.of("/run/sshd"));
        for (String key : List.of("host", "ours")) {
            tool(
                    work,
                    "ssh-keygen",
                    "-q",
                    "-t",
                    type,
                    "-N",
                    key.equals("ours") ? "a phrase" : "",
                    "-f",
                    work.resolve(key).toString());
        }
        Path configuration = Files.writeString(work.resolve("sshd.conf"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s/host
                AuthorizedKeysFile %s/ours.pub
                StrictModes no
                UsePAM no
                PidFile none
                PermitRootLogin yes
                Subsystem netconf %s
                """.formatted(port, work, work, subsystem));
        return new ProcessBuilder(sshd.toString(), "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("sshd.log").toFile())
                .start();
    }

    private Path openSshSources(int port) throws IOException {
        Files.writeString(work.resolve("user"), "root");
        Files.writeString(work.resolve("phrase"), "a phrase\n");
        return sources(
                "ssh://127.0.0.1:" + port,
                // As ssh-keyscan prints it.
                "[127.0.0.1]:" + port + " "
                        + Files.readString(work.resolve("host.pub")).strip(),
                "username: {file: user}, key: {file: ours}, key_password: {file: phrase}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa", "ecdsa"})
    void openSshWithAnOldNodeBehindItTellsItsNews(String keys) throws Exception {
        Path script = Files.writeString(work.resolve("node.sh"), """
                #!/bin/bash
                # Speaks NETCONF 1.0 alone: answers each message up to its mark.
                printf '%%s]]>]]>' '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>'
                message=
                while IFS= read -r -n 1 -d '' letter; do
                  message+=$letter
                  case $message in
                    *'<create-subscription'*']]>]]>')
                      printf '%%s]]>]]>' '<rpc-reply message-id="1"><ok/></rpc-reply>' '%s'
                      message= ;;
                    *'<get>'*']]>]]>')
                      printf '%%s]]>]]>' '<rpc-reply message-id="1">%s</rpc-reply>'
                      message= ;;
                    *']]>]]>') message= ;;
                  esac
                done
                """.formatted(LINK_DOWN, DATA));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        int port = freePort();
        Process sshd = openSsh(port, keys, script.toString());
        try {
            Path file = openSshSources(port);
            await().atMost(Duration.ofSeconds(30)).until(() -> Nodes.ask(file).trouble() == null);
            try (MockKafka kafka = MockKafka.acknowledging();
                    Sources sources = new SourcesSettings(file, List.of(new Etsi015())).open(kafka.context())) {
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(kafka.eventTexts())
                                .anyMatch(event -> event.contains("QBER above threshold"))
                                .anyMatch(event -> event.contains("\"qber\":0.021")));
                assertThat(sources.count()).isEqualTo(1);
            }
        } finally {
            sshd.destroy();
            sshd.waitFor();
        }
    }

    /** Other people's NETCONF: Yuma123's server with the standard's module, which checks and serves what was configured. */
    @Test
    void anotherPeoplesNetconfServerIsUnderstood() throws Exception {
        Path netconfd = Path.of("/usr/sbin/netconfd");
        assumeTrue(Files.isExecutable(netconfd), "netconfd is not installed");
        int port = freePort();
        Path socket = work.resolve("ncx.sock");
        Process sshd = openSsh(
                port, "ed25519", "\"/usr/sbin/netconf-subsystem --ncxserver-sockname=" + port + "@" + socket + "\"");
        Path modules = Yang.modules(work.resolve("yang"), false);
        List<String> line = new ArrayList<>(List.of(netconfd.toString(), "--no-startup", "--target=running"));
        line.addAll(List.of("--module=" + modules.resolve("etsi-qkd-sdn-node.yang"), "--superuser=root"));
        line.addAll(List.of("--modpath=" + modules + ":/usr/share/yuma/modules", "--port=" + port));
        line.add("--ncxserver-sockname=" + socket);
        Process server = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("netconfd.log").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(socket));
            Etsi015 type = new Etsi015();
            Path file = openSshSources(port);
            SdnNode node = (SdnNode)
                    SourceFile.read(file, List.of(type)).entries().getFirst().configured();
            Netconf access = (Netconf) node.access().apply(Nodes.INTAKE, Nodes.CLOCK);
            // Configured as an operator would, by a connection of its own.
            try (Ssh.Connection connection = await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(
                            () -> access.ssh().connect(node.source(), access.target(), access.hostKeys()),
                            found -> true)) {
                NetconfFrames frames = new NetconfFrames(
                        connection.channel().getInvertedOut(),
                        connection.channel().getInvertedIn(),
                        1 << 20);
                frames.send("<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities><capability>"
                        + "urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>");
                frames.next();
                // It overlooks a message that comes in one piece with the hello.
                Thread.sleep(500);
                frames.send("""
                        <rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><edit-config>
                        <target><running/></target><config>
                        <qkd_node xmlns="urn:etsi:qkd:yang:etsi-qkd-node"
                          xmlns:t="urn:etsi:qkd:yang:etsi-qkd-node-types">
                        <qkdn_id>1d6b3c7e-0a51-4f0e-9a39-3c1f6a2b0001</qkdn_id>
                        <qkd_links><qkd_link><qkdl_id>%s</qkdl_id><qkdl_status>t:OFF</qkdl_status>
                        <qkdl_type>t:PHYS</qkdl_type></qkd_link></qkd_links></qkd_node></config></edit-config></rpc>""".formatted(Nodes.LINK));
                NetconfFrames.Message reply = frames.next();
                assertThat(reply).isNotNull();
                assertThat(reply.bytes()).asString(UTF_8).contains("<ok/>");
            }
            Poll poll = Nodes.ask(file);
            assertThat(poll.trouble()).isNull();
            assertThat(Nodes.events(poll.intakes())).singleElement().satisfies(event -> {
                assertThat(event.path("secret_key_rate_bps").asInt(-1)).isZero();
                assertThat(event.at("/labels/link_status").asText()).isEqualTo("OFF");
                assertThat(event.at("/labels/link_type").asText()).isEqualTo("PHYS");
            });
            try (MockKafka kafka = MockKafka.acknowledging();
                    Sources sources = new SourcesSettings(file, List.of(type)).open(kafka.context())) {
                await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(kafka.count(
                                        "qorrelate.source.subscriptions", "source", "node-ams", "outcome", "ok"))
                                .isEqualTo(1));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> kafka.events().size() >= 2);
                assertThat(kafka.deadLetters()).isEmpty();
                assertThat(sources.count()).isEqualTo(1);
            }
        } finally {
            server.destroy();
            server.waitFor();
            sshd.destroy();
            sshd.waitFor();
        }
    }
}
