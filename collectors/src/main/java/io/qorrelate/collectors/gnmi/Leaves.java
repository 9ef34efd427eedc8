package io.qorrelate.collectors.gnmi;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.gnmi.proto.Decimal64;
import com.github.gnmi.proto.TypedValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an update says, leaf by leaf: a value of its own, or a subtree in JSON. */
final class Leaves {
    /** Nodes that one update may hold; a device with thousands of components has some ten thousand leaves. */
    static final int MAX_LEAVES = 100_000;

    private static final int MAX_NESTING_DEPTH = 32;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING_DEPTH)
                            .build())
                    .build())
            .build()
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final GnmiMapping mapping;
    private final Map<DataPath, JsonNode> found = new LinkedHashMap<>();

    private Leaves(GnmiMapping mapping) {
        this.mapping = mapping;
    }

    /**
     * The leaves of an update.
     *
     * @param mapping knows which of JSON's arrays are lists with keys
     * @throws DataPath.Malformed where its JSON is none, or too much
     */
    static Map<DataPath, JsonNode> of(DataPath path, TypedValue value, GnmiMapping mapping) throws DataPath.Malformed {
        Leaves leaves = new Leaves(mapping);
        switch (value.getValueCase()) {
            case JSON_VAL -> leaves.add(path, tree(value.getJsonVal().toByteArray()));
            case JSON_IETF_VAL -> leaves.add(path, tree(value.getJsonIetfVal().toByteArray()));
            default -> {
                JsonNode scalar = scalar(value);
                if (scalar != null) {
                    leaves.found.put(path, scalar);
                }
            }
        }
        return leaves.found;
    }

    private static JsonNode tree(byte[] json) throws DataPath.Malformed {
        try {
            JsonNode tree = READER.readValue(json);
            return tree == null ? JSON.nullNode() : tree;
        } catch (JacksonException e) {
            throw new DataPath.Malformed("a value that is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new DataPath.Malformed("a value that is no JSON: " + e.getMessage());
        }
    }

    private void add(DataPath path, JsonNode node) throws DataPath.Malformed {
        if (found.size() >= MAX_LEAVES) {
            throw new DataPath.Malformed("a value of more than " + MAX_LEAVES + " leaves");
        }
        if (path.elements().size() > DataPath.MAX_ELEMENTS) {
            throw new DataPath.Malformed("a value nested too deep");
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                add(path.child(new DataPath.Element(DataPath.unprefixed(field.getKey()), Map.of())), field.getValue());
            }
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
            for (JsonNode entry : node) {
                addEntry(path, entry);
            }
        } else if (!node.isNull()) {
            found.put(path, node);
        }
    }

    /** An entry of a list: its keys stand among its leaves, and which they are the mapping knows. */
    private void addEntry(DataPath list, JsonNode entry) throws DataPath.Malformed {
        Map<String, String> keys = new TreeMap<>();
        for (String key : mapping.keysOf(list)) {
            Optional<Map.Entry<String, JsonNode>> leaf = entry.properties().stream()
                    .filter(field -> DataPath.unprefixed(field.getKey()).equals(key))
                    .findFirst();
            leaf.ifPresent(field -> keys.put(key, field.getValue().asText()));
        }
        if (list.elements().isEmpty()) {
            return;
        }
        DataPath.Element last = list.elements().getLast();
        add(list.upTo(list.elements().size() - 1).child(new DataPath.Element(last.name(), keys)), entry);
    }

    @SuppressWarnings("deprecation") // targets send what they were built to send
    private static @Nullable JsonNode scalar(TypedValue value) {
        return switch (value.getValueCase()) {
            case STRING_VAL -> JSON.textNode(value.getStringVal());
            case ASCII_VAL -> JSON.textNode(value.getAsciiVal());
            case INT_VAL -> JSON.numberNode(value.getIntVal());
            case UINT_VAL -> JSON.textNode(Long.toUnsignedString(value.getUintVal()));
            case BOOL_VAL -> JSON.booleanNode(value.getBoolVal());
            case FLOAT_VAL -> JSON.numberNode(new BigDecimal(decimal(value.getFloatVal())));
            case DOUBLE_VAL -> Double.isNaN(value.getDoubleVal()) ? null : JSON.numberNode(value.getDoubleVal());
            case DECIMAL_VAL -> decimal(value.getDecimalVal());
            case BYTES_VAL -> JSON.binaryNode(value.getBytesVal().toByteArray());
            case LEAFLIST_VAL -> {
                ArrayNode array = JSON.arrayNode();
                value.getLeaflistVal().getElementList().forEach(each -> {
                    // A list within a list is none of YANG's.
                    JsonNode element = each.hasLeaflistVal() ? null : scalar(each);
                    if (element != null) {
                        array.add(element);
                    }
                });
                yield array;
            }
            default -> null;
        };
    }

    /** A float's shortest decimal: as a double it would be -12.340000152587890. */
    private static String decimal(float value) {
        return Float.isFinite(value) ? Float.toString(value) : "0";
    }

    @SuppressWarnings("deprecation")
    private static @Nullable JsonNode decimal(Decimal64 value) {
        // RFC 7950, section 9.3: 1 to 18 fraction digits.
        return value.getPrecision() > 18
                ? null
                : JSON.numberNode(BigDecimal.valueOf(value.getDigits(), value.getPrecision()));
    }
}
