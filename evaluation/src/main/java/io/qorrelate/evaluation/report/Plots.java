package io.qorrelate.evaluation.report;

import static io.qorrelate.evaluation.report.Figures.duration;
import static io.qorrelate.evaluation.report.Figures.number;
import static io.qorrelate.evaluation.report.Figures.ratio;

import io.qorrelate.evaluation.report.Svg.Anchor;
import io.qorrelate.evaluation.score.Calibration;
import io.qorrelate.evaluation.score.Confusion;
import io.qorrelate.evaluation.score.Outcome;
import io.qorrelate.evaluation.score.Summary;
import io.qorrelate.model.AnomalyClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The drawings of a report. */
final class Plots {
    private static final List<AnomalyClass> SAID = List.of(AnomalyClass.values());

    /** Places on a logarithmic scale of seconds. */
    private static final Map<Double, String> TICKS = new TreeMap<>(Map.of(
            1.0, "1 s", 10.0, "10 s", 60.0, "1 min", 600.0, "10 min", 3_600.0, "1 h", 21_600.0, "6 h", 86_400.0, "1 d",
            864_000.0, "10 d"));

    private Plots() {}

    /** A class in one word, which is also the style of what is drawn for it. */
    static String word(AnomalyClass anomalyClass) {
        return switch (anomalyClass) {
            case ATTACK -> "attack";
            case CALIBRATION_DRIFT -> "drift";
            case PHYSICAL_DEGRADATION -> "degradation";
            case UNDETERMINED -> "undetermined";
        };
    }

    /** Classes: truth in rows, what was said in columns. */
    static Svg classes(Confusion confusion) {
        List<String> rows = Confusion.CLASSES.stream().map(Plots::word).toList();
        List<String> columns = new ArrayList<>(SAID.stream().map(Plots::word).toList());
        columns.add(Summary.MISSED);
        int[][] counts = new int[rows.size()][columns.size()];
        for (int i = 0; i < rows.size(); i++) {
            AnomalyClass truth = Confusion.CLASSES.get(i);
            for (int j = 0; j < SAID.size(); j++) {
                counts[i][j] = confusion.count(truth, SAID.get(j));
            }
            counts[i][SAID.size()] = confusion.missed(truth);
        }
        return heatMap("truth in rows, what was said in columns", rows, columns, counts, 44, 30, 82);
    }

    /** Subtypes: each kind of incident in a row. */
    static Svg subtypes(Map<String, Summary> kinds, List<String> columns) {
        List<String> rows = List.copyOf(kinds.keySet());
        int[][] counts = new int[rows.size()][columns.size()];
        for (int i = 0; i < rows.size(); i++) {
            Map<String, Integer> said = kinds.get(rows.get(i)).subtypesSaid();
            for (int j = 0; j < columns.size(); j++) {
                counts[i][j] = said.getOrDefault(columns.get(j), 0);
            }
        }
        return heatMap("kinds of incident in rows, what was said in columns", rows, columns, counts, 25, 19, 190);
    }

    private static Svg heatMap(
            String title, List<String> rows, List<String> columns, int[][] counts, double w, double h, double left) {
        double top = columns.stream().mapToInt(String::length).max().orElse(0) * 5 + 14;
        Svg svg = new Svg(left + w * columns.size() + top * 0.62, top + h * rows.size() + 4, title);
        for (int j = 0; j < columns.size(); j++) {
            svg.slanted(left + (j + 0.55) * w, top - 6, "muted", columns.get(j));
        }
        for (int i = 0; i < rows.size(); i++) {
            int all = 0;
            for (int count : counts[i]) {
                all += count;
            }
            svg.text(left - 8, top + (i + 0.5) * h + 4, Anchor.END, "", rows.get(i));
            for (int j = 0; j < columns.size(); j++) {
                double x = left + j * w;
                double y = top + i * h;
                double share = all == 0 ? 0 : (double) counts[i][j] / all;
                String tip = rows.get(i) + " called " + columns.get(j) + ": " + counts[i][j] + " of " + all;
                svg.rectangle(x + 0.5, y + 0.5, w - 1, h - 1, "cell", 0.04 + 0.96 * share, tip);
                if (counts[i][j] > 0) {
                    svg.text(
                            x + w / 2,
                            y + h / 2 + 4,
                            Anchor.MIDDLE,
                            share > 0.5 ? "on" : "",
                            Integer.toString(counts[i][j]));
                }
            }
        }
        return svg;
    }

