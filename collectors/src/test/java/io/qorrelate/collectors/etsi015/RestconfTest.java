package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.HttpsStandIn;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestconfTest {
    private static final String DATA = "/restconf/data/etsi-qkd-sdn-node:qkd_node";

    private static final String LOCATION =
            "/restconf/data/ietf-restconf-monitoring:restconf-state/streams/stream=NETCONF/access=json/location";

    @TempDir
    private static Path folder;

    @TempDir
    private Path work;

    private static Certificates ours;
    private static Certificates strangers;
    private static HttpsStandIn node;

    @BeforeAll
    static void start() throws Exception {
        ours = new Certificates(folder, "operator");
        ours.issue("node", "-1d", 10);
        ours.issue("monitor", "-1d", 10);
        strangers = new Certificates(folder, "stranger");
        node = new HttpsStandIn(ours.context("node"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void behave() {
        node.answers(200, new String(Nodes.sample(), UTF_8));
        node.asked().clear();
    }

    private Path sources(String target, Certificates trusted, String more) {
        return Nodes.file(
                work,
                target,
                """
                credentials:
                  certificate: {file: %s}
                  key: {file: %s}
                  trust: {file: %s}
                """.formatted(ours.certificate("monitor"), ours.key("monitor"), trusted.authority()) + more);
    }

    private Poll ask() throws Exception {
        return Nodes.ask(sources(node.url(), ours, ""));
    }

    private static String troubleOf(Poll poll) {
        Poll.@Nullable Trouble trouble = poll.trouble();
        assertThat(trouble).isNotNull();
        return trouble.reason();
    }

    @Test
    void theNodesDataIsAskedForAndNothingElse() throws Exception {
        Poll poll = ask();

        assertThat(poll.trouble()).isNull();
        assertThat(Nodes.events(poll.intakes())).hasSize(4);
        assertThat(node.asked()).containsExactly("GET " + DATA);
    }

    @Test
    void aTargetsPathIsTheApisRoot() throws Exception {
        Nodes.ask(sources(node.url() + "/nodes/ams/api/", ours, ""));

        assertThat(node.asked()).containsExactly("GET /nodes/ams/api/data/etsi-qkd-sdn-node:qkd_node");
    }

    @Test
    void aRefusalIsAnAuthenticationFailureOfTheManagementPlane() throws Exception {
        node.answers(401, """
                {"ietf-restconf:errors":{"error":[
                 {"error-type":"protocol","error-tag":"access-denied","error-message":"who are you?"}]}}""");
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("unauthorized");
        JsonNode event = Nodes.event(poll.intakes().getFirst());
        assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
        assertThat(event.path("node").asText()).isEqualTo("ams-1");
        assertThat(event.path("plane").asText()).isEqualTo("management");
        assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
        assertThat(event.path("principal").asText()).isEqualTo("CN=monitor");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
        assertThat(event.at("/labels/message").asText()).isEqualTo("who are you?");
    }

    @Test
    void aNodeThatIsNotTrustedIsAnAuthenticationFailure() throws Exception {
        Poll poll = Nodes.ask(sources(node.url(), strangers, ""));

        assertThat(troubleOf(poll)).isEqualTo("tls");
        JsonNode event = Nodes.event(poll.intakes().getFirst());
        assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
        assertThat(event.path("principal").asText()).isEqualTo("127.0.0.1");
        assertThat(event.at("/labels/refused_by").asText()).isEqualTo("client");
    }

    @Test
    void aPasswordIsShownAndNeverTold() throws Exception {
        List<String> shown = new CopyOnWriteArrayList<>();
        node.behaves(exchange -> {
            shown.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            HttpsStandIn.answer(exchange, 403, new byte[0]);
        });
        Files.writeString(work.resolve("user"), "monitor\n");
        Files.writeString(work.resolve("password"), "s3cret\n");
        Path file = Nodes.file(
                work, node.url(), """
                credentials:
                  username: {file: user}
                  password: {file: password}
                  certificate: {file: %s}
                  key: {file: %s}
                  trust: {file: %s}
                """.formatted(ours.certificate("monitor"), ours.key("monitor"), ours.authority()));
        Poll poll = Nodes.ask(file);

        // RFC 7617, of monitor:s3cret
        assertThat(shown).containsExactly("Basic bW9uaXRvcjpzM2NyZXQ=");
        assertThat(Nodes.event(poll.intakes().getFirst()).path("principal").asText())
                .isEqualTo("monitor");
        assertThat(Nodes.event(poll.intakes().getFirst()).path("reason").asText())
                .isEqualTo("unknown_principal");
        assertThat(poll.toString()).doesNotContain("s3cret");
    }

    @Test
    void anotherStatusIsTroubleWithTheNodesWords() throws Exception {
        node.answers(
                404,
                "{\"ietf-restconf:errors\":{\"error\":[{\"error-tag\":\"invalid-value\",\"error-message\":\"no such data\"}]}}");
        Poll poll = ask();

        assertThat(poll.intakes()).isEmpty();
        assertThat(poll.trouble())
                .isEqualTo(new Poll.Trouble("http_404", node.url() + ": answers with HTTP status 404: no such data"));
    }

    @Test
    void aTruncatedAnswerIsRejectedWhole() throws Exception {
        String half = new String(Nodes.sample(), UTF_8).substring(0, 1000);
        node.answers(200, half);
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        assertThat(Nodes.rejected(poll.intakes())).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.NOT_JSON);
            assertThat(rejected.raw()).asString(UTF_8).isEqualTo(half);
        });
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        node.behaves(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 16).getBytes(UTF_8);
            for (int i = 0; i < 1_000; i++) {
                exchange.getResponseBody().write(block);
            }
        });
        Poll poll = ask();

        assertThat(troubleOf(poll)).isEqualTo("bad_answer");
        assertThat(Nodes.rejected(poll.intakes()))
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.raw()).hasSize(Restconf.MAX_BODY_BYTES));
    }

    @Test
    void aDrippingNodeIsGivenUp() throws Exception {
        node.drips();
        Path file = sources(node.url(), ours, "");
        Files.writeString(file, Files.readString(file).replace("timeout: 10s", "timeout: 2s"));

        assertThat(troubleOf(Nodes.ask(file))).isEqualTo("timeout");
    }

    private static void stream(HttpExchange exchange, String... events) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        for (String event : events) {
            body.write(event.getBytes(UTF_8));
            body.flush();
        }
    }

    private static String notification(int line) {
        return Nodes.resource("notifications.ndjson").lines().toList().get(line);
    }

    @Test
    void notificationsAreHeardAndGoneOnWithWhereTheyWereLeft() throws Exception {
        List<String> lastIds = new CopyOnWriteArrayList<>();
        node.behaves(exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case DATA -> HttpsStandIn.answer(exchange, 200, Nodes.sample());
                case LOCATION ->
                    HttpsStandIn.answer(
                            exchange,
                            200,
                            ("{\"ietf-restconf-monitoring:location\":\"" + node.url() + "/streams/json\"}")
                                    .getBytes(UTF_8));
                default -> {
                    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
                    lastIds.add(String.valueOf(last));
                    stream(
                            exchange,
                            ": hello\n\n",
                            "id: " + lastIds.size() + "\ndata: " + notification(lastIds.size() % 2) + "\n\n",
                            "data: " + "x".repeat(Restconf.MAX_EVENT_BYTES + 1) + "\n\n");
                }
            }
        });
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(sources(node.url(), ours, ""), List.of(new Etsi015()))
                        .open(kafka.context())) {
            await().until(() -> lastIds.size() >= 3);
            assertThat(sources.count()).isEqualTo(1);
            await().untilAsserted(() -> {
                assertThat(kafka.eventTexts()).anyMatch(event -> event.contains("\"reason\":\"QBER above threshold\""));
                assertThat(kafka.eventTexts()).anyMatch(event -> event.contains("\"event\":\"loss_of_signal\""));
                assertThat(kafka.deadLetters()).isNotEmpty();
            });
            assertThat(kafka.count("qorrelate.source.subscriptions", "source", "node-ams", "outcome", "ok"))
                    .isGreaterThanOrEqualTo(2);
            assertThat(kafka.count("qorrelate.source.subscriptions", "source", "node-ams", "outcome", "ended"))
                    .isGreaterThanOrEqualTo(2);
        }
        assertThat(lastIds).startsWith("null", "1", "2");
    }

    @Test
    void aStreamElsewhereIsNotFollowed() throws Exception {
        node.behaves(exchange -> HttpsStandIn.answer(
                exchange,
                200,
                exchange.getRequestURI().getPath().equals(DATA)
                        ? Nodes.sample()
                        : "{\"ietf-restconf-monitoring:location\":\"https://evil.example/streams/json\"}"
                                .getBytes(UTF_8)));
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(sources(node.url(), ours, ""), List.of(new Etsi015()))
                        .open(kafka.context())) {
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(kafka.count(
                                    "qorrelate.source.subscriptions", "source", "node-ams", "outcome", "no_stream"))
                            .isPositive());
            await().until(() -> !kafka.events().isEmpty());
            assertThat(sources.isValid()).isTrue();
        }
    }

    /** Other people's server on both roads: nginx serves the data from a file, and its module Nchan the notifications. */
    @Test
    void nginxAndItsStreamsAreUnderstood() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nginx")), "nginx is not installed");
        Path module = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
        assumeTrue(Files.isReadable(module), "nginx's module Nchan (libnginx-mod-nchan) is not installed");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path data = work.resolve("www" + DATA);
        Files.createDirectories(data.getParent());
        Files.write(data, Nodes.sample());
        Path location = work.resolve("www" + LOCATION);
        Files.createDirectories(location.getParent());
        String url = "https://127.0.0.1:" + port;
        Files.writeString(location, "{\"ietf-restconf-monitoring:location\":\"" + url + "/streams/NETCONF\"}");
        Path configuration = Files.writeString(work.resolve("nginx.conf"), """
                load_module %s;
                daemon off; user root; pid %s/pid; error_log %s/error.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %3$s/t1; proxy_temp_path %3$s/t2; fastcgi_temp_path %3$s/t3;
                  uwsgi_temp_path %3$s/t4; scgi_temp_path %3$s/t5;
                  server {
                    listen 127.0.0.1:%d ssl;
                    ssl_certificate %s; ssl_certificate_key %s; ssl_client_certificate %s; ssl_verify_client on;
                    location /restconf/ { root %3$s/www; default_type application/yang-data+json; }
                    location /streams/ { nchan_subscriber eventsource; nchan_channel_id news;
                      nchan_subscriber_first_message oldest; }
                    location /publish { nchan_publisher; nchan_channel_id news; }
                  }
                }
                """.formatted(
                        module, work, work, port, ours.certificate("node"), ours.key("node"), ours.authority()));
        Process nginx = new ProcessBuilder("/usr/sbin/nginx", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("nginx.log").toFile())
                .start();
        try (HttpClient publisher =
                HttpClient.newBuilder().sslContext(ours.context("monitor")).build()) {
            Path file = sources(url, ours, "");
            await().ignoreExceptions().until(() -> Nodes.ask(file).trouble() == null);
            try (MockKafka kafka = MockKafka.acknowledging();
                    Sources sources = new SourcesSettings(file, List.of(new Etsi015())).open(kafka.context())) {
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(kafka.count(
                                        "qorrelate.source.subscriptions", "source", "node-ams", "outcome", "ok"))
                                .isPositive());
                await().until(() -> !kafka.events().isEmpty());
                for (int line = 0; line < 3; line++) {
                    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/publish"))
                            .POST(HttpRequest.BodyPublishers.ofString(notification(line)))
                            .build();
                    assertThat(publisher
                                    .send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode())
                            .isBetween(200, 299);
                }
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(kafka.eventTexts())
                                .anyMatch(event -> event.contains("\"qber\":0.043"))
                                .anyMatch(event -> event.contains("\"event\":\"loss_of_signal\"")));
                assertThat(sources.count()).isEqualTo(1);
            }
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }
}
