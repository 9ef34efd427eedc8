package io.qorrelate.collectors.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other end is OpenTelemetry's own SDK with its exporters; what they would never send is sent by hand. */
class OtlpTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final String GOOD = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"link","value":{"stringValue":"ams-1~del-1"}}]},
            "scopeMetrics":[{"metrics":[{"name":"qkd_qber","gauge":{"dataPoints":[
            {"timeUnixNano":"1795428020000000000","asDouble":0.0213}]}}]}]}]}
            """;

    private static final int TOO_DEEP = 40;

    /** Of the other ends, on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path certificates;

    @TempDir
    private Path folder;

    private static Certificates authority;
    private static Certificates stranger;

    @BeforeAll
    static void certify() throws Exception {
        authority = new Certificates(certificates, "authority");
        authority.issue("collector", "-1d", 10);
        authority.issue("gateway", "-1d", 10);
        stranger = new Certificates(certificates, "stranger");
        stranger.issue("gateway", "-1d", 10);
    }

    /** A running source and the Kafka that it writes to. */
    private record Bench(MockKafka kafka, Sources sources, int port) implements AutoCloseable {
        /** Once each: an SDK that is closed sends what it has once more. */
        List<JsonNode> events() {
            return kafka.eventTexts().stream().distinct().map(OtlpTest::parse).toList();
        }

        double dropped(String reason) {
            var counter = kafka.registry()
                    .find("qorrelate.source.dropped")
                    .tag("reason", reason)
                    .counter();
            return counter == null ? 0 : counter.count();
        }

        @Override
        public void close() {
            sources.close();
            kafka.close();
        }
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Path sources(String scheme, int port, String more) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: telemetry
                    type: otlp
                    target: %s://127.0.0.1:%d
                    nodes: {qkd-ams-1: ams-1}
                    timeout: 30s
                """.formatted(scheme, port) + more.indent(4));
    }

    private Bench listen(MockKafka kafka, String scheme, String more) throws IOException {
        int port = freePort();
        Sources sources = new SourcesSettings(sources(scheme, port, more), List.of(new Otlp())).open(kafka.context());
        return new Bench(kafka, sources, port);
    }

    private Bench listen(String scheme) throws IOException {
        return listen(MockKafka.acknowledging(), scheme, "");
    }

    private String mutualTls() throws IOException {
        Files.writeString(folder.resolve("token"), "let-me-in\n");
        return """
                credentials:
                  certificate: {file: %s}
                  key: {file: %s}
                  trust: {file: %s}
                  token: {file: token}
                """.formatted(authority.certificate("collector"), authority.key("collector"), authority.authority());
    }

    /** A device whose clock stands where the test's does. */
    private static final Clock CLOCK = new Clock() {
        @Override
        public long now() {
            return TimeUnit.SECONDS.toNanos(MockKafka.NOW.getEpochSecond());
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    };

    private static final Resource DEVICE = Resource.create(Attributes.of(
            AttributeKey.stringKey("service.name"), "sshd", AttributeKey.stringKey("host.name"), "qkd-ams-1"));

    /** Measures once and sends it. */
    private static boolean measure(MetricExporter exporter) {
        try (SdkMeterProvider provider = SdkMeterProvider.builder()
                .setClock(CLOCK)
                .setResource(DEVICE)
                .registerMetricReader(PeriodicMetricReader.builder(exporter)
                        .setInterval(Duration.ofHours(1))
                        .build())
                .build()) {
            Meter meter = provider.get("device");
            Attributes east = Attributes.of(AttributeKey.stringKey("link"), "ams-1~del-1");
            meter.gaugeBuilder("qkd.qber").build().set(0.0213, east);
            meter.gaugeBuilder("qkd_loss_db").build().set(7.9, east);
            meter.upDownCounterBuilder("qkd.stored_keys").build().add(25_000, east);
            meter.counterBuilder("qkd.sifted_bits").build().add(41_200, east);
            meter.histogramBuilder("qkd.visibility").build().record(0.98, east);
            meter.counterBuilder("jvm.gc").build().add(1);
            return provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess();
        }
    }

    private static boolean log(LogRecordExporter exporter, String... lines) {
        try (SdkLoggerProvider provider = SdkLoggerProvider.builder()
                .setClock(CLOCK)
                .setResource(DEVICE)
                .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
                .build()) {
            for (String line : lines) {
                provider.get("auth")
                        .logRecordBuilder()
                        .setSeverity(Severity.WARN)
                        .setBody(line)
                        .emit();
            }
            return provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess();
        }
    }

    private static void assertMeasured(Bench bench) {
        assertThat(bench.events()).hasSize(2);
        JsonNode quality = bench.events().stream()
                .filter(event -> event.path("kind").asText().equals("link_quality"))
                .findFirst()
                .orElseThrow();
        assertThat(quality.path("time").asText()).isEqualTo("2026-11-23T10:00:30.000Z");
        assertThat(quality.path("link").asText()).isEqualTo("ams-1~del-1");
        assertThat(quality.path("qber").asDouble()).isEqualTo(0.0213);
        assertThat(quality.path("loss_db").asDouble()).isEqualTo(7.9);
        assertThat(quality.path("sifted_bits").asInt()).isEqualTo(41_200);
        assertThat(quality.has("visibility")).as("a distribution").isFalse();
        assertThat(bench.events())
                .anySatisfy(
                        event -> assertThat(event.path("stored_keys").asInt()).isEqualTo(25_000));
        assertThat(bench.kafka().deadLetters()).isEmpty();
        assertThat(bench.dropped("unfit_metric")).isPositive();
        assertThat(bench.dropped("no_pattern")).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "none"})
    void metricsOfTheSdkComeOverHttp(String compression) throws Exception {
        try (Bench bench = listen("http")) {
            assertThat(measure(OtlpHttpMetricExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("http://127.0.0.1:" + bench.port() + "/v1/metrics")
                            .setCompression(compression)
                            .setAggregationTemporalitySelector(AggregationTemporalitySelector.deltaPreferred())
                            .build()))
                    .isTrue();
            assertMeasured(bench);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "none"})
    void metricsOfTheSdkComeOverGrpc(String compression) throws Exception {
        try (Bench bench = listen("grpc")) {
            assertThat(measure(OtlpGrpcMetricExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("http://127.0.0.1:" + bench.port())
                            .setCompression(compression)
                            .setAggregationTemporalitySelector(AggregationTemporalitySelector.deltaPreferred())
                            .build()))
                    .isTrue();
            assertMeasured(bench);
        }
    }

    @Test
    void aTotalIsNoCountSinceTheLastEvent() throws Exception {
        try (Bench bench = listen("http")) {
            assertThat(measure(OtlpHttpMetricExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("http://127.0.0.1:" + bench.port() + "/v1/metrics")
                            .build()))
                    .isTrue();
            assertThat(bench.events())
                    .hasSize(2)
                    .noneSatisfy(event -> assertThat(event.has("sifted_bits")).isTrue());
            assertThat(bench.dropped("unfit_metric")).isPositive();
        }
    }

    @Test
    void overMutualTlsAndWithATokenBothProtocolsAreHeard() throws Exception {
        byte[] trusted = Files.readAllBytes(authority.authority());
        byte[] key = Files.readAllBytes(authority.key("gateway"));
        byte[] certificate = Files.readAllBytes(authority.certificate("gateway"));
        try (Bench bench = listen(MockKafka.acknowledging(), "grpcs", mutualTls())) {
            assertThat(measure(OtlpGrpcMetricExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("https://127.0.0.1:" + bench.port())
                            .setTrustedCertificates(trusted)
                            .setClientTls(key, certificate)
                            .addHeader("Authorization", "Bearer let-me-in")
                            .setAggregationTemporalitySelector(AggregationTemporalitySelector.deltaPreferred())
                            .build()))
                    .isTrue();
            assertMeasured(bench);
        }
        try (Bench bench = listen(MockKafka.acknowledging(), "https", mutualTls())) {
            assertThat(measure(OtlpHttpMetricExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("https://127.0.0.1:" + bench.port() + "/v1/metrics")
                            .setTrustedCertificates(trusted)
                            .setClientTls(key, certificate)
                            .addHeader("Authorization", "Bearer let-me-in")
                            .setAggregationTemporalitySelector(AggregationTemporalitySelector.deltaPreferred())
                            .build()))
                    .isTrue();
            assertMeasured(bench);
        }
    }

    @ParameterizedTest
    @CsvSource({"grpcs, wrong", "https, wrong", "grpcs, stranger", "https, stranger", "grpcs, none", "https, none"})
    void whoShowsNothingOfUseIsNotHeardAndIsToldOf(String scheme, String what) throws Exception {
        Certificates shown = what.equals("stranger") ? stranger : authority;
        byte[] trusted = Files.readAllBytes(authority.authority());
        byte[] key = Files.readAllBytes(shown.key("gateway"));
        byte[] certificate = Files.readAllBytes(shown.certificate("gateway"));
        String token = what.equals("wrong") ? "Bearer let-me-out" : "Bearer let-me-in";
        try (Bench bench = listen(MockKafka.acknowledging(), scheme, mutualTls())) {
            boolean sent;
            if (scheme.equals("grpcs")) {
                var builder = OtlpGrpcMetricExporter.builder()
                        .setTimeout(PATIENCE)
                        .setEndpoint("https://127.0.0.1:" + bench.port())
                        .setTrustedCertificates(trusted)
                        .setRetryPolicy(null)
                        .addHeader("Authorization", token);
                sent = measure(
                        what.equals("none")
                                ? builder.build()
                                : builder.setClientTls(key, certificate).build());
            } else {
                var builder = OtlpHttpMetricExporter.builder()
                        .setTimeout(PATIENCE)
                        .setEndpoint("https://127.0.0.1:" + bench.port() + "/v1/metrics")
                        .setTrustedCertificates(trusted)
                        .setRetryPolicy(null)
                        .addHeader("Authorization", token);
                sent = measure(
                        what.equals("none")
                                ? builder.build()
                                : builder.setClientTls(key, certificate).build());
            }
            assertThat(sent).isFalse();
            assertThat(bench.dropped("unauthorized") > 0).isEqualTo(what.equals("wrong"));
            assertThat(bench.dropped("no_handshake") > 0).isEqualTo(!what.equals("wrong"));
            double times = bench.dropped(what.equals("wrong") ? "unauthorized" : "no_handshake");
            // What is left to tell is told at the end; else it is in five seconds.
            bench.sources().close();
            assertThat(bench.events()).singleElement().satisfies(event -> {
                assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
                assertThat(event.path("plane").asText()).isEqualTo("management");
                // Java shows no certificate where it has none of the authority that is asked for.
                assertThat(event.path("reason").asText()).isEqualTo("bad_credentials");
                assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
                assertThat(event.path("principal").asText()).isEqualTo(what.equals("wrong") ? "CN=gateway" : "");
                assertThat(event.path("count").asDouble()).isEqualTo(times);
                assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
                assertThat(event.at("/labels/protocol").asText()).isEqualTo("otlp");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpcs"})
    void aCertificateOfAStrangersAuthorityIsToldOf(String scheme) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        try (Bench bench = listen(MockKafka.acknowledging(), scheme, mutualTls())) {
            Process client = new ProcessBuilder(
                            "/usr/bin/openssl",
                            "s_client",
                            "-alpn",
                            "h2",
                            "-connect",
                            "127.0.0.1:" + bench.port(),
                            "-cert",
                            stranger.certificate("gateway").toString(),
                            "-key",
                            stranger.key("gateway").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("openssl.log").toFile())
                    .start();
            try {
                await().until(() -> bench.dropped("no_handshake") == 1);
            } finally {
                client.destroy();
            }
            await().until(() -> bench.events().size() == 1);
            JsonNode event = bench.events().getFirst();
            assertThat(event.path("reason").asText()).isEqualTo("bad_certificate");
            assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
            assertThat(event.at("/labels/refused_by").asText()).isEqualTo("server");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "grpc"})
    void logsOfTheSdkAreReadByTheSamePatternsAsSyslog(String scheme) throws Exception {
        try (Bench bench = listen(scheme)) {
            LogRecordExporter exporter = scheme.equals("http")
                    ? OtlpHttpLogRecordExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("http://127.0.0.1:" + bench.port() + "/v1/logs")
                            .build()
                    : OtlpGrpcLogRecordExporter.builder()
                            .setTimeout(PATIENCE)
                            .setEndpoint("http://127.0.0.1:" + bench.port())
                            .build();
            assertThat(log(
                            exporter,
                            "Failed password for root from 198.51.100.7 port 41830 ssh2",
                            "Failed password for root from 198.51.100.7 port 41831 ssh2",
                            "Connection closed by 198.51.100.7 port 41830"))
                    .isTrue();
            await().until(() -> bench.events().size() == 2);
            JsonNode failure = bench.events().getFirst();
            assertThat(failure.path("kind").asText()).isEqualTo("auth_failure");
            assertThat(failure.path("node").asText()).isEqualTo("ams-1");
            assertThat(failure.path("principal").asText()).isEqualTo("root");
            assertThat(failure.path("origin").asText()).isEqualTo("198.51.100.7");
            assertThat(bench.events())
                    .extracting(event -> event.path("id").asText())
                    .doesNotHaveDuplicates();
            await().until(() -> bench.dropped("no_pattern") == 1);
        }
    }

    private static HttpResponse<byte[]> post(
            Bench bench, String path, String contentType, byte[] body, String... headers) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bench.port() + path))
                    .timeout(PATIENCE)
                    .header("Content-Type", contentType)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static HttpResponse<byte[]> post(Bench bench, String json) throws Exception {
        return post(bench, "/v1/metrics", "application/json; charset=utf-8", json.getBytes(UTF_8));
    }

    private static JsonNode body(HttpResponse<byte[]> response) {
        return parse(new String(response.body(), UTF_8));
    }

    @Test
    void aPointThatTheContractRefusesIsRejectedAloneAndSaidSo() throws Exception {
        try (Bench bench = listen("http")) {
            HttpResponse<byte[]> answer = post(bench, GOOD.replace("{\"timeUnixNano\"", """
                            {"timeUnixNano":"1795428010000000000","asDouble":2.13,
                             "attributes":[{"key":"detector","value":{"intValue":"1"}}]},
                            {"timeUnixNano\""""));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(body(answer).at("/partialSuccess/rejectedDataPoints").asText())
                    .isEqualTo("1");
            assertThat(body(answer).at("/partialSuccess/errorMessage").asText())
                    .isEqualTo("qber must be 0..1, was 2.13");
            assertThat(bench.events()).hasSize(1);
            var dead = bench.kafka().deadLetters().getFirst();
            assertThat(MockKafka.header(dead, DeadLetter.REASON)).isEqualTo("out_of_range");
            JsonNode letter = parse(MockKafka.text(dead.value()));
            assertThat(letter.at("/resourceMetrics/0/scopeMetrics/0/metrics/0/gauge/dataPoints"))
                    .hasSize(1);
            assertThat(letter.findPath("detector").isMissingNode()).isTrue();
            assertThat(letter.findValuesAsText("asDouble")).containsExactly("2.13");
        }
    }

    @Test
    void theSameRequestAgainIsTheSameEvents() throws Exception {
        try (Bench bench = listen("http")) {
            post(bench, GOOD);
            post(bench, "/v1/metrics", "application/x-protobuf", protobuf(GOOD));
            assertThat(bench.kafka().eventTexts()).hasSize(2);
            assertThat(bench.events()).hasSize(1);
        }
    }

    @Test
    void anAnswerIsInTheRequestsOwnEncoding() throws Exception {
        try (Bench bench = listen("http")) {
            HttpResponse<byte[]> good = post(bench, "/v1/metrics", "application/x-protobuf", protobuf(GOOD));
            assertThat(good.headers().firstValue("Content-Type")).contains("application/x-protobuf");
            assertThat(ExportMetricsServiceResponse.parseFrom(good.body()).hasPartialSuccess())
                    .isFalse();

            HttpResponse<byte[]> bad = post(bench, "/v1/metrics", "application/x-protobuf", new byte[] {0x0a, 0x7f});
            assertThat(bad.statusCode()).isEqualTo(400);
            assertThat(com.google.rpc.Status.parseFrom(bad.body()).getMessage()).startsWith("not protobuf: ");
        }
    }

    private static byte[] protobuf(String json) throws Encoding.Malformed {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        Encoding.JSON.read(json.getBytes(UTF_8), request);
        return request.build().toByteArray();
    }

    @Test
    void whileKafkaIsAwayOrFullASenderIsToldWhenToComeAgain() throws Exception {
        try (Bench http = listen("http");
                Bench grpc = listen("grpc")) {
            http.kafka().goAway();
            HttpResponse<byte[]> answer = post(http, GOOD);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
            assertThat(body(answer).path("message").asText()).isEqualTo("Kafka does not answer");
            http.kafka().comeBack();
            assertThat(post(http, GOOD).statusCode()).isEqualTo(200);

            grpc.kafka().goAway();
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> export(grpc, protobuf(GOOD)))
                    .satisfies(refused -> {
                        assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
                        RetryInfo retry = Objects.requireNonNull(StatusProto.fromThrowable(refused))
                                .getDetails(0)
                                .unpack(RetryInfo.class);
                        assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(5);
                    });
            grpc.kafka().comeBack();
            assertThat(export(grpc, protobuf(GOOD)).hasPartialSuccess()).isFalse();
        }
    }

    @Test
    void whoOpensCallsAndSaysNothingDoesNotKeepTheOthersOut() throws Exception {
        int port = freePort();
        Path file = sources("grpc", port, "");
        Files.writeString(file, Files.readString(file).replace("timeout: 30s", "timeout: 1s"));
        MockKafka kafka = MockKafka.acknowledging();
        ManagedChannel silent =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try (Bench bench =
                new Bench(kafka, new SourcesSettings(file, List.of(new Otlp())).open(kafka.context()), port)) {
            // A client that is to send one message alone begins when it has it.
            var method = MetricsServiceGrpc.getExportMethod().toBuilder()
                    .setType(io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING)
                    .build();
            List<io.grpc.Status> ended = new java.util.concurrent.CopyOnWriteArrayList<>();
            for (int i = 0; i < 8; i++) {
                var call = silent.newCall(method, io.grpc.CallOptions.DEFAULT);
                call.start(
                        new io.grpc.ClientCall.Listener<>() {
                            @Override
                            public void onClose(io.grpc.Status status, io.grpc.Metadata trailers) {
                                ended.add(status);
                            }
                        },
                        new io.grpc.Metadata());
                call.request(1);
            }
            await().untilAsserted(() -> assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> export(bench, protobuf(GOOD)))
                    .withMessageContaining("too many requests at a time"));
            await().atMost(PATIENCE).until(() -> ended.size() == 8);

            assertThat(ended)
                    .allSatisfy(
                            status -> assertThat(status.getCode()).isEqualTo(io.grpc.Status.Code.DEADLINE_EXCEEDED));
            assertThat(export(bench, protobuf(GOOD)).hasPartialSuccess()).isFalse();
        } finally {
            silent.shutdownNow();
        }
    }

    private static ExportMetricsServiceResponse export(Bench bench, byte[] body) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", bench.port())
                .usePlaintext()
                .build();
        try {
            return MetricsServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE)
                    .export(ExportMetricsServiceRequest.parseFrom(body));
        } finally {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "grpc"})
    void nothingIsAcknowledgedBeforeKafkaHasIt(String scheme) throws Exception {
        MockKafka silent = MockKafka.silent();
        try (Bench bench = listen(silent, scheme, "")) {
            var answered = new java.util.concurrent.CompletableFuture<String>();
            Thread.ofVirtual().start(() -> {
                try {
                    answered.complete(
                            scheme.equals("http")
                                    ? Integer.toString(post(bench, GOOD).statusCode())
                                    : export(bench, protobuf(GOOD)).toString());
                } catch (Exception e) {
                    answered.completeExceptionally(e);
                }
            });
            await().until(() -> silent.events().size() == 1);
            assertThat(answered).isNotDone();
            silent.producer().completeNext();
            assertThat(answered.get(60, TimeUnit.SECONDS)).isIn("200", "");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"resourceMetrics\":7}",
                "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"qkd_qber\",\"gauge\":{\"dataPoints\":[{\"asDouble\":\"much\"}]}}]}]}]}",
                "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"\u0000\",\"gauge\":[]}]}]}]}"
            })
    void whatIsNoRequestIsRefusedAndKept(String body) throws Exception {
        try (Bench bench = listen("http")) {
            HttpResponse<byte[]> answer = post(bench, body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(body(answer).path("message").asText()).startsWith("not JSON of OTLP: ");
            assertThat(bench.kafka().deadLetters())
                    .extracting(letter -> MockKafka.text(letter.value()))
                    .isEqualTo(body.isEmpty() ? List.of() : List.of(body));
            assertThat(post(bench, GOOD).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNoProtobufCostsItsOwnCallOnly() throws Exception {
        try (Bench bench = listen("grpc")) {
            byte[] cut = Arrays.copyOf(protobuf(GOOD), 40);
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> exportBytes(bench, null, cut))
                    .satisfies(refused ->
                            assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT));
            assertThat(exportBytes(bench, null, protobuf(GOOD))).isEmpty();
            assertThat(bench.kafka().deadLetters())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.value()).isEqualTo(cut));
            assertThat(bench.events()).hasSize(1);
        }
    }

    private static byte[] blanks(int length) {
        byte[] blanks = new byte[length];
        Arrays.fill(blanks, (byte) ' ');
        return blanks;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void tooManyPointsAtATimeAreRefused() throws Exception {
        try (Bench bench = listen("http")) {
            Gauge.Builder points = Gauge.newBuilder();
            for (int i = 0; i <= OtlpPort.MAX_ITEMS; i++) {
                points.addDataPoints(NumberDataPoint.getDefaultInstance());
            }
            byte[] many = request(points.build()).toByteArray();
            assertThat(post(bench, "/v1/metrics", "application/x-protobuf", many)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({"http, false", "http, true", "grpc, false", "grpc, true"})
    void whatIsTooLargeIsRefusedAndKeptWhole(String scheme, boolean packed) throws Exception {
        byte[] large = blanks(OtlpPort.MAX_BODY_BYTES + 1_000);
        try (Bench bench = listen(scheme)) {
            send(bench, scheme, packed, large);

            assertThat(bench.kafka().deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEqualTo(large);
                assertThat(MockKafka.header(letter, DeadLetter.REASON)).isEqualTo("too_large");
                assertThat(MockKafka.header(letter, TelemetryPublisher.TOTAL_BYTES))
                        .isNull();
            });
            assertThat(bench.events()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"http, false, 12582912", "http, true, 12582912", "grpc, true, 8388609"})
    void ofWhatIsFarTooLargeTheBeginningIsKeptAndHowMuchThereWas(String scheme, boolean packed, String totalBytes)
            throws Exception {
        byte[] large = blanks(12 << 20);
        try (Bench bench = listen(scheme)) {
            send(bench, scheme, packed, large);

            assertThat(bench.kafka().deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).hasSize(FragmentReader.MAX_HELD_BYTES);
                assertThat(MockKafka.header(letter, TelemetryPublisher.TOTAL_BYTES))
                        .isEqualTo(totalBytes);
            });
        }
    }

    /** gRPC ends such a call at the message's head. */
    @Test
    void ofWhatGrpcReadsNothingOfItIsKeptThatItCame() throws Exception {
        byte[] large = blanks(FragmentReader.MAX_HELD_BYTES + 1_000);
        try (Bench bench = listen("grpc")) {
            assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> exportBytes(bench, null, large));
            await().until(() -> !bench.kafka().deadLetters().isEmpty());

            assertThat(bench.kafka().deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEmpty();
                assertThat(MockKafka.header(letter, DeadLetter.REASON)).isEqualTo("too_large");
                assertThat(MockKafka.header(letter, TelemetryPublisher.TOTAL_BYTES))
                        .isEqualTo("8389608");
            });
            assertThat(exportBytes(bench, null, protobuf(GOOD))).isEmpty();
        }
    }

    /** Cut off, changed on its way, never gzip at all, or with more behind it. */
    @ParameterizedTest
    @CsvSource({
        "http, cut",
        "http, changed",
        "http, none",
        "http, more",
        "grpc, cut",
        "grpc, changed",
        "grpc, none",
        "grpc, more"
    })
    void aBodyOfUnsoundGzipIsKeptAsItWasSent(String scheme, String flaw) throws Exception {
        byte[] sound = gzip(protobuf(GOOD));
        byte[] sent = switch (flaw) {
            case "cut" -> Arrays.copyOf(sound, sound.length - 6);
            case "changed" -> {
                byte[] changed = sound.clone();
                changed[changed.length - 5] ^= 1;
                yield changed;
            }
            case "more" -> Arrays.copyOf(sound, sound.length + 3);
            default -> protobuf(GOOD);
        };
        try (Bench bench = listen(scheme)) {
            if (scheme.equals("grpc")) {
                assertThatExceptionOfType(StatusRuntimeException.class)
                        .isThrownBy(() -> exportBytes(bench, AS_IT_IS, sent))
                        .satisfies(refused -> assertThat(refused.getStatus().getCode())
                                .isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT));
            } else {
                HttpResponse<byte[]> answer =
                        post(bench, "/v1/metrics", "application/x-protobuf", sent, "Content-Encoding", "gzip");
                assertThat(answer.statusCode()).isEqualTo(400);
            }
            assertThat(bench.kafka().deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.value()).isEqualTo(sent);
                assertThat(MockKafka.header(letter, DeadLetter.DETAIL)).startsWith("the body is not sound gzip: ");
            });
            assertThat(bench.events()).isEmpty();
            assertThat(
                            scheme.equals("grpc")
                                    ? exportBytes(bench, GZIP, protobuf(GOOD)).length == 0
                                    : post(bench, GOOD).statusCode() == 200)
                    .isTrue();
        }
    }

    private static final io.grpc.Compressor GZIP = new io.grpc.Codec.Gzip();

    /** Says that it is gzip, and sends what it is given. */
    private static final io.grpc.Compressor AS_IT_IS = new io.grpc.Compressor() {
        @Override
        public String getMessageEncoding() {
            return "gzip";
        }

        @Override
        public java.io.OutputStream compress(java.io.OutputStream out) {
            return out;
        }
    };

    private static void send(Bench bench, String scheme, boolean packed, byte[] large) throws Exception {
        if (scheme.equals("grpc")) {
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> exportBytes(bench, packed ? GZIP : null, large))
                    .satisfies(refused -> assertThat(refused.getStatus().getCode())
                            .isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED));
        } else if (packed) {
            // A bomb: a few KiB that become as much.
            assertThat(post(bench, "/v1/metrics", "application/json", gzip(large), "Content-Encoding", "gzip")
                            .statusCode())
                    .isEqualTo(413);
        } else {
            assertThat(post(bench, "/v1/metrics", "application/json", large).statusCode())
                    .isEqualTo(413);
        }
    }

    /** Sends what need be no message. */
    private static byte[] exportBytes(Bench bench, io.grpc.@Nullable Compressor packer, byte[] body) {
        io.grpc.CompressorRegistry packers = io.grpc.CompressorRegistry.newEmptyInstance();
        if (packer != null) {
            packers.register(packer);
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", bench.port())
                .usePlaintext()
                .compressorRegistry(packers)
                .build();
        try {
            var method = io.grpc.MethodDescriptor.newBuilder(BYTES, BYTES)
                    .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MetricsServiceGrpc.getExportMethod().getFullMethodName())
                    .build();
            return io.grpc.stub.ClientCalls.blockingUnaryCall(
                    channel,
                    method,
                    packer == null ? io.grpc.CallOptions.DEFAULT : io.grpc.CallOptions.DEFAULT.withCompression("gzip"),
                    body);
        } finally {
            channel.shutdownNow();
        }
    }

    private static final io.grpc.MethodDescriptor.Marshaller<byte[]> BYTES =
            new io.grpc.MethodDescriptor.Marshaller<>() {
                @Override
                public java.io.InputStream stream(byte[] value) {
                    return new java.io.ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(java.io.InputStream stream) {
                    return new byte[0];
                }
            };

    private static ExportMetricsServiceRequest request(Gauge gauge) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(
                                        Metric.newBuilder().setName("qkd_qber").setGauge(gauge))))
                .build();
    }

    private static KeyValue attribute(String name, AnyValue value) {
        return KeyValue.newBuilder().setKey(name).setValue(value).build();
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    @Test
    void aPointWithTooManyOrTooDeepAttributesIsRejectedAlone() throws Exception {
        AnyValue deep = text("x");
        for (int level = 0; level < TOO_DEEP; level++) {
            deep = AnyValue.newBuilder()
                    .setArrayValue(ArrayValue.newBuilder().addValues(deep))
                    .build();
        }
        NumberDataPoint.Builder good =
                NumberDataPoint.newBuilder().setAsDouble(0.02).addAttributes(attribute("link", text("a~b")));
        NumberDataPoint.Builder many = good.clone();
        for (int i = 0; i < 200; i++) {
            many.addAttributes(attribute("a" + i, text("x")));
        }
        byte[] body = request(Gauge.newBuilder()
                        .addDataPoints(good)
                        .addDataPoints(good.clone().addAttributes(attribute("deep", deep)))
                        .addDataPoints(many)
                        .build())
                .toByteArray();
        try (Bench bench = listen("http")) {
            HttpResponse<byte[]> answer = post(bench, "/v1/metrics", "application/x-protobuf", body);
            var partial = ExportMetricsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
            assertThat(partial.getRejectedDataPoints()).isEqualTo(2);
            assertThat(partial.getErrorMessage())
                    .contains("nested deeper than 32")
                    .contains("201 attributes");
            assertThat(bench.events()).hasSize(1);
            assertThat(bench.kafka().deadLetters()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/traces, application/json, POST, 404",
        "/v1/metrics, application/json, GET, 405",
        "/v1/metrics, text/plain, POST, 415"
    })
    void whatIsAskedInAnotherWayIsAnsweredInWords(String path, String type, String method, int status)
            throws Exception {
        try (Bench bench = listen("http");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bench.port() + path))
                            .header("Content-Type", type)
                            .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(parse(answer.body()).path("message").asText()).isNotEmpty();
        }
    }

    private ConfiguredSource configured(String target, String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("one.yml"), "sources: [{id: a, type: otlp, target: '" + target + "'" + more + "}]");
        return SourceFile.read(file, List.of(new Otlp())).entries().getFirst().configured();
    }

    @Test
    void aPayloadShowsOfWhichSignalAndEncodingItIs() throws Exception {
        ConfiguredSource source = configured("http://127.0.0.1:0", ", node: ams-1");
        String logs = """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"sshd"}}]},
                "scopeLogs":[{"logRecords":[{"timeUnixNano":"1795428020000000000",
                "body":{"stringValue":"Failed password for root from 198.51.100.7 port 41830 ssh2"}}]}]}]}
                """;
        var records = io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.newBuilder();
        Encoding.JSON.read(logs.getBytes(UTF_8), records);
        for (byte[] payload : List.of(
                GOOD.getBytes(UTF_8),
                protobuf(GOOD),
                logs.getBytes(UTF_8),
                records.build().toByteArray())) {
            assertThat(source.read(payload, INTAKE, MockKafka.NOW))
                    .singleElement()
                    .isInstanceOf(Intake.Accepted.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "otlp://h:1||an otlp source listens: its target is http://HOST:PORT",
                "http://h||an otlp source listens",
                "https://127.0.0.1:1||who listens for TLS needs 'certificate' and 'key'",
                "grpc://127.0.0.1:1|, credentials: {token: {env: T}}|the target is then grpcs://HOST:PORT",
                "grpc://127.0.0.1:1|, mapping: x|unknown field 'mapping'",
                "grpc://127.0.0.1:1|, mappings: [qkd-metric]|did you mean 'qkd-metrics'?"
            })
    void aMistakeIsNamedWithTheWayOut(String target, String more, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> configured(target, more == null ? "" : more))
                .withMessageContaining(message)
                .withMessageContaining("one.yml:1:");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                MockKafka kafka = MockKafka.acknowledging()) {
            for (String scheme : List.of("http", "grpc")) {
                Path file = sources(scheme, taken.getLocalPort(), "");
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> new SourcesSettings(file, List.of(new Otlp())).open(kafka.context()))
                        .withMessageContaining("source telemetry cannot listen on " + scheme + "://127.0.0.1:");
            }
        }
    }

    /** Of many byte-order marks the library's reader would never come back. */
    @Test
    void byteOrderMarksAreBorneHoweverManyThereAre() throws Exception {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        byte[] many = ("\uFEFF".repeat(4_000) + GOOD).getBytes(UTF_8);

        assertTimeoutPreemptively(
                PATIENCE,
                () -> assertThatExceptionOfType(Encoding.Malformed.class)
                        .isThrownBy(() -> Encoding.JSON.read(many, request)));

        Encoding.JSON.read(("\uFEFF" + GOOD.replace("ams-1~del-1", "ams\uFEFF")).getBytes(UTF_8), request);
        assertThat(request.getResourceMetrics(0)
                        .getResource()
                        .getAttributes(0)
                        .getValue()
                        .getStringValue())
                .isEqualTo("ams\uFEFF");
    }
}
