package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinkStateTest {
    /** Sixteen features, two kilobytes of evidence: what a store holds for each link. */
    private static final int MOST_BYTES = 8192;

    private static final String LINK = "ams-1~del-1";

    private final LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());

    @Test
    void aStateThatWasWrittenAndReadAtEveryEventGivesTheSameFindings() {
        List<TelemetryEvent> story = LinkStory.of(LINK, 1)
                .quietFor(Duration.ofMinutes(40))
                .interceptResend(0.4)
                .quietFor(Duration.ofMinutes(5))
                .interceptResend(0)
                .quietFor(Duration.ofMinutes(10))
                .events();
        LinkState kept = diagnosis.initial(LINK);
        LinkState stored = diagnosis.initial(LINK);
        List<Finding> fromKept = new ArrayList<>();
        List<Finding> fromStored = new ArrayList<>();
        for (TelemetryEvent event : story) {
            Step step = diagnosis.observe(kept, event);
            kept = step.state();
            fromKept.addAll(step.findings());
            Step other = diagnosis.observe(LinkState.fromBytes(stored.toBytes()), event);
            stored = other.state();
            fromStored.addAll(other.findings());
        }

        assertThat(fromStored).isEqualTo(fromKept).isNotEmpty();
        assertThat(stored.toBytes()).isEqualTo(kept.toBytes());
    }

    @Test
    void theFoldDoesNotTouchTheStateItWasGiven() {
        LinkState before = full();
        byte[] bytes = before.toBytes();

        LinkStory.of(LINK, 3)
                .interceptResend(1)
                .quietFor(Duration.ofMinutes(5))
                .events()
                .forEach(event -> diagnosis.observe(before, event));

        assertThat(before.toBytes()).isEqualTo(bytes);
    }

    @Test
    void aStateThatIsCutOffOrBentIsRefusedOrReadButNeverBreaksTheReader() {
        byte[] bytes = full().toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> LinkState.fromBytes(cut)).isInstanceOf(InvalidState.class);
        }
        Random random = new Random(4);
        for (int i = 0; i < 5000; i++) {
            byte[] bent = bytes.clone();
            bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
            Throwable thrown = catchThrowable(() -> LinkState.fromBytes(bent));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(InvalidState.class);
            }
        }
    }

    @Test
    void bytesOfSomethingElseAreRefusedWithAReason() {
        assertThatThrownBy(() -> LinkState.fromBytes(new byte[] {1, 2, 3})).hasMessageContaining("no link state");
        byte[] future = full().toBytes();
        future[1] = 99;
        assertThatThrownBy(() -> LinkState.fromBytes(future)).hasMessageContaining("version 99");
    }

    @Test
    void aLinkThatReportsEverythingFitsIntoAFewKilobytes() {
        assertThat(full().toBytes().length).as("bytes").isLessThan(MOST_BYTES);
    }

    private LinkState full() {
        LinkState state = diagnosis.initial(LINK);
        for (TelemetryEvent event : LinkStory.of(LINK, 2)
                .quietFor(Duration.ofHours(1))
                .interceptResend(0.5)
                .quietFor(Duration.ofMinutes(3))
                .events()) {
            state = diagnosis.observe(state, event).state();
        }
        return state;
    }
}
