package io.qorrelate.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds of any event at all, tried on many that no person would have thought of. The seeds are fixed: a failure comes again. */
class TelemetryJsonPropertiesTest {
    private static final int EVENTS_PER_KIND = 400;
    private static final int MUTATIONS = 30_000;

    @ParameterizedTest
    @EnumSource
    void anyEventComesBackAsItWasWritten(Kind kind) throws InvalidEvent {
        RandomEvents events = new RandomEvents(new Random(kind.wireName().hashCode()));
        for (int i = 0; i < EVENTS_PER_KIND; i++) {
            TelemetryEvent event = events.next(kind);
            byte[] json = TelemetryJson.write(event);

            TelemetryEvent read = TelemetryJson.read(json);

            assertThat(read).isEqualTo(event).hasSameHashCodeAs(event);
            assertThat(TelemetryJson.write(read)).isEqualTo(json);
        }
    }

    @Test
    void brokenBytesAreAnEventOrAnInvalidOneAndNeverAFaultOfTheProgram() {
        Random random = new Random(20261123);
        RandomEvents events = new RandomEvents(random);
        int accepted = 0;
        int rejected = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] broken = broken(TelemetryJson.write(events.next()), random);
            try {
                TelemetryEvent event = TelemetryJson.read(broken);
                assertThat(TelemetryJson.read(TelemetryJson.write(event)))
                        .as("%d: %s", i, new String(broken, UTF_8))
                        .isEqualTo(event);
                accepted++;
            } catch (InvalidEvent e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThanOrEqualTo(500);
                rejected++;
            } catch (RuntimeException | StackOverflowError e) {
                fail("%d: %s".formatted(i, new String(broken, UTF_8)), e);
            }
        }
        // Both happen, or the mutations would be too weak or too strong to show anything.
        assertThat(accepted).isGreaterThan(MUTATIONS / 100);
        assertThat(rejected).isGreaterThan(MUTATIONS / 2);
    }

    private static byte[] broken(byte[] json, Random random) {
        byte[] bytes = json;
        for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > 1; times--) {
            int at = random.nextInt(bytes.length);
            bytes = switch (random.nextInt(5)) {
                case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
                case 1 ->
                    spliced(bytes, at, at, new byte[] {"{}[]\",:\\u0-+.eE\n".getBytes(UTF_8)[random.nextInt(16)]});
                case 2 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0]);
                case 3 -> Arrays.copyOf(bytes, at);
                default -> {
                    int from = random.nextInt(bytes.length);
                    int to = Math.min(bytes.length, from + random.nextInt(12));
                    yield spliced(bytes, at, at, Arrays.copyOfRange(bytes, from, to));
                }
            };
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] insert) {
        byte[] spliced = new byte[bytes.length - (to - from) + insert.length];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(insert, 0, spliced, from, insert.length);
        System.arraycopy(bytes, to, spliced, from + insert.length, bytes.length - to);
        return spliced;
    }
}
