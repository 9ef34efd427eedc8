package io.qorrelate.evaluation.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.evaluation.link.Reporting;
import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogueTest {
    private static final SeedSet SEEDS = SeedSet.DEVELOPMENT;

    static List<String> told() {
        return Stream.concat(Catalogue.plain().stream(), Catalogue.hard().stream())
                .toList();
    }

    @Test
    void everySubtypeIsPlayed() {
        Set<Subtype> played = new HashSet<>();
        Catalogue.plain()
                .forEach(kind -> Catalogue.scenario(kind, SEEDS, 0)
                        .orElseThrow()
                        .truths()
                        .forEach(truth -> played.add(truth.subtype())));

        assertThat(played).containsExactlyInAnyOrder(Subtype.values());
    }

    @ParameterizedTest
    @MethodSource("told")
    void aScenarioHasAHistoryAnIncidentAndABoundWithinIt(String kind) {
        Scenario scenario = Catalogue.scenario(kind, SEEDS, 1).orElseThrow();
        Truth truth = scenario.truths().getFirst();
        List<TelemetryEvent> events = new ArrayList<>();
        Case.Played played = scenario.play(events::add);

        long before = events.stream()
                .filter(event -> event instanceof LinkQuality
                        && truth.link().equals(event.link())
                        && event.time().isBefore(truth.onset()))
                .count();
        assertThat(before).as("quiet reports before").isGreaterThanOrEqualTo(150);
        assertThat(truth.onset()).isAfterOrEqualTo(scenario.start().plus(Duration.ofHours(2)));
        assertThat(truth.end()).isAfter(truth.onset()).isBeforeOrEqualTo(scenario.end());
        assertThat(truth.relative()).isBetween(0.0, 1.0);
        assertThat(truth.magnitude().value()).isPositive();
        assertThat(events).allSatisfy(event -> {
            assertThat(event.time()).isBetween(scenario.start(), scenario.end().plusSeconds(1));
            assertThat(scenario.linkIds())
                    .containsAnyOf(event.link(), scenario.linkIds().getFirst());
        });
        Case.PlayedIncident shown = played.incidents().getFirst();
        if (shown.boundS().isPresent()) {
            assertThat(shown.boundS().getAsDouble())
                    .isLessThanOrEqualTo(
                            Duration.between(truth.onset(), truth.end()).toMillis() / 1000.0);
            assertThat(shown.reports().until(shown.boundS().getAsDouble() + 1e-6))
                    .isEqualTo(shown.boundReports().getAsInt());
        }
    }

    @ParameterizedTest
    @MethodSource("told")
    void theSameNumberIsTheSameScenario(String kind) {
        assertThat(Catalogue.scenario(kind, SEEDS, 2).orElseThrow().truths())
                .isEqualTo(Catalogue.scenario(kind, SEEDS, 2).orElseThrow().truths());
    }

    @Test
    void theSameNumberPlaysTheSameTelemetryToTheBit() {
        for (String kind : List.of("macro_bend", "management_compromise", "cooling_failure")) {
            assertThat(play(Catalogue.scenario(kind, SEEDS, 3)))
                    .isEqualTo(play(Catalogue.scenario(kind, SEEDS, 3)))
                    .isNotEqualTo(play(Catalogue.scenario(kind, SEEDS, 4)));
        }
    }

    private static List<TelemetryEvent> play(Optional<Scenario> scenario) {
        List<TelemetryEvent> events = new ArrayList<>();
        scenario.orElseThrow().play(events::add);
        return events;
    }

    @Test
    void developmentAndHeldOutSeedsNeverMeet() {
        Set<Long> seeds = new HashSet<>();
        int all = 0;
        for (SeedSet set : SeedSet.values()) {
            for (String kind :
                    Stream.concat(told().stream(), Catalogue.poor().stream()).toList()) {
                for (long number : new long[] {0, 1, 77, SeedSet.LAST}) {
                    seeds.add(set.seed(kind, number));
                    all++;
                }
            }
        }

        assertThat(seeds).as("no two scenarios share a seed").hasSize(all);
        for (long number : new long[] {0, 5, SeedSet.LAST}) {
            assertThat(SeedSet.DEVELOPMENT.seed("x", number) >>> 62).isEqualTo(1);
            assertThat(SeedSet.HELD_OUT.seed("x", number) >>> 62).isEqualTo(2);
        }
        assertThatThrownBy(() -> SeedSet.DEVELOPMENT.seed("x", SeedSet.LAST + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SeedSet.DEVELOPMENT.seed("x", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void developmentAndHeldOutScenariosDiffer() {
        assertThat(Catalogue.scenario("macro_bend", SeedSet.DEVELOPMENT, 0)
                        .orElseThrow()
                        .truths())
                .isNotEqualTo(Catalogue.scenario("macro_bend", SeedSet.HELD_OUT, 0)
                        .orElseThrow()
                        .truths());
    }

    @Test
    void whatIsLateIsLateByLessThanTwoMinutes() {
        int disordered = 0;
        for (long number = 0; number < 12; number++) {
            Instant latest = Instant.MIN;
            for (TelemetryEvent event : play(Catalogue.scenario("macro_bend", SEEDS, number))) {
                if (event.time().isBefore(latest)) {
                    disordered++;
                    assertThat(Duration.between(event.time(), latest))
                            .isLessThanOrEqualTo(Duration.ofMillis((long) (1000 * Reporting.LATEST_S) + 1000));
                } else {
                    latest = event.time();
                }
            }
        }

        assertThat(disordered).isPositive();
    }

    @Test
    void poorNetworksAreCountedApart() {
        Scenario poor = Catalogue.scenario("poor:trojan_horse", SEEDS, 0).orElseThrow();

        assertThat(poor.group()).isEqualTo(Group.POOR);
        assertThat(poor.target().reports(Observable.BACK_REFLECTION_DBM)).isFalse();
    }

    @Test
    void nominalLifeHasCalibrationsAndNoIncident() {
        Scenario quiet = Scenario.quiet(SEEDS, 4, Duration.ofDays(3));
        List<TelemetryEvent> events = play(Optional.of(quiet));

        assertThat(quiet.truths()).isEmpty();
        assertThat(quiet.group()).isEqualTo(Group.QUIET);
        assertThat(events).hasAtLeastOneElementOfType(LinkQuality.class);
        assertThat(events.stream().filter(AuthFailure.class::isInstance).map(AuthFailure.class::cast))
                .allSatisfy(failure -> assertThat(failure.count()).isEqualTo(1));
        assertThat(events.stream().filter(Calibration.class::isInstance).map(Calibration.class::cast))
                .noneSatisfy(calibration -> assertThat(calibration.phase()).isEqualTo(Calibration.Phase.FAILED));
    }

    @Test
    void quietScenariosAreAsManyAsTheLinkMonthsNeed() {
        List<Long> numbers = Catalogue.quiet(SEEDS, 10, 5);

        int links = numbers.stream()
                .mapToInt(number ->
                        Scenario.quiet(SEEDS, number, Catalogue.MONTH).linkIds().size())
                .sum();
        assertThat(numbers.getFirst()).isEqualTo(10);
        assertThat(links).isBetween(5, 8);
    }

    @Test
    void aKindThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> Catalogue.scenario("sabotage", SEEDS, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sabotage");
    }
}
