package io.qorrelate.diagnosis.hypothesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.change.Feature;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the course of an anomaly is judged again while it lasts. */
class PictureTest {
    private static final long ONSET_MS = 1_795_900_000_000L;

    @Test
    void aClearStepBecomesNoRampByGrowingOld() {
        Picture young = picture(3.5, 20, 6);
        Picture old = picture(-5, 900, 6);

        assertThat(old.after(young, false).stepOverRamp()).isEqualTo(3.5);
    }

    @Test
    void whatWasUnclearIsSeenBetterWhenMoreOfItIsKnown() {
        Picture young = picture(1, 20, 6);
        Picture old = picture(-5, 900, 6);

        assertThat(old.after(young, false).stepOverRamp()).isEqualTo(-5);
    }

    @Test
    void aClearRampThatHasGrownStaysOneThoughTheMemoryOfItIsCoarse() {
        Picture young = picture(-5, 40, 6);
        Picture grown = picture(-1, 200, 30);

        assertThat(grown.after(young, false).stepOverRamp()).isEqualTo(-5);
    }

    @Test
    void aStepThatHasGrownIsJudgedAgain() {
        Picture young = picture(4, 40, 6);
        Picture grown = picture(-1, 200, 30);

        assertThat(grown.after(young, false).stepOverRamp()).isEqualTo(-1);
    }

    private static Picture picture(double stepOverRamp, int reports, double peak) {
        return new Picture(Map.of(), Feature.RATE_NET, ONSET_MS, stepOverRamp, 0, 10, reports, peak, peak, 100);
    }
}
