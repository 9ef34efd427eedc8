package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.rules.ShippedRules;
import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.TelemetryEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stored state that is spoilt is refused; one that is read is a state like any other, also at the events after it. */
class LinkStateFuzzTest {
    private static final String LINK = "ams-1~del-1";

    private final LinkDiagnosis diagnosis = new LinkDiagnosis(ShippedRules.pack(), DiagnosisSettings.defaults());

    private LinkState after(LinkStory story) {
        LinkState state = diagnosis.initial(LINK);
        story.events().forEach(event -> diagnosis.advance(state, event));
        return state;
    }

    private static LinkStory attack() {
        return LinkStory.of(LINK, 2)
                .quietFor(Duration.ofHours(1))
                .interceptResend(0.5)
                .quietFor(Duration.ofMinutes(3));
    }

    private List<byte[]> sound() {
        return List.of(
                diagnosis.initial(LINK).toBytes(),
                after(LinkStory.of(LINK, 1).quietFor(Duration.ofHours(2))).toBytes(),
                after(attack()).toBytes());
    }

    @Test
    void storedStates() {
        List<TelemetryEvent> events = attack().quietFor(Duration.ofMinutes(2)).events();
        List<TelemetryEvent> next = events.subList(events.size() - 12, events.size());
        Fuzz.survive("stored link state", sound(), input -> {
            LinkState state = read(input);
            if (state == null) {
                return;
            }
            for (TelemetryEvent event : next) {
                diagnosis
                        .advance(state, event)
                        .forEach(finding ->
                                assertThat(NumbersWithin.notFinite(finding)).isEmpty());
            }
            assertThat(NumbersWithin.notFinite(state)).isEmpty();
        });
    }

    /** As a program with a fault may write them: what is read can be written, whatever is made of it later. */
    @Test
    void storedStatesWithTheirOwnChecksum() {
        Fuzz.survive("stored link state, sealed again", sound(), input -> {
            int end = Math.max(0, input.length - Integer.BYTES);
            CRC32C checksum = new CRC32C();
            checksum.update(input, 0, end);
            byte[] sealed = Arrays.copyOf(input, end + Integer.BYTES);
            ByteBuffer.wrap(sealed).putInt(end, (int) checksum.getValue());
            var unused = read(sealed);
        });
    }

    private static @Nullable LinkState read(byte[] bytes) {
        LinkState state;
        try {
            state = LinkState.fromBytes(bytes);
        } catch (InvalidState e) {
            assertThat(e.getMessage()).isNotBlank();
            return null;
        }
        assertThat(LinkState.fromBytes(state.toBytes())).isEqualTo(state);
        return state;
    }
}
