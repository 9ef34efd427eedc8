package io.qorrelate.collectors.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventTemplate;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an exporter's metrics mean: one event for each of its links, with fields taken from metrics of that link.
 *
 * @param by label that tells links (or nodes) apart; null where the exporter is about one
 */
record PrometheusMapping(@Nullable String by, List<EventTemplate> events) {
    /** Word of a mapping's {@code format}. */
    static final String FORMAT = "prometheus";

    private static final String LABEL = "label.";

    /** {@code metric} or {@code metric{label="value",…}}. */
    private static final Pattern SELECTOR =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:.]*)(?:\\{((?:[^\"]+=\"[^\"]*\",?)*)})?");

    private static final Pattern CONDITION = Pattern.compile("\\s*([^=\",]+)=\"([^\"]*)\"");

    private static final Vocabulary SELECTORS = new Vocabulary() {
        @Override
        public @Nullable String complaint(String name) {
            return name.startsWith(LABEL) || SELECTOR.matcher(name).matches()
                    ? null
                    : "'" + name + "' is no metric; name one as qkd_qber or qkd_counts{detector=\"0\"}, and the label"
                            + " that 'by' names as label.NAME";
        }

        @Override
        public boolean isText() {
            return false;
        }
    };

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static PrometheusMapping parse(YamlValue mapping) {
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format prometheus, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "by", "events"), "a mapping");
        List<EventTemplate> events = new ArrayList<>();
        for (YamlValue event : mapping.required("events").items()) {
            event.rejectUnknown(List.of("event"), "an event's mapping");
            events.add(EventTemplate.parse(event.required("event"), SELECTORS));
        }
        return new PrometheusMapping(mapping.field("by").map(YamlValue::text).orElse(null), List.copyOf(events));
    }

    /** The events of a scrape, or the scrape rejected: never an exception, whatever the bytes are. */
    List<Intake> read(byte[] exposition, Placement placement, String source, Instant time, EventIntake intake) {
        Collection<Map.Entry<String, List<Sample>>> groups;
        try {
            groups = groups(Exposition.read(new String(exposition, StandardCharsets.UTF_8)));
        } catch (Exposition.Malformed e) {
            return List.of(new Intake.Rejected(
                    exposition,
                    exposition.length,
                    RejectReason.WRONG_TYPE,
                    "not Prometheus's text format: " + e.getMessage()));
        }
        List<Intake> events = new ArrayList<>();
        for (Map.Entry<String, List<Sample>> group : groups) {
            String name = group.getKey();
            Defaults defaults = new Defaults(time, placement.linkOf(name), placement.nodeOf(name), source);
            Values values = wanted -> find(wanted, name, group.getValue());
            for (EventTemplate event : events()) {
                // Of a link that has none of an event's metrics the exporter says nothing of the kind.
                if (event.isTold(values)) {
                    events.add(event.fill(values, defaults, raw(group.getValue()), intake));
                }
            }
        }
        return events;
    }

    private Collection<Map.Entry<String, List<Sample>>> groups(List<Sample> samples) {
        Map<String, List<Sample>> groups = new LinkedHashMap<>();
        for (Sample sample : samples) {
            String name = by == null ? "" : sample.labels().get(by);
            if (name != null) {
                groups.computeIfAbsent(name, first -> new ArrayList<>()).add(sample);
            }
        }
        return groups.entrySet();
    }

    /** What was said of one link: a mistake in it does not send the whole scrape to the dead letters, once for each link. */
    private static byte[] raw(List<Sample> samples) {
        StringBuilder lines = new StringBuilder();
        samples.forEach(sample -> lines.append(sample.line()).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable JsonNode find(String wanted, String group, List<Sample> samples) {
        if (wanted.startsWith(LABEL)) {
            return group.isEmpty() ? null : TextNode.valueOf(group);
        }
        Matcher selector = SELECTOR.matcher(wanted);
        if (!selector.matches()) {
            return null;
        }
        Map<String, String> conditions = new LinkedHashMap<>();
        if (selector.group(2) != null) {
            Matcher condition = CONDITION.matcher(selector.group(2));
            while (condition.find()) {
                conditions.put(condition.group(1).strip(), condition.group(2));
            }
        }
        for (Sample sample : samples) {
            if (sample.metric().equals(selector.group(1))
                    && sample.labels().entrySet().containsAll(conditions.entrySet())) {
                // An exporter says NaN where it could not measure.
                return Double.isNaN(sample.value()) ? null : DoubleNode.valueOf(sample.value());
            }
        }
        return null;
    }
}
