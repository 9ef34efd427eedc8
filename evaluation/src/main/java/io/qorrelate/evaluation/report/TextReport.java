package io.qorrelate.evaluation.report;

import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.score.Calibration;
import io.qorrelate.evaluation.score.CaseScore;
import io.qorrelate.evaluation.score.Confusion;
import io.qorrelate.evaluation.score.Outcome;
import io.qorrelate.evaluation.score.Quantiles;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Verdict;
import io.qorrelate.model.AnomalyClass;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Scores as a table for people. */
public final class TextReport {
    private final Formatter text = new Formatter(Locale.ROOT);

    private TextReport() {}

    /** All of a score. */
    public static String of(Score score) {
        TextReport report = new TextReport();
        report.text.format("== %s\n", score.contestant());
        report.kinds(score);
        report.groups(score);
        report.quiet(score);
        return report.text.toString();
    }

    private void kinds(Score score) {
        text.format(
                "%-34s %4s %6s %6s | %5s %5s %5s %5s %6s | %9s %9s %8s %8s | %8s %8s | %7s\n",
                "kind", "n", "right", "subty", "ATT", "DRIFT", "PHYS", "UNDET", "missed", "delay", "p95", "reports",
                "/bound", "onset s", "reports", "further");
        score.byKind().forEach((kind, outcomes) -> {
            Quantiles delays = delays(outcomes);
            Quantiles reports =
                    Quantiles.of(outcomes.stream().map(Outcome::delayReports).toList());
            text.format(
                    "%-34s %4d %6s %6s | %5s %5s %5s %5s %6s | %9s %9s %8s %8s | %8s %8s | %7s\n",
                    kind,
                    outcomes.size(),
                    share(outcomes.stream().filter(Outcome::isRight).count(), outcomes.size()),
                    share(
                            outcomes.stream()
                                    .filter(each -> each.saidSubtype()
                                            .filter(said -> said == each.truth().subtype())
                                            .isPresent())
                                    .count(),
                            outcomes.size()),
                    said(outcomes, AnomalyClass.ATTACK),
                    said(outcomes, AnomalyClass.CALIBRATION_DRIFT),
                    said(outcomes, AnomalyClass.PHYSICAL_DEGRADATION),
                    said(outcomes, AnomalyClass.UNDETERMINED),
                    blankIfZero(outcomes.stream()
                            .filter(each -> each.verdict().isEmpty())
                            .count()),
                    duration(delays.median()),
                    duration(delays.at(0.95)),
                    number(reports.median()),
                    number(Score.delayOverBound(outcomes).median()),
                    number(onsetErrors(outcomes).median()),
                    number(onsetErrorsInReports(outcomes).median()),
                    blankIfZero(outcomes.stream().mapToInt(Outcome::further).sum()));
        });
        text.format("\n");
    }

    static Quantiles delays(List<Outcome> outcomes) {
        return Quantiles.of(outcomes.stream().map(Outcome::delayS).toList());
    }

    static Quantiles onsetErrors(List<Outcome> outcomes) {
        return Quantiles.of(outcomes.stream()
                .map(Outcome::onsetErrorS)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList());
    }

    static Quantiles onsetErrorsInReports(List<Outcome> outcomes) {
        return Quantiles.of(outcomes.stream()
                .filter(each -> each.onsetErrorS().isPresent())
                .map(each -> each.onsetErrorS().getAsDouble() / each.truth().intervalS())
                .toList());
    }

    private static String said(List<Outcome> outcomes, AnomalyClass what) {
        return blankIfZero(outcomes.stream()
                .filter(each -> each.said().filter(what::equals).isPresent())
                .count());
    }

    private void groups(Score score) {
        group(score, "signatures", score.outcomes(Group.PLAIN));
        group(score, "hard adversaries", score.outcomes(Group.HARD));
        group(score, "both", score.outcomes(Group.PLAIN, Group.HARD));
        group(score, "poor observability", score.outcomes(Group.POOR));
    }

