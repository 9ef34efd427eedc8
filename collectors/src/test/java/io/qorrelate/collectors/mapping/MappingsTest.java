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
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.prometheus.Prometheus;
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
        Defaults defaults = new Defaults(MockKafka.NOW, "ams-1~del-1", "ams-1", "sample");
        return switch (mapping.required("format").text()) {
            case JsonMapping.FORMAT ->
                JsonMapping.parse(mapping).read(Files.readAllBytes(folder.resolve("sample.json")), defaults, INTAKE);
            case "syslog" ->
                said(
                        "type: syslog, target: 'udp://127.0.0.1:0', mappings: [" + name + "]",
                        folder.resolve("sample.log"));
            case "prometheus" ->
                said(
                        "type: prometheus, target: 'http://127.0.0.1:9/metrics', mapping: " + name,
                        folder.resolve("sample.txt"));
            case "csv" ->
                said(
                        "type: file, target: /var/log/sample.csv, mapping: " + name + ", links: {east: ams-1~del-1}",
                        folder.resolve("sample.csv"));
            default -> throw new IllegalStateException("no test reads this format");
        };
    }

    private List<Intake> said(String source, Path sample) throws IOException {
        Path sources = Files.writeString(
                temporary.resolve("sources.yml"),
                "sources: [{id: sample, link: ams-1~del-1, node: ams-1, " + source + "}]");
        return SourceFile.read(sources, List.of(new Syslog(), new Prometheus(), new TailedFile()))
                .entries()
                .getFirst()
                .configured()
                .read(Files.readAllBytes(sample), INTAKE, MockKafka.NOW);
    }
}
