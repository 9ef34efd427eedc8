package io.qorrelate.simulator;

import static io.qorrelate.model.Observable.BACK_REFLECTION_DBM;
import static io.qorrelate.model.Observable.BASIS_Z_FRACTION;
import static io.qorrelate.model.Observable.DARK_COUNT_RATE_HZ;
import static io.qorrelate.model.Observable.DETECTION_RATE_HZ;
import static io.qorrelate.model.Observable.DOUBLE_CLICK_FRACTION;
import static io.qorrelate.model.Observable.GAIN_DECOY;
import static io.qorrelate.model.Observable.GAIN_SIGNAL;
import static io.qorrelate.model.Observable.LOSS_DB;
import static io.qorrelate.model.Observable.PHOTOCURRENT_UA;
import static io.qorrelate.model.Observable.POLARIZATION_DRIFT_RAD;
import static io.qorrelate.model.Observable.QBER;
import static io.qorrelate.model.Observable.QBER_X;
import static io.qorrelate.model.Observable.QBER_Z;
import static io.qorrelate.model.Observable.RX_POWER_DBM;
import static io.qorrelate.model.Observable.SECRET_KEY_RATE_BPS;
import static io.qorrelate.model.Observable.SIFTED_BITS;
import static io.qorrelate.model.Observable.VISIBILITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Kind;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each scenario leaves the traces that physics leaves, and no others. */
class ScenarioTest {
    private static final String LINK = "ams-1~del-1";

    /** The hours around six in the morning, when day and night stand still. */
    private static final Instant START = Instant.parse("2026-11-23T05:30:00Z");

    private static final Instant ONSET = START.plus(Duration.ofHours(1));

    /** How far the polarization of a healthy link strays by itself. */
    private static final double WALK_RAD = 0.025;

    private static final Topology TWO_LINKS = Topology.parse("""
            links:
              - {id: ams-1~del-1, from: ams-1, to: del-1, vendor: Lumenkey, length_km: 30}
              - {id: ams-1~haa-1, from: ams-1, to: haa-1, vendor: Lumenkey, length_km: 22}
            """, "two-links.yaml");

    @Test
    void interceptingEveryPulseAddsAQuarterToTheErrorsOfBothBasesAndEndsTheKey() {
        Incident incident = play(Scenario.INTERCEPT_RESEND);

        incident.raises(QBER, QBER_X, QBER_Z).lowers(VISIBILITY).leavesAllElse();
        // A quarter of those that were right becomes wrong, and of those that were wrong right.
        double expected = 0.25 * (1 - 2 * incident.before(QBER));
        assertThat(incident.shift(QBER_X)).isCloseTo(expected, within(0.003));
        assertThat(incident.shift(QBER_Z)).isCloseTo(expected, within(0.003));
        assertThat(incident.keyRate()).isZero();
    }

    @Test
    void interceptingAFifthAddsAFifthOfThatAndCostsKey() {
        Incident incident = play(Scenario.PARTIAL_INTERCEPT_RESEND);

        incident.raises(QBER, QBER_X, QBER_Z).lowers(VISIBILITY).leavesAllElse();
        assertThat(incident.shift(QBER_X)).isCloseTo(0.05, within(0.004));
        assertThat(incident.shift(QBER_Z)).isCloseTo(0.05, within(0.004));
        assertThat(incident.keyRate()).isLessThan(0.6 * incident.keyRateBefore());
    }

    @Test
    void aBendDimsAllLightByTheSameDecibels() {
        Incident incident = play(Scenario.FIBRE_LOSS_STEP);

        incident.raises(LOSS_DB)
                .lowers(RX_POWER_DBM, DETECTION_RATE_HZ, GAIN_SIGNAL, GAIN_DECOY, SIFTED_BITS, DOUBLE_CLICK_FRACTION)
                .mayMove(QBER, QBER_X, QBER_Z)
                .leavesAllElse();
        assertThat(incident.shift(LOSS_DB)).isCloseTo(2.5, within(0.05));
        assertThat(incident.shift(RX_POWER_DBM)).isCloseTo(-2.5, within(0.05));
        assertThat(10 * Math.log10(incident.before(DETECTION_RATE_HZ) / incident.during(DETECTION_RATE_HZ)))
                .isCloseTo(2.5, within(0.1));
        assertThat(incident.shift(QBER))
                .as("errors rise by the dark counts' share alone")
                .isBetween(0.0005, 0.0025);
        assertThat(incident.transport()).containsExactly(Transport.Event.OTDR_EVENT);
    }

