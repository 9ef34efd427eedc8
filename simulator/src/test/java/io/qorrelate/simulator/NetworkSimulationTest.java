package io.qorrelate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkSimulationTest {
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final String LINK = "ams-1~del-1";
    private static final String BASIC_LINK = "lei-1~hag-1";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Topology ONE_LINK = Topology.parse("""
            nodes: [{id: ams-1, site: ams}, {id: del-1, site: del}]
            links: [{id: ams-1~del-1, from: ams-1, to: del-1, vendor: Lumenkey, length_km: 30}]
            """, "one-link.yaml");

    @Test
    void theSameSeedGivesTheSameEvents() {
        assertThat(json(metropolis(7).advanceTo(START.plus(HOUR))))
                .isEqualTo(json(metropolis(7).advanceTo(START.plus(HOUR))));
    }

    @Test
    void anotherSeedGivesOthers() {
        assertThat(Series.of(Observable.QBER, LINK, metropolis(7).advanceTo(START.plus(HOUR)))
                        .values())
                .isNotEqualTo(Series.of(Observable.QBER, LINK, metropolis(8).advanceTo(START.plus(HOUR)))
                        .values());
    }

    @Test
    void itDoesNotMatterHowTheTimeIsCutIntoPieces() {
        NetworkSimulation simulation = metropolis(7);
        List<TelemetryEvent> pieces = new ArrayList<>();
        for (int second = 7; second < HOUR.toSeconds(); second += 7) {
            pieces.addAll(simulation.advanceTo(START.plusSeconds(second)));
        }
        pieces.addAll(simulation.advanceTo(START.plus(HOUR)));

        assertThat(json(pieces)).isEqualTo(json(metropolis(7).advanceTo(START.plus(HOUR))));
    }

    @Test
    void itDoesNotMatterHowTheTimeIsCutWhileSomethingIsPlayedEither() {
        NetworkSimulation whole = metropolis(7);
        NetworkSimulation cut = metropolis(7);
        whole.play(Scenario.FIBRE_CUT, LINK, 60, START.plusSeconds(600));
        cut.play(Scenario.FIBRE_CUT, LINK, 60, START.plusSeconds(600));
        List<TelemetryEvent> pieces = new ArrayList<>(cut.advanceTo(START.plusSeconds(655)));
        pieces.addAll(cut.advanceTo(START.plus(HOUR)));

        assertThat(json(pieces)).isEqualTo(json(whole.advanceTo(START.plus(HOUR))));
    }

    @Test
    void timesNeverGoBack() {
        NetworkSimulation simulation = metropolis(7);
        List<TelemetryEvent> events = new ArrayList<>(simulation.advanceTo(START.plus(HOUR)));
        events.addAll(simulation.advanceTo(START.plus(HOUR)));
        events.addAll(simulation.advanceTo(START));
        events.addAll(simulation.advanceTo(START.plus(HOUR.multipliedBy(2))));

        assertThat(events).isSortedAccordingTo(Comparator.comparing(TelemetryEvent::time));
        assertThat(events.getFirst().time()).isAfterOrEqualTo(START);
        assertThat(events.getLast().time()).isBeforeOrEqualTo(START.plus(HOUR.multipliedBy(2)));
    }

    @Test
    void noTwoEventsShareAnId() {
        assertThat(metropolis(7).advanceTo(START.plus(HOUR)))
                .extracting(TelemetryEvent::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void everyLinkReportsAtItsIntervalAndEveryNodeEachMinute() {
        Map<String, Integer> reports = new HashMap<>();
        Map<String, Integer> facilities = new HashMap<>();
        metropolis(7).advanceTo(START.plus(HOUR)).forEach(event -> {
            if (event instanceof LinkQuality) {
                reports.merge(event.key(), 1, Integer::sum);
            } else if (event instanceof Environment) {
                facilities.merge(event.key(), 1, Integer::sum);
            }
        });

        assertThat(reports).hasSize(Metropolis.links().size());
        assertThat(reports.values()).allMatch(count -> count == 360);
        assertThat(facilities).hasSize(Metropolis.topology().nodes().size());
        assertThat(facilities.values()).allMatch(count -> count == 60);
    }

    @Test
    void whatItSaysIsTelemetryOfTheContract() {
        assertThat(metropolis(7).advanceTo(START.plus(HOUR))).allSatisfy(event -> {
            byte[] line = TelemetryJson.write(event);
            assertThat(TelemetryJson.read(line, 0, line.length)).isEqualTo(event);
        });
    }

    @Test
    void aQuietNetworkReportsNoFailures() {
        assertThat(metropolis(7).advanceTo(START.plus(HOUR)))
                .allMatch(event -> event instanceof LinkQuality
                        || event instanceof KeyRate
                        || event instanceof KeyDelivery
                        || event instanceof Environment
                        || event instanceof Calibration);
    }

    @Test
    void theVendorThatReportsLittleReportsErrorsAndLossAlone() {
        List<LinkQuality> reports = metropolis(7).advanceTo(START.plus(HOUR)).stream()
                .filter(event -> BASIC_LINK.equals(event.link()))
                .filter(LinkQuality.class::isInstance)
                .map(LinkQuality.class::cast)
                .toList();

        assertThat(reports)
                .isNotEmpty()
                .allSatisfy(report -> assertThat(report.readings().asMap())
                        .containsOnlyKeys(Observable.QBER, Observable.SIFTED_BITS, Observable.LOSS_DB));
    }

    /** 300 Hz for 10 s are 3000 counts: their variance is 3000, and that of the rate 3000 / 10². */
    @Test
    void darkCountsScatterAsPoissonsLawWants() {
        Series dark = Series.of(Observable.DARK_COUNT_RATE_HZ, LINK, quiet(Duration.ofHours(3)));

        assertThat(dark.mean()).isCloseTo(300, within(15.0));
        // From report to report, so that day and night fall out.
        assertThat(dark.steps().variance() / 2 * INTERVAL.toSeconds() / dark.mean())
                .isCloseTo(1, within(0.2));
    }

    /** The bases share the link's wander; what differs is how few errors were counted: σ² = E (1 − E) / n in each. */
    @Test
    void theErrorsOfTheTwoBasesScatterAsTheirCountsWant() {
        List<TelemetryEvent> events = quiet(Duration.ofHours(3));
        Series x = Series.of(Observable.QBER_X, LINK, events);
        Series z = Series.of(Observable.QBER_Z, LINK, events);
        double error = Series.of(Observable.QBER, LINK, events).mean();
        double bits = Series.of(Observable.SIFTED_BITS, LINK, events).mean() / 2;

        assertThat(x.minus(z).variance() / (2 * error * (1 - error) / bits)).isCloseTo(1, within(0.2));
    }

    @Test
    void basesAreChosenByAFairCoin() {
        List<TelemetryEvent> events = quiet(Duration.ofHours(3));
        Series fraction = Series.of(Observable.BASIS_Z_FRACTION, LINK, events);
        double clicks = Series.of(Observable.DETECTION_RATE_HZ, LINK, events).mean() * INTERVAL.toSeconds();

        assertThat(fraction.mean()).isCloseTo(0.5, within(0.001));
        assertThat(fraction.variance() / (0.25 / clicks)).isCloseTo(1, within(0.2));
    }

    @Test
    void aQuietLinkKeepsToItsDesign() {
        List<TelemetryEvent> events = quiet(Duration.ofHours(3));
        SimulatedLink.Design design = SimulatedLink.Design.of(30);

        assertThat(Series.of(Observable.QBER, LINK, events).mean()).isCloseTo(design.qber(), within(0.002));
        assertThat(Series.of(Observable.LOSS_DB, LINK, events).mean()).isCloseTo(design.lossDb(), within(0.02));
    }

    @Test
    void realLinksWanderOneReportIsLikeTheLast() {
        Series loss = Series.of(Observable.LOSS_DB, LINK, quiet(Duration.ofHours(3)));

        // Independent reports would differ by twice the variance.
        assertThat(loss.steps().variance()).isLessThan(1.5 * loss.variance());
    }

    @Test
    void roomsAreWarmerByDayThanByNight() {
        Map<Integer, List<Double>> byHour = new HashMap<>();
        new NetworkSimulation(Metropolis.topology(), 7, START, HOUR)
                .advanceTo(START.plus(Duration.ofDays(1)))
                .forEach(event -> {
                    if (event instanceof Environment facility) {
                        byHour.computeIfAbsent(
                                        (int) (facility.time().getEpochSecond() % 86_400 / 3600),
                                        hour -> new ArrayList<>())
                                .add(facility.readings().value(Observable.TEMPERATURE_C));
                    }
                });
        List<Double> means = byHour.values().stream()
                .map(values -> Series.of(values).mean())
                .sorted()
                .toList();

        assertThat(byHour).hasSize(24);
        assertThat(means.getLast() - means.getFirst()).isBetween(1.5, 2.5);
        // One cycle a day: half a day later it is as much too cold as it was too warm.
        assertThat(byHour)
                .allSatisfy((hour, values) -> assertThat(Series.of(values).mean()
                                + Series.of(byHour.getOrDefault((hour + 12) % 24, List.of()))
                                        .mean())
                        .isCloseTo(42, within(0.2)));
    }

    @Test
    void lasersAndDetectorsFeelTheDay() {
        List<TelemetryEvent> events = quiet(Duration.ofDays(1));
        List<TelemetryEvent> morning = between(events, 5, 7);
        List<TelemetryEvent> evening = between(events, 17, 19);

        for (Observable temperature : List.of(Observable.DETECTOR_TEMPERATURE_C, Observable.LASER_TEMPERATURE_C)) {
            assertThat(Series.of(temperature, LINK, morning).mean())
                    .isGreaterThan(Series.of(temperature, LINK, evening).mean() + 0.05);
        }
    }

    @Test
    void everySixHoursALinkCalibratesItself() {
        List<Calibration> calibrations = calibrations(quiet(Duration.ofHours(25)));

        assertThat(calibrations).hasSizeBetween(8, 10).allSatisfy(calibration -> {
            assertThat(calibration.initiator()).isEqualTo(Calibration.Initiator.SCHEDULED);
            assertThat(calibration.routine()).isEqualTo(Calibration.Routine.POLARIZATION);
        });
        List<Instant> starts = calibrations.stream()
                .filter(calibration -> calibration.phase() == Calibration.Phase.STARTED)
                .map(Calibration::time)
                .toList();
        for (int i = 1; i < starts.size(); i++) {
            assertThat(Duration.between(starts.get(i - 1), starts.get(i))).isCloseTo(Duration.ofHours(6), INTERVAL);
        }
    }

    @Test
    void aCalibrationTakesTheDriftAwayAndSaysHowMuchItWas() {
        List<TelemetryEvent> events = quiet(Duration.ofHours(25));
        List<Calibration> completed = calibrations(events).stream()
                .filter(calibration -> calibration.phase() == Calibration.Phase.COMPLETED)
                .toList();

        assertThat(completed).isNotEmpty().allSatisfy(calibration -> {
            double before = angle(
                    events,
                    calibration.time().minusSeconds(150),
                    calibration.time().minusSeconds(50));
            double after = angle(events, calibration.time(), calibration.time().plusSeconds(100));
            assertThat(calibration.offset().orElseThrow()).isCloseTo(before, within(0.008));
            assertThat(after).isCloseTo(0, within(0.006));
        });
        assertThat(completed)
                .as("there was something to correct")
                .anyMatch(calibration -> Math.abs(calibration.offset().orElseThrow()) > 0.015);
    }

    @Test
    void noKeyIsMadeAndErrorsAreOddWhileALinkCalibrates() {
        List<TelemetryEvent> events = quiet(Duration.ofHours(7));
        Instant started = calibrations(events).getFirst().time();
        List<TelemetryEvent> during = events.stream()
                .filter(event -> !event.time().isBefore(started) && event.time().isBefore(started.plusSeconds(25)))
                .toList();

        assertThat(Series.of(Observable.QBER, LINK, during).mean()).isGreaterThan(0.05);
        assertThat(during.stream()
                        .filter(KeyRate.class::isInstance)
                        .map(event -> ((KeyRate) event).readings().value(Observable.SECRET_KEY_RATE_BPS)))
                .isNotEmpty()
                .containsOnly(0.0);
    }

    @Test
    void aLinkCalibratesAsEverUntilSomethingIsDoneToIt() {
        List<Instant> asEver = calibrations(quiet(Duration.ofHours(13))).stream()
                .map(Calibration::time)
                .toList();
        NetworkSimulation simulation = new NetworkSimulation(ONE_LINK, 7, START, INTERVAL);
        simulation.play(Scenario.TROJAN_HORSE, LINK, 25, START.plus(Duration.ofHours(13)));

        assertThat(calibrations(simulation.advanceTo(START.plus(Duration.ofHours(13)))))
                .extracting(Calibration::time)
                .isEqualTo(asEver)
                .isNotEmpty();
    }

    @Test
    void theKeyStoreNeverHoldsLessThanNothingAndGivesOutNoMoreThanItHas() {
        List<KeyRate> rates = quiet(Duration.ofDays(1)).stream()
                .filter(KeyRate.class::isInstance)
                .map(KeyRate.class::cast)
                .toList();

        assertThat(rates).isNotEmpty().allSatisfy(rate -> {
            var readings = rate.readings();
            assertThat(readings.value(Observable.STORED_KEYS)).isBetween(0.0, readings.value(Observable.MAX_KEYS));
            assertThat(readings.value(Observable.KEYS_DELIVERED) + readings.value(Observable.KEYS_REJECTED))
                    .isEqualTo(readings.value(Observable.KEYS_REQUESTED));
        });
    }

    @Test
    void aLinkIsDisturbedFromTheOrderUntilItHasHealed() {
        NetworkSimulation simulation = metropolis(7);
        Instant end = START.plus(Scenario.TROJAN_HORSE.lasts());

        assertThat(simulation.isDisturbed(LINK, START)).isFalse();
        simulation.play(Scenario.TROJAN_HORSE, LINK, 25, START);

        assertThat(simulation.isDisturbed(LINK, START)).isTrue();
        assertThat(simulation.isDisturbed(LINK, end)).isTrue();
        assertThat(simulation.isDisturbed(LINK, end.plusMillis(1))).isFalse();
        assertThat(simulation.isDisturbed(BASIC_LINK, START)).isFalse();
    }

    private static NetworkSimulation metropolis(long seed) {
        return new NetworkSimulation(Metropolis.topology(), seed, START, INTERVAL);
    }

    private static List<TelemetryEvent> quiet(Duration time) {
        return new NetworkSimulation(ONE_LINK, 7, START, INTERVAL).advanceTo(START.plus(time));
    }

    private static List<Calibration> calibrations(List<TelemetryEvent> events) {
        return events.stream()
                .filter(Calibration.class::isInstance)
                .map(Calibration.class::cast)
                .toList();
    }

    private static double angle(List<TelemetryEvent> events, Instant from, Instant to) {
        return Series.of(
                        Observable.POLARIZATION_DRIFT_RAD,
                        LINK,
                        events.stream()
                                .filter(event -> event.time().isAfter(from)
                                        && event.time().isBefore(to))
                                .toList())
                .mean();
    }

    private static List<TelemetryEvent> between(List<TelemetryEvent> events, int fromHour, int toHour) {
        return events.stream()
                .filter(event -> event.time().isAfter(START.plus(Duration.ofHours(fromHour)))
                        && event.time().isBefore(START.plus(Duration.ofHours(toHour))))
                .toList();
    }

    private static List<String> json(List<TelemetryEvent> events) {
        return new String(LiveNetwork.ndjson(events), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
