package io.qorrelate.evaluation.report;

import static io.qorrelate.evaluation.report.Figures.blankIfZero;
import static io.qorrelate.evaluation.report.Figures.duration;
import static io.qorrelate.evaluation.report.Figures.number;
import static io.qorrelate.evaluation.report.Figures.ratio;
import static io.qorrelate.evaluation.report.Figures.share;

import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Summary;
import io.qorrelate.evaluation.score.Third;
import io.qorrelate.evaluation.score.Verdict;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Scores as one page that needs nothing besides itself, with plots. The first contestant is looked at most closely. */
public final class HtmlReport {
    /** What the diagnosis is to reach. */
    private static final double F1_ASKED = 0.95;

    private static final double FALSE_ASKED = 1;
    private static final double FALSE_ATTACKS_ASKED = 1;
    private static final double CALIBRATION_ASKED = 0.05;
    private static final double RATIO_ASKED = 1.5;

    private static final int KIND_COLUMNS = 13;

    private final Page page = new Page("How good the diagnosis is");
    private final List<Score> scores;
    private final Score first;

    private HtmlReport(List<Score> scores) {
        this.scores = scores;
        this.first = scores.getFirst();
    }

    /** All scores of a run; at least one. */
    public static String of(RunDescription run, List<Score> scores) {
        HtmlReport report = new HtmlReport(scores);
        report.head(run);
        report.asked();
        report.classes();
        report.kinds();
        report.subtypes();
        report.calibration();
        report.delays();
        report.falseFindings();
        report.reading();
        return report.page.toString();
    }

    private void head(RunDescription run) {
        page.aside(String.format(
                Locale.ROOT,
                "Played from %s: %,d incidents and %.1f link-months of nominal life, in %,d reports and %,d events.",
                run.source(),
                all(first).count() + first.of(Group.POOR).count(),
                first.quietMonths(),
                run.reports(),
                run.events()));
    }

    private static Summary all(Score score) {
        return score.of(Group.PLAIN, Group.HARD);
    }

    private void asked() {
        page.heading("Against what was asked");
        List<String> head = new ArrayList<>(List.of("figure", "asked"));
        scores.forEach(score -> head.add(shortName(score)));
        page.beginTable(head.toArray(String[]::new));
        figure("macro-F1, incidents by the signatures", "≥ 0.95", HtmlReport::plainF1, atLeast(F1_ASKED));
        figure(
                "macro-F1, hard adversaries included",
                "",
                score -> all(score).confusion().macroF1(),
                atLeast(F1_ASKED));
        figure(
                "false findings per link-month of quiet",
                "≤ 1",
                Score::falsePerLinkMonth,
                value -> value <= FALSE_ASKED);
        figure(
                "false attacks per link-year of quiet",
                "≤ 1",
                Score::falseAttacksPerLinkYear,
                value -> value <= FALSE_ATTACKS_ASKED);
        figure(
                "calibration error of the class named",
                "≤ 0.05",
                score -> score.statesProbabilities()
                        ? score.of(Group.PLAIN).calibrationOfNamed().error()
                        : Double.NaN,
                value -> value <= CALIBRATION_ASKED);
        figure(
                "delay over bound, median",
                "≤ 1.5",
                score -> score.of(Group.PLAIN).delaysOverBound().median(),
                value -> value <= RATIO_ASKED);
        page.endTable();
        if (scores.size() > 1) {
            page.aside("Beside it, on the same telemetry: "
                    + String.join(
                            "; ", scores.stream().skip(1).map(Score::contestant).toList()) + ".");
        }
    }

    private static double plainF1(Score score) {
        return score.of(Group.PLAIN).confusion().macroF1();
    }

    private static Predicate<Double> atLeast(double asked) {
        return value -> value >= asked;
    }

