package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a JSON document means: events whose fields are taken from places that JSON Pointers (RFC 6901) name. */
public final class JsonMapping {
    /** Word of a mapping's {@code format}. */
    public static final String FORMAT = "json";

    /** Names are JSON Pointers; values keep the types that JSON gives them. */
    private static final Vocabulary POINTERS = vocabulary(List.of());

    private static Vocabulary vocabulary(Collection<String> beside) {
        return new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                if (name.startsWith("/") || beside.contains(name)) {
                    return null;
                }
                return beside.isEmpty() || !name.contains(".")
                        ? "'" + name + "' is no JSON Pointer; a value of the document is named as /" + name
                        : "'" + name + "' is no JSON Pointer and none of " + String.join(", ", beside);
            }

            @Override
            public boolean isText() {
                return false;
            }
        };
    }

    /**
     * @param required pointers without which the document is not what it should be
     */
    private record Rule(List<String> required, EventTemplate event) {}

    private final List<Rule> rules;

    private JsonMapping(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static JsonMapping parse(YamlValue mapping) {
        return parse(mapping, List.of());
    }

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}, and which may also use what is known beside the document.
     *
     * @param beside names of that
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static JsonMapping parse(YamlValue mapping, Collection<String> beside) {
        Vocabulary vocabulary = vocabulary(beside);
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format json, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "events"), "a mapping");
        List<Rule> rules = new ArrayList<>();
        for (YamlValue rule : mapping.required("events").items()) {
            rule.rejectUnknown(List.of("required", "event"), "an event's mapping");
            List<String> required = new ArrayList<>();
            for (YamlValue pointer :
                    rule.field("required").map(YamlValue::itemsOrSelf).orElse(List.of())) {
                String wrong = POINTERS.complaint(pointer.text());
                if (wrong != null) {
                    throw pointer.error(wrong);
                }
                required.add(pointer.text());
            }
            rules.add(new Rule(List.copyOf(required), EventTemplate.parse(rule.required("event"), vocabulary)));
        }
        return new JsonMapping(List.copyOf(rules));
    }

    /** The events of a document, or the document rejected: never an exception, whatever the bytes are. */
    public List<Intake> read(byte[] document, Defaults defaults, EventIntake intake) {
        return read(document, Map.of(), defaults, intake);
    }

    /**
     * The same where something is known beside the document.
     *
     * @param beside by the names with which the mapping was parsed
     */
    public List<Intake> read(byte[] document, Map<String, String> beside, Defaults defaults, EventIntake intake) {
        JsonNode tree;
        try {
            tree = JsonDocument.read(document);
        } catch (IOException e) {
            return List.of(rejected(document, RejectReason.NOT_JSON, String.valueOf(e.getMessage())));
        }
        Values values = name -> name.startsWith("/") ? at(tree, name) : text(beside.get(name));
        List<Intake> events = new ArrayList<>();
        for (Rule rule : rules) {
            for (String pointer : rule.required()) {
                if (values.get(pointer) == null) {
                    // Once for the document: its copies would say the same.
                    return List.of(rejected(
                            document, RejectReason.MISSING_FIELD, "'" + pointer.substring(1) + "' is required"));
                }
            }
            events.add(rule.event().fill(values, defaults, document, intake));
        }
        return events;
    }

    private static @Nullable JsonNode at(JsonNode tree, String pointer) {
        JsonNode found = tree.at(JsonPointer.compile(pointer));
        return found.isMissingNode() || found.isNull() ? null : found;
    }

    private static @Nullable JsonNode text(@Nullable String known) {
        return known == null ? null : TextNode.valueOf(known);
    }

    private static Intake rejected(byte[] document, RejectReason reason, String detail) {
        return new Intake.Rejected(document, document.length, reason, detail);
    }
}
