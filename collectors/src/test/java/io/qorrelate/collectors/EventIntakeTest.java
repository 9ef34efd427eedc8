package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIntakeTest {
    private final EventIntake intake = new EventIntake(InstantSource.fixed(MockKafka.NOW), Duration.ofSeconds(20));

    @Test
    void anEventComesWithTheBytesThatGoToKafka() {
        assertThat(read(Samples.quality("a~b", 1)))
                .isInstanceOfSatisfying(
                        Intake.Accepted.class,
                        accepted -> assertThat(accepted.json()).isEqualTo(TelemetryJson.write(accepted.event())));
    }

    @Test
    void aClockThatIsAheadIsForgivenUpToTheAllowedSkew() {
        assertThat(read(Samples.quality("a~b", 50))).isInstanceOf(Intake.Accepted.class);
        assertThat(read(Samples.quality("a~b", 51)))
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.FUTURE_TIME));
    }

    @Test
    void anEventOfAMebibyteIsAcceptedAndOneByteMoreIsNot() {
        assertThat(read(Samples.ofSize(TelemetryJson.MAX_EVENT_BYTES))).isInstanceOf(Intake.Accepted.class);
        assertThat(read(Samples.ofSize(TelemetryJson.MAX_EVENT_BYTES + 1)))
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{\"time\":",
                "{} {}",
                "[1]",
                "null",
                "{\"note\":1e99999999999}",
                "{\"time\":\"2026-11-23T10:00:01.000Z\",\"kind\":\"link_quality\",\"link\":\"a~b\",\"qber\":1e999}",
                "{\"time\":\"+999999999-12-31T23:59:59Z\",\"kind\":\"link_quality\",\"link\":\"a~b\"}"
            })
    void whateverElseItIsIsRejectedWithItsBytes(String input) {
        assertThat(read(input))
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.raw()).isEqualTo(input.getBytes(UTF_8)));
    }

    @Test
    void hostileNestingAndDigitsAreRejectedQuickly() {
        assertThat(read("{\"a\":".repeat(100_000))).isInstanceOf(Intake.Rejected.class);
        assertThat(read("[".repeat(1_000_000))).isInstanceOf(Intake.Rejected.class);
        assertThat(read("{\"qber\":" + "9".repeat(1_000_000) + "}")).isInstanceOf(Intake.Rejected.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRejectedAsTheyAre() {
        byte[] bytes = Samples.quality("a~b", 1).getBytes(UTF_8);
        bytes[10] = (byte) 0xFF;
        assertThat(intake.read(bytes, 0, bytes.length)).isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.NOT_JSON);
            assertThat(rejected.raw()).isEqualTo(bytes);
        });
    }

    /** Whatever happens to an event on its way, the answer is an event or a rejection that holds all of it. */
    @Test
    void damagedEventsNeverCauseAnythingElse() {
        Random random = new Random(20_261_123);
        byte[] sound = Samples.quality("ams-1~del-1", 1).getBytes(UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = Arrays.copyOf(sound, 1 + random.nextInt(sound.length));
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Intake intake = this.intake.read(damaged, 0, damaged.length);
            if (intake instanceof Intake.Rejected rejected) {
                assertThat(rejected.raw()).isEqualTo(damaged);
            }
        }
    }

    private Intake read(String input) {
        byte[] bytes = input.getBytes(UTF_8);
        return intake.read(bytes, 0, bytes.length);
    }
}