    private void figure(String name, String asked, ToDoubleFunction<Score> of, Predicate<Double> reached) {
        page.beginRow();
        page.cell(name);
        page.cell(asked);
        for (Score score : scores) {
            double value = of.applyAsDouble(score);
            if (Double.isNaN(value)) {
                page.cell("–");
            } else {
                String words =
                        name.startsWith("macro") || name.startsWith("calibration") ? ratio(value) : number(value);
                page.cell((reached.test(value) ? "✓ " : "✗ ") + words, reached.test(value));
            }
        }
        page.endRow();
    }

    private void classes() {
        page.heading("Classes: what it was, and what it was called");
        page.aside("Rows are the truth. Undetermined and missed count as wrong.");
        for (Score score : scores) {
            page.beginSideBySide();
            classes(score, "by the signatures", score.of(Group.PLAIN));
            classes(score, "hard adversaries", score.of(Group.HARD));
            classes(score, "poor observability", score.of(Group.POOR));
            page.endSideBySide();
        }
    }

    private void classes(Score score, String which, Summary summary) {
        if (summary.count() > 0) {
            String title = shortName(score) + ", " + which + ": F1 "
                    + ratio(summary.confusion().macroF1());
            page.drawing(title, Plots.classes(summary.confusion()));
        }
    }

    private static String shortName(Score score) {
        return score.contestant().replaceAll(" \\(.*", "");
    }

    private void kinds() {
        page.heading("Each kind of incident");
        page.key(
                "attack",
                "attack",
                "drift",
                "calibration drift",
                "degradation",
                "physical degradation",
                "undetermined",
                "undetermined",
                "missed",
                "missed");
        page.beginTable(
                "truth",
                "n",
                "called",
                "class",
                "subtype",
                "delay, median",
                "p95",
                "subtle",
                "middling",
                "plain",
                "reports",
                "over bound",
                "onset off");
        Group group = null;
        for (Map.Entry<String, Summary> each : first.byKind().entrySet()) {
            Group its = each.getValue().outcomes().getFirst().group();
            if (its != group) {
                page.headRow(name(its), KIND_COLUMNS);
                group = its;
            }
            kind(each.getKey(), each.getValue());
        }
        page.endTable();
    }

    private static String name(Group group) {
        return switch (group) {
            case PLAIN -> "By the signatures";
            case HARD -> "Hard adversaries (all of them intercept and resend)";
            case POOR -> "Poor observability: nothing is reported by which the class could be told for certain";
            case QUIET -> "Quiet";
        };
    }

    private void kind(String name, Summary summary) {
        page.beginRow();
        page.cell(name);
        page.cell(Integer.toString(summary.count()));
        page.cell(Plots.shares(summary));
        page.cell(share(summary.right(), summary.count()));
        page.cell(share(summary.subtypeRight(), summary.count()));
        page.cell(duration(summary.delaysS().median()));
        page.cell(duration(summary.delaysS().at(0.95)));
        for (Third third : Third.values()) {
            page.cell(duration(summary.of(third).delaysS().median()));
        }
        page.cell(number(summary.delaysInReports().median()));
        page.cell(number(summary.delaysOverBound().median()));
        page.cell(duration(summary.onsetErrorsS().median()));
        page.endRow();
    }

    private void subtypes() {
        Map<String, Summary> kinds = new LinkedHashMap<>();
        first.byKind().forEach((kind, summary) -> {
            if (summary.outcomes().getFirst().group() != Group.POOR) {
                kinds.put(kind, summary);
            }
        });
        if (kinds.isEmpty()) {
            return;
        }
        page.heading("Subtypes");
        List<String> columns = new ArrayList<>(
                Arrays.stream(Subtype.values()).map(Subtype::wireName).toList());
        columns.add(AnomalyClass.UNDETERMINED.name().toLowerCase(Locale.ROOT));
        columns.add(Summary.MISSED);
        page.drawing(shortName(first), Plots.subtypes(kinds, columns));
    }

    private void calibration() {
        Summary summary = all(first);
        if (!first.statesProbabilities() || summary.count() == 0) {
            return;
        }
        page.heading("Probabilities: are they meant?");
        page.aside(
                "On the diagonal what is said with 80 % is so four times in five. The larger a dot, the more often it was said.");
        page.beginSideBySide();
        reliability("class named, by the signatures", first.of(Group.PLAIN));
        reliability("class named, hard adversaries included", summary);
        page.drawing(
                "all classes, by the signatures: error "
                        + ratio(first.of(Group.PLAIN).calibrationOfAll().error()),
                Plots.reliability(first.of(Group.PLAIN).calibrationOfAll()));
        page.endSideBySide();
    }

