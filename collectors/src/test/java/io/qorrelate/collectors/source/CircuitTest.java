package io.qorrelate.collectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.source.Circuit.State;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Circuit circuit = new Circuit(INTERVAL, new SplittableRandom(1));

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            circuit.asking();
            circuit.failed();
        }
    }

    @Test
    void whatAnswersIsAskedAtItsIntervalOutOfStepWithTheOthers() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(circuit.pause()).isBetween(Duration.ofSeconds(9), INTERVAL);
        }
    }

    @Test
    void threeFailuresInARowOpenTheCircuit() {
        fail(2);
        assertThat(circuit.state()).isEqualTo(State.CLOSED);
        fail(1);
        assertThat(circuit.state()).isEqualTo(State.OPEN);
        circuit.asking();
        assertThat(circuit.state()).isEqualTo(State.HALF_OPEN);
        circuit.failed();
        assertThat(circuit.state()).isEqualTo(State.OPEN);
        circuit.asking();
        circuit.succeeded();
        assertThat(circuit.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void theWaitsDoubleUpToFiveMinutesAndAreJittered() {
        fail(3);
        assertThat(circuit.pause()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
        fail(1);
        assertThat(circuit.pause()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
        fail(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(circuit.pause()).isBetween(Duration.ofSeconds(150), Duration.ofMinutes(5));
        }
    }

    @Test
    void aTargetThatIsAskedSeldomIsNotAskedMoreOftenForFailing() {
        Circuit hourly = new Circuit(Duration.ofHours(1), new SplittableRandom(1));
        for (int i = 0; i < 9; i++) {
            hourly.failed();
        }
        assertThat(hourly.pause()).isBetween(Duration.ofMinutes(30), Duration.ofHours(1));
    }
}
