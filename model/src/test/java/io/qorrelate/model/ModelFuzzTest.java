package io.qorrelate.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.yaml.InvalidYaml;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is read is what its type promises, or is refused in words; and what was read is written and read alike. */
class ModelFuzzTest {
    @Test
    void events() {
        List<byte[]> sound = new ArrayList<>();
        sound.add(Samples.CONTRACT_EXAMPLE.getBytes(UTF_8));
        for (Kind kind : Kind.values()) {
            sound.add(TelemetryJson.write(Samples.filled(kind)));
        }
        Fuzz.survive("telemetry event", sound, input -> {
            TelemetryEvent event;
            try {
                event = TelemetryJson.read(input);
            } catch (InvalidEvent e) {
                assertThat(e.getMessage()).isNotBlank();
                return;
            }
            assertThat(TelemetryJson.read(TelemetryJson.write(event))).isEqualTo(event);
        });
    }

    @Test
    void findingsAndIncidents() {
        List<byte[]> sound = List.of(
                FindingJson.write(Samples.finding()),
                FindingJson.write(Samples.bareFinding()),
                FindingJson.write(Samples.incident()));
        Fuzz.survive("findings and incidents", sound, input -> {
            try {
                Finding finding = FindingJson.read(input);
                assertThat(FindingJson.read(FindingJson.write(finding)).id()).isEqualTo(finding.id());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
            try {
                Incident incident = FindingJson.readIncident(input);
                assertThat(FindingJson.readIncident(FindingJson.write(incident)).id())
                        .isEqualTo(incident.id());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        });
    }

    @Test
    void topologies() {
        Fuzz.survive("topology", List.of(TopologyTest.DUTCH.getBytes(UTF_8)), input -> {
            try {
                assertThat(Topology.parse(new String(input, UTF_8), "net.yml").links())
                        .isNotNull();
            } catch (InvalidYaml e) {
                assertThat(e).hasMessageStartingWith("net.yml");
            }
        });
    }
}
