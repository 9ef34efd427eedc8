package io.qorrelate.collectors.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the text format, version 0.0.4, and what OpenMetrics 1.0 adds to a line of it. Comments – types, units, helps – are passed
 * over: which metric means what, a mapping says.
 */
final class Exposition {
    /** A text that is no exposition; the message names the line. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(long line, String message) {
            super("line " + line + ": " + message, null, false, false);
        }
    }

    private final String text;
    private final long line;
    private int at;

    private Exposition(String text, long line) {
        this.text = text;
        this.line = line;
    }

    /** The samples, in the order of the text. */
    static List<Sample> read(String text) throws Malformed {
        List<Sample> samples = new ArrayList<>();
        long number = 0;
        int begin = 0;
        while (begin < text.length()) {
            int end = text.indexOf('\n', begin);
            end = end < 0 ? text.length() : end;
            number++;
            String line = text.substring(begin, end).strip();
            if (!line.isEmpty() && line.charAt(0) != '#') {
                samples.add(new Exposition(line, number).sample());
            }
            begin = end + 1;
        }
        return samples;
    }

    private Sample sample() throws Malformed {
        Map<String, String> labels = new HashMap<>();
        String metric = peek() == '{' ? "" : name("a metric's name");
        spaces();
        if (peek() == '{') {
            metric = labels(labels, metric);
            spaces();
        }
        if (metric.isEmpty()) {
            throw malformed("a metric's name is missing");
        }
        int end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        // A timestamp or an exemplar may follow; what is measured now is now.
        return new Sample(text, metric, labels, value(text.substring(at, end)));
    }

    /** Fills in the labels; answers with the metric's name, which newer exporters may put among them in quotes. */
    private String labels(Map<String, String> labels, String metric) throws Malformed {
        String named = metric;
        at++;
        spaces();
        while (peek() != '}') {
            if (peek() == '"' && named.isEmpty()) {
                named = quoted();
            } else {
                String label = peek() == '"' ? quoted() : name("a label's name");
                spaces();
                expect('=');
                spaces();
                if (labels.put(label, quoted()) != null) {
                    throw malformed("label '" + label + "' stands here twice");
                }
            }
            spaces();
            if (peek() == ',') {
                at++;
                spaces();
            } else if (peek() != '}') {
                throw malformed("expected ',' or '}' at column " + (at + 1));
            }
        }
        at++;
        return named;
    }

    private String name(String what) throws Malformed {
        int begin = at;
        while (at < text.length() && isOfName(text.charAt(at), at == begin)) {
            at++;
        }
        if (at == begin) {
            throw malformed("expected " + what + " at column " + (at + 1));
        }
        return text.substring(begin, at);
    }

    private static boolean isOfName(char letter, boolean first) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || letter == '_'
                || letter == ':'
                || (!first && letter >= '0' && letter <= '9');
    }

    private String quoted() throws Malformed {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char letter = text.charAt(at++);
            if (letter == '\\') {
                char escaped = peek();
                at++;
                letter = escaped == 'n' ? '\n' : escaped;
            }
            value.append(letter);
        }
        at++;
        return value.toString();
    }

    private double value(String word) throws Malformed {
        return switch (word) {
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> {
                try {
                    yield Double.parseDouble(word);
                } catch (NumberFormatException e) {
                    throw malformed("expected a number at column " + (at + 1));
                }
            }
        };
    }

    private void expect(char wanted) throws Malformed {
        if (peek() != wanted) {
            throw malformed("expected '" + wanted + "' at column " + (at + 1));
        }
        at++;
    }

    private void spaces() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw malformed("the line ends too early");
        }
        return text.charAt(at);
    }

    private Malformed malformed(String message) {
        return new Malformed(line, message);
    }
}
