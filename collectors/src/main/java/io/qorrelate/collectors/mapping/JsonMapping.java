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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a JSON document means: events whose fields are taken from places that JSON Pointers (RFC 6901) name. */
public final class JsonMapping {
    /** Word of a mapping's {@code format}. */
    public static final String FORMAT = "json";

    /**
     * @param when words by pointer that pick the documents this is about; empty for all
     * @param required pointers without which the document is not what it should be
     */
    private record Rule(Map<String, Set<String>> when, List<String> required, EventTemplate event) {
        boolean isAbout(Values values) {
            return when.entrySet().stream().allMatch(wanted -> {
                JsonNode found = values.get(wanted.getKey());
                return found != null && wanted.getValue().contains(found.asText());
            });
        }
    }

    private static final Values NOTHING_BESIDE = name -> null;

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
     * The same, of documents that come with something beside them.
     *
     * @param beside names of that; one that ends with a point stands for all that begin with it
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static JsonMapping parse(YamlValue mapping, Collection<String> beside) {
        Vocabulary names = new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                return JsonMapping.complaint(name, beside);
            }

            @Override
            public boolean isText() {
                return false;
            }
        };
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format json, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "events"), "a mapping");
        List<Rule> rules = new ArrayList<>();
        for (YamlValue rule : mapping.required("events").items()) {
            rule.rejectUnknown(List.of("when", "required", "event"), "an event's mapping");
            Map<String, Set<String>> when = new LinkedHashMap<>();
            rule.field("when")
                    .ifPresent(given -> given.fields().forEach((pointer, words) -> {
                        check(pointer, words, names);
                        when.put(
                                pointer,
                                words.itemsOrSelf().stream()
                                        .map(YamlValue::text)
                                        .collect(Collectors.toSet()));
                    }));
            List<String> required = new ArrayList<>();
            for (YamlValue pointer :
                    rule.field("required").map(YamlValue::itemsOrSelf).orElse(List.of())) {
                check(pointer.text(), pointer, names);
                required.add(pointer.text());
            }
            rules.add(new Rule(when, List.copyOf(required), EventTemplate.parse(rule.required("event"), names)));
        }
        return new JsonMapping(List.copyOf(rules));
    }

    private static void check(String name, YamlValue place, Vocabulary names) {
        String wrong = names.complaint(name);
        if (wrong != null) {
            throw place.error(wrong);
        }
    }

    /**
     * What is wrong with a name, in words; null where it is a JSON Pointer, or one of what stands beside the document.
     *
     * @param beside as {@link #parse(YamlValue, Collection)} has it
     */
    public static @Nullable String complaint(String name, Collection<String> beside) {
        boolean known = name.startsWith("/")
                || beside.stream().anyMatch(each -> each.endsWith(".") ? name.startsWith(each) : name.equals(each));
        if (known) {
            return null;
        }
        return beside.isEmpty() || !name.contains(".")
                ? "'" + name + "' is no JSON Pointer; a value of the document is named as /" + name
                : "'" + name + "' is no JSON Pointer and none of " + String.join(", ", beside);
    }

    /** The events of a document, or the document rejected: never an exception, whatever the bytes are. */
    public List<Intake> read(byte[] document, Defaults defaults, EventIntake intake) {
        return read(document, NOTHING_BESIDE, values -> defaults, intake);
    }

    /**
     * The same, of a document with texts beside it.
     *
     * @param beside by the names with which the mapping was parsed
     */
    public List<Intake> read(byte[] document, Map<String, String> beside, Defaults defaults, EventIntake intake) {
        return read(document, name -> text(beside.get(name)), values -> defaults, intake);
    }

    /**
     * The same, of a document with something beside it.
     *
     * @param defaults from what the document and what is beside it say
     */
    public List<Intake> read(byte[] document, Values beside, Function<Values, Defaults> defaults, EventIntake intake) {
        JsonNode tree;
        try {
            tree = JsonDocument.read(document);
        } catch (IOException e) {
            return List.of(rejected(document, RejectReason.NOT_JSON, String.valueOf(e.getMessage())));
        }
        Values values = name -> name.startsWith("/") ? at(tree, name) : beside.get(name);
        return read(values, document, defaults.apply(values), intake);
    }

    /**
     * The events of a document that is read already; none where no event's {@code when} holds.
     *
     * @param raw the message that it came in, for the dead letters
     */
    public List<Intake> read(JsonNode tree, byte[] raw, Defaults defaults, EventIntake intake) {
        return read(name -> at(tree, name), raw, defaults, intake);
    }

    private List<Intake> read(Values values, byte[] raw, Defaults defaults, EventIntake intake) {
        List<Intake> events = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (!rule.isAbout(values)) {
                continue;
            }
            for (String pointer : rule.required()) {
                if (values.get(pointer) == null) {
                    // Once for the document: its copies would say the same.
                    return List.of(rejected(raw, RejectReason.MISSING_FIELD, "'" + plain(pointer) + "' is required"));
                }
            }
            events.add(rule.event().fill(values, i == 0 ? defaults : defaults.of(i), raw, intake));
        }
        return events;
    }

    private static String plain(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
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
