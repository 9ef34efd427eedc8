package io.qorrelate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Findings and incidents from and to JSON, in the contract's names. */
public final class FindingJson {
    /** Digits after the point that a probability or weight is written with: more is noise. */
    private static final int DIGITS = 6;

    private FindingJson() {}

    /** The finding as one JSON object, without a line end. */
    public static byte[] write(Finding finding) {
        return bytes(tree(finding));
    }

    /** The finding as a JSON tree. */
    public static ObjectNode tree(Finding finding) {
        ObjectNode json = TelemetryJson.MAPPER.createObjectNode();
        json.put("id", finding.id());
        putText(json, "link", finding.link());
        putText(json, "node", finding.node());
        json.put("class", finding.anomalyClass().name());
        putText(
                json,
                "subtype",
                finding.subtype() == null ? null : finding.subtype().wireName());
        json.put("onset", Times.format(finding.onset()));
        json.put("detected", Times.format(finding.detected()));
        putTime(json, "ended", finding.ended());
        json.set("probabilities", weights(summingToOne(finding.probabilities())));
        json.put("severity", finding.severity().wireName());
        ArrayNode evidence = json.putArray("evidence");
        finding.evidence().forEach(entry -> evidence.add(tree(entry)));
        json.put("explanation", finding.explanation());
        if (finding.exposure() != null) {
            json.set("exposure", tree(finding.exposure()));
        }
        putTexts(json, "recommended_actions", finding.recommendedActions());
        putTexts(json, "rules", finding.rules());
        return json;
    }

    /**
     * Reads a finding.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Finding read(byte[] bytes) {
        JsonNode json = parse(bytes);
        try {
            List<Evidence> evidence = new ArrayList<>();
            items("evidence", json).forEach(entry -> evidence.add(evidence(entry)));
            String subtype = text(json, "subtype");
            return new Finding(
                    required(json, "id"),
                    text(json, "link"),
                    text(json, "node"),
                    AnomalyClass.valueOf(required(json, "class")),
                    subtype == null ? null : Subtype.valueOf(subtype.toUpperCase(Locale.ROOT)),
                    Times.parse(required(json, "onset")),
                    Times.parse(required(json, "detected")),
                    time(json, "ended"),
                    weights(json.path("probabilities")),
                    Severity.valueOf(required(json, "severity").toUpperCase(Locale.ROOT)),
                    evidence,
                    required(json, "explanation"),
                    json.hasNonNull("exposure") ? exposure(json.get("exposure")) : null,
                    texts(json, "recommended_actions"),
                    texts(json, "rules"));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a finding: " + e.getMessage(), e);
        }
    }

    /** The incident as one JSON object, without a line end. */
    public static byte[] write(Incident incident) {
        return bytes(tree(incident));
    }

    /** The incident as a JSON tree. */
    public static ObjectNode tree(Incident incident) {
        ObjectNode json = TelemetryJson.MAPPER.createObjectNode();
        json.put("id", incident.id());
        json.put("scope", incident.scope());
        json.put("what", incident.what());
        json.put("class", incident.anomalyClass().name());
        json.put("severity", incident.severity().wireName());
        json.put("opened", Times.format(incident.opened()));
        json.put("updated", Times.format(incident.updated()));
        putTime(json, "ended", incident.ended());
        putTexts(json, "links", incident.links());
        putTexts(json, "nodes", incident.nodes());
        putTexts(json, "findings", incident.findings());
        json.put("summary", incident.summary());
        return json;
    }

