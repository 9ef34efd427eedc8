package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Sources of nodes, and what they say. */
final class Nodes {
    static final String LINK = "c2a5b9d0-7e43-4b8e-a6f1-5d1f6a2b0201";
    static final String VIRTUAL_LINK = "c2a5b9d0-7e43-4b8e-a6f1-5d1f6a2b0202";

    private static final Path SAMPLE =
            Path.of("src/main/resources/io/qorrelate/collectors/mappings/etsi015/sample.json");

    private static final ObjectMapper JSON = new ObjectMapper();

    static final InstantSource CLOCK = InstantSource.fixed(MockKafka.NOW);

    static final EventIntake INTAKE = new EventIntake(CLOCK, EventIntake.DEFAULT_ALLOWED_SKEW);

    private Nodes() {}

    /** A sources file with one node. */
    static Path file(Path folder, String target, String more) {
        try {
            return Files.writeString(
                    folder.resolve("sources.yml"), """
                    sources:
                      - id: node-ams
                        type: etsi015
                        target: '%s'
                        node: ams-1
                        links: {%s: ams-1~del-1, %s: ams-1~lon-1}
                        interval: 1s
                        timeout: 10s
                    """.formatted(target, LINK, VIRTUAL_LINK) + more.indent(4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ConfiguredSource source(Path file) throws IOException {
        return SourceFile.read(file, List.of(new Etsi015()))
                .entries()
                .getFirst()
                .configured();
    }

    static Poll ask(Path file) throws Exception {
        return source(file).ask(INTAKE, CLOCK);
    }

    static byte[] sample() {
        try {
            return Files.readAllBytes(SAMPLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String resource(String name) {
        try (InputStream stream = Nodes.class.getResourceAsStream(name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode event(Intake intake) {
        assertThat(intake).isInstanceOf(Intake.Accepted.class);
        return json(((Intake.Accepted) intake).json());
    }

    static JsonNode json(byte[] text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<JsonNode> events(List<Intake> intakes) {
        return intakes.stream()
                .filter(Intake.Accepted.class::isInstance)
                .map(Nodes::event)
                .toList();
    }

    static List<Intake.Rejected> rejected(List<Intake> intakes) {
        return intakes.stream()
                .filter(Intake.Rejected.class::isInstance)
                .map(Intake.Rejected.class::cast)
                .toList();
    }
}