    /** What a kind of incident was called, as shares of a bar. */
    static Svg shares(Summary summary) {
        double width = 130;
        Svg svg = new Svg(width, 12, "what it was called");
        double x = 0;
        for (AnomalyClass each : SAID) {
            x = part(svg, x, width, summary.said(each), summary.count(), word(each), word(each));
        }
        part(svg, x, width, summary.missed(), summary.count(), "missed", Summary.MISSED);
        return svg;
    }

    private static double part(Svg svg, double x, double width, long count, int all, String style, String word) {
        double w = all == 0 ? 0 : width * count / all;
        if (w > 0) {
            svg.rectangle(x, 0, w, 12, style, 1, word + ": " + count + " of " + all);
        }
        return x + w;
    }

    /** Stated probability against how often it was so; the areas are the numbers of statements. */
    static Svg reliability(Calibration calibration) {
        double size = 300;
        double left = 44;
        double top = 10;
        Svg svg = new Svg(left + size + 16, top + size + 40, "stated probability against frequency");
        for (int i = 0; i <= 5; i++) {
            double at = size * i / 5;
            svg.line(left + at, top, left + at, top + size, "grid");
            svg.line(left, top + at, left + size, top + at, "grid");
            String label = String.format(Locale.ROOT, "%.1f", i / 5.0);
            svg.text(left + at, top + size + 15, Anchor.MIDDLE, "muted", label);
            svg.text(left - 7, top + size - at + 4, Anchor.END, "muted", label);
        }
        svg.line(left, top + size, left + size, top, "guide");
        int most = calibration.bins().stream()
                .mapToInt(Calibration.Bin::count)
                .max()
                .orElse(1);
        StringBuilder path = new StringBuilder();
        for (Calibration.Bin bin : calibration.bins()) {
            if (bin.count() > 0) {
                double x = left + size * bin.stated();
                double y = top + size * (1 - bin.frequency());
                path.append(path.isEmpty() ? "M" : "L").append(String.format(Locale.ROOT, "%.1f %.1f ", x, y));
                svg.circle(
                        x,
                        y,
                        3 + 9 * Math.sqrt((double) bin.count() / Math.max(1, most)),
                        "bar dot",
                        "stated " + ratio(bin.stated()) + ", so " + ratio(bin.frequency()) + ", " + bin.count()
                                + " times");
            }
        }
        if (!path.isEmpty()) {
            svg.path(path.toString(), "curve");
        }
        svg.text(left + size / 2, top + size + 33, Anchor.MIDDLE, "muted", "stated probability");
        svg.text(left + 8, top + 16, Anchor.START, "strong", "so, as a share");
        return svg;
    }

    /** Each incident: its bound against the delay, on logarithmic scales. Those missed lie on the upper edge. */
    static Svg delays(List<Outcome> outcomes) {
        double size = 380;
        double left = 60;
        double top = 14;
        double least = 0; // 1 s
        double decades = 6.5; // to about a month
        Svg svg = new Svg(left + size + 20, top + size + 42, "bound against delay");
        for (Map.Entry<Double, String> tick : TICKS.entrySet()) {
            double at = size * (Math.log10(tick.getKey()) - least) / decades;
            svg.line(left + at, top, left + at, top + size, "grid");
            svg.line(left, top + size - at, left + size, top + size - at, "grid");
            svg.text(left + at, top + size + 15, Anchor.MIDDLE, "muted", tick.getValue());
            svg.text(left - 7, top + size - at + 4, Anchor.END, "muted", tick.getValue());
        }
        svg.line(left, top + size, left + size, top, "guide");
        double shift = size * Math.log10(1.5) / decades;
        svg.line(left, top + size - shift, left + size - shift, top, "guide");
        for (Outcome outcome : outcomes) {
            if (outcome.played().boundS().isPresent()) {
                double bound = outcome.played().boundS().getAsDouble();
                double x = left + size * Math.clamp((Math.log10(Math.max(1, bound)) - least) / decades, 0, 1);
                double delay = outcome.delayS();
                double y = Double.isInfinite(delay)
                        ? top + 4
                        : top + size * (1 - Math.clamp((Math.log10(Math.max(1, delay)) - least) / decades, 0, 0.97));
                svg.circle(
                        x,
                        y,
                        3.2,
                        word(outcome.truth().anomalyClass()) + " dot",
                        outcome.kind() + " " + outcome.name() + ": bound " + duration(bound) + ", "
                                + (Double.isInfinite(delay) ? "missed" : "said after " + duration(delay)));
            }
        }
        svg.text(left + size / 2, top + size + 35, Anchor.MIDDLE, "muted", "bound: what an ideal detector needs");
        svg.text(left + 8, top + 18, Anchor.START, "strong", "delay (missed: upper edge)");
        return svg;
    }

