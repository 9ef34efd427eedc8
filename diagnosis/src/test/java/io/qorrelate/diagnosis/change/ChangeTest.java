package io.qorrelate.diagnosis.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a QBER of 2 % ± 0.1 %, reported every 40 seconds, is said to have changed. */
class ChangeTest {
    private static final Tracks.Tuning TUNING = new Tracks.Tuning(15 * 86_400, 7_200);
    private static final long INTERVAL_MS = 40_000;
    private static final long BEGAN_MS = 1_800_000_000_000L;
    private static final int QUIET_REPORTS = 400;
    private static final double NOISE = 0.001;

    /** Clear of any doubt, nats. */
    private static final double CLEAR = 3;

    /** After so many reports of a change, each of which is off by what the function says of its number, from 0 on. */
    private static Change after(int reports, IntToDoubleFunction off, long seed) {
        Tracks tracks = new Tracks();
        Random chance = new Random(seed);
        for (int i = -QUIET_REPORTS; i < reports; i++) {
            double error = 0.02 + NOISE * chance.nextGaussian() + (i < 0 ? 0 : off.applyAsDouble(i));
            tracks.observe(
                    Readings.of(Observable.QBER, error),
                    Kind.LINK_QUALITY,
                    BEGAN_MS + i * INTERVAL_MS,
                    i < 0,
                    TUNING,
                    new Report());
        }
        return Change.of(tracks, Feature.QBER);
    }

    private static double reportsLate(Change change) {
        return (change.onsetMs() - (BEGAN_MS - INTERVAL_MS / 2)) / (double) INTERVAL_MS;
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "4, 2", "8, 3", "16, 4"})
    void aStepIsOneFromItsFirstReportsOnAndBeganBetweenTwoReports(int reports, long seed) {
        Change change = after(reports, i -> 0.01, seed);

        assertThat(change.stepOverRamp()).isGreaterThan(CLEAR);
        assertThat(reportsLate(change)).isCloseTo(0, within(0.5));
    }

    /** By then it lies within an average of 4, 16 or 64 reports, whose own value tells how many of them came after it. */
    @ParameterizedTest
    @CsvSource({"21, 2", "22, 2", "23, 2", "90, 4", "101, 4", "350, 8", "391, 8"})
    void aStepOfLongAgoBeganWithinTheAverageThatItLiesIn(int reports, double reportsOff) {
        Change change = after(reports, i -> 0.01, reports);

        assertThat(change.stepOverRamp()).isPositive();
        assertThat(reportsLate(change)).isCloseTo(0, within(reportsOff));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatGrowsForAnHourIsNoStep(long seed) {
        Change change = after(90, i -> 0.01 * i / 90, seed);

        assertThat(change.stepOverRamp()).isLessThan(-CLEAR);
        assertThat(reportsLate(change)).isBetween(-16.0, 24.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anOutlierBeforeAStepDoesNotBeginIt(long seed) {
        Change change = after(6, i -> i == 0 ? 0.05 : i < 3 ? 0 : 0.01, seed);

        assertThat(reportsLate(change)).isCloseTo(3, within(0.5));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatComesAndGoesIsRougherThanWhatStays(long seed) {
        assertThat(after(16, i -> 0.01, seed).roughness()).isLessThan(0.2);
        assertThat(after(16, i -> i % 4 < 2 ? 0.01 : 0, seed).roughness()).isGreaterThan(0.5);
    }
}
