package io.qorrelate.collectors.http;

import static io.qorrelate.collectors.MockKafka.header;
import static io.qorrelate.collectors.MockKafka.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.TelemetryJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCollectorTest {
    private static final String NDJSON = "application/x-ndjson";
    private static final String JSON = "application/json";
    private static final long MAX_BODY_BYTES = 12 << 20;

    record Reply(int status, JsonNode body, HttpResponse<String> response) {}

    @Test
    void eventsAreAnsweredWithHowManyWereAccepted() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(NDJSON, Samples.quality("a~b", 1) + "\n" + Samples.quality("a~b", 2) + "\n");

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().toString()).isEqualTo("{\"accepted\":2,\"rejected\":0,\"errors\":[]}");
            assertThat(bench.ids()).containsExactly("a~b-1", "a~b-2");
        }
    }

    @Test
    void theBodysOrderIsKept() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            List<String> ids = new ArrayList<>();
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < 3_000; i++) {
                String link = "link-" + i % 3;
                ids.add(link + "-" + i);
                body.append(Samples.quality(link, 1).replace(link + "-1", link + "-" + i))
                        .append('\n');
            }
            assertThat(bench.post(NDJSON, body.toString()).status()).isEqualTo(202);
            assertThat(bench.ids()).isEqualTo(ids);
        }
    }

    @Test
    void badLinesAreNamedAndDeadLetteredAndTheEventsAroundThemGoOn() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            String broken = "{\"time\": nonsense\t}";
            Reply reply = bench.post(
                    NDJSON,
                    String.join(
                            "\r\n",
                            Samples.quality("a~b", 1),
                            Samples.qualityWithQber("1.3"),
                            "",
                            broken,
                            Samples.quality("a~b", 2)));

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().path("accepted").asInt()).isEqualTo(2);
            assertThat(reply.body().path("rejected").asInt()).isEqualTo(2);
            JsonNode errors = reply.body().path("errors");
            assertThat(errors.path(0).path("line").asInt()).isEqualTo(2);
            assertThat(errors.path(0).path("reason").asText()).isEqualTo("out_of_range");
            assertThat(errors.path(0).path("message").asText()).contains("qber", "1.3");
            assertThat(errors.path(1).path("line").asInt()).isEqualTo(4);
            assertThat(errors.path(1).path("reason").asText()).isEqualTo("not_json");
            assertThat(bench.ids()).containsExactly("a~b-1", "a~b-2");
            assertThat(bench.kafka.deadLetters())
                    .extracting(record -> text(record.value()))
                    .containsExactly(Samples.qualityWithQber("1.3"), broken);
            assertThat(bench.kafka.deadLetters().getLast()).satisfies(record -> {
                assertThat(header(record, DeadLetter.SOURCE)).isEqualTo("127.0.0.1");
                assertThat(header(record, DeadLetter.COLLECTOR)).isEqualTo("http");
                assertThat(header(record, TelemetryPublisher.POSITION)).isEqualTo("line 4");
            });
        }
    }

    @Test
    void aBodyWithoutAnyEventIsABadRequestWithLineNumbersAndReasons() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(NDJSON, "<html>\n{\"kind\":\"weather\",\"time\":\"2026-11-23T10:00:00Z\"}\n");

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("accepted").asInt()).isZero();
            assertThat(reply.body().path("errors"))
                    .extracting(error -> error.path("line").asInt() + " "
                            + error.path("reason").asText())
                    .containsExactly("1 not_json", "2 unknown_kind");
            assertThat(bench.kafka.deadLetters()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n  \r\n", "[]"})
    void aBodyWithNothingInItIsABadRequest(String body) throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(JSON, body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("error").asText()).isEqualTo("empty");
        }
    }

    @Test
    void onlyTheFirstHundredMistakesAreListed() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(NDJSON, "x\n".repeat(250));
            assertThat(reply.body().path("errors")).hasSize(100);
            assertThat(reply.body().path("errors_omitted").asInt()).isEqualTo(150);
            assertThat(bench.kafka.deadLetters()).hasSize(250);
        }
    }

    @Test
    void anArrayIsReadElementByElement() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            String broken = "{\"kind\": [ \"x\" ] }";
            Reply reply = bench.post(
                    JSON, "[" + Samples.quality("a~b", 1) + ",\n " + broken + " ,\n" + Samples.quality("a~b", 2) + "]");

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().path("accepted").asInt()).isEqualTo(2);
            assertThat(reply.body().path("errors").path(0).path("line").asInt()).isEqualTo(2);
            assertThat(reply.body().path("errors").path(0).path("element").asInt())
                    .isEqualTo(2);
            assertThat(bench.kafka.deadLetters())
                    .extracting(record -> text(record.value()))
                    .containsExactly(broken);
        }
    }

    @Test
    void anArrayThatBreaksOffKeepsWhatWasWhole() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(JSON, "[" + Samples.quality("a~b", 1) + ",{\"time\":");
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().path("rejected").asInt()).isEqualTo(1);
            assertThat(bench.ids()).containsExactly("a~b-1");
        }
    }

    @Test
    void aSingleObjectOverSeveralLinesIsAnEvent() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            assertThat(bench.post(JSON, Samples.quality("a~b", 1).replace(",", ",\n  "))
                            .status())
                    .isEqualTo(202);
            assertThat(bench.ids()).containsExactly("a~b-1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-ndjson; charset=UTF-8",
                "Application/JSONL",
                "application/jsonlines",
                "application/json;charset=\"utf-8\"",
                ""
            })
    void contentTypesOfNdjsonAreTaken(String contentType) throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            assertThat(bench.post(contentType, Samples.quality("a~b", 1)).status())
                    .isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "application/json; charset=!",
                "nonsense"
            })
    void otherContentTypesAreUnsupported(String contentType) throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(contentType, Samples.quality("a~b", 1));
            assertThat(reply.status()).isEqualTo(415);
            assertThat(reply.body().path("message").asText()).contains("application/x-ndjson");
            assertThat(bench.kafka.events()).isEmpty();
        }
    }

    @Test
    void gzipIsRead() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Type", NDJSON)
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(gzip(Samples.quality("a~b", 1)))));
            assertThat(reply.status()).isEqualTo(202);
        }
    }

    @Test
    void allMembersOfAGzipBodyAreReadHoweverTheyArrive() throws Exception {
        byte[] first = gzip((Samples.quality("a~b", 1) + "\n").repeat(3));
        byte[] second = gzip(Samples.quality("a~b", 3) + "\n");
        try (Bench bench = Bench.acknowledging();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.collector.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/telemetry HTTP/1.1\r\nHost: x\r\nContent-Type: " + NDJSON
                            + "\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: "
                            + (first.length + second.length) + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(first);
            out.flush();
            // The second member arrives when the first has been read to its end.
            await().until(() -> !bench.kafka.events().isEmpty());
            out.write(second);
            out.flush();

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 202")
                    .contains("\"accepted\":4");
        }
    }

    @Test
    void whatStandsBehindTheLastMemberIsNotPassedOver() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(gzip((Samples.quality("a~b", 1) + "\n").repeat(3)));
        body.writeBytes(Samples.quality("a~b", 3).getBytes(UTF_8));
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Type", NDJSON)
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(body.toByteArray())));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("error").asText()).isEqualTo("bad_encoding");
            assertThat(reply.body().path("accepted").asInt()).isEqualTo(2);
            assertThat(bench.kafka.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEqualTo(body.toByteArray());
                assertThat(MockKafka.header(letter, DeadLetter.DETAIL)).startsWith("the body is not sound gzip: ");
            });
        }
    }

    /** Events may come by the hundred mebibytes; of as much as that only the beginning is kept. */
    @Test
    void whatIsNoGzipAtAllIsKeptWithItsLength() throws Exception {
        String body = Samples.quality("a~b", 1).repeat(1_000);
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofString(body)));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(bench.kafka.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEqualTo(Arrays.copyOf(body.getBytes(UTF_8), 64 << 10));
                assertThat(MockKafka.header(letter, TelemetryPublisher.TOTAL_BYTES))
                        .isEqualTo(Integer.toString(body.length()));
            });
        }
    }

    @Test
    void theSameKeyWithTheSameBodyIsAnsweredTheSameAndPublishedOnce() throws Exception {
        String body = Samples.quality("a~b", 1) + "\n" + Samples.qualityWithQber("1.3") + "\n";
        try (Bench bench = Bench.acknowledging()) {
            Reply first = bench.post("\"k-1\"", body.getBytes(UTF_8), false);
            Reply again = bench.post("\"k-1\"", body.getBytes(UTF_8), false);
            Reply packed = bench.post("k-1", gzip(body), true);

            assertThat(first.status()).isEqualTo(202);
            assertThat(first.body().path("accepted").asInt()).isEqualTo(1);
            assertThat(List.of(again, packed)).allSatisfy(reply -> {
                assertThat(reply.status()).isEqualTo(202);
                assertThat(reply.body()).isEqualTo(first.body());
            });
            assertThat(bench.ids()).containsExactly("a~b-1");
            assertThat(bench.kafka.deadLetters()).hasSize(1);
            assertThat(bench.kafka.count("qorrelate.http.repeated.keys", "outcome", "repeated"))
                    .isEqualTo(2);
        }
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefusedAndNothingOfItPublished() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            bench.post("\"k-1\"", Samples.quality("a~b", 1).getBytes(UTF_8), false);
            Reply other = bench.post("\"k-1\"", Samples.quality("a~b", 2).getBytes(UTF_8), false);
            Reply otherKey = bench.post("\"k-2\"", Samples.quality("a~b", 3).getBytes(UTF_8), false);

            assertThat(other.status()).isEqualTo(422);
            assertThat(other.body().path("error").asText()).isEqualTo("key_reused");
            assertThat(otherKey.status()).isEqualTo(202);
            assertThat(bench.ids()).containsExactly("a~b-1", "a~b-3");
        }
    }

    @Test
    void aRepeatedRequestIsAnsweredAlsoWhileKafkaIsAwayAndOneThatFailedIsReadAnew() throws Exception {
        byte[] body = Samples.quality("a~b", 1).getBytes(UTF_8);
        try (Bench bench = Bench.acknowledging()) {
            bench.kafka.goAway();
            assertThat(bench.post("\"k-1\"", body, false).status()).isEqualTo(503);
            bench.kafka.comeBack();
            assertThat(bench.post("\"k-1\"", body, false).status()).isEqualTo(202);
            bench.kafka.goAway();
            assertThat(bench.post("\"k-1\"", body, false).status()).isEqualTo(202);
            assertThat(bench.ids()).containsExactly("a~b-1");
        }
    }

    @Test
    void aKeyThatIsBeingWorkedOnIsAConflict() throws Exception {
        byte[] body = Samples.quality("a~b", 1).getBytes(UTF_8);
        try (Bench bench = Bench.silent(8)) {
            CompletableFuture<Reply> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return bench.post("\"k-1\"", body, false);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            await().until(() -> bench.kafka.events().size() == 1);
            Reply second = bench.post("\"k-1\"", body, false);
            assertThat(second.status()).isEqualTo(409);
            assertThat(second.response().headers().firstValue("Retry-After")).hasValue("1");
            bench.acknowledgeAll();
            assertThat(first.get().status()).isEqualTo(202);
            assertThat(bench.kafka.events()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"open", "two words", "\"\"", "a\"b", "\"a\", \"b\""})
    void aKeyThatIsNoneIsABadRequest(String key) throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(key, Samples.quality("a~b", 1).getBytes(UTF_8), false);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("error").asText()).isEqualTo("bad_idempotency_key");
            assertThat(bench.kafka.events()).isEmpty();
        }
    }

    @Test
    void aTableIsReadByTheMappingThatTheAddressNames() throws Exception {
        String table = "time,qber,secret_key_rate_bps\n2026-11-23T10:00:00Z,0.02,1500\n2026-11-23T10:00:10Z,1.3,1400\n";
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry?map=qkd-csv&link=a~b&source=bench-7")
                    .header("Content-Type", "text/csv; charset=utf-8; header=present")
                    .POST(BodyPublishers.ofString(table)));

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().path("accepted").asInt()).isEqualTo(3);
            assertThat(reply.body().path("errors").path(0).path("line").asInt()).isEqualTo(3);
            assertThat(bench.kafka.eventTexts())
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event).contains("\"link\":\"a~b\"", "\"source\":\"bench-7\""));
            assertThat(bench.kafka.deadLetters()).singleElement().satisfies(record -> {
                assertThat(text(record.value())).isEqualTo("2026-11-23T10:00:10Z,1.3,1400");
                assertThat(header(record, TelemetryPublisher.HEADING)).isEqualTo("time,qber,secret_key_rate_bps");
            });
        }
    }

    @Test
    void aTableWithoutAMappingIsABadRequestThatNamesThem() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            for (String query : List.of("", "?map=qkd-cvs", "?map=../secret")) {
                Reply reply = bench.send(bench.request("/v1/telemetry" + query)
                        .header("Content-Type", "text/csv")
                        .POST(BodyPublishers.ofString("time,qber\n2026-11-23T10:00:00Z,0.02\n")));
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.body().path("error").asText()).isEqualTo("no_map");
                assertThat(reply.body().path("message").asText()).contains("one of laboratory-csv, qkd-csv");
            }
        }
    }

    @Test
    void gzipThatBreaksOffIsABadRequestThatSaysWhatArrived() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            StringBuilder events = new StringBuilder();
            IntStream.range(0, 5_000)
                    .forEach(i -> events.append(Samples.quality("a~b", 1).replace("0.0213", "0.0" + i * 7919 % 10_007))
                            .append('\n'));
            byte[] whole = gzip(events.toString());
            byte[] half = Arrays.copyOf(whole, whole.length / 2);
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(half)));

            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body().path("error").asText()).isEqualTo("bad_encoding");
            assertThat(reply.body().path("accepted").asInt())
                    .isPositive()
                    .isEqualTo(bench.kafka.events().size());
        }
    }

    @Test
    void otherEncodingsAreUnsupported() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Encoding", "br")
                    .POST(BodyPublishers.ofString("x")));
            assertThat(reply.status()).isEqualTo(415);
            assertThat(reply.response().headers().firstValue("Accept-Encoding")).hasValue("gzip");
        }
    }

    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedUnread() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.post(NDJSON, "x".repeat((int) MAX_BODY_BYTES + 1));
            assertThat(reply.status()).isEqualTo(413);
            assertThat(bench.kafka.deadLetters()).isEmpty();
        }
    }

    @Test
    void aBodyThatTurnsOutToBeTooLargeSaysWhatArrived() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            byte[] event = (Samples.ofSize(1 << 20) + "\n").getBytes(UTF_8);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int i = 0; i < 13; i++) {
                body.writeBytes(event);
            }
            Reply reply = bench.send(bench.request("/v1/telemetry").POST(chunked(body.toByteArray())));

            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.body().path("accepted").asInt())
                    .isEqualTo(bench.kafka.events().size())
                    .isBetween(10, 12);
        }
    }

    @Test
    void gzipThatUnfoldsBeyondTheLimitIsTooLarge() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/v1/telemetry")
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(gzip(" ".repeat(50 << 20)))));
            assertThat(reply.status()).isEqualTo(413);
        }
    }

    @Test
    void anEventThatIsTooLargeGoesWholeToTheDeadLetters() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            String large = Samples.ofSize(3 << 20);
            Reply reply =
                    bench.post(NDJSON, Samples.quality("a~b", 1) + "\n" + large + "\n" + Samples.quality("a~b", 2));

            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.body().path("errors").path(0).path("reason").asText())
                    .isEqualTo("too_large");
            assertThat(bench.kafka.deadLetters().getFirst().value()).isEqualTo(large.getBytes(UTF_8));
            assertThat(bench.ids()).containsExactly("a~b-1", "a~b-2");
        }
    }

    @Test
    void underBackPressureTheAnswerIsToRetryLater() throws Exception {
        try (Bench bench = Bench.silent(4)) {
            // Two of these and the budget of 16 MiB is nearly used up.
            CompletableFuture<Reply> first = bench.postAsync(NDJSON, Samples.ofSize(8 << 20));
            CompletableFuture<Reply> second = bench.postAsync(NDJSON, Samples.ofSize(7 << 20));
            await().until(bench.kafka.publisher()::isFull);

            Reply reply = bench.post(NDJSON, Samples.quality("a~b", 1));

            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.response().headers().firstValue("Retry-After")).hasValue("1");
            assertThat(bench.kafka.count("qorrelate.backpressure", "collector", "http"))
                    .isEqualTo(1);
            bench.acknowledgeAll();
            assertThat(first.get().status()).isEqualTo(400);
            assertThat(second.get().status()).isEqualTo(400);
        }
    }

    @Test
    void tooManyRequestsAtATimeAreAskedToRetryLater() throws Exception {
        try (Bench bench = Bench.silent(1)) {
            CompletableFuture<Reply> first = bench.postAsync(NDJSON, Samples.quality("a~b", 1));
            await().until(() -> !bench.kafka.events().isEmpty());

            assertThat(bench.post(NDJSON, Samples.quality("a~b", 2)).status()).isEqualTo(429);

            bench.acknowledgeAll();
            assertThat(first.get().status()).isEqualTo(202);
        }
    }

    @Test
    void whileKafkaIsAwayTheAnswerIsUnavailableAndThenItIsNot() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            bench.kafka.goAway();
            Reply reply = bench.post(NDJSON, Samples.quality("a~b", 1));
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.response().headers().firstValue("Retry-After")).hasValue("5");
            assertThat(bench.get("/ready").status()).isEqualTo(503);
            assertThat(bench.get("/health").status()).isEqualTo(200);

            bench.kafka.comeBack();
            assertThat(bench.post(NDJSON, Samples.quality("a~b", 1)).status()).isEqualTo(202);
            assertThat(bench.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void whenKafkaStopsAcknowledgingTheAnswerSaysFromWhereToSendAgain() throws Exception {
        try (Bench bench = Bench.silent(4)) {
            CompletableFuture<Reply> pending = bench.postAsync(
                    NDJSON,
                    IntStream.rangeClosed(1, 5)
                            .mapToObj(i -> Samples.quality("a~b", i) + "\n")
                            .toList());
            await().until(() -> bench.kafka.events().size() == 5);
            bench.kafka.producer().completeNext();
            bench.kafka.producer().completeNext();

            Reply reply = pending.get();

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.body().path("accepted").asInt()).isEqualTo(2);
            assertThat(reply.body().path("resend_from").asInt()).isEqualTo(3);
        }
    }

    @Test
    void aFailureOfKafkaIsUnavailableToo() throws Exception {
        try (Bench bench = Bench.silent(4)) {
            CompletableFuture<Reply> pending = bench.postAsync(NDJSON, Samples.quality("a~b", 1));
            await().until(() -> !bench.kafka.events().isEmpty());
            bench.kafka.producer().errorNext(new TimeoutException("expired"));

            assertThat(pending.get().status()).isEqualTo(503);
            assertThat(pending.get().body().path("resend_from").asInt()).isEqualTo(1);
        }
    }

    @Test
    void theAnswerComesOnlyWhenKafkaHasAcknowledged() throws Exception {
        try (Bench bench = Bench.silent(4)) {
            CompletableFuture<Reply> pending = bench.postAsync(NDJSON, Samples.quality("a~b", 1));
            await().until(() -> !bench.kafka.events().isEmpty());
            assertThat(pending).isNotDone();

            bench.acknowledgeAll();
            assertThat(pending.get().status()).isEqualTo(202);
        }
    }

    @Test
    void otherPathsAndMethodsAreAnsweredInJsonToo() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            assertThat(bench.get("/v2/telemetry").status()).isEqualTo(404);
            Reply reply = bench.get("/v1/telemetry");
            assertThat(reply.status()).isEqualTo(405);
            assertThat(reply.response().headers().firstValue("Allow")).hasValue("POST");
            assertThat(bench.send(bench.request("/health").DELETE()).status()).isEqualTo(405);
        }
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            Reply reply = bench.send(bench.request("/health")
                    .header("X-Large", "x".repeat(10_000))
                    .GET());
            assertThat(reply.status()).isEqualTo(431);
            assertThat(reply.body().path("error").asText()).isEqualTo("bad_request");
        }
    }

    @Test
    void aClientThatBreaksOffHarmsNobody() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.collector.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n"
                                + Samples.quality("a~b", 1) + "\n{\"time\":")
                        .getBytes(ISO_8859_1));
                out.flush();
                await().until(() -> !bench.kafka.events().isEmpty());
            }
            assertThat(bench.post(NDJSON, Samples.quality("a~b", 2)).status()).isEqualTo(202);
            assertThat(bench.ids()).containsExactly("a~b-1", "a~b-2");
            assertThat(bench.kafka.deadLetters()).isEmpty();
        }
    }

    @Test
    void aClientThatSendsNothingMoreIsNotWaitedForForEver() throws Exception {
        try (Bench bench = Bench.acknowledging();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.collector.port())) {
            socket.getOutputStream()
                    .write("POST /v1/telemetry HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
                            .getBytes(ISO_8859_1));
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void chunksThatAreNoneAreABadRequest() throws Exception {
        try (Bench bench = Bench.acknowledging();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.collector.port())) {
            socket.getOutputStream()
                    .write("POST /v1/telemetry HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
                            .getBytes(ISO_8859_1));
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void aPortThatIsTakenIsSaidInWords() throws Exception {
        try (Bench bench = Bench.acknowledging()) {
            assertThatThrownBy(() ->
                            new HttpCollectorSettings("127.0.0.1", bench.collector.port()).open(bench.kafka.context()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + bench.collector.port())
                    .hasMessageContaining("taken");
        }
    }

    @Test
    void closingWaitsForWhatIsUnderWayAndEndsInTime() throws Exception {
        Bench bench = Bench.silent(4);
        CompletableFuture<Reply> pending = bench.postAsync(NDJSON, Samples.quality("a~b", 1));
        await().until(() -> !bench.kafka.events().isEmpty());
        CompletableFuture<Void> closing = CompletableFuture.runAsync(bench.collector::close);
        bench.acknowledgeAll();

        assertThat(closing).succeedsWithin(Duration.ofSeconds(4));
        assertThat(pending)
                .succeedsWithin(Duration.ofSeconds(1))
                .satisfies(reply -> assertThat(reply.status()).isEqualTo(202));
        bench.close();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static BodyPublisher chunked(byte[] body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    }

    /** A collector on a free port, and a client. */
    private static final class Bench implements AutoCloseable {
        private final MockKafka kafka;
        private final HttpCollector collector;
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        private Bench(MockKafka kafka, int places) throws IOException {
            this.kafka = kafka;
            collector = new HttpCollectorSettings(
                            "127.0.0.1",
                            0,
                            MAX_BODY_BYTES,
                            places,
                            Duration.ofSeconds(1),
                            Duration.ofMillis(200),
                            Duration.ofSeconds(10),
                            null)
                    .open(kafka.context());
        }

        static Bench acknowledging() throws IOException {
            return new Bench(MockKafka.acknowledging(), 8);
        }

        static Bench silent(int places) throws IOException {
            return new Bench(MockKafka.silent(), places);
        }

        HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + collector.port() + path))
                    .timeout(Duration.ofSeconds(20));
        }

        Reply post(@Nullable String contentType, String body) throws Exception {
            return postAsync(contentType, body).get();
        }

        /** With an Idempotency-Key. */
        Reply post(String key, byte[] body, boolean packed) throws Exception {
            HttpRequest.Builder request =
                    request("/v1/telemetry").header("Content-Type", NDJSON).header("Idempotency-Key", key);
            return send((packed ? request.header("Content-Encoding", "gzip") : request)
                    .POST(BodyPublishers.ofByteArray(body)));
        }

        CompletableFuture<Reply> postAsync(String contentType, List<String> lines) {
            return postAsync(contentType, String.join("", lines));
        }

        CompletableFuture<Reply> postAsync(@Nullable String contentType, String body) {
            HttpRequest.Builder request = request("/v1/telemetry").POST(BodyPublishers.ofString(body));
            if (contentType != null && !contentType.isEmpty()) {
                request.header("Content-Type", contentType);
            }
            return client.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Bench::reply);
        }

        Reply get(String path) throws Exception {
            return send(request(path).GET());
        }

        Reply send(HttpRequest.Builder request) throws Exception {
            return reply(client.send(request.build(), BodyHandlers.ofString()));
        }

        void acknowledgeAll() {
            while (kafka.producer().completeNext()) {
                // one after the other
            }
        }

        List<String> ids() throws Exception {
            List<String> ids = new ArrayList<>();
            for (var record : kafka.events()) {
                ids.add(TelemetryJson.read(record.value()).id().value());
            }
            return ids;
        }

        private static Reply reply(HttpResponse<String> response) {
            try {
                assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
                return new Reply(response.statusCode(), new ObjectMapper().readTree(response.body()), response);
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        @Override
        public void close() {
            collector.close();
            kafka.close();
            client.close();
        }
    }
}
