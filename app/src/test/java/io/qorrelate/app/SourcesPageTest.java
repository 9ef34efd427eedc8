package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of sources over HTTP and by {@code doctor}; no Kafka is needed for either. */
class SourcesPageTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void thePageAndTheDoctorTellWhoAnswersAndWhoDoesNotAndWhy() throws Exception {
        HttpServer exporter = exporter();
        int nobody = Ports.free();
        Path file = Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - {id: good, type: prometheus, target: 'http://127.0.0.1:%d/', mapping: qkd-metrics, interval: 1s}
                  - {id: gone, type: prometheus, target: 'http://127.0.0.1:%d/', mapping: qkd-metrics, interval: 1s, silent_after: 2s}
                """.formatted(
                        exporter.getAddress().getPort(), nobody));
        try (Metrics metrics = new Metrics("127.0.0.1", 0);
                Collectors collectors = Collectors.start(
                        new PublisherSettings("127.0.0.1:" + Ports.free()),
                        EventIntake.DEFAULT_ALLOWED_SKEW,
                        List.of(new SourcesSettings(file, SourceTypes.all())),
                        metrics.registry(),
                        folder.resolve("state"))) {
            metrics.page().show(collectors.running(Sources.class));
            await().atMost(SOON).untilAsserted(() -> {
                JsonNode page = page(metrics);
                assertThat(page.path("file_valid").asBoolean()).isTrue();
                JsonNode good = page.path("sources").path(0);
                assertThat(good.path("id").asText()).isEqualTo("good");
                assertThat(good.path("state").asText()).isEqualTo("ok");
                assertThat(good.path("circuit").asText()).isEqualTo("closed");
                assertThat(good.path("last_success").isTextual()).isTrue();
                assertThat(good.has("last_trouble")).isFalse();
                JsonNode gone = page.path("sources").path(1);
                assertThat(gone.path("state").asText()).isEqualTo("silent");
                assertThat(gone.path("last_success").isNull()).isTrue();
                assertThat(gone.path("silent_seconds").asDouble()).isGreaterThan(2);
                assertThat(gone.path("last_trouble").path("reason").asText()).isEqualTo("unreachable");
                assertThat(gone.path("last_trouble").path("detail").asText()).contains("127.0.0.1:" + nobody);
            });

            Run doctor = Run.with(
                    Map.of(),
                    "",
                    "doctor",
                    "--metrics-port",
                    Integer.toString(metrics.port()),
                    "--sources",
                    file.toString());
            assertThat(doctor.out())
                    .contains("2 sources in " + file)
                    .containsPattern("BAD +source gone +silent, last heard never – http://127.0.0.1:" + nobody)
                    .containsPattern("ok +sources +1 answer");

            Files.writeString(file, "sources: [{id: good, typ: prometheus}]");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    page(metrics).path("file_complaint").asText())
                            .startsWith(file + ":1:"));
            assertThat(get(metrics, "/nothing").statusCode()).isEqualTo(404);
            assertThat(get(metrics, "/metrics").body()).contains("qorrelate_source_silent_seconds");
        } finally {
            exporter.stop(0);
            http.close();
        }
    }

    private static HttpServer exporter() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = "qkd_qber{link=\"a~b\"} 0.02\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private JsonNode page(Metrics metrics) throws Exception {
        return new ObjectMapper().readTree(get(metrics, "/sources").body());
    }

    private HttpResponse<String> get(Metrics metrics, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
