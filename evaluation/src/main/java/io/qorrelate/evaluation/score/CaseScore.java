package io.qorrelate.evaluation.score;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.ReportTimes;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one case's findings are worth.
 *
 * @param kind of the case
 * @param name of the case
 * @param group how it is counted
 * @param description of the link
 * @param outcomes of its incidents
 * @param falseFindings findings about nothing
 * @param quietLinkS link-seconds in which nothing happened
 */
public record CaseScore(
        String kind,
        String name,
        Case.Group group,
        String description,
        List<Outcome> outcomes,
        List<Verdict> falseFindings,
        double quietLinkS) {

    /** Event times have milliseconds, and rules fire at the very event. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    /** What is first said so long after an incident's end, or so many reports, may still be about it. */
    private static final Duration AFTERWARDS = Duration.ofMinutes(30);

    private static final int REPORTS_AFTERWARDS = 20;

    public CaseScore {
        outcomes = List.copyOf(outcomes);
        falseFindings = List.copyOf(falseFindings);
    }

    /**
     * Scores what was said.
     *
     * <p>The verdict on an incident is the one on its link (or on its node, where the incident is the node's) that was said first at
     * or after the onset (or its prelude) and before the incident was long over. Where something else was truly wrong already, it is
     * the one that was said first after the onset, or else an earlier one that came to name the incident's class. Others in that time are about the incident too, also those on links
     * that it befell as well; they are neither right nor wrong. All the rest is about nothing.
     */
    public static CaseScore of(Case played, Case.Played how, List<Verdict> verdicts) {
        List<Verdict> unexplained = new ArrayList<>(verdicts);
        List<Outcome> outcomes = new ArrayList<>();
        List<Truth> truths = played.truths();
        for (int i = 0; i < truths.size(); i++) {
            Truth truth = truths.get(i);
            List<Verdict> about = verdicts.stream()
                    .filter(verdict -> isAbout(verdict, truth))
                    .sorted(Comparator.comparing(Verdict::detected)
                            // Two at the same moment: the one that is surer of itself.
                            .thenComparing(CaseScore::certainty, Comparator.reverseOrder())
                            .thenComparing(verdict -> verdict.last().id()))
                    .toList();
            Optional<Verdict> first =
                    about.stream().filter(verdict -> isOf(verdict, truth)).findFirst();
            Optional<Verdict> chosen = first.isPresent() || !truth.accompanied()
                    ? first
                    : about.stream()
                            .filter(verdict -> verdict.last().anomalyClass() == truth.anomalyClass())
                            .findFirst();
            unexplained.removeAll(about);
            unexplained.removeIf(verdict -> isOnAffected(verdict, truth));
            Case.PlayedIncident shown = i < how.incidents().size()
                    ? how.incidents().get(i)
                    : new Case.PlayedIncident(OptionalDouble.empty(), OptionalInt.empty(), new ReportTimes());
            outcomes.add(new Outcome(
                    played.kind(),
                    played.name(),
                    played.group(),
                    played.description(),
                    truth,
                    shown,
                    chosen,
                    Math.max(0, about.size() - 1)));
        }
        double wholeS = seconds(played.start(), played.end()) * played.linkIds().size();
        double disturbedS = truths.stream()
                .mapToDouble(truth -> seconds(truth.prelude(), lastWord(truth))
                        * (1 + truth.affected().size()))
                .sum();
        return new CaseScore(
                played.kind(),
                played.name(),
                played.group(),
                played.description(),
                outcomes,
                unexplained,
                Math.max(0, wholeS - disturbedS));
    }

    private static boolean isAbout(Verdict verdict, Truth truth) {
        Finding finding = verdict.last();
        String node = finding.node();
        boolean there = truth.link().equals(finding.link())
                || (finding.link() == null && node != null && truth.nodes().contains(node));
        return there && isWithin(verdict, truth);
    }

    /** Whether it cannot be about what was wrong with the link before. */
    private static boolean isOf(Verdict verdict, Truth truth) {
        return !truth.accompanied()
                || !verdict.detected().isBefore(truth.onset().minus(TOLERANCE));
    }

    private static boolean isOnAffected(Verdict verdict, Truth truth) {
        String link = verdict.last().link();
        return link != null && truth.affected().contains(link) && isWithin(verdict, truth);
    }

    private static boolean isWithin(Verdict verdict, Truth truth) {
        Finding finding = verdict.last();
        Instant ended = finding.ended();
        return !verdict.detected().isBefore(truth.prelude().minus(TOLERANCE))
                && !verdict.detected().isAfter(lastWord(truth))
                && !finding.onset().isAfter(lastWord(truth))
                && (ended == null || !ended.isBefore(truth.prelude().minus(TOLERANCE)));
    }

    private static Instant lastWord(Truth truth) {
        Duration reports = Duration.ofMillis(Math.round(REPORTS_AFTERWARDS * truth.intervalS() * 1000));
        return truth.end().plus(reports.compareTo(AFTERWARDS) > 0 ? reports : AFTERWARDS);
    }

    private static double certainty(Verdict verdict) {
        return verdict.last().probabilities().values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    private static double seconds(Instant from, Instant until) {
        return Duration.between(from, until).toMillis() / 1000.0;
    }
}
