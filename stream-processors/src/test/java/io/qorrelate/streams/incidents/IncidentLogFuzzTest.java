package io.qorrelate.streams.incidents;

import static io.qorrelate.streams.incidents.IncidentLogTest.DUCT;
import static io.qorrelate.streams.incidents.IncidentLogTest.TIME;
import static io.qorrelate.streams.incidents.IncidentLogTest.finding;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.fuzzing.Fuzz;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a store gives back is an incident log to which findings can be added, or is refused in words. */
class IncidentLogFuzzTest {
    @Test
    void storedIncidents() {
        IncidentLog two = IncidentLog.empty();
        two.add(finding("f1", "a~b", TIME, TIME.plusSeconds(60)), DUCT);
        two.add(finding("f2", "a~b", TIME.plus(Duration.ofHours(1)), null), DUCT);
        List<byte[]> sound = List.of(two.toBytes(), IncidentLog.empty().toBytes());
        Fuzz.survive("stored incidents", sound, input -> {
            IncidentLog log;
            try {
                log = IncidentLog.fromBytes(input);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
                return;
            }
            assertThat(log.add(finding("f3", "b~a", TIME, null), DUCT).findings())
                    .contains("f3");
            assertThat(IncidentLog.fromBytes(log.toBytes()).toBytes()).isEqualTo(log.toBytes());
        });
    }
}