    @Test
    void aCutFibreIsDarkFailsOverAndComesBack() {
        Incident incident = play(Scenario.FIBRE_CUT);

        incident.raises(LOSS_DB)
                .lowers(RX_POWER_DBM, DETECTION_RATE_HZ, GAIN_SIGNAL, GAIN_DECOY, SIFTED_BITS, DOUBLE_CLICK_FRACTION)
                .mayMove(QBER, QBER_X, QBER_Z, BASIS_Z_FRACTION)
                .leavesAllElse();
        assertThat(incident.during(DETECTION_RATE_HZ))
                .as("what still clicks is dark")
                .isCloseTo(incident.before(DARK_COUNT_RATE_HZ), within(30.0));
        assertThat(incident.during(BASIS_Z_FRACTION)).as("of few clicks").isCloseTo(0.5, within(0.02));
        assertThat(incident.reportsDuring()).as("reports get rare").isLessThan(60);
        assertThat(incident.keyRate()).isZero();
        assertThat(incident.transport()).containsExactly(Transport.Event.LOSS_OF_SIGNAL, Transport.Event.FAILOVER);
        assertThat(incident.transportAfter())
                .containsExactly(Transport.Event.SIGNAL_RESTORED, Transport.Event.FAILBACK);
    }

    @Test
    void aTurningPolarizationHurtsOneBasisMoreAndIsCuredByACalibration() {
        Incident incident = play(Scenario.POLARIZATION_DRIFT);

        incident.raises(QBER, QBER_X, POLARIZATION_DRIFT_RAD)
                .lowers(VISIBILITY)
                .mayMove(QBER_Z)
                .leavesAllElse();
        assertThat(incident.shift(QBER_X)).isGreaterThan(3 * incident.shift(QBER_Z));
        List<Double> angles =
                Series.of(POLARIZATION_DRIFT_RAD, LINK, incident.during()).values();
        assertThat(angles.getFirst()).as("it is a ramp, not a step").isLessThan(0.1);
        assertThat(angles.getLast()).isGreaterThan(0.3);

        assertThat(incident.calibrationsAfter())
                .extracting(Calibration::phase)
                .containsExactly(Calibration.Phase.STARTED, Calibration.Phase.COMPLETED);
        assertThat(incident.calibrationsAfter())
                .extracting(Calibration::initiator)
                .containsOnly(Calibration.Initiator.AUTOMATIC);
        assertThat(incident.calibrationsAfter().getLast().offset().orElseThrow())
                .as("the correction is as large as the drift")
                .isCloseTo(0.4, within(0.06));
    }

    @Test
    void badTagsOnTheClassicalChannelStopTheKeyAndLeaveTheQuantumSideAlone() {
        Incident incident = play(Scenario.AUTH_FAILURE_BURST);

        incident.leavesAllElse();
        assertThat(incident.keyRate()).isZero();
        assertThat(incident.failures()).hasSize(12).allSatisfy(failure -> {
            assertThat(failure.plane()).isEqualTo(AuthFailure.Plane.CLASSICAL_CHANNEL);
            assertThat(failure.reason()).isEqualTo(AuthFailure.Reason.BAD_TAG);
        });
    }

    @Test
    void stolenCredentialsShowAtTheKeyApiAlone() {
        Incident incident = play(Scenario.KEY_API_ABUSE);

        incident.leavesAllElse();
        assertThat(incident.keyRate()).isCloseTo(incident.keyRateBefore(), within(0.05 * incident.keyRateBefore()));
        assertThat(incident.failures()).hasSize(15).allSatisfy(failure -> {
            assertThat(failure.plane()).isEqualTo(AuthFailure.Plane.KEY_API);
            assertThat(failure.reason()).isIn(AuthFailure.Reason.BAD_CREDENTIALS, AuthFailure.Reason.UNKNOWN_PRINCIPAL);
        });
    }

