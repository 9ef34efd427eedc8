package io.qorrelate.diagnosis;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.diagnosis.rules.ShippedRules;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of the diagnosis whatever it is told. */
class DiagnosisPropertiesTest {
    private static final String LINK = "ams-1~del-1";
    private static final String NEIGHBOUR = "ams-2~del-2";
    private static final String ELSEWHERE = "ams-3~del-3";
    private static final Duration LATENESS = Timeline.DEFAULT_LATENESS;

    private static final Topology NETWORK = Topology.parse("""
            nodes:
              - {id: ams-1}
              - {id: del-1}
            links:
              - {id: ams-1~del-1, from: ams-1, to: del-1}
              - {id: ams-2~del-2}
              - {id: ams-3~del-3}
            shared_risk:
              - {id: a13, what: duct, members: [ams-1~del-1, ams-2~del-2]}
            """, "network.yml");

    private final LinkDiagnosis diagnosis =
            new LinkDiagnosis(ShippedRules.pack(), DiagnosisSettings.defaults(), NETWORK);

    /** The same without a drawing of the network: every subject is told of alone. */
    private final LinkDiagnosis undrawn = new LinkDiagnosis(ShippedRules.pack(), DiagnosisSettings.defaults());

    // Whatever the telemetry, what is said is numbers.

    static final int[] ABSURD = IntStream.rangeClosed(1, 30).toArray();

    @ParameterizedTest
    @FieldSource("ABSURD")
    void probabilitiesSumToOneAndEveryNumberIsOneWhateverTheTelemetry(int seed) {
        List<TelemetryEvent> events =
                new AbsurdTelemetry(seed, List.of(LINK, NEIGHBOUR), List.of("ams-1", "del-1")).events(1500);

        NetworkDiagnosis network = new NetworkDiagnosis(diagnosis, AbsurdTelemetry.BACK);
        List<Finding> findings = new ArrayList<>();
        events.forEach(event -> findings.addAll(network.accept(event)));
        findings.addAll(network.finish());

        assertThat(findings).allSatisfy(DiagnosisPropertiesTest::isSane);
    }

    @ParameterizedTest
    @FieldSource("ABSURD")
    void theStateHoldsNothingButNumbersAndIsReadBackAsItWasWritten(int seed) {
        List<TelemetryEvent> events = new AbsurdTelemetry(seed, List.of(LINK), List.of("del-1"))
                .events(1500).stream().sorted(Comparator.comparing(Place::of)).toList();

        LinkState state = diagnosis.initial(LINK);
        int told = 0;
        for (TelemetryEvent event : events) {
            diagnosis.advance(state, event);
            told++;
            if (told % 10 == 0) {
                assertThat(NumbersWithin.notFinite(state)).isEmpty();
            }
            if (told % 50 == 0) {
                assertThat(LinkState.fromBytes(state.toBytes())).isEqualTo(state);
            }
        }
    }

