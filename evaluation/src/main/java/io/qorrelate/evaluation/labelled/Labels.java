package io.qorrelate.evaluation.labelled;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a labels file says of a case.
 *
 * @param kind what it is a case of
 * @param name tells it from others of its kind
 * @param group how it is counted; null where the file does not say
 * @param description of the link, for people
 * @param links all links; empty where the telemetry is to tell
 * @param start when the case begins; null where the telemetry is to tell
 * @param end when it ends; null where the telemetry is to tell
 * @param incidents what really happens
 */
record Labels(
        String kind,
        String name,
        @Nullable Group group,
        String description,
        List<String> links,
        @Nullable Instant start,
        @Nullable Instant end,
        List<Incident> incidents) {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * One incident as a file tells it.
     *
     * @param end null where it lasts as long as the telemetry
     * @param intervalS usual time between the link's reports; empty where the telemetry is to tell
     */
    record Incident(
            AnomalyClass anomalyClass,
            @Nullable Subtype subtype,
            String link,
            Set<String> nodes,
            Set<String> affected,
            Instant prelude,
            boolean accompanied,
            Instant onset,
            @Nullable Instant end,
            Truth.Magnitude magnitude,
            double relative,
            OptionalDouble intervalS,
            OptionalDouble boundS,
            OptionalInt boundReports) {}

    Labels {
        links = List.copyOf(links);
        incidents = List.copyOf(incidents);
    }

    /**
     * Reads a labels file. JSON is YAML, and whoever prefers may write the latter.
     *
     * @param name of the case where the file does not name it
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static Labels parse(String text, String file, String name) {
        YamlValue root = YamlValue.parse(text, file);
        List<Incident> incidents = new ArrayList<>();
        root.field("incidents").map(YamlValue::items).orElse(List.of()).forEach(each -> incidents.add(incident(each)));
        String kind = text(root, "kind");
        return new Labels(
                kind != null ? kind : kindOf(incidents),
                orElse(text(root, "name"), name),
                root.field("group").map(value -> value.oneOf(Group.class)).orElse(null),
                orElse(text(root, "description"), "recorded"),
                texts(root, "links"),
                time(root, "start"),
                time(root, "end"),
                incidents);
    }

    private static String kindOf(List<Incident> incidents) {
        if (incidents.isEmpty()) {
            return "quiet";
        }
        Incident first = incidents.getFirst();
        Subtype subtype = first.subtype();
        return subtype == null ? first.anomalyClass().name().toLowerCase(Locale.ROOT) : subtype.wireName();
    }

    private static Incident incident(YamlValue value) {
        Subtype subtype =
                value.field("subtype").map(each -> each.oneOf(Subtype.class)).orElse(null);
        AnomalyClass anomalyClass =
                value.field("class").map(each -> each.oneOf(AnomalyClass.class)).orElse(null);
        if (anomalyClass == null) {
            if (subtype == null) {
                throw value.error("an incident has a 'class', a 'subtype', or both");
            }
            anomalyClass = subtype.anomalyClass();
        }
        if (anomalyClass == AnomalyClass.UNDETERMINED) {
            throw value.errorAt("class", "nothing is truly undetermined: name what it was, or leave it out");
        }
        if (subtype != null && subtype.anomalyClass() != anomalyClass) {
            throw value.errorAt("subtype", subtype.wireName() + " is no subtype of " + anomalyClass);
        }
        Instant onset = time(value, "onset");
        if (onset == null) {
            throw value.error("'onset' is missing");
        }
        OptionalDouble boundReports = number(value, "bound_reports");
        return new Incident(
                anomalyClass,
                subtype,
                value.required("link").text(),
                new LinkedHashSet<>(texts(value, "nodes")),
                new LinkedHashSet<>(texts(value, "affected")),
                orElse(time(value, "prelude"), onset),
                value.field("accompanied").map(YamlValue::bool).orElse(false),
                onset,
                time(value, "end"),
                new Truth.Magnitude(number(value, "magnitude").orElse(Double.NaN), text(value, "unit")),
                number(value, "relative_magnitude").orElse(Double.NaN),
                number(value, "interval_s"),
                number(value, "bound_s"),
                boundReports.isPresent()
                        ? OptionalInt.of((int) Math.round(boundReports.getAsDouble()))
                        : OptionalInt.empty());
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value != null ? value : otherwise;
    }

    private static @Nullable String text(YamlValue value, String field) {
        return value.field(field)
                .filter(each -> !each.isNull())
                .map(YamlValue::text)
                .orElse(null);
    }

    private static List<String> texts(YamlValue value, String field) {
        return value.field(field)
                .map(YamlValue::items)
                .map(items -> items.stream().map(YamlValue::text).toList())
                .orElse(List.of());
    }

    private static OptionalDouble number(YamlValue value, String field) {
        return value.field(field)
                .filter(each -> !each.isNull())
                .map(each -> OptionalDouble.of(each.number()))
                .orElse(OptionalDouble.empty());
    }

    private static @Nullable Instant time(YamlValue value, String field) {
        String text = text(value, field);
        try {
            return text == null ? null : Times.parse(text);
        } catch (DateTimeException e) {
            throw value.errorAt(field, field + " is no time: " + e.getMessage());
        }
    }

    /** The labels of a case that has been played. */
    static byte[] write(Case played, Case.Played how) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("kind", played.kind());
        root.put("name", played.name());
        root.put("group", played.group().name().toLowerCase(Locale.ROOT));
        root.put("description", played.description());
        ArrayNode links = root.putArray("links");
        played.linkIds().forEach(links::add);
        root.put("start", Times.format(played.start()));
        root.put("end", Times.format(played.end()));
        ArrayNode incidents = root.putArray("incidents");
        for (int i = 0; i < played.truths().size(); i++) {
            write(played.truths().get(i), how.incidents().get(i), incidents.addObject());
        }
        try {
            return MAPPER.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private static void write(Truth truth, Case.PlayedIncident how, ObjectNode json) {
        json.put("class", truth.anomalyClass().name());
        Subtype subtype = truth.subtype();
        if (subtype != null) {
            json.put("subtype", subtype.wireName());
        }
        json.put("link", truth.link());
        truth.nodes().stream().sorted().forEach(json.putArray("nodes")::add);
        truth.affected().stream().sorted().forEach(json.putArray("affected")::add);
        json.put("prelude", Times.format(truth.prelude()));
        json.put("accompanied", truth.accompanied());
        json.put("onset", Times.format(truth.onset()));
        json.put("end", Times.format(truth.end()));
        if (Double.isFinite(truth.magnitude().value())) {
            json.put("magnitude", truth.magnitude().value());
        }
        if (truth.magnitude().unit() != null) {
            json.put("unit", truth.magnitude().unit());
        }
        if (Double.isFinite(truth.relative())) {
            json.put("relative_magnitude", truth.relative());
        }
        json.put("interval_s", truth.intervalS());
        how.boundS().ifPresent(bound -> json.put("bound_s", bound));
        how.boundReports().ifPresent(bound -> json.put("bound_reports", bound));
    }
}
