package io.qorrelate.diagnosis.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the baselines and tests of a link make of values that wander by themselves. */
class TracksTest {
    private static final Tracks.Tuning TUNING = new Tracks.Tuning(15 * 86_400, 7_200);
    private static final int INTERVAL_S = 40;
    private static final double WANDER_DB = 0.06;
    private static final double WANDER_S = 600;
    private static final int HOUR = 3600 / INTERVAL_S;

    private final Tracks tracks = new Tracks();
    private long nowMs = 1_800_000_000_000L;
    private double wanderDb;

    /** Whether the clicks' rate raises an alarm when the next report says that it has changed by so much. */
    private boolean alarms(double changeDb, Random chance) {
        double kept = Math.exp(-INTERVAL_S / WANDER_S);
        wanderDb = kept * wanderDb + Math.sqrt(1 - kept * kept) * WANDER_DB * chance.nextGaussian();
        nowMs += INTERVAL_S * 1000L;
        double hz = 500_000 * Math.pow(10, (wanderDb + changeDb) / 10);
        Readings rate = Readings.of(Observable.DETECTION_RATE_HZ, hz);
        return tracks.observe(rate, Kind.LINK_QUALITY, nowMs, true, TUNING, new Report()) != 0;
    }

    /** By how many decibels the rate of a ramp has fallen when the alarm is raised; 0 where it is not, in all its hours. */
    private double fallenWhenTold(long seed, int quietHours, double dbPerHour, int rampHours) {
        Random chance = new Random(seed);
        for (int report = 0; report < quietHours * HOUR; report++) {
            alarms(0, chance);
        }
        for (int report = 1; report <= rampHours * HOUR; report++) {
            double fallenDb = dbPerHour * report / HOUR;
            if (alarms(-fallenDb, chance)) {
                return fallenDb;
            }
        }
        return 0;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aRampIsNotLearnedAsMoreOfTheWander(long seed) {
        assertThat(fallenWhenTold(seed, 5, 0.3, 3)).isBetween(0.1, 0.8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatWandersAndComesBackIsNoAlarm(long seed) {
        Random chance = new Random(seed);
        boolean told = false;
        for (int report = 0; report < 24 * HOUR; report++) {
            told |= alarms(0, chance);
        }

        assertThat(told).isFalse();
    }

    @Test
    void aRateThatIsMissingIsNotReplacedByTheGain() {
        Random chance = new Random(1);
        boolean told = false;
        for (int report = 0; report < 5 * HOUR; report++) {
            nowMs += INTERVAL_S * 1000L;
            double gain = 0.005 * (1 + 0.01 * chance.nextGaussian());
            Readings.Builder readings = Readings.builder().put(Observable.GAIN_SIGNAL, gain);
            if (report < 4 * HOUR) {
                readings.put(Observable.DETECTION_RATE_HZ, gain * 1e8);
            }
            told |= tracks.observe(readings.build(), Kind.LINK_QUALITY, nowMs, true, TUNING, new Report()) != 0;
        }

        assertThat(told).isFalse();
        assertThat(tracks.expected(Feature.RATE)).isCloseTo(57, within(0.1));
    }

    @Test
    void whatIsReportedLaterLeavesTheOthersAsTheyWere() {
        Random chance = new Random(1);
        Tracks without = new Tracks();
        for (int report = 0; report < 80; report++) {
            nowMs += INTERVAL_S * 1000L;
            Readings usual = Readings.builder()
                    .put(Observable.QBER, 0.02 + 0.001 * chance.nextGaussian())
                    .put(Observable.LOSS_DB, 12 + 0.05 * chance.nextGaussian())
                    .build();
            without.observe(usual, Kind.LINK_QUALITY, nowMs, true, TUNING, new Report());
            // By its ordinal it comes between the two.
            Readings more = usual.toBuilder().put(Observable.VISIBILITY, 0.97).build();
            tracks.observe(report < 30 ? usual : more, Kind.LINK_QUALITY, nowMs, true, TUNING, new Report());
        }

        assertThat(values(tracks.course(Feature.VISIBILITY))).isNotEmpty().allMatch(off -> Math.abs(off) < 1e-6);
        for (Feature feature : List.of(Feature.QBER, Feature.LOSS)) {
            assertThat(tracks.isArmed(feature)).isTrue();
            assertThat(tracks.noise(feature)).isEqualTo(without.noise(feature)).isNotEqualTo(NoiseModel.UNKNOWN);
            assertThat(values(tracks.course(feature))).isEqualTo(values(without.course(feature)));
        }
        assertThat(tracks.course(Feature.RATE).size()).isZero();
    }

    private static List<Double> values(Trace.Course course) {
        return IntStream.range(0, course.size()).mapToObj(course::value).toList();
    }

    /** Nanowires have few dark counts: in a report of some seconds none, or some. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void fewDarkCountsAreNoAlarmAndThriceAsManyAre(long seed) {
        Random chance = new Random(seed);

        assertThat(alarmsOfDarkCounts(3, 24 * HOUR, chance)).as("of 3 Hz").isFalse();
        assertThat(alarmsOfDarkCounts(9, HOUR, chance)).as("of 9 Hz").isTrue();
    }

    private boolean alarmsOfDarkCounts(double hertz, int reports, Random chance) {
        boolean told = false;
        for (int report = 0; report < reports; report++) {
            nowMs += INTERVAL_S * 1000L;
            double counts = INTERVAL_S * hertz + Math.sqrt(INTERVAL_S * hertz) * chance.nextGaussian();
            Readings readings = Readings.builder()
                    .put(Observable.DARK_COUNT_RATE_HZ, Math.max(0, Math.round(counts)) / (double) INTERVAL_S)
                    .build();
            told |= tracks.observe(readings, Kind.LINK_QUALITY, nowMs, true, TUNING, new Report()) != 0;
        }
        return told;
    }

    /** Visibility that is lower by 0.003 is of no matter, and clear by then; a report that is wrong makes it none. */
    @Test
    void anOutlierOnWhatIsTooSmallToMatterIsNoReasonToLook() {
        Random chance = new Random(1);

        assertThat(alarmsOfVisibility(0.97, 12 * HOUR, chance)).as("as usual").isFalse();
        assertThat(alarmsOfVisibility(0.967, 2 * HOUR, chance))
                .as("a little lower")
                .isFalse();
        assertThat(alarmsOfVisibility(0.5, 1, chance)).as("an outlier").isFalse();
        assertThat(alarmsOfVisibility(0.967, 10, chance)).as("after it").isFalse();
        assertThat(alarmsOfVisibility(0.9, 2, chance)).as("much lower, twice").isTrue();
    }

    private boolean alarmsOfVisibility(double visibility, int reports, Random chance) {
        boolean told = false;
        for (int report = 0; report < reports; report++) {
            nowMs += INTERVAL_S * 1000L;
            Readings readings = Readings.builder()
                    .put(Observable.VISIBILITY, visibility + 0.0005 * chance.nextGaussian())
                    .build();
            // While nothing is learned: a baseline follows what is so small.
            told |= tracks.observe(readings, Kind.LINK_QUALITY, nowMs, visibility == 0.97, TUNING, new Report()) != 0;
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aRampOfDaysIsNotLearnedAsWhatDaysDo(long seed) {
        assertThat(fallenWhenTold(seed, 72, 0.015, 96)).isBetween(0.1, 0.4);
    }
}