    // Many links at once are each of them by itself.

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 1000})
    void eventsOfManyLinksFoldedInTogetherAreTheSameAsOneByOne(int together) {
        List<TelemetryEvent> events = network(together);
        Map<String, LinkState> oneByOne = new HashMap<>();
        List<Finding> saidOneByOne = new ArrayList<>();
        for (TelemetryEvent event : events) {
            saidOneByOne.addAll(diagnosis.advance(oneByOne.computeIfAbsent(event.key(), diagnosis::initial), event));
        }

        Map<String, LinkState> states = new HashMap<>();
        List<Finding> said = new ArrayList<>();
        for (int from = 0; from < events.size(); from += together) {
            TelemetryEvent[] some = events.subList(from, Math.min(events.size(), from + together))
                    .toArray(TelemetryEvent[]::new);
            LinkState[] theirs = Stream.of(some)
                    .map(event -> states.computeIfAbsent(event.key(), diagnosis::initial))
                    .toArray(LinkState[]::new);
            said.addAll(diagnosis.advance(theirs, some, some.length));
        }

        assertThat(said).isNotEmpty().isEqualTo(saidOneByOne);
        assertThat(states).hasSizeGreaterThan(2).isEqualTo(oneByOne);
    }

    @Test
    void whatIsBehindTheEventsThatAreToldOfIsNotFoldedIn() {
        TelemetryEvent event = network(1).getFirst();
        LinkState told = diagnosis.initial(event.key());
        LinkState untold = diagnosis.initial(event.key());

        diagnosis.advance(new LinkState[] {told, untold}, new TelemetryEvent[] {event, event}, 1);

        assertThat(untold).isEqualTo(diagnosis.initial(event.key()));
        assertThat(told).isNotEqualTo(untold);
    }

    private static void isSane(Finding finding) {
        assertThat(finding.probabilities()).containsOnlyKeys(AnomalyClass.values());
        assertThat(finding.probabilities().values())
                .allSatisfy(probability -> assertThat(probability).isBetween(0.0, 1.0));
        assertThat(finding.probabilities().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isCloseTo(1, within(1e-6));
        assertThat(NumbersWithin.notFinite(finding)).isEmpty();
        assertThat(finding.explanation() + finding.evidence())
                .as("what is told to people")
                .doesNotContain("NaN")
                .doesNotContain("Infinity");
        assertThat(finding.onset()).isBeforeOrEqualTo(finding.detected());
    }

    // The order of arrival does not matter, and replay says what was said live.

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void subjectsThatShareNothingMayBeToldOfOneAfterTheOtherReplayedOrLive(long seed) {
        List<TelemetryEvent> events = network(seed);

        Map<String, Finding> replayed = Diagnosed.lastWords(undrawn, events);

        assertThat(replayed.values()).extracting(Finding::key).contains(LINK, NEIGHBOUR, ELSEWHERE, LinkStory.NODE);
        assertThat(Diagnosed.lastWords(undrawn, Retold.subjectBySubject(events)))
                .isEqualTo(replayed);
        assertThat(live(undrawn, events)).isEqualTo(replayed);
        assertThat(live(undrawn, Retold.subjectBySubject(events))).isEqualTo(replayed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aNetworkMayBeReplayedInAnyOrderWithinTheLateness(long seed) {
        List<TelemetryEvent> events = network(seed);

        assertThat(Diagnosed.lastWords(diagnosis, Retold.disordered(events, LATENESS, seed)))
                .isEqualTo(Diagnosed.lastWords(diagnosis, events));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aReplayOfANetworkSaysInTheEndWhatWasSaidLive(long seed) {
        List<TelemetryEvent> events = network(seed);

        Diagnosed.assertSame(live(diagnosis, events), Diagnosed.lastWords(diagnosis, events));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 5})
    void aReplayOfANetworkSaysInTheEndWhatWasSaidLiveThoughItArrivedInDisorder(long seed) {
        List<TelemetryEvent> disordered = Retold.disordered(network(seed), LATENESS, seed);

        Diagnosed.assertSame(live(diagnosis, disordered), Diagnosed.lastWords(diagnosis, network(seed)));
    }

    @ParameterizedTest
    @ValueSource(longs = {8})
    void aReplayOfALinkSaysInTheEndWhatWasSaidLiveThoughItArrivedInDisorder(long seed) {
        List<TelemetryEvent> disordered = Retold.disordered(network(seed), LATENESS, seed);

        Diagnosed.assertSame(live(undrawn, disordered), Diagnosed.lastWords(undrawn, network(seed)));
    }

    // What comes twice counts once.

    @Test
    void aNetworkOfWhichEverythingIsToldTwiceIsTheSame() {
        List<TelemetryEvent> events = network(5);
        List<TelemetryEvent> twice = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            twice.add(events.get(i));
            twice.add(events.get(Math.max(0, i - 5)));
        }

        assertThat(Diagnosed.lastWords(diagnosis, twice)).isEqualTo(Diagnosed.lastWords(diagnosis, events));
        assertThat(live(diagnosis, twice)).isEqualTo(live(diagnosis, events));
    }

    // Units and origins are free.

    static Stream<Arguments> units() {
        Set<Observable> clicks = EnumSet.of(Observable.DETECTION_RATE_HZ, Observable.DARK_COUNT_RATE_HZ);
        Set<Observable> gains = EnumSet.of(Observable.GAIN_SIGNAL, Observable.GAIN_DECOY, Observable.GAIN_VACUUM);
        Set<Observable> current = EnumSet.of(Observable.PHOTOCURRENT_UA);
        Set<Observable> power = EnumSet.of(Observable.RX_POWER_DBM);
        Set<Observable> reflection = EnumSet.of(Observable.BACK_REFLECTION_DBM);
        Set<Observable> loss = EnumSet.of(Observable.LOSS_DB);
        Set<Observable> key = EnumSet.of(Observable.SECRET_KEY_RATE_BPS);
        Set<Observable> light = EnumSet.copyOf(clicks);
        light.addAll(gains);
        light.add(Observable.SECRET_KEY_RATE_BPS);
        return Stream.of(
                Arguments.of("all that counts light, of a link three times as bright", light, times(3)),
                Arguments.of("clicks of a detector ten times as fast", clicks, times(10)),
                Arguments.of("clicks of every third pulse", clicks, times(1.0 / 3)),
                Arguments.of("gains per gate of two pulses", gains, times(2)),
                Arguments.of("gains at a tenth of the efficiency", gains, times(0.1)),
                Arguments.of("current in nanoampere", current, times(1000)),
                Arguments.of("current in milliampere", current, times(0.001)),
                Arguments.of("power behind an amplifier", power, plus(17)),
                Arguments.of("power behind a tap of one percent", power, plus(-20)),
                Arguments.of("back reflection as a return loss from another level", reflection, plus(30)),
                Arguments.of("loss with the receiver's own", loss, plus(3)),
                Arguments.of("key of a block twice as large", key, times(2)));
    }

    private static DoubleUnaryOperator times(double factor) {
        return value -> value * factor;
    }

    private static DoubleUnaryOperator plus(double db) {
        return value -> value + db;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("units")
    void theScaleOfAUnitDoesNotChangeTheVerdict(String name, Set<Observable> observables, DoubleUnaryOperator unit) {
        for (LinkStory story : plainStories()) {
            assertThat(verdicts(Retold.inUnits(story.events(), observables, unit)))
                    .as(name)
                    .isEqualTo(verdicts(story.events()))
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 24, 365 * 24, 10 * 365 * 24 + 5, -20 * 365 * 24})
    void theSameAtAnotherTimeIsTheSame(long hours) {
        for (LinkStory story : plainStories()) {
            List<Verdict> then = verdicts(Retold.later(story.events(), ofHours(hours)));

            assertThat(then.stream().map(verdict -> verdict.later(ofHours(-hours))))
                    .isEqualTo(verdicts(story.events()))
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "zürich–genf 量子", "link with spaces/and\\slashes"})
    void theSameUnderAnotherNameIsTheSame(String name) {
        for (LinkStory story : plainStories()) {
            assertThat(verdicts(Retold.ofLink(story.events(), name)))
                    .isEqualTo(verdicts(story.events()))
                    .isNotEmpty();
        }
    }

    /** What a finding says, but for its words. */
    private record Verdict(
            AnomalyClass anomalyClass,
            @Nullable Subtype subtype,
            Instant onset,
            Instant detected,
            @Nullable Instant ended) {

        static Verdict of(Finding finding) {
            return new Verdict(
                    finding.anomalyClass(), finding.subtype(), finding.onset(), finding.detected(), finding.ended());
        }

        Verdict later(Duration by) {
            return new Verdict(
                    anomalyClass, subtype, onset.plus(by), detected.plus(by), ended == null ? null : ended.plus(by));
        }
    }

    private List<Verdict> verdicts(List<TelemetryEvent> events) {
        return Diagnosed.lastWords(undrawn, events).values().stream()
                .map(Verdict::of)
                .toList();
    }

    private static List<LinkStory> plainStories() {
        return List.of(
                known(71).interceptResend(0.5).quietFor(ofMinutes(20)),
                known(72).losesMore(2.5).quietFor(ofMinutes(20)),
                known(73).blindsTheDetectors().quietFor(ofMinutes(20)),
                known(74).splitsPhotonNumbers(0.6).quietFor(ofMinutes(20)),
                known(75)
                        .polarizationDrifts(0.8)
                        .quietFor(ofMinutes(30))
                        .recalibrates(Calibration.Initiator.AUTOMATIC)
                        .quietFor(ofMinutes(20)));
    }

    private static LinkStory known(long seed) {
        return LinkStory.of(LINK, seed)
                .withEveryInstrument()
                .every(ofSeconds(20))
                .quietFor(ofHours(2));
    }

    private static Map<String, Finding> live(LinkDiagnosis diagnosis, List<TelemetryEvent> events) {
        return new LiveNetwork(diagnosis, LATENESS).accept(events).standing();
    }

    /**
     * A site with its room, a neighbour in the duct that is bent too, and a link elsewhere: with a door, a drift that is cured, a
     * bend, bad tags, and an eavesdropper.
     */
    private static List<TelemetryEvent> network(long seed) {
        LinkStory link = LinkStory.of(LINK, seed)
                .every(ofSeconds(20))
                .withItsRoom()
                .quietFor(ofMinutes(70))
                .polarizationDrifts(1)
                .quietFor(ofMinutes(20))
                .recalibrates(Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20))
                .enclosureIsOpened()
                .quietFor(ofMinutes(5))
                .losesMore(2.5)
                .otdrShows(4.2, 2.5)
                .quietFor(ofMinutes(20))
                .coolingFails(15)
                .quietFor(ofMinutes(20));
        LinkStory neighbour = LinkStory.of(NEIGHBOUR, seed + 100)
                .every(ofSeconds(20))
                .quietFor(ofMinutes(116))
                .losesMore(1.5)
                .quietFor(ofMinutes(40));
        LinkStory elsewhere = LinkStory.of(ELSEWHERE, seed + 200)
                .every(ofSeconds(20))
                .quietFor(ofMinutes(80))
                .authenticationFails(6, ofSeconds(20), AuthFailure.Plane.CLASSICAL_CHANNEL, AuthFailure.Reason.BAD_TAG)
                .quietFor(ofMinutes(40))
                .interceptResend(0.6)
                .quietFor(ofMinutes(15))
                .heals()
                .quietFor(ofMinutes(20));
        return LinkStory.together(link, neighbour, elsewhere);
    }
}
