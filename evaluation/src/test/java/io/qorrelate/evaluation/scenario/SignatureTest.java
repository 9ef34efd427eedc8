package io.qorrelate.evaluation.scenario;

import static io.qorrelate.model.Observable.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whole scenarios, as they are told, show what their row of the signatures says. */
class SignatureTest {
    /** A scenario with its telemetry. */
    private record Told(Scenario scenario, Truth truth, List<LinkQuality> reports) {
        private static Told of(Scenario scenario) {
            Truth truth = scenario.truths().getFirst();
            List<LinkQuality> reports = new ArrayList<>();
            scenario.play(event -> {
                if (event instanceof LinkQuality quality && truth.link().equals(event.link())) {
                    reports.add(quality);
                }
            });
            return new Told(scenario, truth, reports);
        }

        /** Median of an observable in some time: outliers and calibrations are no matter. */
        private double median(Observable observable, Instant from, Instant until) {
            double[] values = reports.stream()
                    .filter(event ->
                            !event.time().isBefore(from) && event.time().isBefore(until))
                    .map(LinkQuality::readings)
                    .filter(readings -> readings.has(observable))
                    .mapToDouble(readings -> readings.value(observable))
                    .sorted()
                    .toArray();
            assertThat(values).as("reports of %s", observable).isNotEmpty();
            return values[values.length / 2];
        }

        private double before(Observable observable) {
            return median(observable, scenario.start(), truth.prelude());
        }

        private double during(Observable observable) {
            return median(observable, truth.onset(), truth.end());
        }

        /** In the last tenth, when what grows has grown. */
        private double lately(Observable observable) {
            Duration tenth = Duration.between(truth.onset(), truth.end()).dividedBy(10);
            return median(observable, truth.end().minus(tenth), truth.end());
        }

        private double rise(Observable observable) {
            return during(observable) - before(observable);
        }
    }

    /** The first few scenarios of a kind whose link reports all of these. */
    private static List<Told> told(String kind, Observable... reported) {
        return LongStream.range(0, 200)
                .mapToObj(number -> Catalogue.scenario(kind, SeedSet.DEVELOPMENT, number))
                .flatMap(Optional::stream)
                .filter(scenario -> List.of(reported).stream().allMatch(scenario.target()::reports))
                .limit(4)
                .map(Told::of)
                .toList();
    }

    @Test
    void interceptResendRaisesBothBasesByAQuarterOfItsShare() {
        assertThat(told("intercept_resend", QBER_X, QBER_Z)).hasSize(4).allSatisfy(told -> {
            double expected = 0.25 * told.truth().magnitude().value();
            assertThat(told.rise(QBER_X)).isCloseTo(expected, within(0.006 + 0.15 * expected));
            assertThat(told.rise(QBER_Z)).isCloseTo(expected, within(0.006 + 0.15 * expected));
        });
    }

    @Test
    void aBendTakesTheSameFromQuantumAndClassicalChannel() {
        assertThat(told("macro_bend", LOSS_DB, RX_POWER_DBM)).hasSize(4).allSatisfy(told -> {
            double db = told.truth().magnitude().value();
            assertThat(told.rise(LOSS_DB)).isCloseTo(db, within(0.15));
            assertThat(told.rise(RX_POWER_DBM)).isCloseTo(-db, within(0.15));
        });
    }

    @Test
    void splittingLowersTheDecoyAlone() {
        assertThat(told("photon_number_splitting", GAIN_SIGNAL, GAIN_DECOY))
                .hasSize(4)
                .allSatisfy(told -> {
                    assertThat(ratio(told, GAIN_SIGNAL)).isCloseTo(1, within(0.03));
                    assertThat(ratio(told, GAIN_DECOY)).isLessThan(0.98);
                });
    }

    @Test
    void blindedDetectorsAreTooGood() {
        assertThat(told("detector_blinding", PHOTOCURRENT_UA, DARK_COUNT_RATE_HZ))
                .hasSize(4)
                .allSatisfy(told -> {
                    assertThat(ratio(told, PHOTOCURRENT_UA))
                            .isCloseTo(told.truth().magnitude().value(), within(0.2 * ratio(told, PHOTOCURRENT_UA)));
                    assertThat(ratio(told, DARK_COUNT_RATE_HZ)).isLessThan(0.3);
                });
    }

    @Test
    void aPolarizationDriftGrows() {
        assertThat(told("polarization_drift", QBER)).hasSize(4).allSatisfy(told -> {
            Instant onset = told.truth().onset();
            Duration fifth = Duration.between(onset, told.truth().end()).dividedBy(5);
            double early = told.median(QBER, onset, onset.plus(fifth));
            assertThat(told.lately(QBER)).isGreaterThan(early).isGreaterThan(told.before(QBER) + 0.003);
        });
    }

    @Test
    void laserAgeingDimsTheQuantumChannelAlone() {
        assertThat(told("laser_ageing", GAIN_SIGNAL, RX_POWER_DBM)).hasSize(4).allSatisfy(told -> {
            assertThat(told.lately(GAIN_SIGNAL)).isLessThan(0.97 * told.before(GAIN_SIGNAL));
            assertThat(told.rise(RX_POWER_DBM)).isCloseTo(0, within(0.12));
        });
    }

    @Test
    void aCutFibreIsDark() {
        assertThat(told("fibre_cut", DETECTION_RATE_HZ)).hasSize(4).allSatisfy(told -> {
            DoubleUnaryOperator share = rate -> rate / told.before(DETECTION_RATE_HZ);
            assertThat(share.applyAsDouble(told.during(DETECTION_RATE_HZ))).isLessThan(0.3);
        });
    }

    @Test
    void withoutPowerASiteIsSilent() {
        assertThat(told("power_event", QBER)).hasSize(4).allSatisfy(told -> {
            Instant late = told.truth()
                    .end()
                    .minus(Duration.between(told.truth().onset(), told.truth().end())
                            .dividedBy(2));
            assertThat(told.reports().stream().map(TelemetryEvent::time))
                    .noneMatch(time ->
                            time.isAfter(late) && time.isBefore(told.truth().end()));
        });
    }

    private static double ratio(Told told, Observable observable) {
        return told.during(observable) / told.before(observable);
    }
}