    private void reliability(String title, Summary summary) {
        page.drawing(
                title + ": error " + ratio(summary.calibrationOfNamed().error()),
                Plots.reliability(summary.calibrationOfNamed()));
    }

    private void delays() {
        if (all(first).delaysOverBound().count() == 0) {
            return;
        }
        page.heading("Delay against the bound");
        page.aside(
                "Left: each incident of the signatures and the hard adversaries; the lines are the bound and one and a half times it."
                        + " Below the line are incidents that an event told before any figure could. Right: how many were found within multiples"
                        + " of the bound.");
        page.key("attack", "attack", "drift", "calibration drift", "degradation", "physical degradation");
        page.beginSideBySide();
        page.drawing(shortName(first), Plots.delays(all(first).outcomes()));
        page.drawing(
                "share of incidents found",
                Plots.ratios(scores.stream().map(HtmlReport::all).limit(3).toList()));
        page.endSideBySide();
        List<String> key = new ArrayList<>();
        for (int i = 0; i < Math.min(3, scores.size()); i++) {
            key.add("c" + (i + 1));
            key.add(shortName(scores.get(i)));
        }
        page.key(key.toArray(String[]::new));
    }

    private void falseFindings() {
        if (!(first.quietMonths() > 0)) {
            return;
        }
        page.heading("False findings on nominal life");
        List<String> names = scores.stream().map(HtmlReport::shortName).toList();
        page.beginSideBySide();
        page.drawing(
                "false findings per link-month",
                Plots.bars(
                        "false findings per link-month",
                        names,
                        scores.stream().map(Score::falsePerLinkMonth).toList(),
                        FALSE_ASKED));
        page.drawing(
                "false attacks per link-year",
                Plots.bars(
                        "false attacks per link-year",
                        names,
                        scores.stream().map(Score::falseAttacksPerLinkYear).toList(),
                        FALSE_ATTACKS_ASKED));
        page.endSideBySide();
        page.beginTable("what the " + shortName(first) + " said", "in quiet", "before and beside incidents");
        Map<String, Long> quiet = Score.bySubtype(first.quietFalse());
        Map<String, Long> beside = Score.bySubtype(first.falseBesideIncidents());
        List<String> all = new ArrayList<>(quiet.keySet());
        beside.keySet().stream().filter(each -> !all.contains(each)).forEach(all::add);
        for (String each : all) {
            page.row(each, blankIfZero(quiet.getOrDefault(each, 0L)), blankIfZero(beside.getOrDefault(each, 0L)));
        }
        page.row("together", total(first.quietFalse()), total(first.falseBesideIncidents()));
        page.row("link-months", number(first.quietMonths()), number(first.monthsBesideIncidents()));
        page.endTable();
    }

    private static String total(List<Verdict> verdicts) {
        return Integer.toString(verdicts.size());
    }

    private void reading() {
        page.heading("How to read this");
        page.paragraph(
                "The verdict on an incident is the finding on its link that was said first after the onset; its last class and"
                        + " subtype count. Delays run from the true onset to the event time of the first word, and are infinite where there was"
                        + " none. Subtle, middling and plain are the thirds of the range that magnitudes are drawn from.");
        page.paragraph(
                "The bound is the first report by which an ideal detector, which knows the size and shape of the change and all of"
                        + " the link's noise, could have told with one false alarm per link-month: the logarithm of the reports between false"
                        + " alarms over the Kullback–Leibler information of the reports (Lorden 1971, Lai 1998). Incidents that show in events"
                        + " alone have none.");
        page.paragraph(
                "Before and beside incidents the links live nominally too, a few hours each: findings there are false as well, and"
                        + " include what is said while a link is still being learned.");
    }
}
