package io.qorrelate.collectors.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.snmp4j.PDU;
import org.snmp4j.asn1.BER;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;

/** Whatever comes, it is an event, a rejection or a refusal. */
class SnmpFuzzTest {
    /** A trap of a user, with a digest that is nobody's. */
    private static final byte[] FORGED = HexFormat.of()
            .parseHex("3081b5020103301102044d6b6c3c020300ffe3040103020103043d303b040980001f88040102030402010502"
                    + "0203e80403616d7304180102030405060708090a0b0c0d0e0f10111213141516171804080102030405060708"
                    + "045e" + "00".repeat(94));

    /** None of SNMP's, by which the test knows that what was sent before it is done with. */
    private static final byte[] MARK = "and that was it".getBytes(UTF_8);

    @TempDir
    private Path folder;

    private ConfiguredSource source(String fields) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sources.yml"),
                "sources: [{id: a, link: a~b, node: n, credentials: {community: {file: community}}, " + fields + "}]");
        return SourceFile.read(file, List.of(new SnmpPolling(), new SnmpTraps()))
                .entries()
                .getFirst()
                .configured();
    }

    private Agent agent() throws IOException {
        return (Agent) source(
                "type: snmp, target: 'udp://h', version: 2c, mappings: [entity-sensor, if-mib, qkd-snmp, ups-mib]");
    }

    private TrapPort port(String more) throws IOException {
        return (TrapPort)
                source("type: snmp-trap, target: 'udp://127.0.0.1:0', allow_v2c: true, mappings: [if-mib, qkd-snmp,"
                        + " snmpv2-mib, ups-mib]" + more);
    }

    private static List<byte[]> walks() throws IOException {
        List<byte[]> walks = new ArrayList<>(Fuzzed.samples("sample.txt"));
        // The others are of Prometheus.
        walks.removeIf(sample -> !new String(sample, UTF_8).startsWith("."));
        assertThat(walks).isNotEmpty();
        return walks;
    }

    @Test
    void walksAndTrapsAsText() throws Exception {
        List<byte[]> sound = new ArrayList<>(walks());
        sound.addAll(Fuzzed.samples("traps.txt"));
        Agent agent = agent();
        TrapPort port = port("");
        Fuzz.survive("SNMP, as text", sound, input -> {
            Fuzzed.read(agent, input);
            Fuzzed.read(port, input);
        });
    }

    private static byte[] encoded(PDU pdu) throws IOException {
        BEROutputStream bytes = new BEROutputStream(ByteBuffer.allocate(pdu.getBERLength()));
        pdu.encodeBER(bytes);
        return bytes.getBuffer().array();
    }

    /** As an agent may send them: whatever type and content. */
    @Test
    void variables() throws Exception {
        List<byte[]> sound = new ArrayList<>();
        for (byte[] sample : walks()) {
            PDU pdu = new PDU();
            Walk.read(new String(sample, UTF_8)).getFirst().all().forEach(pdu::add);
            sound.add(encoded(pdu));
        }
        Agent agent = agent();
        Memory memory = new Memory();
        Fuzz.survive("SNMP variables of an agent", sound, input -> {
            PDU pdu = new PDU();
            try {
                pdu.decodeBER(new BERInputStream(ByteBuffer.wrap(input)));
            } catch (IOException | RuntimeException e) {
                // The library's own reader of messages takes both for what it cannot read.
                return;
            }
            Answers answers = new Answers();
            pdu.getVariableBindings().forEach(answers::add);
            Fuzzed.check(
                    agent.read(answers, memory, MockKafka.NOW, Fuzzed.INTAKE).intakes());
        });
    }

    /** What stands on a message before it is opened. */
    @Test
    void envelopes() throws Exception {
        assertThat(Envelope.read(FORGED, FORGED.length).user()).isEqualTo("ams");
        Fuzz.survive("SNMP envelopes", List.of(FORGED, new byte[] {0x30, 0x03, 0x02, 0x01, 0x01}), input -> {
            try {
                Envelope envelope = Envelope.read(input, input.length);
                assertThat(envelope.engine()).isNotNull();
                assertThat(envelope.user()).isNotNull();
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        });
    }

    /** A trap of version 2c. */
    private static byte[] trap(byte[] walk) throws IOException, Walk.Malformed {
        PDU pdu = new PDU();
        pdu.setType(PDU.TRAP);
        Walk.read(new String(walk, UTF_8)).getFirst().all().forEach(pdu::add);
        OctetString community = new OctetString("plain-text");
        int length = new Integer32(1).getBERLength() + community.getBERLength() + pdu.getBERLength();
        BEROutputStream bytes = new BEROutputStream(ByteBuffer.allocate(length + 4));
        BER.encodeHeader(bytes, BER.SEQUENCE, length);
        new Integer32(1).encodeBER(bytes);
        community.encodeBER(bytes);
        pdu.encodeBER(bytes);
        return Arrays.copyOf(bytes.getBuffer().array(), bytes.getBuffer().position());
    }

    /** Over the wire: messages of version 3 that anybody may forge, and of version 2c by who knows the community. */
    @Test
    void messages() throws Exception {
        Files.writeString(folder.resolve("community"), "plain-text");
        Files.writeString(folder.resolve("password"), "a-password\n");
        List<byte[]> sound = new ArrayList<>(List.of(FORGED));
        for (byte[] traps : Fuzzed.samples("traps.txt")) {
            sound.add(trap(traps));
        }
        TrapPort port = port(", users: [{user: ams, auth: sha256, priv: aes128, auth_password: {file: password},"
                + " priv_password: {file: password}}]");
        Heard heard = new Heard(port);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(TrapListener.class);
        log.start();
        logger.addAppender(log);
        try (TrapListener listener = new TrapListener(port, heard, InstantSource.fixed(MockKafka.NOW));
                DatagramSocket socket = new DatagramSocket()) {
            Fuzz.survive("SNMP messages", sound, input -> {
                // No datagram is longer.
                byte[] message = Arrays.copyOf(input, Math.min(input.length, 65_000));
                for (byte[] each : List.of(message, MARK)) {
                    socket.send(
                            new DatagramPacket(each, each.length, InetAddress.getLoopbackAddress(), listener.port()));
                }
                heard.awaitMark();
                assertThat(log.list)
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .isEmpty();
            });
        } finally {
            logger.detachAppender(log);
        }
        assertThat(heard.let.get()).as("traps let in").isPositive();
    }

    private static final class Heard implements TrapListener.Ears {
        private final TrapPort port;
        private final BlockingQueue<byte[]> marks = new LinkedBlockingQueue<>();
        private final AtomicInteger let = new AtomicInteger();

        Heard(TrapPort port) {
            this.port = port;
        }

        void awaitMark() throws InterruptedException {
            // A datagram may be lost where the machine is busy; not many are, one after the other.
            assertThat(marks.poll(30, TimeUnit.SECONDS)).as("the mark").isNotNull();
        }

        @Override
        public void let(Notice notice) {
            let.incrementAndGet();
            var found = port.read(notice, Fuzzed.INTAKE);
            if (found != null) {
                Fuzzed.check(found);
            }
        }

        @Override
        public void refuse(Refusal refusal, String peer, @Nullable String principal, String detail) {
            assertThat(detail).isNotBlank();
        }

        @Override
        public void reject(byte[] message, String peer, String detail) {
            if (Arrays.equals(message, MARK)) {
                marks.add(message);
            }
        }

        @Override
        public void drop(String reason) {
            assertThat(reason).isNotBlank();
        }
    }
}
