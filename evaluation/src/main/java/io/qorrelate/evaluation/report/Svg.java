package io.qorrelate.evaluation.report;

import java.util.Formatter;
import java.util.Locale;

/** A drawing in the making: shapes and words at places, in pixels. Colours are the page's own, so that they suit day and night. */
final class Svg {
    private final Formatter shapes = new Formatter(Locale.ROOT);
    private final double width;
    private final double height;
    private final String title;

    /**
     * An empty drawing.
     *
     * @param title what it shows, for those who cannot see it
     */
    Svg(double width, double height, String title) {
        this.width = width;
        this.height = height;
        this.title = title;
    }

    /** Where a word stands to its place. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        shapes.format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2, y2, style);
    }

    void rectangle(double x, double y, double w, double h, String style, double opacity, String tip) {
        shapes.format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\" fill-opacity=\"%.3f\">"
                        + "<title>%s</title></rect>\n",
                x, y, w, h, style, opacity, Page.escaped(tip));
    }

    void circle(double x, double y, double r, String style, String tip) {
        shapes.format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"><title>%s</title></circle>\n",
                x, y, r, style, Page.escaped(tip));
    }

    void path(String d, String style) {
        shapes.format("<path d=\"%s\" class=\"%s\"/>\n", d, style);
    }

    void text(double x, double y, Anchor anchor, String style, String words) {
        shapes.format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>\n",
                x, y, anchor.name().toLowerCase(Locale.ROOT), style, Page.escaped(words));
    }

    /** Words that rise to the right, for columns with long names. */
    void slanted(double x, double y, String style, String words) {
        shapes.format(
                "<text x=\"%.1f\" y=\"%.1f\" transform=\"rotate(-55 %.1f %.1f)\" class=\"%s\">%s</text>\n",
                x, y, x, y, style, Page.escaped(words));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-label=\"%s\">%n%s</svg>%n",
                width,
                height,
                width,
                height,
                Page.escaped(title),
                shapes);
    }
}
