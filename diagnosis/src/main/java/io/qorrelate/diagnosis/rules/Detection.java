package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** The {@code detection} section of a Sigma rule, as a predicate over events. */
final class Detection {
    /** Of a list, and words of a condition: each asks the next, and an event must not run out of stack with them. */
    private static final int MOST_ITEMS = 1_000;

    /** Far more than anybody reads; the platform's patterns recurse for each group in another. */
    private static final int LONGEST_PATTERN = 1_000;

    private Detection() {}

    static Predicate<TelemetryEvent> parse(YamlValue detection, Kind category) {
        Map<String, Predicate<TelemetryEvent>> selections = new LinkedHashMap<>();
        detection.fields().forEach((name, value) -> {
            if (!name.equals("condition")) {
                selections.put(name, selection(value, category));
            }
        });
        return new Condition(detection.required("condition"), selections).parse();
    }

    /** A mapping holds where all its fields do; a list holds where one of its items does. */
    private static Predicate<TelemetryEvent> selection(YamlValue value, Kind category) {
        if (value.isSequence()) {
            return items(value).stream().map(item -> selection(item, category)).reduce(event -> false, Predicate::or);
        }
        Predicate<TelemetryEvent> all = event -> true;
        for (Map.Entry<String, YamlValue> field : value.fields().entrySet()) {
            all = all.and(field(value, field.getKey(), field.getValue(), category));
        }
        return all;
    }

    private static List<YamlValue> items(YamlValue value) {
        List<YamlValue> items = value.itemsOrSelf();
        if (items.size() > MOST_ITEMS) {
            throw value.error("a list has at most " + MOST_ITEMS + " items, this one has " + items.size());
        }
        return items;
    }

    private static Predicate<TelemetryEvent> field(YamlValue owner, String key, YamlValue value, Kind category) {
        List<String> parts = List.of(key.split("\\|", -1));
        String name = parts.getFirst();
        List<String> modifiers = parts.subList(1, parts.size());
        List<String> known = EventFieldReader.fieldsOf(category);
        if (!name.startsWith(EventFieldReader.LABELS) && !known.contains(name)) {
            throw owner.errorAt(
                    key,
                    "unknown field '" + name + "' in category " + category.wireName()
                            + YamlValue.suggestion(name, known));
        }
        if (value.isNull()) {
            return event -> EventFieldReader.value(event, name) == null;
        }
        boolean all = modifiers.contains("all");
        Observable observable = EventFieldReader.observable(category, name);
        DoublePredicate numbers = observable == null ? null : numbers(items(value), modifiers, all);
        if (observable != null && numbers != null) {
            // Every report is asked: without an object for the number.
            return event -> {
                Readings readings = EventFieldReader.readings(event);
                return readings != null && readings.has(observable) && numbers.test(readings.value(observable));
            };
        }
        List<String> words = modifiers.isEmpty() ? EventFieldReader.wordsOf(category, name) : List.of();
        Predicate<@Nullable Object> test = null;
        for (YamlValue item : items(value)) {
            if (!words.isEmpty()
                    && !hasWildcard(item.text())
                    && !words.contains(item.text().toLowerCase(Locale.ROOT))) {
                // It would never match, and nobody would know.
                throw item.error(
                        "'" + name + "' is never '" + item.text() + "'" + YamlValue.suggestion(item.text(), words));
            }
            Predicate<@Nullable Object> one = comparison(item, modifiers);
            test = test == null ? one : all ? test.and(one) : test.or(one);
        }
        if (test == null) {
            throw value.error("an empty list matches nothing");
        }
        Predicate<@Nullable Object> whole = test;
        return event -> whole.test(EventFieldReader.value(event, name));
    }

    /** The test of a number, where all items are such; null where one is not. */
    private static @Nullable DoublePredicate numbers(List<YamlValue> items, List<String> modifiers, boolean all) {
        DoublePredicate test = null;
        for (YamlValue item : items) {
            DoublePredicate one = number(item, kindOf(modifiers));
            if (one == null) {
                return null;
            }
            test = test == null ? one : all ? test.and(one) : test.or(one);
        }
        return test;
    }

    private static @Nullable DoublePredicate number(YamlValue value, String kind) {
        if (kind.isEmpty() && !value.isNumber()) {
            return null;
        }
        return switch (kind) {
            case "gt" -> {
                double bound = value.number();
                yield number -> number > bound;
            }
            case "gte" -> {
                double bound = value.number();
                yield number -> number >= bound;
            }
            case "lt" -> {
                double bound = value.number();
                yield number -> number < bound;
            }
            case "lte" -> {
                double bound = value.number();
                yield number -> number <= bound;
            }
            case "" -> {
                double wanted = value.number();
                yield number -> number == wanted;
            }
            default -> null;
        };
    }

    private static String kindOf(List<String> modifiers) {
        return modifiers.stream()
                .filter(modifier -> !modifier.equals("all"))
                .findFirst()
                .orElse("");
    }