    @Test
    void blindedDetectorsDrawCurrentAndAreTooGood() {
        Incident incident = play(Scenario.DETECTOR_BLINDING);

        incident.raises(PHOTOCURRENT_UA)
                .lowers(DARK_COUNT_RATE_HZ, DOUBLE_CLICK_FRACTION)
                .mayMove(QBER, QBER_X, QBER_Z)
                .leavesAllElse();
        assertThat(incident.shift(QBER)).as("errors do not rise").isLessThanOrEqualTo(0);
        assertThat(incident.during(PHOTOCURRENT_UA) / incident.before(PHOTOCURRENT_UA))
                .isCloseTo(30, within(0.5));
        assertThat(incident.during(DARK_COUNT_RATE_HZ)).isLessThan(5);
        assertThat(incident.during(DOUBLE_CLICK_FRACTION)).isZero();
    }

    @Test
    void probingTheTransmitterShowsInTheReflectionAlone() {
        Incident incident = play(Scenario.TROJAN_HORSE);

        incident.raises(BACK_REFLECTION_DBM).leavesAllElse();
        assertThat(incident.shift(BACK_REFLECTION_DBM)).isCloseTo(25, within(0.5));
    }

    @ParameterizedTest
    @EnumSource
    void theNeighbourNoticesNothing(Scenario scenario) {
        NetworkSimulation quiet = new NetworkSimulation(TWO_LINKS, 3, START, Duration.ofSeconds(1));
        NetworkSimulation disturbed = new NetworkSimulation(TWO_LINKS, 3, START, Duration.ofSeconds(1));
        disturbed.play(scenario, LINK, scenario.magnitude(), START.plusSeconds(60));

        assertThat(neighbours(disturbed.advanceTo(START.plusSeconds(400))))
                .isEqualTo(neighbours(quiet.advanceTo(START.plusSeconds(400))));
    }

    @ParameterizedTest
    @EnumSource
    void theLinkHealsByItself(Scenario scenario) {
        Incident incident = play(scenario);

        for (Observable observable : Observable.of(Kind.LINK_QUALITY)) {
            if (!Series.of(observable, LINK, incident.healed()).isEmpty() && observable != POLARIZATION_DRIFT_RAD) {
                assertThat(Math.abs(
                                Series.of(observable, LINK, incident.healed()).mean() - incident.before(observable)))
                        .as("%s after %s", observable.field(), scenario.wireName())
                        .isLessThan(2 * incident.noise(observable));
            }
        }
        assertThat(incident.keyRateHealed()).isGreaterThan(0.9 * incident.keyRateBefore());
    }

