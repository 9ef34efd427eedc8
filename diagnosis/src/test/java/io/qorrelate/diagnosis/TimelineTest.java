package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimelineTest {
    private static final String LINK = "ams-1~del-1";
    private static final Duration LATENESS = Duration.ofMinutes(2);

    private final LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void disorderWithinTheLatenessEndsAsIfEverythingHadComeInOrder(long seed) {
        List<TelemetryEvent> story = eventful(seed);

        Run inOrder = run(story);
        Run disordered = run(disordered(story, seed));

        Diagnosed.assertSame(disordered.standing(), inOrder.standing());
        assertThat(Objects.requireNonNull(disordered.log.head()).toBytes())
                .isEqualTo(Objects.requireNonNull(inOrder.log.head()).toBytes());
        assertThat(inOrder.standing()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNetworkInMemorySaysTheSameInWhateverOrderItHears(long seed) {
        List<TelemetryEvent> story = eventful(seed);

        assertThat(settled(disordered(story, seed))).isEqualTo(settled(story));
        assertThat(settled(story)).isEqualTo(settled(story)).isNotEmpty();
    }

    @Test
    void anEventThatComesTwiceCountsOnce() {
        List<TelemetryEvent> story = eventful(11);
        List<TelemetryEvent> twice = new ArrayList<>();
        for (int i = 0; i < story.size(); i++) {
            twice.add(story.get(i));
            twice.add(story.get(Math.max(0, i - 3)));
        }

        Run once = run(story);
        Run repeated = run(twice);

        assertThat(repeated.fates.get(Timeline.Fate.DUPLICATE)).isEqualTo(story.size());
        assertThat(repeated.standing()).isEqualTo(once.standing());
    }

    @Test
    void anEventOlderThanTheLatenessIsLateAndChangesNothing() {
        List<TelemetryEvent> story =
                LinkStory.of(LINK, 12).quietFor(Duration.ofHours(1)).events();
        Run run = run(story.subList(1, story.size()));
        byte[] before = Objects.requireNonNull(run.log.head()).toBytes();

        Timeline.Outcome outcome = new Timeline(diagnosis, LATENESS).accept(LINK, run.log, story.getFirst());

        assertThat(outcome.fate()).isEqualTo(Timeline.Fate.LATE);
        assertThat(outcome.findings()).isEmpty();
        assertThat(Objects.requireNonNull(run.log.head()).toBytes()).isEqualTo(before);
    }

    @Test
    void whatANodeTellsMostOfAnHourAheadMakesNothingOfALinkLateAndIsHeardInItsPlace() {
        List<TelemetryEvent> story = eventful(16);
        Instant begin = story.getFirst().time();
        List<TelemetryEvent> told = IntStream.range(0, 48)
                .<TelemetryEvent>mapToObj(i -> LinkStory.roomOf("ams-1", begin.plusSeconds(300L * i)))
                .toList();
        List<TelemetryEvent> merged = new ArrayList<>(story);
        merged.addAll(told);
        merged.sort(Comparator.comparing(Place::of));

        Run inOrder = run(merged);
        Run nodeAhead = run(Stream.concat(told.stream(), story.stream())
                .sorted(Comparator.comparing(event ->
                        event.key().equals(LINK) ? event.time() : event.time().minus(Duration.ofMinutes(50))))
                .toList());

        assertThat(nodeAhead.fates).doesNotContainKey(Timeline.Fate.LATE);
        assertThat(inOrder.standing()).isNotEmpty();
        Diagnosed.assertSame(nodeAhead.standing(), inOrder.standing());
    }

    @Test
    void whatANodeTellsTooLateForItsPlaceIsStillHeard() {
        LinkStory story = LinkStory.of(LINK, 18)
                .quietFor(Duration.ofHours(1))
                .losesMore(2)
                .quietFor(Duration.ofMinutes(30));
        Run run = run(story.events());
        Finding before = run.standing().values().iterator().next();
        TelemetryEvent tampering = LinkStory.tamperingAt("ams-1", before.onset().minusSeconds(60));

        Timeline.Outcome outcome = new Timeline(diagnosis, LATENESS).accept(LINK, run.log, tampering);

        assertThat(outcome.fate()).isEqualTo(Timeline.Fate.HEARD_LATE);
        assertThat(outcome.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.id()).isEqualTo(before.id());
            assertThat(finding.subtype()).isEqualTo(Subtype.CHANNEL_TAP);
        });
        List<TelemetryEvent> inOrder = new ArrayList<>(story.events());
        inOrder.add(tampering);
        inOrder.sort(Comparator.comparing(Place::of));
        assertThat(run(inOrder).standing().get(before.id()).subtype()).isEqualTo(Subtype.CHANNEL_TAP);
    }

    @Test
    void aSilentLinkKeepsNoMoreThanAnHourOfWhatItsNodesTell() {
        InMemoryLinkLog log = new InMemoryLinkLog();
        Timeline timeline = new Timeline(diagnosis, LATENESS);
        LinkStory story = LinkStory.of(LINK, 17).quietFor(Duration.ofMinutes(10));
        story.events().forEach(event -> timeline.accept(LINK, log, event));
        Instant silent = story.events().getLast().time();
        for (int minute = 1; minute <= 600; minute++) {
            timeline.accept(LINK, log, LinkStory.roomOf("ams-1", silent.plusSeconds(60L * minute)));
        }

        assertThat(log.size()).isLessThan(130);
        assertThat(log.clock()).isEqualTo(silent);
    }

    @Test
    void reportsOfOneMomentAreInOrderAndNeedNoRewind() {
        List<TelemetryEvent> story =
                LinkStory.of(LINK, 13).quietFor(Duration.ofMinutes(20)).events();
        assertThat(story.get(0).time()).isEqualTo(story.get(1).time());
        CountingLog log = new CountingLog();
        Timeline timeline = new Timeline(diagnosis, LATENESS);

        story.stream().sorted(Comparator.comparing(Place::of)).forEach(event -> timeline.accept(LINK, log, event));

        assertThat(log.rewinds).isZero();
    }

    @Test
    void whatIsKeptStaysWithinAFewLatenesses() {
        InMemoryLinkLog log = new InMemoryLinkLog();
        Timeline timeline = new Timeline(diagnosis, LATENESS);
        int most = 0;
        for (TelemetryEvent event : LinkStory.of(LINK, 14)
                .every(Duration.ofSeconds(1))
                .quietFor(Duration.ofHours(1))
                .events()) {
            timeline.accept(LINK, log, event);
            most = Math.max(most, log.size());
        }

        // Two reports a second for two latenesses, and the stride in which the settled state advances.
        assertThat(most).isLessThan((int) (2 * 2 * LATENESS.toSeconds() + 100));
    }

    @Test
    void aFindingThatALateEventTakesTheGroundFromIsWithdrawn() {
        // Forty seconds of odd reports raise a finding; then it turns out that a calibration was under way.
        LinkStory quiet = LinkStory.of(LINK, 15).quietFor(Duration.ofHours(1));
        int before = quiet.events().size();
        List<TelemetryEvent> story = quiet.recalibrates(Calibration.Initiator.SCHEDULED)
                .quietFor(Duration.ofMinutes(10))
                .events();
        TelemetryEvent started = story.get(before);
        List<TelemetryEvent> odd = new ArrayList<>(story);
        odd.remove(started);
        int completed = odd.size();
        for (int i = before; i < odd.size(); i++) {
            if (odd.get(i) instanceof Calibration) {
                completed = i;
                break;
            }
        }
        odd.add(completed, started);

        Run run = run(odd);

        assertThat(run(story).standing()).isEmpty();
        assertThat(run.standing()).isEmpty();
        assertThat(run.said)
                .isNotEmpty()
                .last()
                .satisfies(finding -> assertThat(finding.explanation()).startsWith("Withdrawn:"));
    }

    /** Every kind of thing that may happen, within an hour or two. */
    private static List<TelemetryEvent> eventful(long seed) {
        return LinkStory.of(LINK, seed)
                .quietFor(Duration.ofMinutes(30))
                .polarizationDrifts(1)
                .quietFor(Duration.ofMinutes(20))
                .recalibrates(Calibration.Initiator.AUTOMATIC)
                .quietFor(Duration.ofMinutes(20))
                .authenticationFails(
                        5, Duration.ofSeconds(20), AuthFailure.Plane.CLASSICAL_CHANNEL, AuthFailure.Reason.BAD_TAG)
                .quietFor(Duration.ofMinutes(10))
                .losesMore(3)
                .quietFor(Duration.ofMinutes(10))
                .events();
    }

    /** Each event comes up to half the lateness after its time. */
    private static List<TelemetryEvent> disordered(List<TelemetryEvent> story, long seed) {
        return Retold.disordered(story, LATENESS.dividedBy(2), seed * 7919);
    }

    private Run run(List<TelemetryEvent> events) {
        Run run = new Run();
        Timeline timeline = new Timeline(diagnosis, LATENESS);
        for (TelemetryEvent event : events) {
            Timeline.Outcome outcome = timeline.accept(LINK, run.log, event);
            run.fates.merge(outcome.fate(), 1, Integer::sum);
            run.said.addAll(outcome.findings());
        }
        return run;
    }

    private Map<String, Finding> settled(List<TelemetryEvent> events) {
        return Diagnosed.lastWords(diagnosis, events);
    }

    private static final class Run {
        final InMemoryLinkLog log = new InMemoryLinkLog();
        final Map<Timeline.Fate, Integer> fates = new LinkedHashMap<>();
        final List<Finding> said = new ArrayList<>();

        /** What a reader believes in the end: the last word on each id, but for what was withdrawn. */
        Map<String, Finding> standing() {
            Map<String, Finding> last = new LinkedHashMap<>();
            said.forEach(finding -> last.put(finding.id(), finding));
            last.values().removeIf(finding -> finding.explanation().startsWith("Withdrawn:"));
            return last;
        }
    }

    /** Counts how often everything kept was read again. */
    private static final class CountingLog implements LinkLog {
        private final InMemoryLinkLog log = new InMemoryLinkLog();
        private int rewinds;

        @Override
        public @Nullable LinkState settled() {
            return log.settled();
        }

        @Override
        public long settledUntil() {
            return log.settledUntil();
        }

        @Override
        public @Nullable LinkState head() {
            return log.head();
        }

        @Override
        public Instant clock() {
            return log.clock();
        }

        @Override
        public void settle(LinkState settled, long untilMs) {
            log.settle(settled, untilMs);
        }

        @Override
        public void advance(LinkState head, Instant clock) {
            log.advance(head, clock);
        }

        @Override
        public boolean has(Place place) {
            return log.has(place);
        }

        @Override
        public boolean isBehindAll(Place place) {
            return log.isBehindAll(place);
        }

        @Override
        public void keep(TelemetryEvent event) {
            log.keep(event);
        }

        @Override
        public List<TelemetryEvent> until(Instant time) {
            return log.until(time);
        }

        @Override
        public List<TelemetryEvent> all() {
            rewinds++;
            return log.all();
        }

        @Override
        public int size() {
            return log.size();
        }

        @Override
        public void forgetUntil(Instant time) {
            log.forgetUntil(time);
        }
    }
}
