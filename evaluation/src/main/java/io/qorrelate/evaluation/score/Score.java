package io.qorrelate.evaluation.score;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.model.AnomalyClass;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What all that one contestant said is worth.
 *
 * @param contestant who
 * @param statesProbabilities whether its probabilities are meant
 * @param cases in the order in which they were asked for
 */
public record Score(String contestant, boolean statesProbabilities, List<CaseScore> cases) {
    /** The month of "per link-month", s. */
    public static final double MONTH_S = 30.4 * 86_400;

    private static final double MONTHS_PER_YEAR = 365.25 / 30.4;

    public Score {
        cases = List.copyOf(cases);
    }

    /** All incidents of some groups. */
    public Summary of(Case.Group first, Case.Group... others) {
        Set<Case.Group> groups = EnumSet.of(first, others);
        return new Summary(cases.stream()
                .filter(each -> groups.contains(each.group()))
                .flatMap(each -> each.outcomes().stream())
                .toList());
    }

    /** All incidents by kind, in the order in which they were asked for. */
    public Map<String, Summary> byKind() {
        Map<String, List<Outcome>> byKind = new LinkedHashMap<>();
        for (CaseScore each : cases) {
            if (!each.outcomes().isEmpty()) {
                byKind.computeIfAbsent(each.kind(), kind -> new ArrayList<>()).addAll(each.outcomes());
            }
        }
        Map<String, Summary> summaries = new LinkedHashMap<>();
        byKind.forEach((kind, outcomes) -> summaries.put(kind, new Summary(outcomes)));
        return summaries;
    }

    /** Link-months without any incident in quiet cases. */
    public double quietMonths() {
        return months(each -> each.group() == Case.Group.QUIET);
    }

    /** Link-months without any incident, before and beside those of other cases. */
    public double monthsBesideIncidents() {
        return months(each -> each.group() != Case.Group.QUIET);
    }

    private double months(Predicate<CaseScore> of) {
        return cases.stream().filter(of).mapToDouble(CaseScore::quietLinkS).sum() / MONTH_S;
    }

    /** Findings about nothing in quiet cases. */
    public List<Verdict> quietFalse() {
        return falseFindings(each -> each.group() == Case.Group.QUIET);
    }

    /** Findings about nothing in other cases. */
    public List<Verdict> falseBesideIncidents() {
        return falseFindings(each -> each.group() != Case.Group.QUIET);
    }

    private List<Verdict> falseFindings(Predicate<CaseScore> of) {
        return cases.stream()
                .filter(of)
                .flatMap(each -> each.falseFindings().stream())
                .toList();
    }

    /** False findings per link-month of quiet; not a number where there was no quiet. */
    public double falsePerLinkMonth() {
        return quietFalse().size() / quietMonths();
    }

    /** False findings that called it an attack in the end, per link-year of quiet. */
    public double falseAttacksPerLinkYear() {
        return attacks(quietFalse()) / quietMonths() * MONTHS_PER_YEAR;
    }

    /** False findings that called it an attack at any time, per link-year of quiet. */
    public double everFalseAttacksPerLinkYear() {
        return quietFalse().stream().filter(Verdict::everAttack).count() / quietMonths() * MONTHS_PER_YEAR;
    }

    /** How many of them call it an attack. */
    public static long attacks(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.last().anomalyClass() == AnomalyClass.ATTACK)
                .count();
    }

    /** How often each subtype was named, by its name. */
    public static Map<String, Long> bySubtype(List<Verdict> verdicts) {
        return verdicts.stream().collect(Collectors.groupingBy(Verdict::name, TreeMap::new, Collectors.counting()));
    }
}
