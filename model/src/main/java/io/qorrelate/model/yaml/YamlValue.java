package io.qorrelate.model.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** One value of a YAML document that knows where it stands. Read-only. */
public final class YamlValue {
    /** How many letters may differ for a field to be suggested instead of an unknown one. */
    private static final int SUGGESTION_DISTANCE = 3;

    /** Java would also read {@code 10d} as ten, where somebody meant ten days. Without going back: digits may be many. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][-+]?\\d++)?");

    private final String file;
    private final Node node;

    private YamlValue(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /**
     * Reads the first document of a text.
     *
     * @param file name for error messages
     * @throws InvalidYaml where it is no YAML, or empty
     */
    public static YamlValue parse(String text, String file) {
        return parseAll(text, file).stream()
                .findFirst()
                .orElseThrow(() -> new InvalidYaml(file + ":1:1: the file is empty"));
    }

    /** Reads all documents of a text, separated by {@code ---}. */
    public static List<YamlValue> parseAll(String text, String file) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setAllowDuplicateKeys(false)
                // All at once: read in pieces, a long word is copied anew for each piece of it.
                .setBufferSize(text.length() + 2)
                // YAML 1.2's core schema, in which '~' is null as people write it; the parser's default knows only
                // 'null'.
                .setSchema(new CoreSchema())
                .build();
        List<YamlValue> documents = new ArrayList<>();
        try {
            for (Node document : new Compose(settings).composeAllFromString(text)) {
                documents.add(new YamlValue(file, document));
            }
            return documents;
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                    .orElse("");
            throw new InvalidYaml(file + place + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InvalidYaml(file + ": " + e.getMessage());
        } catch (StackOverflowError e) {
            // The parser recurses and has no limit of its own; nobody writes such a file by hand.
            throw new InvalidYaml(file + ": nested too deeply to be read");
        }
    }

    /** The fields of a mapping, in the order written. */
    public Map<String, YamlValue> fields() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("expected a mapping of fields, found " + describe());
        }
        Map<String, YamlValue> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            YamlValue key = new YamlValue(file, tuple.getKeyNode());
            if (fields.put(key.text(), new YamlValue(file, tuple.getValueNode())) != null) {
                throw key.error("field '" + key.text() + "' stands here twice");
            }
        }
        return fields;
    }

    /** A field of a mapping; empty where it is absent or null. */
    public Optional<YamlValue> field(String name) {
        return Optional.ofNullable(fields().get(name)).filter(value -> !value.isNull());
    }

    /** A field of a mapping that must be there. */
    public YamlValue required(String name) {
        return field(name).orElseThrow(() -> error("'" + name + "' is missing"));
    }

    /** The items of a sequence. */
    public List<YamlValue> items() {
        if (!(node instanceof SequenceNode sequence)) {
            throw error("expected a list, found " + describe());
        }
        return sequence.getValue().stream()
                .map(item -> new YamlValue(file, item))
                .toList();
    }

    /** The items of a sequence, or this value alone where it is none. */
    public List<YamlValue> itemsOrSelf() {
        return isSequence() ? items() : List.of(this);
    }

    /** A scalar as text. */
    public String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("expected a single value, found " + describe());
        }
        return scalar.getValue();
    }

    /** A scalar as a finite number. */
    public double number() {
        if (NUMBER.matcher(text()).matches()) {
            double value = Double.parseDouble(text());
            if (Double.isFinite(value)) {
                return value;
            }
        }
        throw error("expected a number, found '" + text() + "'");
    }

    /** A scalar as a whole number. */
    public long integer() {
        try {
            return Long.parseLong(text());
        } catch (NumberFormatException e) {
            throw error("expected a whole number, found '" + text() + "'");
        }
    }

    /** A scalar as {@code true} or {@code false}. */
    public boolean bool() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("expected true or false, found '" + text() + "'");
        };
    }

    /** One of an enum's constants, written in lower case. */
    public <E extends Enum<E>> E oneOf(Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text())) {
                return constant;
            }
            words.add(constant.name().toLowerCase(Locale.ROOT));
        }
        throw error("unknown value '" + text() + "'" + suggestion(text(), words));
    }

    /** What stands here, whatever its layout and comments: maps, lists and texts that are equal where they say the same. */
    public Object content() {
        return switch (node) {
            case MappingNode mapping -> {
                Map<String, Object> content = new LinkedHashMap<>();
                fields().forEach((name, value) -> content.put(name, value.content()));
                yield content;
            }
            case SequenceNode sequence ->
                items().stream().map(YamlValue::content).toList();
            default -> text();
        };
    }

    public boolean isNull() {
        return node.getTag().equals(Tag.NULL);
    }

    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    public boolean isSequence() {
        return node instanceof SequenceNode;
    }

    /** Whether this is a number as YAML resolves it, rather than text in quotes. */
    public boolean isNumber() {
        return node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT);
    }

    /**
     * Refuses fields that are not among the known ones.
     *
     * @param where what the mapping is, for the message: {@code "category link_quality"}
     */
    public void rejectUnknown(Collection<String> known, String where) {
        for (NodeTuple tuple : node instanceof MappingNode mapping ? mapping.getValue() : List.<NodeTuple>of()) {
            YamlValue key = new YamlValue(file, tuple.getKeyNode());
            if (!known.contains(key.text())) {
                throw key.error("unknown field '" + key.text() + "' in " + where + suggestion(key.text(), known));
            }
        }
    }

    /** {@code file:line:column} of this value, counted from one. */
    public String place() {
        return node.getStartMark()
                .map(mark -> file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                .orElse(file);
    }

    /** A complaint about this value that names its place. */
    public InvalidYaml error(String message) {
        return new InvalidYaml(place() + ": " + message);
    }

    /** A complaint about one of this mapping's fields, at the place of its name. */
    public InvalidYaml errorAt(String field, String message) {
        for (NodeTuple tuple : node instanceof MappingNode mapping ? mapping.getValue() : List.<NodeTuple>of()) {
            YamlValue key = new YamlValue(file, tuple.getKeyNode());
            if (key.text().equals(field)) {
                return key.error(message);
            }
        }
        return error(message);
    }

    /** {@code ; did you mean 'x'?} where one of the known words is close, else nothing. */
    public static String suggestion(String word, Collection<String> known) {
        return closest(word, known)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("");
    }

    private static Optional<String> closest(String word, Collection<String> known) {
        return known.stream()
                // As many letters differ at least; and of words that are pages long none is compared.
                .filter(candidate -> Math.abs(word.length() - candidate.length()) <= SUGGESTION_DISTANCE)
                .filter(candidate -> distance(word, candidate) <= Math.min(SUGGESTION_DISTANCE, word.length() / 2 + 1))
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private String describe() {
        return switch (node) {
            case MappingNode mapping -> "a mapping";
            case SequenceNode sequence -> "a list";
            case ScalarNode scalar -> scalar.getTag().equals(Tag.NULL) ? "nothing" : "'" + scalar.getValue() + "'";
            default -> "something else";
        };
    }

    @Override
    public String toString() {
        return place();
    }
}
