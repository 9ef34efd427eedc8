package io.qorrelate.evaluation.report;

/** A page of HTML in the making, well-formed as XML: every element that is opened is closed. */
final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1c2126; --muted: #5d6873; --paper: #ffffff; --panel: #f5f6f8; --line: #d8dde3;
              --accent: #1f5f99; --attack: #b8402f; --drift: #b98212; --degradation: #2f7d5b; --undetermined: #8a94a0; --missed: #c9d0d8;
              --good: #23754c; --bad: #b8402f; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --muted: #98a4b0; --paper: #14181c; --panel: #1c2228;
              --line: #333c45; --accent: #6aaee6; --attack: #e8796a; --drift: #e0b04c; --degradation: #63c196; --undetermined: #7d8894;
              --missed: #3d4751; --good: #63c196; --bad: #e8796a; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1280px;
              margin: 2rem auto; padding: 0 1.5rem; }
            h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin: 2.6rem 0 .4rem; }
            h3 { font-size: .95rem; margin: 0 0 .3rem; font-weight: 600; }
            p, li { max-width: 76ch; } .muted { color: var(--muted); }
            .wide { overflow-x: auto; } .side { display: flex; flex-wrap: wrap; gap: 1.6rem; align-items: flex-start; }
            table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
            th, td { padding: .2rem .5rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
            th { font-weight: 600; color: var(--muted); } th:first-child, td:first-child { text-align: left; }
            tr.head td { font-weight: 600; padding-top: .8rem; }
            .good { color: var(--good); } .bad { color: var(--bad); }
            svg { max-width: 100%; height: auto; display: block; } td svg { max-width: none; width: 130px; } svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
            svg text.muted { fill: var(--muted); } svg text.on { fill: var(--paper); } svg text.strong { font-weight: 600; }
            .grid { stroke: var(--line); stroke-width: 1; } .axis { stroke: var(--muted); stroke-width: 1; }
            .guide { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 4 4; }
            .cell { fill: var(--accent); } .frame { fill: none; stroke: var(--line); } .bar { fill: var(--accent); }
            .attack { fill: var(--attack); } .drift { fill: var(--drift); } .degradation { fill: var(--degradation); }
            .undetermined { fill: var(--undetermined); } .missed { fill: var(--missed); }
            .dot { fill-opacity: .55; } .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
            .curve2 { fill: none; stroke: var(--drift); stroke-width: 2; } .curve3 { fill: none; stroke: var(--undetermined); stroke-width: 2; }
            .key { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; border-radius: 2px; vertical-align: -1px; }
            .key.attack { background: var(--attack); } .key.drift { background: var(--drift); }
            .key.degradation { background: var(--degradation); } .key.undetermined { background: var(--undetermined); }
            .key.missed { background: var(--missed); } .key.c1 { background: var(--accent); } .key.c2 { background: var(--drift); }
            .key.c3 { background: var(--undetermined); }
            """;

    private final StringBuilder html = new StringBuilder();

    Page(String title) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n");
    }

    static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    void heading(String words) {
        html.append("<h2>").append(escaped(words)).append("</h2>\n");
    }

    void paragraph(String words) {
        html.append("<p>").append(escaped(words)).append("</p>\n");
    }

    void aside(String words) {
        html.append("<p class=\"muted\">").append(escaped(words)).append("</p>\n");
    }

    /** What the colours of a drawing mean: pairs of a style and a word. */
    void key(String... stylesAndWords) {
        html.append("<p class=\"muted\">");
        for (int i = 0; i < stylesAndWords.length; i += 2) {
            html.append("<span class=\"key ")
                    .append(stylesAndWords[i])
                    .append("\"></span>")
                    .append(escaped(stylesAndWords[i + 1]));
        }
        html.append("</p>\n");
    }

    void beginSideBySide() {
        html.append("<div class=\"side\">\n");
    }

    void endSideBySide() {
        html.append("</div>\n");
    }

    void drawing(String title, Svg svg) {
        html.append("<div class=\"wide\"><h3>")
                .append(escaped(title))
                .append("</h3>\n")
                .append(svg)
                .append("</div>\n");
    }

    void beginTable(String... head) {
        html.append("<div class=\"wide\"><table>\n<tr>");
        for (String each : head) {
            html.append("<th>").append(escaped(each)).append("</th>");
        }
        html.append("</tr>\n");
    }

    void row(String... cells) {
        beginRow();
        for (String each : cells) {
            cell(each);
        }
        endRow();
    }

    void headRow(String words, int columns) {
        html.append("<tr class=\"head\"><td colspan=\"")
                .append(columns)
                .append("\">")
                .append(escaped(words))
                .append("</td></tr>\n");
    }

    void beginRow() {
        html.append("<tr>");
    }

    void cell(String words) {
        html.append("<td>").append(escaped(words)).append("</td>");
    }

    void cell(String words, boolean good) {
        html.append("<td class=\"")
                .append(good ? "good" : "bad")
                .append("\">")
                .append(escaped(words))
                .append("</td>");
    }

    void cell(Svg svg) {
        html.append("<td>").append(svg).append("</td>");
    }

    void endRow() {
        html.append("</tr>\n");
    }

    void endTable() {
        html.append("</table></div>\n");
    }

    @Override
    public String toString() {
        return html + "</body>\n</html>\n";
    }
}
