package io.qorrelate.collectors.etsi014;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.HttpsStandIn;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Etsi014Test {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STATUS = """
            {"source_KME_ID":"kme-ams","target_KME_ID":"kme-del","master_SAE_ID":"monitor","slave_SAE_ID":"SAE-B",
             "key_size":256,"stored_key_count":25000,"max_key_count":100000,"max_key_per_request":128,
             "max_key_size":1024,"min_key_size":64,"max_SAE_ID_count":0}""";

    @TempDir
    private static Path folder;

    private static Certificates ours;
    private static Certificates strangers;

    @TempDir
    private Path work;

    private static HttpsStandIn kme;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = new Certificates(folder, "operator");
        ours.issue("kme", "-1d", 10);
        ours.issue("monitor", "-1d", 10);
        ours.issue("kme-expired", "-10d", 5);
        ours.issue("monitor-expired", "-10d", 5);
        strangers = new Certificates(folder, "stranger");
        strangers.issue("kme", "-1d", 10);
        strangers.issue("monitor", "-1d", 10);
        kme = new HttpsStandIn(ours.context("kme"));
    }

    @BeforeEach
    void behave() {
        kme.answers(200, STATUS);
        kme.asked().clear();
    }

    @AfterAll
    static void stop() {
        kme.close();
    }

    private Path sources(String url, Certificates authority, String monitor, Path trust) throws IOException {
        return Files.writeString(work.resolve("sources.yml"), """
                sources:
                  - id: kme-ams
                    type: etsi014
                    target: %s
                    credentials:
                      certificate: {file: %s}
                      key: {file: %s}
                      trust: {file: %s}
                    node: ams-1
                    links: {SAE-B: ams-1~del-1}
                    interval: 1s
                    timeout: 1s
                """.formatted(
                        url, authority.certificate(monitor), authority.key(monitor), trust));
    }

    private static Poll ask(Path sources) throws Exception {
        return SourceFile.read(sources, List.of(new Etsi014()))
                .entries()
                .getFirst()
                .configured()
                .ask(
                        new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW),
                        InstantSource.fixed(MockKafka.NOW));
    }

    private Poll ask() throws Exception {
        return ask(sources(kme.url(), ours, "monitor", ours.authority()));
    }

    private static JsonNode onlyEvent(Poll poll) {
        assertThat(poll.intakes()).singleElement().isInstanceOf(Intake.Accepted.class);
        try {
            return JSON.readTree(((Intake.Accepted) poll.intakes().getFirst()).json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Intake.Rejected onlyRejected(Poll poll) {
        assertThat(poll.intakes()).singleElement().isInstanceOf(Intake.Rejected.class);
        return (Intake.Rejected) poll.intakes().getFirst();
    }

    private static String troubleOf(Poll poll) {
        Poll.Trouble trouble = poll.trouble();
        assertThat(trouble).isNotNull();
        return trouble.reason();
    }

    @Test
    void aStatusBecomesWhatTheKeyStoreHolds() throws Exception {
        Poll poll = ask();

        assertThat(poll.trouble()).isNull();
        JsonNode event = onlyEvent(poll);
        assertThat(event.path("kind").asText()).isEqualTo("key_rate");
        assertThat(event.path("link").asText()).isEqualTo("ams-1~del-1");
        assertThat(event.path("node").asText()).isEqualTo("ams-1");
        assertThat(event.path("source").asText()).isEqualTo("kme-ams");
        assertThat(event.path("stored_keys").asInt()).isEqualTo(25_000);
        assertThat(event.path("max_keys").asInt()).isEqualTo(100_000);
        assertThat(event.at("/labels/target_kme").asText()).isEqualTo("kme-del");
    }

    @Test
    void onlyTheStatusIsAskedForAndNeverAKey() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(
                                sources(kme.url(), ours, "monitor", ours.authority()), List.of(new Etsi014()))
                        .open(kafka.context())) {
            await().until(() -> kafka.events().size() >= 2);
            assertThat(sources.count()).isEqualTo(1);
        }
        assertThat(kme.asked()).hasSizeGreaterThanOrEqualTo(2).containsOnly("GET /api/v1/keys/SAE-B/status");
    }

    @Test
    void aTargetsPathIsKeptAndAnSaesNameIsEncoded() throws Exception {
        Path sources = sources(kme.url() + "/tenant/", ours, "monitor", ours.authority());
        Files.writeString(sources, Files.readString(sources).replace("SAE-B:", "'a b/../c':"));
        ask(sources);

        assertThat(kme.asked()).containsExactly("GET /tenant/api/v1/keys/a%20b%2F..%2Fc/status");
    }

    @Test
    void toBeRefusedIsAnAuthenticationFailure() throws Exception {
        kme.answers(401, "{\"message\":\"SAE certificate is not registered\"}");
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("unauthorized");
        JsonNode event = onlyEvent(poll);
        assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
        assertThat(event.path("node").asText()).isEqualTo("ams-1");
        assertThat(event.path("plane").asText()).isEqualTo("key_api");
        assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
        assertThat(event.path("principal").asText()).isEqualTo("CN=monitor");
        assertThat(event.at("/labels/message").asText()).isEqualTo("SAE certificate is not registered");
    }

    @Test
    void aWrongClientCertificateIsAnAuthenticationFailure() throws Exception {
        Poll poll = ask(sources(kme.url(), strangers, "monitor", ours.authority()));

        assertThat(troubleOf(poll)).isEqualTo("tls");
        JsonNode event = onlyEvent(poll);
        assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(event.path("principal").asText()).isEqualTo("CN=monitor");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
        assertThat(kme.asked()).isEmpty();
    }

    @Test
    void anExpiredClientCertificateIsAnAuthenticationFailure() throws Exception {
        JsonNode event = onlyEvent(ask(sources(kme.url(), ours, "monitor-expired", ours.authority())));

        // The JDK's server tells its client no more than certificate_unknown.
        assertThat(event.path("reason").asText()).isIn("expired_certificate", "bad_certificate");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
    }

    @Test
    void aKeyManagementEntityWithAnExpiredCertificateIsNotBelieved() throws Exception {
        try (HttpsStandIn expired = new HttpsStandIn(ours.context("kme-expired"))) {
            JsonNode event = onlyEvent(ask(sources(expired.url(), ours, "monitor", ours.authority())));

            assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
            assertThat(event.path("reason").asText()).isEqualTo("expired_certificate");
            assertThat(event.path("principal").asText()).isEqualTo("127.0.0.1");
            assertThat(event.at("/labels/refused_by").asText()).isEqualTo("client");
            assertThat(expired.asked()).isEmpty();
        }
    }

    @Test
    void aKeyManagementEntityOfSomebodyElseIsNotBelieved() throws Exception {
        JsonNode event = onlyEvent(ask(sources(kme.url(), ours, "monitor", strangers.authority())));

        assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("client");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 503})
    void whatTheStoreCannotSayIsToldAsWell(int status) throws Exception {
        kme.answers(status, "{\"message\":\"not now\",\"details\":[{\"x\":\"y\"}]}");
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo(status == 400 ? "bad_request" : "unavailable");
        JsonNode event = onlyEvent(poll);
        assertThat(event.path("kind").asText()).isEqualTo("key_rate");
        assertThat(event.has("stored_keys")).isFalse();
        assertThat(event.at("/labels/http_status").asText()).isEqualTo(Integer.toString(status));
        assertThat(event.at("/labels/message").asText()).isEqualTo("not now");
    }

    @Test
    void otherAnswersAreTroubleAndNoEvent() throws Exception {
        kme.behaves(exchange -> {
            exchange.getResponseHeaders().set("Location", "https://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        Poll poll = ask();

        assertThat(poll.intakes()).isEmpty();
        assertThat(troubleOf(poll)).isEqualTo("http_302");
        assertThat(kme.asked()).hasSize(1);
    }

    @Test
    void oneUnknownSaeDoesNotMakeTheOthersSilent() throws Exception {
        kme.behaves(exchange -> {
            boolean known = exchange.getRequestURI().getPath().contains("SAE-B");
            HttpsStandIn.answer(exchange, known ? 200 : 400, (known ? STATUS : "").getBytes(UTF_8));
        });
        Path sources = sources(kme.url(), ours, "monitor", ours.authority());
        Files.writeString(sources, Files.readString(sources).replace("{SAE-B:", "{SAE-A: ams-1~rtm-1, SAE-B:"));
        Poll poll = ask(sources);

        assertThat(poll.trouble()).isNull();
        assertThat(poll.intakes()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>login</html>",
                "{\"stored_key_count\":1",
                "{\"stored_key_count\":1} {}",
                "{\"stored_key_count\":1,\"stored_key_count\":2}",
                "[]",
                "null",
                "{}",
                "{\"stored_key_count\":null}",
                "{\"stored_key_count\":\"25000\"}",
                "{\"stored_key_count\":-1}",
                "{\"stored_key_count\":1e999}",
                "{\"stored_key_count\":{\"a\":1}}"
            })
    void whatIsNoStatusGoesToTheDeadLettersWhole(String body) throws Exception {
        kme.answers(200, body);
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        assertThat(onlyRejected(poll).raw()).isEqualTo(body.getBytes(UTF_8));
    }

    @Test
    void deepNestingIsRefusedAndNotFollowed() throws Exception {
        kme.answers(200, "{\"status_extension\":" + "[".repeat(20_000));

        assertThat(onlyRejected(ask()).reason()).isEqualTo(RejectReason.NOT_JSON);
    }

    @Test
    void anAnswerThatNeverEndsIsCutOff() throws Exception {
        kme.behaves(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 16).getBytes(UTF_8);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(block);
            }
        });
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        Intake.Rejected rejected = onlyRejected(poll);
        assertThat(rejected.reason()).isEqualTo(RejectReason.TOO_LARGE);
        assertThat(rejected.raw()).hasSize(StatusPoller.MAX_BODY_BYTES);
    }

    @Test
    void aHangingServerIsGivenUpAfterTheTimeout() throws Exception {
        kme.hangs();
        long begin = System.nanoTime();
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("timeout");
        assertThat(poll.intakes()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aDrippingServerIsGivenUpAfterTheTimeout() throws Exception {
        kme.drips();
        long begin = System.nanoTime();

        assertThat(troubleOf(ask())).isEqualTo("timeout");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aServerThatTakesConnectionsAndSaysNothingIsGivenUp() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Poll poll = ask(sources("https://127.0.0.1:" + mute.getLocalPort(), ours, "monitor", ours.authority()));
            assertThat(troubleOf(poll)).isEqualTo("timeout");
        }
    }

    @Test
    void aClosedPortIsNoMatterOfAuthentication() throws Exception {
        HttpsStandIn gone = new HttpsStandIn(ours.context("kme"));
        gone.close();
        Poll poll = ask(sources(gone.url(), ours, "monitor", ours.authority()));

        assertThat(poll.intakes()).isEmpty();
        assertThat(poll.trouble())
                .isEqualTo(
                        new Poll.Trouble("unreachable", gone.url() + ": cannot be asked: nobody takes the connection"));
    }

    @Test
    void aNameThatNobodyKnowsIsNamed() throws Exception {
        Poll poll = ask(sources("https://kme.invalid:8443", ours, "monitor", ours.authority()));

        assertThat(troubleOf(poll)).isEqualTo("unreachable");
        Poll.Trouble trouble = poll.trouble();
        assertThat(trouble).isNotNull();
        assertThat(trouble.detail()).endsWith("its name is not known");
    }

    @Test
    void aRotatedCertificateCountsFromTheNextRoundOn() throws Exception {
        Path certificate = work.resolve("monitor.pem");
        Path key = work.resolve("monitor.key");
        Files.copy(strangers.certificate("monitor"), certificate);
        Files.copy(strangers.key("monitor"), key);
        Path sources = sources(kme.url(), ours, "monitor", ours.authority());
        Files.writeString(
                sources,
                Files.readString(sources)
                        .replace(ours.certificate("monitor").toString(), certificate.toString())
                        .replace(ours.key("monitor").toString(), key.toString()));
        var configured = SourceFile.read(sources, List.of(new Etsi014()))
                .entries()
                .getFirst()
                .configured();
        EventIntake intake = new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);
        assertThat(troubleOf(configured.ask(intake, InstantSource.fixed(MockKafka.NOW))))
                .isEqualTo("tls");

        Files.copy(ours.certificate("monitor"), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(ours.key("monitor"), key, StandardCopyOption.REPLACE_EXISTING);
        // A file system may count time in ticks.
        Files.setLastModifiedTime(key, FileTime.from(MockKafka.NOW.minusSeconds(60)));

        assertThat(configured.ask(intake, InstantSource.fixed(MockKafka.NOW)).trouble())
                .isNull();
    }

    @Test
    void aMissingCredentialIsNamedByItsPlace() throws Exception {
        Path sources = sources(kme.url(), ours, "monitor", work.resolve("nothing.pem"));
        Poll poll = ask(sources);

        assertThat(poll.intakes()).isEmpty();
        Poll.Trouble trouble = poll.trouble();
        assertThat(trouble).isNotNull();
        assertThat(trouble.reason()).isEqualTo("no_credentials");
        assertThat(trouble.detail()).contains("there is no file " + work.resolve("nothing.pem"));
    }

    /** Another TLS than Java's: OpenSSL's own server, serving a status from a file. */
    @Test
    void anotherPeoplesServerIsUnderstood() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path status = work.resolve("api/v1/keys/SAE-B/status");
        Files.createDirectories(status.getParent());
        Files.writeString(status, STATUS);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> line = new ArrayList<>(List.of("/usr/bin/openssl", "s_server", "-WWW", "-quiet"));
        line.addAll(List.of(
                "-accept", "127.0.0.1:" + port, "-cert", ours.certificate("kme").toString()));
        line.addAll(List.of(
                "-key", ours.key("kme").toString(), "-CAfile", ours.authority().toString()));
        line.addAll(List.of("-Verify", "1", "-verify_return_error"));
        Process openssl = new ProcessBuilder(line)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("openssl.log").toFile())
                .start();
        try {
            String url = "https://127.0.0.1:" + port;
            Path good = sources(url, ours, "monitor", ours.authority());
            await().ignoreExceptions().until(() -> ask(good).trouble() == null);
            assertThat(onlyEvent(ask(good)).path("stored_keys").asInt()).isEqualTo(25_000);

            JsonNode expired = onlyEvent(ask(sources(url, ours, "monitor-expired", ours.authority())));
            assertThat(expired.path("reason").asText()).isEqualTo("expired_certificate");
            assertThat(expired.at("/labels/refused_by").asText()).isEqualTo("server");
            JsonNode stranger = onlyEvent(ask(sources(url, strangers, "monitor", ours.authority())));
            assertThat(stranger.path("reason").asText()).isEqualTo("bad_certificate");
        } finally {
            openssl.destroy();
        }
    }
}
