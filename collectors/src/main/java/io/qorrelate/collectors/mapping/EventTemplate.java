package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.Kind;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event with gaps that a device's message fills. */
public final class EventTemplate {
    private static final JsonMapper JSON = new JsonMapper();

    private final Kind kind;
    private final Map<String, Template> fields;
    private final Map<String, Template> labels;

    private EventTemplate(Kind kind, Map<String, Template> fields, Map<String, Template> labels) {
        this.kind = kind;
        this.fields = fields;
        this.labels = labels;
    }

    /**
     * Reads a template. What it says of itself is held against the contract here, not when the first message comes.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static EventTemplate parse(YamlValue value, Vocabulary vocabulary) {
        Kind kind = value.required("kind").oneOf(Kind.class);
        List<String> own = ContractFields.of(kind);
        List<String> known = new ArrayList<>(own);
        known.addAll(List.of("kind", "labels"));
        value.rejectUnknown(known, "event " + kind.wireName());
        Map<String, Template> fields = new LinkedHashMap<>();
        for (String field : own) {
            value.field(field).ifPresent(given -> {
                Template template = Template.parse(given, ContractFields.isNumber(field), vocabulary);
                template.constants().forEach(constant -> check(kind, field, constant, given));
                fields.put(field, template);
            });
        }
        Map<String, Template> labels = new LinkedHashMap<>();
        value.field("labels")
                .ifPresent(given -> given.fields()
                        .forEach((label, text) -> labels.put(label, Template.parse(text, false, vocabulary))));
        return new EventTemplate(kind, fields, labels);
    }

    /** Kind of the events it makes. */
    public Kind kind() {
        return kind;
    }

    /** Whether it fills a field, be it with what the device said or with a constant. */
    public boolean fills(String field) {
        return fields.containsKey(field);
    }

    /** Whether it says the same whatever the device said, beside when, where and of whom. */
    public boolean isConstant() {
        return fields.entrySet().stream()
                .allMatch(field -> ContractFields.isOfEveryKind(field.getKey())
                        || field.getValue().isConstant());
    }

    /** Whether the device said any of what the event tells, beside when, where and of whom. */
    public boolean isTold(Values values) {
        return fields.entrySet().stream()
                .anyMatch(field -> !ContractFields.isOfEveryKind(field.getKey())
                        && !field.getValue().isConstant()
                        && field.getValue().fill(values) != null);
    }

    /**
     * The event, or why what the device said makes none; then the message goes to the dead letters as it came.
     *
     * @param raw the message
     */
    public Intake fill(Values values, Defaults defaults, byte[] raw, EventIntake intake) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        put(event, "id", defaults.id());
        event.put("time", Times.format(defaults.time()));
        event.put("kind", kind.wireName());
        put(event, "link", defaults.link());
        put(event, "node", defaults.node());
        put(event, "source", defaults.source());
        fill(event, fields, values);
        if (!labels.isEmpty()) {
            ObjectNode filled = JsonNodeFactory.instance.objectNode();
            fill(filled, labels, values);
            event.set("labels", filled);
        }
        byte[] json;
        try {
            json = JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of text and numbers is JSON", e);
        }
        return switch (intake.read(json, 0, json.length)) {
            case Intake.Accepted accepted -> accepted;
            case Intake.Rejected rejected -> new Intake.Rejected(raw, raw.length, rejected.reason(), rejected.detail());
        };
    }

    private static void fill(ObjectNode object, Map<String, Template> templates, Values values) {
        templates.forEach((field, template) -> {
            JsonNode value = template.fill(values);
            if (value != null && !(value.isTextual() && value.textValue().isBlank())) {
                object.set(field, value);
            }
        });
    }

    private static void put(ObjectNode event, String field, @Nullable String value) {
        if (value != null) {
            event.put(field, value);
        }
    }

    /** Lets the contract itself judge a value. */
    private static void check(Kind kind, String field, JsonNode constant, YamlValue place) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("time", Times.format(Instant.EPOCH.plusSeconds(1_000_000_000)));
        event.put("kind", kind.wireName());
        event.put("link", "a~b");
        event.set(field, constant);
        try {
            var unused = TelemetryJson.read(event);
        } catch (InvalidEvent e) {
            throw place.error(String.valueOf(e.getMessage()));
        }
    }
}
