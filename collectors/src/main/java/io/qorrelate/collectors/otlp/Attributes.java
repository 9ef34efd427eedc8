package io.qorrelate.collectors.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes of resources, scopes, points and records, and the values they hold. */
final class Attributes {
    /** OpenTelemetry's own default limit of attributes. */
    static final int MAX_COUNT = 128;

    /** As for JSON documents: what is nested deeper is hostile. */
    static final int MAX_DEPTH = 32;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Attributes() {}

    /** What is wrong with them, in words; null where nothing is. */
    static @Nullable String flaw(List<KeyValue> attributes) {
        if (attributes.size() > MAX_COUNT) {
            return "there are " + attributes.size() + " attributes, at most " + MAX_COUNT + " are allowed";
        }
        for (KeyValue attribute : attributes) {
            String flaw = flaw(attribute.getValue());
            if (flaw != null) {
                return flaw;
            }
        }
        return null;
    }

    /** What is wrong with a value, in words; null where nothing is. */
    static @Nullable String flaw(AnyValue value) {
        return isDeeper(value, MAX_DEPTH) ? "a value is nested deeper than " + MAX_DEPTH + " levels" : null;
    }

    private static boolean isDeeper(AnyValue value, int levels) {
        if (levels == 0) {
            return true;
        }
        return switch (value.getValueCase()) {
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream().anyMatch(each -> isDeeper(each, levels - 1));
            case KVLIST_VALUE ->
                value.getKvlistValue().getValuesList().stream().anyMatch(each -> isDeeper(each.getValue(), levels - 1));
            default -> false;
        };
    }

    /** The value of that name; where there is none, of the name that is the same but for what Prometheus's names may not hold. */
    static @Nullable String find(List<KeyValue> attributes, String name) {
        for (KeyValue attribute : attributes) {
            if (attribute.getKey().equals(name)) {
                return text(attribute.getValue());
            }
        }
        for (KeyValue attribute : attributes) {
            if (plain(attribute.getKey()).equals(name)) {
                return text(attribute.getValue());
            }
        }
        return null;
    }

    /** The name as Prometheus would have it: {@code qkd.link} is {@code qkd_link}. */
    static String plain(String name) {
        StringBuilder plain = null;
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            boolean kept = (letter >= 'a' && letter <= 'z')
                    || (letter >= 'A' && letter <= 'Z')
                    || (letter >= '0' && letter <= '9')
                    || letter == '_'
                    || letter == ':';
            if (!kept) {
                plain = plain == null ? new StringBuilder(name) : plain;
                plain.setCharAt(i, '_');
            }
        }
        return plain == null ? name : plain.toString();
    }

    /** The value as text: what is nested, as JSON. Null where there is none. */
    static @Nullable String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case VALUE_NOT_SET -> null;
            default -> {
                JsonNode json = json(value);
                yield json.isContainerNode() ? json.toString() : json.asText();
            }
        };
    }

    /** The value as JSON; bytes in base 64, as OTLP's own JSON has them. */
    static JsonNode json(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> JSON.textNode(value.getStringValue());
            case BOOL_VALUE -> JSON.booleanNode(value.getBoolValue());
            case INT_VALUE -> JSON.numberNode(value.getIntValue());
            case DOUBLE_VALUE -> JSON.numberNode(value.getDoubleValue());
            case BYTES_VALUE -> JSON.binaryNode(value.getBytesValue().toByteArray());
            case ARRAY_VALUE -> {
                ArrayNode array = JSON.arrayNode();
                value.getArrayValue().getValuesList().forEach(each -> array.add(json(each)));
                yield array;
            }
            case KVLIST_VALUE -> json(value.getKvlistValue().getValuesList());
            default -> NullNode.getInstance();
        };
    }

    /** Attributes as a JSON object. */
    static ObjectNode json(List<KeyValue> attributes) {
        ObjectNode object = JSON.objectNode();
        attributes.forEach(attribute -> object.set(attribute.getKey(), json(attribute.getValue())));
        return object;
    }
}