    private static Predicate<@Nullable Object> comparison(YamlValue value, List<String> modifiers) {
        String kind = kindOf(modifiers);
        DoublePredicate numeric = number(value, kind);
        if (numeric != null) {
            return seen -> seen instanceof Double number && numeric.test(number);
        }
        return switch (kind) {
            case "contains" -> matching(".*" + glob(value) + ".*");
            case "startswith" -> matching(glob(value) + ".*");
            case "endswith" -> matching(".*" + glob(value));
            case "re" -> {
                String regex = text(value, LONGEST_PATTERN, "a regular expression");
                try {
                    Pattern pattern = Pattern.compile(regex);
                    yield seen -> seen != null && pattern.matcher(text(seen)).find();
                } catch (PatternSyntaxException e) {
                    throw value.error("not a regular expression: " + e.getDescription());
                }
            }
            case "exists" -> {
                boolean wanted = value.bool();
                yield seen -> (seen != null) == wanted;
            }
            case "" -> matching(glob(value));
            default ->
                throw value.error("unknown modifier '" + kind + "'"
                        + YamlValue.suggestion(
                                kind,
                                List.of(
                                        "contains",
                                        "startswith",
                                        "endswith",
                                        "re",
                                        "gt",
                                        "gte",
                                        "lt",
                                        "lte",
                                        "exists",
                                        "all")));
        };
    }

    /** Sigma compares text without regard to case. */
    private static Predicate<@Nullable Object> matching(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        return seen -> seen != null && pattern.matcher(text(seen)).matches();
    }

    private static String text(Object seen) {
        return seen instanceof Double number && number == Math.rint(number)
                ? Long.toString(number.longValue())
                : seen.toString();
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /** A text, where it is not longer than it may be. */
    static String text(YamlValue value, int most, String what) {
        String text = value.text();
        if (text.length() > most) {
            throw value.error(what + " has at most " + most + " characters, this one has " + text.length());
        }
        return text;
    }

    private static String glob(YamlValue value) {
        return glob(text(value, LONGEST_PATTERN, "a text to compare with"));
    }

    /** {@code *} is any text, {@code ?} any one letter, a backslash takes their meaning away. */
    private static String glob(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '\\' && i + 1 < text.length() && "*?\\".indexOf(text.charAt(i + 1)) >= 0) {
                i++;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            } else if (letter == '*') {
                regex.append(".*");
            } else if (letter == '?') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(letter)));
            }
        }
        return regex.toString();
    }

    /** {@code a and not (b or 1 of c*)}. */
    private static final class Condition {
        private final YamlValue source;
        private final Map<String, Predicate<TelemetryEvent>> selections;
        private final List<String> words = new ArrayList<>();
        private int next;

        Condition(YamlValue source, Map<String, Predicate<TelemetryEvent>> selections) {
            this.source = source;
            this.selections = selections;
            for (String word : source.text()
                    .replace("(", " ( ")
                    .replace(")", " ) ")
                    .strip()
                    .split("\\s+", -1)) {
                words.add(word);
            }
            if (words.size() > MOST_ITEMS) {
                throw source.error("a condition has at most " + MOST_ITEMS + " words, this one has " + words.size());
            }
        }

        Predicate<TelemetryEvent> parse() {
            Predicate<TelemetryEvent> whole = or();
            if (next < words.size()) {
                throw source.error("'" + words.get(next) + "' was not expected in the condition");
            }
            return whole;
        }

        private Predicate<TelemetryEvent> or() {
            Predicate<TelemetryEvent> left = and();
            while (take("or")) {
                left = left.or(and());
            }
            return left;
        }

        private Predicate<TelemetryEvent> and() {
            Predicate<TelemetryEvent> left = not();
            while (take("and")) {
                left = left.and(not());
            }
            return left;
        }

        private Predicate<TelemetryEvent> not() {
            if (take("not")) {
                return not().negate();
            }
            if (take("(")) {
                Predicate<TelemetryEvent> inner = or();
                if (!take(")")) {
                    throw source.error("a parenthesis of the condition is not closed");
                }
                return inner;
            }
            if (next >= words.size()) {
                throw source.error("the condition ends too early");
            }
            String word = words.get(next++);
            if ((word.equals("1") || word.equals("all")) && take("of") && next < words.size()) {
                return some(word.equals("all"), words.get(next++));
            }
            Predicate<TelemetryEvent> selection = selections.get(word);
            if (selection == null) {
                throw source.error(
                        "no selection is named '" + word + "'" + YamlValue.suggestion(word, selections.keySet()));
            }
            return selection;
        }

        private Predicate<TelemetryEvent> some(boolean all, String pattern) {
            String regex = pattern.equals("them") ? ".*" : glob(pattern);
            List<Predicate<TelemetryEvent>> chosen = selections.entrySet().stream()
                    .filter(selection -> selection.getKey().matches(regex))
                    .map(Map.Entry::getValue)
                    .toList();
            if (chosen.isEmpty()) {
                throw source.error("no selection matches '" + pattern + "'");
            }
            return all
                    ? chosen.stream().reduce(event -> true, Predicate::and)
                    : chosen.stream().reduce(event -> false, Predicate::or);
        }

        private boolean take(String word) {
            if (next < words.size() && words.get(next).toLowerCase(Locale.ROOT).equals(word)) {
                next++;
                return true;
            }
            return false;
        }
    }
}
