package io.qorrelate.collectors.snmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fuzz;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.SourceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snmp4j.PDU;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.asn1.BEROutputStream;

/** Whatever comes, it is an event, a rejection or a refusal. */
class SnmpFuzzTest {
    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final Path MAPPINGS = Path.of("src/main/resources/io/qorrelate/collectors/mappings");

    @TempDir
    private Path folder;

    private ConfiguredSource source(String fields) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sources.yml"),
                "sources: [{id: a, link: a~b, node: n, target: 'udp://h', " + "credentials: {community: {env: C}}, "
                        + fields + "}]");
        return SourceFile.read(file, List.of(new SnmpPolling(), new SnmpTraps()))
                .entries()
                .getFirst()
                .configured();
    }

    private static List<byte[]> samples(String name) throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (String mapping : List.of("entity-sensor", "if-mib", "qkd-snmp", "snmpv2-mib", "ups-mib")) {
            Path sample = MAPPINGS.resolve(mapping).resolve(name);
            if (Files.exists(sample)) {
                samples.add(Files.readAllBytes(sample));
            }
        }
        return samples;
    }

    @Test
    void walks() throws Exception {
        ConfiguredSource agent =
                source("type: snmp, version: 2c, mappings: [entity-sensor, if-mib, qkd-snmp, ups-mib]");

        assertThat(Fuzz.run(samples("sample.txt"), input -> agent.read(input, INTAKE, MockKafka.NOW)))
                .isPositive();
    }

    @Test
    void traps() throws Exception {
        ConfiguredSource port =
                source("type: snmp-trap, allow_v2c: true, mappings: [if-mib, qkd-snmp, snmpv2-mib, ups-mib]");

        assertThat(Fuzz.run(samples("traps.txt"), input -> port.read(input, INTAKE, MockKafka.NOW)))
                .isPositive();
    }

    /** As an agent may send them: whatever type and content. */
    @Test
    void variables() throws Exception {
        List<byte[]> sound = new ArrayList<>();
        for (byte[] sample : samples("sample.txt")) {
            PDU pdu = new PDU();
            Walk.read(new String(sample, UTF_8)).getFirst().all().forEach(pdu::add);
            BEROutputStream bytes = new BEROutputStream(ByteBuffer.allocate(pdu.getBERLength()));
            pdu.encodeBER(bytes);
            sound.add(bytes.getBuffer().array());
        }
        Agent agent = (Agent) source("type: snmp, version: 2c, mappings: [entity-sensor, if-mib, qkd-snmp, ups-mib]");
        Memory memory = new Memory();
        assertThat(Fuzz.run(sound, input -> {
                    PDU pdu = new PDU();
                    try {
                        pdu.decodeBER(new BERInputStream(ByteBuffer.wrap(input)));
                    } catch (IOException | RuntimeException e) {
                        // The library's own reader of messages takes both for what it cannot read.
                        return;
                    }
                    Answers answers = new Answers();
                    pdu.getVariableBindings().forEach(answers::add);
                    var unused = agent.read(answers, memory, MockKafka.NOW, INTAKE);
                }))
                .isPositive();
    }

    /** What stands on a message before it is opened. */
    @Test
    void envelopes() throws Exception {
        byte[] trap = HexFormat.of()
                .parseHex("3081b5020103301102044d6b6c3c020300ffe3040103020103043d303b040980001f88040102030402010502"
                        + "0203e80403616d7304180102030405060708090a0b0c0d0e0f10111213141516171804080102030405060708"
                        + "045e" + "00".repeat(94));
        assertThat(Envelope.read(trap, trap.length).user()).isEqualTo("ams");
        assertThat(Fuzz.run(List.of(trap, new byte[] {0x30, 0x03, 0x02, 0x01, 0x01}), input -> {
                    try {
                        Envelope envelope = Envelope.read(input, input.length);
                        assertThat(envelope.engine()).isNotNull();
                        assertThat(envelope.user()).isNotNull();
                    } catch (IOException e) {
                        assertThat(e).hasMessageMatching("(?s).+");
                    }
                }))
                .isPositive();
    }
}
