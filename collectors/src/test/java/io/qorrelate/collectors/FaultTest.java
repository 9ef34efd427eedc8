package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.model.RejectReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultTest {
    private static final byte[] RAW = Samples.quality("a~b", 1).getBytes(UTF_8);

    /** What an input needs of the machine is its own affair. */
    @Test
    void anInputThatOverflowsTheStackOrTheHeapIsADeadLetter() {
        for (Error overflow : new Error[] {new StackOverflowError(), new OutOfMemoryError("Java heap space")}) {
            EventIntake intake = new EventIntake(
                    () -> {
                        throw overflow;
                    },
                    Duration.ZERO);

            assertThat(intake.read(RAW, 0, RAW.length)).isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
                assertThat(rejected.raw()).isEqualTo(RAW);
                assertThat(rejected.reason()).isEqualTo(RejectReason.WRONG_TYPE);
                assertThat(rejected.detail()).isEqualTo("reading it failed: " + overflow);
            });
        }
    }

    @Test
    void aProcessThatIsUnsoundIsNoInputsFault() {
        assertThatThrownBy(() -> Fault.rejected(RAW, new InternalError("the code cache is damaged")))
                .isInstanceOf(InternalError.class);
    }
}