    @ParameterizedTest
    @EnumSource
    void theStrongestThatCanBeOrderedIsStillTelemetry(Scenario scenario) {
        NetworkSimulation simulation = new NetworkSimulation(TWO_LINKS, 3, START, Duration.ofSeconds(1));
        simulation.play(scenario, LINK, scenario.largestMagnitude(), START);

        assertThat(scenario.magnitude()).isBetween(0.0, scenario.largestMagnitude());
        assertThat(simulation.advanceTo(START.plusSeconds(600))).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aScenarioIsFoundByItsName(Scenario scenario) {
        assertThat(scenario.wireName()).matches("[a-z]+(-[a-z]+)*");
        assertThat(Scenario.of(scenario.wireName())).contains(scenario);
        assertThat(Scenario.names()).contains(scenario.wireName());
        assertThat(scenario.description()).isNotBlank();
    }

    @Test
    void aNameThatIsNoneIsNoScenario() {
        assertThat(Scenario.of("INTERCEPT_RESEND")).isEmpty();
        assertThat(Scenario.of("")).isEmpty();
    }

    @Test
    void everyClassOfAnomalyCanBeDrilled() {
        assertThat(Scenario.values())
                .extracting(Scenario::expectedClass)
                .contains(AnomalyClass.ATTACK, AnomalyClass.CALIBRATION_DRIFT, AnomalyClass.PHYSICAL_DEGRADATION);
        assertThat(Scenario.values())
                .allMatch(scenario -> scenario.expectedSubtype().anomalyClass() == scenario.expectedClass());
    }

    private static List<TelemetryEvent> neighbours(List<TelemetryEvent> events) {
        return events.stream().filter(event -> !LINK.equals(event.link())).toList();
    }

    /** An hour of quiet, the scenario, and ten minutes of which the last five are healed. */
    private static Incident play(Scenario scenario) {
        NetworkSimulation simulation = new NetworkSimulation(TWO_LINKS, 3, START, Duration.ofSeconds(1));
        simulation.play(scenario, LINK, scenario.magnitude(), ONSET);
        Instant end = ONSET.plus(scenario.lasts());
        List<TelemetryEvent> events = simulation.advanceTo(end.plusSeconds(600)).stream()
                .filter(event -> LINK.equals(event.link()))
                .toList();
        assertThat(of(events, Calibration.class, START, ONSET))
                .as("a seed with a quiet hour was chosen")
                .isEmpty();
        return new Incident(scenario, events, end);
    }

    private static <T extends TelemetryEvent> List<T> of(
            List<TelemetryEvent> events, Class<T> type, Instant from, Instant to) {
        return events.stream()
                .filter(type::isInstance)
                .filter(event -> !event.time().isBefore(from) && event.time().isBefore(to))
                .map(type::cast)
                .toList();
    }

    private static final class Incident {
        private final Scenario scenario;
        private final List<TelemetryEvent> events;
        private final Instant end;
        private final Set<Observable> moved = EnumSet.noneOf(Observable.class);

        Incident(Scenario scenario, List<TelemetryEvent> events, Instant end) {
            this.scenario = scenario;
            this.events = events;
            this.end = end;
        }

        Incident raises(Observable... observables) {
            for (Observable observable : observables) {
                moved.add(observable);
                assertThat(shift(observable))
                        .as("%s raises %s", scenario.wireName(), observable.field())
                        .isGreaterThan(4 * noise(observable));
            }
            return this;
        }

        Incident lowers(Observable... observables) {
            for (Observable observable : observables) {
                moved.add(observable);
                assertThat(shift(observable))
                        .as("%s lowers %s", scenario.wireName(), observable.field())
                        .isLessThan(-4 * noise(observable));
            }
            return this;
        }

        Incident mayMove(Observable... observables) {
            moved.addAll(List.of(observables));
            return this;
        }

        void leavesAllElse() {
            for (Observable observable : Observable.of(Kind.LINK_QUALITY)) {
                if (!moved.contains(observable)
                        && !Series.of(observable, LINK, events).isEmpty()) {
                    assertThat(Math.abs(shift(observable)))
                            .as("%s leaves %s", scenario.wireName(), observable.field())
                            .isLessThan(2 * noise(observable));
                }
            }
        }

        double shift(Observable observable) {
            return during(observable) - before(observable);
        }

        double noise(Observable observable) {
            double deviation =
                    Series.of(observable, LINK, quality(START, ONSET)).deviation();
            // A walk strays further in the quarter of an hour after than it did around its mean.
            return observable == POLARIZATION_DRIFT_RAD ? Math.max(WALK_RAD, deviation) : deviation;
        }

        double before(Observable observable) {
            return Series.of(observable, LINK, quality(START, ONSET)).mean();
        }

        double during(Observable observable) {
            return Series.of(observable, LINK, during()).mean();
        }

        List<TelemetryEvent> during() {
            return quality(ONSET, end);
        }

        List<TelemetryEvent> healed() {
            return quality(end.plusSeconds(300), end.plusSeconds(600));
        }

        int reportsDuring() {
            return during().size();
        }

        double keyRate() {
            return keyRate(ONSET, end);
        }

        double keyRateBefore() {
            return keyRate(START, ONSET);
        }

        double keyRateHealed() {
            return keyRate(end.plusSeconds(300), end.plusSeconds(600));
        }

        List<AuthFailure> failures() {
            assertThat(of(events, AuthFailure.class, START, ONSET)).isEmpty();
            assertThat(of(events, AuthFailure.class, end, Instant.MAX)).isEmpty();
            return of(events, AuthFailure.class, ONSET, end);
        }

        List<Transport.Event> transport() {
            assertThat(of(events, Transport.class, START, ONSET)).isEmpty();
            return of(events, Transport.class, ONSET, end).stream()
                    .map(Transport::event)
                    .toList();
        }

        List<Transport.Event> transportAfter() {
            return of(events, Transport.class, end, Instant.MAX).stream()
                    .map(Transport::event)
                    .toList();
        }

        List<Calibration> calibrationsAfter() {
            return of(events, Calibration.class, end, Instant.MAX);
        }

        private List<TelemetryEvent> quality(Instant from, Instant to) {
            return List.copyOf(of(events, LinkQuality.class, from, to));
        }

        private double keyRate(Instant from, Instant to) {
            return Series.of(of(events, KeyRate.class, from, to).stream()
                            .map(rate -> rate.readings().value(SECRET_KEY_RATE_BPS))
                            .toList())
                    .mean();
        }
    }
}
