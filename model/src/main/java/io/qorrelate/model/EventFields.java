package io.qorrelate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object, taken one after the other; those that nobody took become labels. */
final class EventFields {
    /** Sorted, so that a producer that writes the members of an object in another order tells of the same event. */
    private static final ObjectWriter NESTED =
            TelemetryJson.MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    private final JsonNode tree;
    private final Set<String> taken = new HashSet<>();

    EventFields(JsonNode tree) {
        this.tree = tree;
    }

    @Nullable
    String text(String field) throws InvalidEvent {
        JsonNode value = take(field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(field, "a string", value);
        }
        return value.textValue();
    }

    OptionalDouble number(String field) throws InvalidEvent {
        JsonNode value = take(field);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw wrongType(field, "a number", value);
        }
        // Adding zero turns -0.0 into 0.0: they are the same measurement, and must be the same event.
        return OptionalDouble.of(value.doubleValue() + 0.0);
    }

    OptionalLong whole(String field) throws InvalidEvent {
        OptionalDouble number = number(field);
        if (number.isEmpty()) {
            return OptionalLong.empty();
        }
        double value = number.getAsDouble();
        if (value != Math.rint(value) || Math.abs(value) >= 1L << 53) {
            throw new InvalidEvent(RejectReason.WRONG_TYPE, "'" + field + "' must be a whole number, was " + value);
        }
        return OptionalLong.of((long) value);
    }

    @Nullable
    Instant time(String field) throws InvalidEvent {
        String text = text(field);
        if (text == null) {
            return null;
        }
        try {
            return Times.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidEvent(
                    RejectReason.WRONG_TYPE,
                    "'" + field + "' must be an RFC 3339 time such as 2026-11-23T10:00:10.000Z, was '" + text + "'");
        }
    }

    Instant requiredTime(String field) throws InvalidEvent {
        Instant time = time(field);
        if (time == null) {
            throw new InvalidEvent(RejectReason.MISSING_FIELD, "'" + field + "' is required");
        }
        return time;
    }

    <E extends Enum<E>> @Nullable E word(String field, Class<E> type) throws InvalidEvent {
        String text = text(field);
        if (text == null) {
            return null;
        }
        StringBuilder words = new StringBuilder();
        for (E constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT);
            if (word.equals(text)) {
                return constant;
            }
            words.append(words.isEmpty() ? "" : ", ").append(word);
        }
        throw new InvalidEvent(
                RejectReason.WRONG_TYPE, "'" + field + "' must be one of " + words + "; was '" + text + "'");
    }

    Readings readings(Kind kind) throws InvalidEvent {
        Readings.Builder readings = Readings.builder();
        for (Observable observable : Observable.of(kind)) {
            OptionalDouble value = number(observable.field());
            if (value.isPresent()) {
                readings.put(observable, value.getAsDouble());
            }
        }
        return readings.build();
    }

    /** Call last: everything that no other method took, and the producer's own labels, which win. */
    Map<String, String> labels() throws InvalidEvent {
        JsonNode own = take("labels");
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            if (!taken.contains(field.getKey()) && !field.getValue().isNull()) {
                labels.put(field.getKey(), asText(field.getValue()));
            }
        }
        if (own != null) {
            if (!own.isObject()) {
                throw wrongType("labels", "an object", own);
            }
            for (Map.Entry<String, JsonNode> label : own.properties()) {
                if (!label.getValue().isNull()) {
                    labels.put(label.getKey(), asText(label.getValue()));
                }
            }
        }
        return labels;
    }

    static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "nothing";
        };
    }

    private static String asText(JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        try {
            return NESTED.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private @Nullable JsonNode take(String field) {
        taken.add(field);
        JsonNode value = tree.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private static InvalidEvent wrongType(String field, String expected, JsonNode value) {
        return new InvalidEvent(
                RejectReason.WRONG_TYPE, "'" + field + "' must be " + expected + ", was " + describe(value));
    }
}
