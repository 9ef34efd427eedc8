package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** What fuzzers of collectors begin with, and what has to be true of whatever comes of an input. */
public final class Fuzzed {
    public static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private Fuzzed() {}

    /** The samples of that name that lie beside the mappings. */
    public static List<byte[]> samples(String file) throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (String name : Mappings.names()) {
            try (InputStream sample =
                    Mappings.class.getResourceAsStream("/io/qorrelate/collectors/mappings/" + name + "/" + file)) {
                if (sample != null) {
                    samples.add(sample.readAllBytes());
                }
            }
        }
        assertThat(samples).as(file).isNotEmpty();
        return samples;
    }

    /**
     * A source as it stands in a sources file.
     *
     * @param fields in YAML, without braces
     */
    public static ConfiguredSource source(Path folder, SourceType type, String fields) throws IOException {
        Path file = Files.writeString(
                folder.resolve("sources.yml"), "sources: [{id: s, type: " + type.name() + ", " + fields + "}]");
        return SourceFile.read(file, List.of(type)).entries().getFirst().configured();
    }

    /** Reads, and checks what came of it. */
    public static void read(ConfiguredSource source, byte[] input) {
        check(source.read(input, INTAKE, MockKafka.NOW));
    }

    /** What was taken for an event is one, also to whoever reads it next; what was not says why. */
    public static void check(List<Intake> found) {
        for (Intake each : found) {
            switch (each) {
                case Intake.Accepted accepted -> {
                    try {
                        assertThat(TelemetryJson.read(accepted.json())).isEqualTo(accepted.event());
                    } catch (InvalidEvent e) {
                        throw new AssertionError(
                                "accepted, and cannot be read: " + new String(accepted.json(), UTF_8), e);
                    }
                }
                case Intake.Rejected rejected -> assertThat(rejected.detail()).isNotBlank();
            }
        }
    }
}