    /** Share of incidents that were found within so many times the bound, for up to three contestants. */
    static Svg ratios(List<Summary> contestants) {
        double width = 420;
        double height = 300;
        double left = 44;
        double top = 12;
        double from = -0.5;
        double to = 3;
        Svg svg = new Svg(left + width + 20, top + height + 42, "share found within multiples of the bound");
        for (double tick : new double[] {0.5, 1, 1.5, 3, 10, 30, 100, 1_000}) {
            double x = left + width * (Math.log10(tick) - from) / (to - from);
            svg.line(x, top, x, top + height, tick == 1.5 ? "guide" : "grid");
            svg.text(
                    x,
                    top + height + 15,
                    Anchor.MIDDLE,
                    "muted",
                    tick == Math.rint(tick) ? "" + (int) tick : number(tick).replaceAll("0$", ""));
        }
        for (int i = 0; i <= 4; i++) {
            double y = top + height * (1 - i / 4.0);
            svg.line(left, y, left + width, y, "grid");
            svg.text(left - 7, y + 4, Anchor.END, "muted", 25 * i + " %");
        }
        for (int i = 0; i < contestants.size(); i++) {
            List<Double> sorted = contestants.get(i).outcomes().stream()
                    .filter(outcome -> outcome.delayOverBound().isPresent())
                    .map(outcome -> outcome.delayOverBound().getAsDouble())
                    .sorted()
                    .toList();
            StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", left, top + height));
            for (int k = 0; k < sorted.size() && sorted.get(k) <= Math.pow(10, to); k++) {
                double share = Math.clamp((Math.log10(Math.max(1e-9, sorted.get(k))) - from) / (to - from), 0, 1);
                path.append(String.format(
                        Locale.ROOT,
                        "H%.1f V%.1f",
                        left + width * share,
                        top + height * (1 - (k + 1.0) / sorted.size())));
            }
            path.append(String.format(Locale.ROOT, "H%.1f", left + width));
            svg.path(path.toString(), i == 0 ? "curve" : "curve" + (i + 1));
        }
        svg.text(left + width / 2, top + height + 35, Anchor.MIDDLE, "muted", "delay over bound");
        return svg;
    }

    /** One bar for each name, on a logarithmic scale, with a mark at what was asked. */
    static Svg bars(String title, List<String> names, List<Double> values, double asked) {
        double left = 10;
        double width = 420;
        double row = 40;
        double from = -2;
        double to = 4;
        Svg svg = new Svg(left + width + 70, row * names.size() + 34, title);
        for (int i = 0; i < names.size(); i++) {
            double value = values.get(i);
            double y = row * i + 14;
            double share = value <= 0 ? 0 : Math.clamp((Math.log10(value) - from) / (to - from), 0.005, 1);
            svg.text(left, y, Anchor.START, "muted", names.get(i));
            svg.rectangle(left, y + 5, Math.max(1, width * share), 14, "bar", value <= asked ? 1 : 0.5, number(value));
            svg.text(left + width * share + 8, y + 16, Anchor.START, "strong", number(value));
        }
        double mark = left + width * (Math.log10(asked) - from) / (to - from);
        double bottom = row * names.size() + 8;
        svg.line(mark, 6, mark, bottom, "guide");
        svg.text(
                mark,
                bottom + 14,
                Anchor.MIDDLE,
                "muted",
                "asked: at most " + number(asked).replaceAll("\\.?0+$", ""));
        return svg;
    }
}
