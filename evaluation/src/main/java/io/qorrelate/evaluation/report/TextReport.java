package io.qorrelate.evaluation.report;

import static io.qorrelate.evaluation.report.Figures.blankIfZero;
import static io.qorrelate.evaluation.report.Figures.duration;
import static io.qorrelate.evaluation.report.Figures.number;
import static io.qorrelate.evaluation.report.Figures.share;

import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.score.CaseScore;
import io.qorrelate.evaluation.score.Confusion;
import io.qorrelate.evaluation.score.Outcome;
import io.qorrelate.evaluation.score.Quantiles;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Summary;
import io.qorrelate.evaluation.score.Third;
import io.qorrelate.evaluation.score.Verdict;
import io.qorrelate.model.AnomalyClass;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Scores as a table for people. */
public final class TextReport {
    private final Formatter text = new Formatter(Locale.ROOT);

    private TextReport() {}

    /** All of a score. */
    public static String of(Score score) {
        TextReport report = new TextReport();
        report.text.format("== %s\n", score.contestant());
        if (!score.byKind().isEmpty()) {
            report.kinds(score);
        }
        report.group(score, "signatures", score.of(Group.PLAIN));
        report.group(score, "hard adversaries", score.of(Group.HARD));
        report.group(score, "both", score.of(Group.PLAIN, Group.HARD));
        report.group(score, "poor observability", score.of(Group.POOR));
        report.quiet(score);
        return report.text.toString();
    }

    private void kinds(Score score) {
        text.format(
                "%-34s %4s %6s %6s | %5s %5s %5s %5s %6s | %9s %9s %8s %8s | %8s %8s | %7s\n",
                "kind", "n", "right", "subty", "ATT", "DRIFT", "PHYS", "UNDET", "missed", "delay", "p95", "reports",
                "/bound", "onset s", "reports", "further");
        score.byKind()
                .forEach((kind, summary) -> text.format(
                        "%-34s %4d %6s %6s | %5s %5s %5s %5s %6s | %9s %9s %8s %8s | %8s %8s | %7s\n",
                        kind,
                        summary.count(),
                        share(summary.right(), summary.count()),
                        share(summary.subtypeRight(), summary.count()),
                        blankIfZero(summary.said(AnomalyClass.ATTACK)),
                        blankIfZero(summary.said(AnomalyClass.CALIBRATION_DRIFT)),
                        blankIfZero(summary.said(AnomalyClass.PHYSICAL_DEGRADATION)),
                        blankIfZero(summary.said(AnomalyClass.UNDETERMINED)),
                        blankIfZero(summary.missed()),
                        duration(summary.delaysS().median()),
                        duration(summary.delaysS().at(0.95)),
                        number(summary.delaysInReports().median()),
                        number(summary.delaysOverBound().median()),
                        number(summary.onsetErrorsS().median()),
                        number(summary.onsetErrorsInReports().median()),
                        blankIfZero(summary.further())));
        text.format("\n");
    }

    private void group(Score score, String name, Summary summary) {
        if (summary.count() == 0) {
            return;
        }
        Confusion confusion = summary.confusion();
        text.format(
                "%s: %d incidents, macro-F1 %.3f, accuracy %.3f\n",
                name, summary.count(), confusion.macroF1(), confusion.accuracy());
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
        Quantiles ratios = summary.delaysOverBound();
        text.format(
                "  delay over bound: median %s, p95 %s, of %d with a bound (missed is infinite);"
                        + " onset off by median %s s, %s reports\n",
                number(ratios.median()),
                number(ratios.at(0.95)),
                ratios.count(),
                number(summary.onsetErrorsS().median()),
                number(summary.onsetErrorsInReports().median()));
        for (Third third : Third.values()) {
            Summary among = summary.of(third);
            text.format(
                    "  %-9s %4d incidents, right %s, delay median %s, p95 %s, over bound %s\n",
                    third.wireName() + ":",
                    among.count(),
                    share(among.right(), among.count()),
                    duration(among.delaysS().median()),
                    duration(among.delaysS().at(0.95)),
                    number(among.delaysOverBound().median()));
        }
        if (score.statesProbabilities()) {
            text.format(
                    "  calibration error: %.3f of the class named, %.3f over all classes\n",
                    summary.calibrationOfNamed().error(),
                    summary.calibrationOfAll().error());
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
            text.format("  %s\n", Score.bySubtype(verdicts));
        }
    }

    /** Every incident that was called wrongly, and every false finding, with what was said. */
    public static String mistakes(Score score) {
        TextReport report = new TextReport();
        for (CaseScore each : score.cases()) {
            each.outcomes().stream().filter(outcome -> !outcome.isRight()).forEach(report::mistake);
            for (Verdict verdict : each.falseFindings()) {
                report.text.format("FALSE %s %s (%s)\n", each.kind(), each.name(), each.description());
                report.said(verdict);
            }
        }
        return report.text.toString();
    }

    private void mistake(Outcome outcome) {
        text.format(
                "WRONG %s %s (%s): truly %s %.3g %s, %.2f of plain, onset %s, end %s, bound %s\n",
                outcome.kind(),
                outcome.name(),
                outcome.description(),
                Objects.requireNonNullElse(
                        outcome.truth().subtype(), outcome.truth().anomalyClass()),
                outcome.truth().magnitude().value(),
                Objects.toString(outcome.truth().magnitude().unit(), ""),
                outcome.truth().relative(),
                outcome.truth().onset(),
                outcome.truth().end(),
                duration(outcome.played().boundS().orElse(Double.NaN)));
        outcome.verdict().ifPresentOrElse(this::said, () -> text.format("    missed\n"));
    }

    private void said(Verdict verdict) {
        text.format(
                "    %s %s on %s detected %s onset %s ended %s %s\n    %s\n",
                verdict.last().anomalyClass(),
                verdict.name(),
                verdict.last().key(),
                verdict.detected(),
                verdict.last().onset(),
                verdict.last().ended(),
                verdict.last().probabilities(),
                verdict.last().explanation());
    }
}
