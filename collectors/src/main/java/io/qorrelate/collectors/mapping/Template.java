package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How one field of an event is made. */
sealed interface Template {
    /** The field's value; null leaves the field out. */
    @Nullable
    JsonNode fill(Values values);

    /** Whether it is filled without the device saying anything. */
    boolean isConstant();

    /** Values that it can have whatever the device says, so that they are checked before it says anything. */
    List<JsonNode> constants();

    /**
     * Reads a template: a text in which {@code ${name}} stands for what the device said, or a mapping that says where to take the
     * value {@code from} and how to change it.
     *
     * @param number whether the contract wants a number
     */
    static Template parse(YamlValue value, boolean number, Vocabulary vocabulary) {
        return value.isMapping() ? Converted.parse(value, number, vocabulary) : Text.parse(value, number, vocabulary);
    }

    /** The text as a number where one is wanted and it is one; where it is none the contract refuses it by name. */
    private static JsonNode typed(String text, boolean number) {
        return number ? Numbers.read(text) : TextNode.valueOf(text);
    }

    private static void check(YamlValue place, String name, Vocabulary vocabulary) {
        String wrong = vocabulary.complaint(name);
        if (wrong != null) {
            throw place.error(wrong);
        }
    }

    /**
     * Text with gaps.
     *
     * @param parts text and names in turn, text first and last
     * @param number whether the whole is turned into a number
     */
    record Text(List<String> parts, boolean number) implements Template {
        private static final Pattern GAP = Pattern.compile("\\$\\{([^}]+)}");

        static Text parse(YamlValue value, boolean number, Vocabulary vocabulary) {
            List<String> parts = new ArrayList<>();
            Matcher gaps = GAP.matcher(value.text());
            int done = 0;
            while (gaps.find()) {
                check(value, gaps.group(1), vocabulary);
                parts.add(value.text().substring(done, gaps.start()));
                parts.add(gaps.group(1));
                done = gaps.end();
            }
            parts.add(value.text().substring(done));
            return new Text(List.copyOf(parts), number && (vocabulary.isText() || parts.size() == 1));
        }

        @Override
        public @Nullable JsonNode fill(Values values) {
            if (parts.size() == 1) {
                return typed(parts.getFirst(), number);
            }
            if (parts.size() == 3
                    && parts.getFirst().isEmpty()
                    && parts.getLast().isEmpty()) {
                return number ? values.number(parts.get(1)) : values.get(parts.get(1));
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < parts.size(); i++) {
                if (i % 2 == 0) {
                    text.append(parts.get(i));
                    continue;
                }
                JsonNode part = values.get(parts.get(i));
                if (part == null) {
                    return null;
                }
                text.append(part.asText());
            }
            return typed(text.toString(), number);
        }

        @Override
        public boolean isConstant() {
            return parts.size() == 1;
        }

        @Override
        public List<JsonNode> constants() {
            return parts.size() == 1 ? List.of(typed(parts.getFirst(), number)) : List.of();
        }
    }

    /**
     * A value that is changed on its way.
     *
     * @param times factor between the device's unit and the contract's; null for none
     * @param words the device's words, in lower case, and the contract's; empty where words stay as they are
     * @param otherwise for words that are not among them; null leaves the field out
     */
    record Converted(
            String from,
            @Nullable Double times,
            Map<String, JsonNode> words,
            @Nullable JsonNode otherwise) implements Template {
        private static final List<String> FIELDS = List.of("from", "times", "words", "otherwise");

        static Converted parse(YamlValue value, boolean number, Vocabulary vocabulary) {
            value.rejectUnknown(FIELDS, "a converted value");
            YamlValue from = value.required("from");
            check(from, from.text(), vocabulary);
            if (value.field("times").isPresent() == value.field("words").isPresent()) {
                throw value.error("a converted value has 'times' or 'words'; ${" + from.text() + "} takes it as it is");
            }
            Map<String, JsonNode> words = new HashMap<>();
            value.field("words")
                    .ifPresent(given -> given.fields()
                            .forEach((word, meaning) -> words.put(lower(word), typed(meaning.text(), number))));
            return new Converted(
                    from.text(),
                    value.field("times").map(YamlValue::number).orElse(null),
                    Map.copyOf(words),
                    value.field("otherwise")
                            .map(other -> typed(other.text(), number))
                            .orElse(null));
        }

        @Override
        public @Nullable JsonNode fill(Values values) {
            Double factor = times;
            JsonNode found = factor == null ? values.get(from) : values.number(from);
            if (found == null) {
                return null;
            }
            if (factor == null) {
                JsonNode word = words.get(lower(found.asText()));
                return word == null ? otherwise : word;
            }
            return found.isNumber() ? DoubleNode.valueOf(found.doubleValue() * factor) : found;
        }

        @Override
        public boolean isConstant() {
            return false;
        }

        /** Devices are not of one mind on capital letters from one firmware to the next. */
        private static String lower(String word) {
            return word.toLowerCase(Locale.ROOT);
        }

        @Override
        public List<JsonNode> constants() {
            List<JsonNode> constants = new ArrayList<>(words.values());
            if (otherwise != null) {
                constants.add(otherwise);
            }
            return constants;
        }
    }
}
