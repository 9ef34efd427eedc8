package io.qorrelate.collectors.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.etsi015.Etsi015;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.gnmi.Gnmi;
import io.qorrelate.collectors.otlp.Otlp;
import io.qorrelate.collectors.prometheus.Prometheus;
import io.qorrelate.collectors.snmp.SnmpPolling;
import io.qorrelate.collectors.snmp.SnmpTraps;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.syslog.Syslog;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mapping beside the events that its sample gives. */
class MappingsTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/qorrelate/collectors/mappings");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    @TempDir
    private Path temporary;

    static List<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theIndexNamesEveryFolder() throws IOException {
        assertThat(Mappings.names()).isEqualTo(folders());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void theSampleGivesTheExpectedEvents(String name) throws IOException {
        Path folder = FOLDER.resolve(name);
        List<JsonNode> expected = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("expected.ndjson"))) {
            expected.add(JSON.readTree(line));
        }
        List<JsonNode> events = new ArrayList<>();
        for (Intake intake : read(name, folder)) {
            switch (intake) {
                case Intake.Accepted accepted -> {
                    ObjectNode event = (ObjectNode) JSON.readTree(accepted.json());
                    event.remove("id");
                    events.add(event);
                }
                case Intake.Rejected rejected -> fail(rejected.detail() + ": " + new String(rejected.raw(), UTF_8));
            }
        }

        assertThat(events).isEqualTo(expected);
    }

    private List<Intake> read(String name, Path folder) throws IOException {
        YamlValue mapping = Mappings.read(name);
        if (Files.exists(folder.resolve("sample.otlp.json"))) {
            return said(
                    "type: otlp, target: 'http://127.0.0.1:0', mappings: [" + name + "]",
                    folder.resolve("sample.otlp.json"));
        }
        Defaults defaults = new Defaults(MockKafka.NOW, "ams-1~del-1", "ams-1", "sample");
        return switch (mapping.required("format").text()) {
            case JsonMapping.FORMAT ->
                JsonMapping.parse(mapping).read(Files.readAllBytes(folder.resolve("sample.json")), defaults, INTAKE);
            case "syslog" ->
                said(
                        "type: syslog, target: 'udp://127.0.0.1:0', mappings: [" + name + "]",
                        folder.resolve("sample.log"));
            case "etsi015" ->
                said(
                        "type: etsi015, target: 'https://127.0.0.1:9', mapping: " + name
                                + ", links: {c2a5b9d0-7e43-4b8e-a6f1-5d1f6a2b0201: ams-1~del-1,"
                                + " c2a5b9d0-7e43-4b8e-a6f1-5d1f6a2b0202: ams-1~lon-1}",
                        folder.resolve("sample.json"));
            case "prometheus" ->
                said(
                        "type: prometheus, target: 'http://127.0.0.1:9/metrics', mapping: " + name,
                        folder.resolve("sample.txt"));
            case "snmp" -> snmp(name, folder);
            case "gnmi" ->
                said(
                        "type: gnmi, target: 'grpc://127.0.0.1:9', mappings: [" + name + "]",
                        folder.resolve("sample.gnmi.ndjson"));
            case "csv" ->
                said(
                        "type: file, target: /var/log/sample.csv, mapping: " + name + ", links: {east: ams-1~del-1}",
                        folder.resolve("sample.csv"));
            default -> throw new IllegalStateException("no test reads this format");
        };
    }

    /** A mapping of SNMP may be of walks, of traps, or of both; rows called east and port-east are the sample's link. */
    private List<Intake> snmp(String name, Path folder) throws IOException {
        String common =
                "target: 'udp://127.0.0.1:9', mappings: " + name + ", credentials: {community: {env: NONE}}, links: "
                        + "{east: ams-1~del-1, port-east: ams-1~del-1, port-west: ams-1~rtm-1, '2': ams-1~del-1, "
                        + "xcvr 1 Rx power: ams-1~del-1, Te0/1 Receive Power Sensor: ams-1~rtm-1, "
                        + "SPAD 0 temperature: ams-1~del-1, SPAD 1 temperature: ams-1~del-1, Laser temperature: ams-1~del-1}";
        List<Intake> intakes = new ArrayList<>();
        if (Files.exists(folder.resolve("sample.txt"))) {
            intakes.addAll(unplaced("type: snmp, version: 2c, " + common, folder.resolve("sample.txt")));
        }
        if (Files.exists(folder.resolve("traps.txt"))) {
            intakes.addAll(unplaced("type: snmp-trap, allow_v2c: true, " + common, folder.resolve("traps.txt")));
        }
        return intakes;
    }

    private List<Intake> said(String source, Path sample) throws IOException {
        return unplaced("link: ams-1~del-1, " + source, sample);
    }

    private List<Intake> unplaced(String source, Path sample) throws IOException {
        Path sources = Files.writeString(
                temporary.resolve("sources.yml"), "sources: [{id: sample, node: ams-1, " + source + "}]");
        return SourceFile.read(
                        sources,
                        List.of(
                                new Syslog(),
                                new Prometheus(),
                                new Otlp(),
                                new Gnmi(),
                                new Etsi015(),
                                new TailedFile(),
                                new SnmpPolling(),
                                new SnmpTraps()))
                .entries()
                .getFirst()
                .configured()
                .read(Files.readAllBytes(sample), INTAKE, MockKafka.NOW);
    }
}
