package io.qorrelate.collectors.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SyslogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path LOGGER = Path.of("/usr/bin/logger");
    private static final String FAILED = "Failed password for root from 198.51.100.7 port 41830 ssh2";

    @TempDir
    private Path folder;

    /** A running source and the Kafka that it writes to. */
    private record Bench(MockKafka kafka, Sources sources, int port) implements AutoCloseable {
        List<JsonNode> events() {
            return kafka.eventTexts().stream().map(Bench::parse).toList();
        }

        private static JsonNode parse(String json) {
            try {
                return JSON.readTree(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        double dropped(String reason) {
            var counter = kafka.registry()
                    .find("qorrelate.source.dropped")
                    .tag("reason", reason)
                    .counter();
            return counter == null ? 0 : counter.count();
        }

        Socket connect() throws IOException {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }

        void send(String... datagrams) throws IOException {
            try (DatagramSocket socket = new DatagramSocket()) {
                for (String text : datagrams) {
                    byte[] bytes = text.getBytes(UTF_8);
                    socket.send(new DatagramPacket(
                            bytes, bytes.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                }
            }
        }

        void write(String text) throws IOException {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(text.getBytes(UTF_8));
            }
        }

        @Override
        public void close() {
            sources.close();
            kafka.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Path sources(String transport, int port, String more) throws IOException {
        return Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: machines
                    type: syslog
                    target: %s://127.0.0.1:%d
                    nodes: {qkd-ams-1: ams-1}
                    timeout: 1s
                """.formatted(transport, port) + more.indent(4));
    }

    private Bench listen(String transport, String more) throws IOException {
        return listen(MockKafka.acknowledging(), transport, more);
    }

    private Bench listen(MockKafka kafka, String transport, String more) throws IOException {
        int port = freePort();
        Sources sources =
                new SourcesSettings(sources(transport, port, more), List.of(new Syslog())).open(kafka.context());
        return new Bench(kafka, sources, port);
    }

    private static String sshd(String text) {
        return "<86>Nov 23 09:58:12 qkd-ams-1 sshd[818]: " + text;
    }

    /** The machine's own syslog client, with its own clock. */
    @ParameterizedTest
    @CsvSource({
        "udp, --udp --rfc5424",
        "udp, --udp --rfc3164",
        "tcp, --tcp --rfc5424",
        "tcp, --tcp --rfc3164",
        "tcp, --tcp --octet-count --rfc5424",
        "tcp, --tcp --octet-count --rfc3164"
    })
    void theMachinesLoggerIsUnderstood(String transport, String options) throws Exception {
        assumeTrue(Files.isExecutable(LOGGER), "logger is not installed");
        int port = freePort();
        InstantSource clock = InstantSource.system();
        try (MockKafka kafka = MockKafka.acknowledging();
                Sources sources = new SourcesSettings(sources(transport, port, ""), List.of(new Syslog()))
                        .open(new CollectorContext(
                                new EventIntake(clock, EventIntake.DEFAULT_ALLOWED_SKEW),
                                kafka.publisher(),
                                kafka.registry(),
                                clock))) {
            Bench bench = new Bench(kafka, sources, port);
            List<String> line = new ArrayList<>(List.of(LOGGER.toString(), "--server", "127.0.0.1"));
            line.addAll(List.of("--port", Integer.toString(port), "--tag", "sshd", "--id=818"));
            line.addAll(List.of("--priority", "authpriv.info"));
            line.addAll(List.of(options.split(" ", -1)));
            line.add(FAILED);
            ProcessBuilder logger = new ProcessBuilder(line).inheritIO();
            logger.environment().put("TZ", "UTC");
            assertThat(logger.start().waitFor()).isZero();

            await().until(() -> bench.events().size() == 1);
            JsonNode event = bench.events().getFirst();
            assertThat(event.path("principal").asText()).isEqualTo("root");
            assertThat(event.path("origin").asText()).isEqualTo("198.51.100.7");
            assertThat(event.path("node").asText()).isNotBlank().isNotEqualTo("127.0.0.1");
            assertThat(Instant.parse(event.path("time").asText()))
                    .isBetween(clock.instant().minusSeconds(60), clock.instant());
        }
    }

    @Test
    void aDatagramIsAMessage() throws Exception {
        try (Bench bench = listen("udp", "")) {
            bench.send(sshd(FAILED), sshd("Accepted publickey for operator"), sshd(FAILED.replace("root", "guest")));
            await().until(() -> bench.events().size() == 2);

            assertThat(bench.events())
                    .extracting(event -> event.path("principal").asText())
                    .containsExactly("root", "guest");
            JsonNode event = bench.events().getFirst();
            assertThat(event.path("node").asText()).isEqualTo("ams-1");
            assertThat(event.path("source").asText()).isEqualTo("qkd-ams-1");
            assertThat(bench.dropped("no_pattern")).isEqualTo(1);
            assertThat(bench.kafka().deadLetters()).isEmpty();
            assertThat(bench.kafka().count("qorrelate.source.events", "source", "machines"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aMachineThatNobodyPlacedStandsForItself() throws Exception {
        try (Bench bench = listen("udp", "")) {
            bench.send(sshd(FAILED).replace("qkd-ams-1", "qkd-xyz-9"), "<86>sshd[1]: " + FAILED);
            await().until(() -> bench.events().size() == 2);

            assertThat(bench.events())
                    .extracting(event -> event.path("node").asText())
                    .containsExactly("qkd-xyz-9", "127.0.0.1");
        }
    }

    @Test
    void equalFailuresOfOneSecondAreTwoEventsAndAReplayIsNone() throws Exception {
        try (Bench bench = listen("udp", "")) {
            bench.send(sshd(FAILED), sshd(FAILED).replace("818", "819"), sshd(FAILED));
            await().until(() -> bench.events().size() == 3);

            List<String> ids = bench.events().stream()
                    .map(event -> event.path("id").asText())
                    .toList();
            assertThat(ids.get(1)).isNotEqualTo(ids.get(0));
            assertThat(ids.get(2)).isEqualTo(ids.get(0));
        }
    }

    @Test
    void whatAPatternAsksForAndTheContractRefusesGoesToTheDeadLettersWhole() throws Exception {
        try (Bench bench = listen("tcp", "")) {
            String ahead = sshd(FAILED).replace("Nov 23 09:58:12", "Nov 23 12:58:12");
            String noLink = "<134>Nov 23 10:00:24 qkd-ams-1 qkdd[5]: timing calibration failed";
            bench.write(ahead + "\n" + noLink + "\n");
            await().until(() -> bench.kafka().deadLetters().size() == 2);

            assertThat(bench.kafka().deadLetters())
                    .extracting(record -> MockKafka.text(record.value()))
                    .containsExactly(ahead, noLink);
            assertThat(bench.kafka().deadLetters())
                    .extracting(record -> MockKafka.header(record, DeadLetter.REASON))
                    .containsExactly("future_time", "missing_field");
            assertThat(MockKafka.header(bench.kafka().deadLetters().getFirst(), DeadLetter.SOURCE))
                    .isEqualTo("machines");
        }
    }

    @Test
    void linesOfAnyLengthCostNoMoreThanIsKeptOfThem() throws Exception {
        try (Bench bench = listen("tcp", "");
                Socket socket = bench.connect()) {
            OutputStream out = socket.getOutputStream();
            byte[] block = "x".repeat(1 << 20).getBytes(UTF_8);
            out.write(sshd("").getBytes(UTF_8));
            for (int i = 0; i < 200; i++) {
                out.write(block);
            }
            out.write(("\n" + sshd(FAILED) + "\n").getBytes(UTF_8));
            out.write(("900000000 " + sshd(FAILED)).getBytes(UTF_8));
            await().until(() -> bench.events().size() == 1);

            assertThat(bench.dropped("end_of_long_message")).isEqualTo(1);
        }
    }

    @Test
    void aStreamThatCannotBeCutIsClosedAndTheOthersGoOn() throws Exception {
        try (Bench bench = listen("tcp", "");
                Socket good = bench.connect();
                Socket bad = bench.connect()) {
            bad.getOutputStream().write("123456789012 x".getBytes(UTF_8));
            assertThat(bad.getInputStream().read()).isEqualTo(-1);
            good.getOutputStream().write((sshd(FAILED) + "\n").getBytes(UTF_8));
            await().until(() -> bench.events().size() == 1);

            assertThat(bench.dropped("bad_frame")).isEqualTo(1);
            await().until(() -> bench.kafka().deadLetters().size() == 1);
            ProducerRecord<byte[], byte[]> letter = bench.kafka().deadLetters().getFirst();
            assertThat(MockKafka.text(letter.value())).isEqualTo("123456789012 x");
            assertThat(MockKafka.header(letter, DeadLetter.DETAIL))
                    .isEqualTo("not cut into messages by RFC 6587: a message's length has more than 9 digits");
        }
    }

    @Test
    void aLongMessageThatIsRefusedLeavesItsBeginningAndItsLength() throws Exception {
        try (Bench bench = listen("tcp", "")) {
            String begun = "<134>Nov 23 10:00:24 qkd-ams-1 qkdd[5]: timing calibration failed ";
            bench.write(begun + "x".repeat(1 << 20) + "\n");
            await().until(() -> bench.kafka().deadLetters().size() == 1);

            ProducerRecord<byte[], byte[]> letter = bench.kafka().deadLetters().getFirst();
            assertThat(MockKafka.text(letter.value())).startsWith(begun).hasSize(SyslogPort.MAX_MESSAGE_BYTES);
            assertThat(MockKafka.header(letter, TelemetryPublisher.TOTAL_BYTES))
                    .isEqualTo(Integer.toString(begun.length() + (1 << 20)));
        }
    }

    private static String failures(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(sshd(FAILED.replace("root", "user-" + i))).append('\n');
        }
        return lines.toString();
    }

    /** Acknowledges so slowly that a thousand messages take a minute, and yet Kafka never seems to stand still. */
    private static Thread acknowledgingSlowly(MockKafka kafka) {
        return Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    kafka.producer().completeNext();
                    Thread.sleep(60);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void whatIsOnItsWayToKafkaDoesNotKeepTheNextFromBeingRead() throws Exception {
        int messages = 4_500;
        MockKafka kafka = MockKafka.silent();
        try (Bench bench = listen(kafka, "tcp", "")) {
            Thread slow = acknowledgingSlowly(kafka);
            bench.write(failures(messages));
            await().until(() -> kafka.events().size() == messages);
            assertThat(bench.kafka().count("qorrelate.source.events", "source", "machines"))
                    .isZero();
            slow.interrupt();
            slow.join();

            await().until(() -> acknowledgedOf(bench) == messages);
            assertThat(bench.events())
                    .as("in their order")
                    .extracting(SyslogTest::number)
                    .isSorted();
        }
    }

    @Test
    void whatKafkaDidNotTakeIsSentAgainAndNothingElse() throws Exception {
        int messages = 2_500;
        MockKafka kafka = MockKafka.silent();
        try (Bench bench = listen(kafka, "tcp", "")) {
            Thread slow = acknowledgingSlowly(kafka);
            bench.write(failures(messages));
            await().until(() -> kafka.events().size() == messages);
            slow.interrupt();
            slow.join();

            assertThat(kafka.producer().errorNext(new NotEnoughReplicasException("one is away")))
                    .isTrue();
            await().until(() -> acknowledgedOf(bench) == messages);
            List<Integer> sent = bench.events().stream().map(SyslogTest::number).toList();
            assertThat(sent).hasSizeBetween(messages + 1, messages + 1_000);
            assertThat(sent.subList(messages, sent.size()))
                    .as("some thousand at most, from the first on")
                    .contains(0);
            assertThat(sent.stream().distinct().count()).isEqualTo(messages);
        }
    }

    /** Acknowledges all that Kafka has been given, and says what is known to have arrived. */
    private static int acknowledgedOf(Bench bench) {
        while (bench.kafka().producer().completeNext()) {
            // the next
        }
        return (int) bench.kafka().count("qorrelate.source.events", "source", "machines");
    }

    private static int number(JsonNode event) {
        return Integer.parseInt(event.path("principal").asText().substring("user-".length()));
    }

    @Test
    void whileKafkaIsAwaySendersOverTcpWaitAndNothingIsLost() throws Exception {
        try (Bench bench = listen("tcp", "")) {
            bench.kafka().goAway();
            int messages = 20_000;
            String filler = " ".repeat(2_500);
            Thread sender = Thread.ofVirtual().start(() -> {
                try (Socket socket = bench.connect()) {
                    for (int i = 0; i < messages; i++) {
                        String line = sshd(FAILED + filler).replace("818", Integer.toString(i)) + "\n";
                        socket.getOutputStream().write(line.getBytes(UTF_8));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // 50 MB do not fit into the inbox and into the buffers that a kernel gives both sockets.
            assertThat(sender.join(Duration.ofSeconds(2))).isFalse();
            assertThat(bench.events()).isEmpty();

            bench.kafka().comeBack();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> bench.kafka().events().size() == messages);
        }
    }

    @Test
    void whileKafkaIsAwayDatagramsBeyondTheInboxAreDroppedAndCounted() throws Exception {
        try (Bench bench = listen("udp", "")) {
            bench.kafka().goAway();
            String[] datagrams = new String[2_000];
            for (int i = 0; i < datagrams.length; i++) {
                datagrams[i] = sshd(FAILED + " ".repeat(8_000)).replace("818", Integer.toString(i));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                bench.send(datagrams);
                return bench.dropped("no_room") > 0;
            });
            bench.kafka().comeBack();
            await().until(() -> bench.events().size() >= 900);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "monitor,,",
        "stranger, bad_certificate, server",
        "expired, expired_certificate, server",
        "nobody, bad_credentials, server",
        "doubter, bad_certificate, client"
    })
    void overTlsOnlyThoseAreHeardWhomTheAuthorityKnowsAndOfTheOthersIsTold(String who, String reason, String refusedBy)
            throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Certificates ours = new Certificates(folder, "operator");
        ours.issue("collector", "-1d", 10);
        Certificates others = new Certificates(folder, "others");
        Certificates theirs = who.equals("stranger") ? others : ours;
        theirs.issue(who, "-5d", who.equals("expired") ? 1 : 30);
        String credentials = """
                credentials:
                  certificate: {file: %s}
                  key: {file: %s}
                  trust: {file: %s}
                """.formatted(ours.certificate("collector"), ours.key("collector"), ours.authority());
        try (Bench bench = listen("tls", credentials)) {
            Process client = openssl(
                    bench.port(),
                    who.equals("nobody") ? null : theirs.certificate(who),
                    theirs.key(who),
                    (who.equals("doubter") ? others : ours).authority());
            try (OutputStream in = client.getOutputStream()) {
                String message = sshd(FAILED);
                // RFC 5425 counts.
                in.write((message.length() + " " + message).getBytes(UTF_8));
                in.flush();
                if (reason == null) {
                    await().until(() -> bench.events().size() == 1);
                    assertThat(bench.events().getFirst().path("principal").asText())
                            .isEqualTo("root");
                } else {
                    await().until(() -> bench.dropped("no_handshake") == 1);
                }
            } catch (IOException e) {
                // It ends when it is refused.
                assertThat(reason).as(String.valueOf(e)).isNotNull();
            } finally {
                client.destroy();
            }
            // Who connects and says nothing does not keep the others out, and is nobody who failed to prove who he is.
            try (Socket mute = bench.connect()) {
                assertThat(mute.getInputStream().read()).isEqualTo(-1);
            }
            if (reason != null) {
                await().until(() -> bench.events().size() == 1);
                JsonNode event = bench.events().getFirst();
                assertThat(event.path("kind").asText()).isEqualTo("auth_failure");
                assertThat(event.path("plane").asText()).isEqualTo("management");
                assertThat(event.path("reason").asText()).isEqualTo(reason);
                assertThat(event.path("origin").asText()).isEqualTo("127.0.0.1");
                assertThat(event.path("node").asText()).isEqualTo("machines");
                assertThat(event.path("principal").asText())
                        .isEqualTo(refusedBy.equals("client") ? "CN=collector" : "");
                assertThat(event.at("/labels/refused_by").asText()).isEqualTo(refusedBy);
                assertThat(event.at("/labels/protocol").asText()).isEqualTo("syslog");
            }
        }
    }

    private Process openssl(int port, @Nullable Path certificate, Path key, Path authority) throws IOException {
        List<String> line = new ArrayList<>(List.of("/usr/bin/openssl", "s_client", "-quiet"));
        line.addAll(List.of("-connect", "127.0.0.1:" + port));
        line.addAll(List.of("-CAfile", authority.toString(), "-verify_return_error"));
        if (certificate != null) {
            line.addAll(List.of("-cert", certificate.toString(), "-key", key.toString()));
        }
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (Bench bench = listen("tcp", "")) {
            Path again = sources("tcp", bench.port(), "");
            try (MockKafka kafka = MockKafka.acknowledging()) {
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> new SourcesSettings(again, List.of(new Syslog())).open(kafka.context()))
                        .withMessageStartingWith(
                                "source machines cannot listen on tcp://127.0.0.1:" + bench.port() + ": ");
            }
        }
    }

    @Test
    void aPatternThatWouldTakeForeverInOtherEnginesTakesNoTime() throws Exception {
        Files.writeString(folder.resolve("mine.yml"), """
                format: syslog
                patterns:
                  - message: '^(a+)+$'
                    event: {kind: auth_failure, principal: x}
                """);
        try (Bench bench = listen("udp", "mappings: [./mine.yml]")) {
            long begin = System.nanoTime();
            bench.send("<13>" + "a".repeat(30_000) + "!", "<13>aaaa");
            await().until(() -> bench.events().size() == 1);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
    }

    static Stream<String[]> mistakes() {
        return Stream.of(
                new String[] {"target: http://h:514", "a syslog source listens: its target is udp://HOST:PORT"},
                new String[] {"target: udp://h", "a syslog source listens: its target is udp://HOST:PORT"},
                new String[] {"target: tls://h:6514", "who listens for TLS needs 'certificate' and 'key'"},
                new String[] {"target: udp://h:514\n    zone: Amsterdam", "'Amsterdam' is no time zone; one is such as"
                },
                new String[] {
                    "target: udp://h:514\n    mappings: [sshdd]", "there is no mapping 'sshdd'; did you mean 'sshd'?"
                },
                new String[] {"target: udp://h:514\n    mappings: [etsi014]", "expected a mapping of format syslog"},
                new String[] {
                    "target: udp://h:514\n    credentials: {key: {env: K}}",
                    "credentials are for TLS: the target is then tls://HOST:PORT"
                });
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedWithTheWayOut(String fields, String message) throws Exception {
        Path file = Files.writeString(
                folder.resolve("wrong.yml"), "sources:\n  - id: a\n    type: syslog\n    " + fields + "\n");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Syslog())))
                .withMessageContaining(message);
    }

    static Stream<Arguments> mistakesInPatterns() {
        return Stream.of(
                Arguments.of("(x", "not a pattern of RE2: "),
                Arguments.of("(?P<user>x)", "the pattern has no group 'usr'; did you mean 'user'?"),
                // To make it would take gigabytes.
                Arguments.of("x".repeat(50_000), "a pattern has at most 4096 characters, this one has 50000"));
    }

    @ParameterizedTest
    @MethodSource("mistakesInPatterns")
    void aMistakeInAPatternIsNamedToo(String pattern, String message) throws Exception {
        Files.writeString(folder.resolve("mine.yml"), """
                format: syslog
                patterns:
                  - message: '%s'
                    event: {kind: auth_failure, principal: '${usr}'}
                """.formatted(pattern));
        Path file = sources("udp", 0, "mappings: [./mine.yml]");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> SourceFile.read(file, List.of(new Syslog())))
                .withMessageMatching("(?s).*mine.yml:[34]:.*")
                .withMessageContaining(message);
    }
}