    /**
     * Reads an incident.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Incident readIncident(byte[] bytes) {
        JsonNode json = parse(bytes);
        try {
            return new Incident(
                    required(json, "id"),
                    required(json, "scope"),
                    required(json, "what"),
                    AnomalyClass.valueOf(required(json, "class")),
                    Severity.valueOf(required(json, "severity").toUpperCase(Locale.ROOT)),
                    Times.parse(required(json, "opened")),
                    Times.parse(required(json, "updated")),
                    time(json, "ended"),
                    texts(json, "links"),
                    texts(json, "nodes"),
                    texts(json, "findings"),
                    required(json, "summary"));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not an incident: " + e.getMessage(), e);
        }
    }

    private static ObjectNode tree(Evidence evidence) {
        ObjectNode json = TelemetryJson.MAPPER.createObjectNode();
        json.put("observable", evidence.observable());
        putText(json, "expected", evidence.expected());
        putText(json, "seen", evidence.seen());
        json.set("log_odds", weights(evidence.logOdds()));
        putTexts(json, "events", evidence.events());
        putText(json, "note", evidence.note());
        return json;
    }

    private static Evidence evidence(JsonNode json) {
        return new Evidence(
                required(json, "observable"),
                text(json, "expected"),
                text(json, "seen"),
                weights(json.path("log_odds")),
                texts(json, "events"),
                text(json, "note"));
    }

    private static ObjectNode tree(Exposure exposure) {
        ObjectNode json = TelemetryJson.MAPPER.createObjectNode();
        exposure.secretBits().ifPresent(bits -> {
            json.put("secret_bits", Math.round(bits));
            json.put("secret_bits_is_bound", exposure.secretBitsIsBound());
        });
        exposure.keysDelivered().ifPresent(keys -> json.put("keys_delivered", keys));
        putTexts(json, "saes", exposure.saes());
        return json;
    }

    private static Exposure exposure(JsonNode json) {
        return new Exposure(
                json.hasNonNull("secret_bits")
                        ? OptionalDouble.of(number("secret_bits", json.get("secret_bits")))
                        : OptionalDouble.empty(),
                json.path("secret_bits_is_bound").booleanValue(),
                json.hasNonNull("keys_delivered")
                        ? OptionalLong.of((long) number("keys_delivered", json.get("keys_delivered")))
                        : OptionalLong.empty(),
                texts(json, "saes"));
    }

    private static ObjectNode weights(Map<AnomalyClass, Double> weights) {
        ObjectNode json = TelemetryJson.MAPPER.createObjectNode();
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            Double weight = weights.get(anomalyClass);
            if (weight != null) {
                json.put(anomalyClass.name(), rounded(weight));
            }
        }
        return json;
    }

    private static Map<AnomalyClass, Double> weights(JsonNode json) {
        Map<AnomalyClass, Double> weights = new EnumMap<>(AnomalyClass.class);
        json.properties()
                .forEach(entry ->
                        weights.put(AnomalyClass.valueOf(entry.getKey()), number(entry.getKey(), entry.getValue())));
        return weights;
    }

    /** Rounded, and the largest takes what rounding leaves over, so that readers find them to sum to 1. */
    private static Map<AnomalyClass, Double> summingToOne(Map<AnomalyClass, Double> probabilities) {
        Map<AnomalyClass, Double> rounded = new EnumMap<>(AnomalyClass.class);
        AnomalyClass largest = null;
        double others = 0;
        for (Map.Entry<AnomalyClass, Double> entry : probabilities.entrySet()) {
            rounded.put(entry.getKey(), rounded(entry.getValue()));
            if (largest == null || entry.getValue() > probabilities.get(largest)) {
                largest = entry.getKey();
            }
        }
        for (Map.Entry<AnomalyClass, Double> entry : rounded.entrySet()) {
            others += entry.getKey() == largest ? 0 : entry.getValue();
        }
        if (largest != null) {
            rounded.put(largest, rounded(1 - others));
        }
        return rounded;
    }

    private static double rounded(double weight) {
        return BigDecimal.valueOf(weight)
                .setScale(DIGITS, RoundingMode.HALF_EVEN)
                .doubleValue();
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return TelemetryJson.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return TelemetryJson.READER.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    private static String required(JsonNode json, String field) {
        String value = text(json, field);
        if (value == null) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
        return value;
    }

    private static @Nullable String text(JsonNode json, String field) {
        return json.hasNonNull(field) ? string(field, json.get(field)) : null;
    }

    private static String string(String field, JsonNode value) {
        if (!value.isTextual()) {
            throw new IllegalArgumentException("'" + field + "' must be a string, was " + EventFields.describe(value));
        }
        return value.textValue();
    }

    /** A number, and nothing that would silently count as zero. */
    private static double number(String field, JsonNode value) {
        if (!value.isNumber()) {
            throw new IllegalArgumentException("'" + field + "' must be a number, was " + EventFields.describe(value));
        }
        return value.doubleValue();
    }

    /** The items of a list; none where it is absent. */
    private static JsonNode items(String field, JsonNode json) {
        JsonNode list = json.path(field);
        if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
            throw new IllegalArgumentException("'" + field + "' must be a list, was " + EventFields.describe(list));
        }
        return list;
    }

    private static @Nullable Instant time(JsonNode json, String field) {
        String text = text(json, field);
        return text == null ? null : Times.parse(text);
    }

    private static List<String> texts(JsonNode json, String field) {
        List<String> texts = new ArrayList<>();
        items(field, json).forEach(item -> texts.add(string(field, item)));
        return texts;
    }

    private static void putText(ObjectNode json, String field, @Nullable String value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    private static void putTime(ObjectNode json, String field, @Nullable Instant value) {
        if (value != null) {
            json.put(field, Times.format(value));
        }
    }

    private static void putTexts(ObjectNode json, String field, List<String> values) {
        ArrayNode array = json.putArray(field);
        values.forEach(array::add);
    }
}