    private void group(Score score, String name, List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return;
        }
        Confusion confusion = Confusion.of(outcomes);
        text.format(
                "%s: %d incidents, macro-F1 %.3f, accuracy %.3f\n",
                name, outcomes.size(), confusion.macroF1(), confusion.accuracy());
        text.format(
                "  %-22s %7s %7s %7s %7s %7s %7s\n",
                "truth \\ said", "ATTACK", "DRIFT", "PHYS", "UNDET", "missed", "F1");
        for (AnomalyClass truth : Confusion.CLASSES) {
            text.format(
                    "  %-22s %7d %7d %7d %7d %7d %7.3f\n",
                    truth,
                    confusion.count(truth, AnomalyClass.ATTACK),
                    confusion.count(truth, AnomalyClass.CALIBRATION_DRIFT),
                    confusion.count(truth, AnomalyClass.PHYSICAL_DEGRADATION),
                    confusion.count(truth, AnomalyClass.UNDETERMINED),
                    confusion.missed(truth),
                    confusion.f1(truth));
        }
        Quantiles ratios = Score.delayOverBound(outcomes);
        text.format(
                "  delay over bound: median %s, p95 %s, of %d with a bound (missed is infinite); onset off by median %s s, %s reports\n",
                number(ratios.median()),
                number(ratios.at(0.95)),
                ratios.count(),
                number(onsetErrors(outcomes).median()),
                number(onsetErrorsInReports(outcomes).median()));
        for (Score.Third third : Score.Third.all()) {
            List<Outcome> among = third.among(outcomes);
            text.format(
                    "  %-9s %4d incidents, right %s, delay median %s, p95 %s, over bound %s\n",
                    third.name().toLowerCase(Locale.ROOT) + ":",
                    among.size(),
                    share(among.stream().filter(Outcome::isRight).count(), among.size()),
                    duration(delays(among).median()),
                    duration(delays(among).at(0.95)),
                    number(Score.delayOverBound(among).median()));
        }
        if (score.statesProbabilities()) {
            text.format(
                    "  calibration error: %.3f of the class named, %.3f over all classes\n",
                    Calibration.ofNamed(outcomes).error(),
                    Calibration.ofAll(outcomes).error());
        }
        text.format("\n");
    }

    private void quiet(Score score) {
        if (score.quietMonths() > 0) {
            text.format(
                    "quiet: %d false findings in %.1f link-months, %.2f per link-month; attacks: %d, %.2f per link-year"
                            + " (called so at any time: %.2f)\n",
                    score.quietFalse().size(),
                    score.quietMonths(),
                    score.falsePerLinkMonth(),
                    Score.attacks(score.quietFalse()),
                    score.falseAttacksPerLinkYear(),
                    score.everFalseAttacksPerLinkYear());
            subtypes(score.quietFalse());
        }
        if (score.monthsBesideIncidents() > 0) {
            List<Verdict> beside = score.falseBesideIncidents();
            text.format(
                    "before and beside incidents: %d false findings in %.1f link-months, %.2f per link-month; attacks: %d\n",
                    beside.size(),
                    score.monthsBesideIncidents(),
                    beside.size() / score.monthsBesideIncidents(),
                    Score.attacks(beside));
            subtypes(beside);
        }
    }

    private void subtypes(List<Verdict> verdicts) {
        if (!verdicts.isEmpty()) {
            Map<String, Long> bySubtype = verdicts.stream()
                    .collect(Collectors.groupingBy(
                            verdict -> Objects.toString(verdict.last().subtype(), "UNDETERMINED")
                                    .toLowerCase(Locale.ROOT),
                            TreeMap::new,
                            Collectors.counting()));
            text.format("  %s\n", bySubtype);
        }
    }

    /** Every incident that was called wrongly, and every false finding, with what was said. */
    public static String mistakes(Score score) {
        TextReport report = new TextReport();
        for (CaseScore each : score.cases()) {
            for (Outcome outcome : each.outcomes()) {
                if (!outcome.isRight()) {
                    report.text.format(
                            "WRONG %s %s (%s): truly %s %.3g %s, %.2f of plain, onset %s, end %s, bound %s\n",
                            outcome.kind(),
                            outcome.name(),
                            outcome.description(),
                            outcome.truth().subtype(),
                            outcome.truth().magnitude().value(),
                            Objects.toString(outcome.truth().magnitude().unit(), ""),
                            outcome.truth().relative(),
                            outcome.truth().onset(),
                            outcome.truth().end(),
                            outcome.played().boundS().isPresent()
                                    ? duration(outcome.played().boundS().getAsDouble())
                                    : "none");
                    report.text.format(
                            "    %s\n", outcome.verdict().map(TextReport::said).orElse("missed"));
                }
            }
            for (Verdict verdict : each.falseFindings()) {
                report.text.format("FALSE %s %s (%s)\n", each.kind(), each.name(), each.description());
                report.text.format("    %s\n", said(verdict));
            }
        }
        return report.text.toString();
    }

    private static String said(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                "%s %s on %s detected %s onset %s ended %s %s%n    %s",
                verdict.last().anomalyClass(),
                verdict.last().subtype(),
                verdict.last().key(),
                verdict.detected(),
                verdict.last().onset(),
                verdict.last().ended(),
                verdict.last().probabilities(),
                verdict.last().explanation());
    }

    private static String share(long part, int whole) {
        return whole == 0 ? "–" : String.format(Locale.ROOT, "%.0f %%", 100.0 * part / whole);
    }

    private static String blankIfZero(long count) {
        return count == 0 ? "" : Long.toString(count);
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (Double.isInfinite(value)) {
            return "∞";
        }
        return value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Seconds as people say them. */
    static String duration(double seconds) {
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) {
            return number(seconds);
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        if (seconds < 7_200) {
            return String.format(Locale.ROOT, "%.1f min", seconds / 60);
        }
        return seconds < 172_800
                ? String.format(Locale.ROOT, "%.1f h", seconds / 3_600)
                : String.format(Locale.ROOT, "%.1f d", seconds / 86_400);
    }
}
