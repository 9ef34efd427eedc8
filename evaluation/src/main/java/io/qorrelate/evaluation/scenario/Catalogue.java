package io.qorrelate.evaluation.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that can be played. */
public final class Catalogue {
    /** Kind of scenarios in which nothing happens. */
    public static final String QUIET = "quiet";

    /** Prefix of the kinds whose networks report nothing by which the cause can be told from those of other classes. */
    public static final String POOR = "poor:";

    /** How long a quiet scenario is. */
    public static final Duration MONTH = Duration.ofHours(730);

    private static final List<Plot> PLOTS = Stream.of(
                    Attacks.PLOTS, Drifts.PLOTS, Degradations.PLOTS, HardAdversaries.PLOTS)
            .flatMap(List::stream)
            .toList();

    private Catalogue() {}

    /** Names of the plots that follow the signatures, in the signatures' order. */
    public static List<String> plain() {
        return PLOTS.stream().filter(plot -> !plot.hard()).map(Plot::name).toList();
    }

    /** Names of the hard adversaries' plots. */
    public static List<String> hard() {
        return PLOTS.stream().filter(Plot::hard).map(Plot::name).toList();
    }

    /** Kinds of poor observability: those of which there are networks on which they cannot be told. */
    public static List<String> poor() {
        return PLOTS.stream()
                .filter(plot -> !plot.hard())
                .map(plot -> POOR + plot.name())
                .toList();
    }

    /**
     * The scenario of a kind and number.
     *
     * @param kind one of {@link #plain}, {@link #hard} or {@link #poor}, or {@link #QUIET}
     * @return empty where no network was found on which it could be played
     * @throws IllegalArgumentException where there is no such kind
     */
    public static Optional<Scenario> scenario(String kind, SeedSet set, long number) {
        if (kind.equals(QUIET)) {
            return Optional.of(Scenario.quiet(set, number, MONTH));
        }
        boolean tellable = !kind.startsWith(POOR);
        String name = tellable ? kind : kind.substring(POOR.length());
        Plot plot = PLOTS.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no kind of scenario named '" + kind + "'"));
        return Scenario.incident(plot, set, number, tellable);
    }

    /**
     * Numbers of quiet scenarios that together have at least so many link-months.
     *
     * @param first the first of them
     */
    public static List<Long> quiet(SeedSet set, long first, double linkMonths) {
        List<Long> numbers = new ArrayList<>();
        double months = 0;
        for (long number = first; months < linkMonths; number++) {
            numbers.add(number);
            months += Scenario.quiet(set, number, MONTH).linkIds().size();
        }
        return numbers;
    }
}
