package io.qorrelate.streams.sink;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.http.HttpHost;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The writer and the real client, against a server that answers as it is told; the real server is in the sink's own test. */
class BulkWriterTest {
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> requests = new ArrayList<>();
    private final HttpServer server;
    private final RestClientTransport transport;
    private final BulkWriter writer;
    private Answer answer = body -> new Reply(500, "{}");

    private interface Answer {
        Reply to(String body);
    }

    private record Reply(int status, String body) {}

    BulkWriterTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        transport = new RestClientTransport(
                RestClient.builder(new HttpHost(
                                server.getAddress().getAddress(),
                                server.getAddress().getPort()))
                        .build(),
                new JacksonJsonpMapper());
        writer = new BulkWriter(new ElasticsearchClient(transport), new SinkMetrics(registry));
    }

    @BeforeEach
    void listen() {
        server.createContext("/_bulk", this::reply);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        transport.close();
        server.stop(0);
    }

    @Test
    void ofEveryDocumentItIsKnownWhatBecameOfIt() {
        answer = body -> bulk(
                item("create", 201, null),
                item("create", 409, "version_conflict_engine_exception"),
                item("create", 429, "es_rejected_execution_exception"),
                item("create", 400, "document_parsing_exception"),
                item("index", 409, "version_conflict_engine_exception"));
        List<BulkWriter.Write> batch = List.of(
                write("new", Indices.TELEMETRY),
                write("known", Indices.TELEMETRY),
                write("later", Indices.TELEMETRY),
                write("never", Indices.TELEMETRY),
                write("revised", Indices.FINDINGS));

        BulkWriter.Result result = writer.write(batch, Clock.systemUTC());

        assertThat(result.retry()).extracting(write -> write.document().id()).containsExactly("later", "revised");
        assertThat(result.refused()).singleElement().satisfies(refusal -> {
            assertThat(refusal.write().document().id()).isEqualTo("never");
            assertThat(refusal.reason())
                    .isEqualTo("400 document_parsing_exception: because of document_parsing_exception; at heart");
        });
        assertThat(documents(Indices.TELEMETRY, "indexed")).isEqualTo(1);
        assertThat(documents(Indices.TELEMETRY, "duplicate")).isEqualTo(1);
        assertThat(documents(Indices.TELEMETRY, "retried")).isEqualTo(1);
        assertThat(documents(Indices.FINDINGS, "retried")).isEqualTo(1);
    }

    @Test
    void telemetryIsCreatedAndFindingsAreReplaced() {
        answer = body -> bulk(item("create", 201, null), item("index", 200, null));

        BulkWriter.Result result = writer.write(
                List.of(write("event", Indices.TELEMETRY), write("finding", Indices.FINDINGS)), Clock.systemUTC());

        assertThat(result).isEqualTo(new BulkWriter.Result(List.of(), List.of()));
        assertThat(requests).singleElement().asString().contains("{\"create\":{", "{\"index\":{", "\"_id\":\"event\"");
    }

    @Test
    void aRevisionIsNotWrittenAgainOverALaterOne() {
        answer = body -> bulk(
                item("index", 429, "es_rejected_execution_exception"),
                item("index", 429, "es_rejected_execution_exception"),
                item("index", 200, null));
        List<BulkWriter.Write> batch = List.of(
                write("finding", Indices.FINDINGS),
                write("other", Indices.FINDINGS),
                write("finding", Indices.FINDINGS));

        BulkWriter.Result result = writer.write(batch, Clock.systemUTC());

        assertThat(result.retry()).extracting(write -> write.document().id()).containsExactly("other");
        assertThat(result.refused()).isEmpty();
    }

    @Test
    void aBatchThatIsTooLargeIsHalvedUntilTheOneThatNeverFitsIsAlone() {
        answer = body -> body.contains("\"_id\":\"huge\"")
                ? error(413)
                : bulk(Collections.nCopies(body.split("\"_id\"", -1).length - 1, item("create", 201, null))
                        .toArray(String[]::new));
        List<BulkWriter.Write> batch = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            batch.add(write(i == 4 ? "huge" : "d" + i, Indices.TELEMETRY));
        }

        BulkWriter.Result result = writer.write(batch, Clock.systemUTC());

        assertThat(result.retry()).isEmpty();
        assertThat(result.refused())
                .singleElement()
                .satisfies(
                        refusal -> assertThat(refusal.write().document().id()).isEqualTo("huge"));
        assertThat(documents(Indices.TELEMETRY, "indexed")).isEqualTo(5);
    }

    @Test
    void aServerThatIsBusyBlockedOrGoneIsTriedAgainWithTheWholeBatch() throws IOException {
        List<BulkWriter.Write> batch = List.of(write("a", Indices.TELEMETRY), write("b", Indices.INCIDENTS));
        for (int status : new int[] {429, 503, 403}) {
            answer = body -> error(status);
            assertThat(writer.write(batch, Clock.systemUTC()).retry())
                    .as("status " + status)
                    .isEqualTo(batch);
        }
        server.stop(0);

        BulkWriter.Result result = writer.write(batch, Clock.systemUTC());

        assertThat(result.retry()).isEqualTo(batch);
        assertThat(result.refused()).isEmpty();
        assertThat(failures("unreachable")).isEqualTo(1);
        assertThat(failures("http_429")).isEqualTo(1);
        assertThat(failures("http_503")).isEqualTo(1);
        assertThat(failures("http_403")).isEqualTo(1);
    }

    @Test
    void anEmptyBatchAsksNobody() {
        assertThat(writer.write(List.of(), Clock.systemUTC()).retry()).isEmpty();
        assertThat(requests).isEmpty();
    }

    private void reply(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(body);
        Reply reply = answer.to(body);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8");
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private double failures(String reason) {
        return registry.get("qorrelate.sink.failures")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private double documents(String index, String outcome) {
        return registry.get("qorrelate.sink.documents")
                .tag("index", index)
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static BulkWriter.Write write(String id, String index) {
        return new BulkWriter.Write(
                new Documents.Document(index, id, TIME, "{\"word\":\"" + id + "\"}"),
                new ConsumerRecord<>("topic", 0, 0, new byte[0], new byte[0]));
    }

    private static Reply bulk(String... items) {
        return new Reply(
                200,
                "{\"took\":1,\"errors\":true,\"items\":["
                        + List.of(items).stream().collect(Collectors.joining(",")) + "]}");
    }

    private static String item(String operation, int status, @Nullable String error) {
        return "{\"%s\":{\"_index\":\"i\",\"_id\":\"x\",\"status\":%d%s}}"
                .formatted(
                        operation,
                        status,
                        error == null
                                ? ""
                                : ",\"error\":{\"type\":\"%s\",\"reason\":\"because of %1$s\",\"caused_by\":{\"type\":\"inner\",\"reason\":\"at heart\"}}"
                                        .formatted(error));
    }

    private static Reply error(int status) {
        return new Reply(
                status, "{\"error\":{\"type\":\"not_now\",\"reason\":\"said so\"},\"status\":%d}".formatted(status));
    }
}
