package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What metrics mean: one event for each link that they are about, with fields taken from metrics of that link. */
public final class MetricMapping {
    /** Word of a mapping's {@code format}. */
    public static final String FORMAT = "prometheus";

    private static final String LABEL = "label.";

    /** {@code metric} or {@code metric{label="value",…}}; OpenTelemetry's names may hold {@code . - /} too. */
    private static final Pattern SELECTOR =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:./-]*)(?:\\{((?:[^\"]+=\"[^\"]*\",?)*)})?");

    private static final Pattern CONDITION = Pattern.compile("\\s*([^=\",]+)=\"([^\"]*)\"");

    /** Rendering what was said costs more than the event, and is for the few that are rejected. */
    private static final byte[] EMPTY = {};

    /**
     * What a template asks for.
     *
     * @param conditions value by label
     */
    private record Selector(String metric, Map<String, String> conditions) {
        boolean fits(MetricSample sample) {
            return sample.metric().equals(metric)
                    && conditions.entrySet().stream()
                            .allMatch(wanted -> wanted.getValue().equals(sample.label(wanted.getKey())));
        }
    }

    /**
     * What came of samples.
     *
     * @param samples that it was made of
     */
    public record Found<S extends MetricSample>(Intake intake, List<S> samples) {
        public Found {
            samples = List.copyOf(samples);
        }
    }

    private final @Nullable String by;
    private final List<EventTemplate> events;
    private final Map<String, Selector> selectors;
    private final Set<String> metrics;

    private MetricMapping(@Nullable String by, List<EventTemplate> events, Map<String, Selector> selectors) {
        this.by = by;
        this.events = events;
        this.selectors = Map.copyOf(selectors);
        metrics = Set.copyOf(selectors.values().stream().map(Selector::metric).toList());
    }

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static MetricMapping parse(YamlValue mapping) {
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format prometheus, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "by", "events"), "a mapping");
        Map<String, Selector> selectors = new HashMap<>();
        List<EventTemplate> events = new ArrayList<>();
        for (YamlValue event : mapping.required("events").items()) {
            event.rejectUnknown(List.of("event"), "an event's mapping");
            events.add(EventTemplate.parse(event.required("event"), vocabulary(selectors)));
        }
        return new MetricMapping(mapping.field("by").map(YamlValue::text).orElse(null), List.copyOf(events), selectors);
    }

    /** Keeps what the templates ask for. */
    private static Vocabulary vocabulary(Map<String, Selector> selectors) {
        return new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                if (name.startsWith(LABEL)) {
                    return null;
                }
                Matcher selector = SELECTOR.matcher(name);
                if (!selector.matches()) {
                    return "'" + name
                            + "' is no metric; name one as qkd_qber or qkd_counts{detector=\"0\"}, and a label"
                            + " as label.NAME";
                }
                Map<String, String> conditions = new LinkedHashMap<>();
                if (selector.group(2) != null) {
                    Matcher condition = CONDITION.matcher(selector.group(2));
                    while (condition.find()) {
                        conditions.put(condition.group(1).strip(), condition.group(2));
                    }
                }
                selectors.put(name, new Selector(selector.group(1), Map.copyOf(conditions)));
                return null;
            }

            @Override
            public boolean isText() {
                return false;
            }
        };
    }

    /** Whether an event takes a field from that metric. */
    public boolean asksFor(String metric) {
        return metrics.contains(metric);
    }

    /**
     * The events that samples of one moment give.
     *
     * @param defaults of the link or node of that name: the value of the label that {@code by} names, or empty without one
     * @param raw the samples as they came, for the dead letters
     */
    public <S extends MetricSample> List<Found<S>> read(
            List<S> samples, Function<String, Defaults> defaults, Function<List<S>, byte[]> raw, EventIntake intake) {
        Map<String, List<S>> groups = new LinkedHashMap<>();
        for (S sample : samples) {
            String name = by == null ? "" : sample.label(by);
            if (name != null) {
                groups.computeIfAbsent(name, first -> new ArrayList<>()).add(sample);
            }
        }
        List<Found<S>> found = new ArrayList<>();
        groups.forEach((name, group) -> {
            Set<S> used = Collections.newSetFromMap(new IdentityHashMap<>());
            Values values = wanted -> find(wanted, group, used);
            for (EventTemplate event : events) {
                // Of a link that has none of an event's metrics the device says nothing of the kind.
                if (event.isTold(values)) {
                    used.clear();
                    // A mistake about one link does not send all of it to the dead letters, once for each link.
                    Intake made = event.fill(values, defaults.apply(name), EMPTY, intake);
                    if (made instanceof Intake.Rejected rejected) {
                        byte[] bytes = raw.apply(group);
                        made = new Intake.Rejected(bytes, bytes.length, rejected.reason(), rejected.detail());
                    }
                    found.add(new Found<>(made, List.copyOf(used)));
                }
            }
        });
        return found;
    }

    private <S extends MetricSample> @Nullable JsonNode find(String wanted, List<S> group, Set<S> used) {
        if (wanted.startsWith(LABEL)) {
            String label = wanted.substring(LABEL.length());
            return group.stream()
                    .map(sample -> sample.label(label))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(TextNode::valueOf)
                    .orElse(null);
        }
        Selector selector = selectors.get(wanted);
        if (selector == null) {
            return null;
        }
        for (S sample : group) {
            if (selector.fits(sample)) {
                used.add(sample);
                // A device says NaN where it could not measure.
                return Double.isNaN(sample.value()) ? null : DoubleNode.valueOf(sample.value());
            }
        }
        return null;
    }
}
