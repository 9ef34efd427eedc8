package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventTemplate;
import io.qorrelate.collectors.mapping.Patterns;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.yaml.YamlValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a node's reports mean: for each kind of report the events that are made of it. */
final class NodeMapping {
    /** Word of a mapping's {@code format}. */
    static final String FORMAT = "etsi015";

    /** What a rule may be about. */
    static final List<String> ABOUT = List.of(
            "qkd_link",
            "qkd_interface",
            "qkd_app",
            "statistics",
            "sdqkdn_application_new",
            "sdqkdn_application_qos_update",
            "sdqkdn_application_disconnected",
            "sdqkdn_interface_new",
            "sdqkdn_interface_down",
            "sdqkdn_interface_out",
            "sdqkdn_link_down",
            "sdqkdn_link_perf_update",
            "sdqkdn_link_overloaded",
            "alarm/link",
            "alarm/interface",
            "alarm/application",
            "event/link",
            "event/interface",
            "event/application");

    /** All that is said is text in XML, and decimals are so in JSON too (RFC 7951, section 6.1). */
    private static final Vocabulary POINTERS = new Vocabulary() {
        @Override
        public @Nullable String complaint(String name) {
            return name.startsWith("/") || name.equals("about")
                    ? null
                    : "'" + name + "' is no JSON Pointer; a leaf is named as /" + name
                            + ", and the notification as about";
        }

        @Override
        public boolean isText() {
            return true;
        }
    };

    /**
     * @param when pointers, and what each of their values must have in it
     * @param unless pointers, and what none of their values may have in it
     */
    private record Rule(
            List<String> about, Map<String, Pattern> when, Map<String, Pattern> unless, EventTemplate event) {
        boolean fits(Report report, Values values) {
            return about.contains(report.about())
                    && when.entrySet().stream().allMatch(each -> matches(values, each))
                    && unless.entrySet().stream().noneMatch(each -> matches(values, each));
        }

        private static boolean matches(Values values, Map.Entry<String, Pattern> condition) {
            JsonNode value = values.get(condition.getKey());
            return value != null && condition.getValue().matcher(value.asText()).find();
        }
    }

    private final List<Rule> rules;

    private NodeMapping(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static NodeMapping parse(YamlValue mapping) {
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format etsi015, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "events"), "a mapping");
        List<Rule> rules = new ArrayList<>();
        for (YamlValue rule : mapping.required("events").items()) {
            rule.rejectUnknown(List.of("about", "when", "unless", "event"), "an event's mapping");
            List<String> about = new ArrayList<>();
            for (YamlValue word : rule.required("about").itemsOrSelf()) {
                if (!ABOUT.contains(word.text())) {
                    String suggestion = YamlValue.suggestion(word.text(), ABOUT);
                    throw word.error("nodes report nothing about '" + word.text() + "'"
                            + (suggestion.isEmpty() ? "; they do about " + String.join(", ", ABOUT) : suggestion));
                }
                about.add(word.text());
            }
            rules.add(new Rule(
                    List.copyOf(about),
                    conditions(rule, "when"),
                    conditions(rule, "unless"),
                    EventTemplate.parse(rule.required("event"), POINTERS)));
        }
        return new NodeMapping(List.copyOf(rules));
    }

    private static Map<String, Pattern> conditions(YamlValue rule, String field) {
        Map<String, Pattern> conditions = new LinkedHashMap<>();
        rule.field(field)
                .ifPresent(given -> given.fields().forEach((pointer, pattern) -> {
                    String wrong = POINTERS.complaint(pointer);
                    if (wrong != null) {
                        throw given.error(wrong);
                    }
                    conditions.put(pointer, Patterns.compile(pattern, Pattern.DOTALL));
                }));
        return conditions;
    }

    /** Whether any rule is about a notification of that name. */
    boolean isAbout(String notification) {
        return ABOUT.stream().anyMatch(word -> word.equals(notification) || word.startsWith(notification + "/"));
    }

    /** The events of a report, or why what was said makes none. */
    List<Intake> read(Report report, Source source, EventIntake intake, Instant received) {
        Values values = name -> find(report, name);
        List<EventTemplate> told = rules.stream()
                .filter(rule -> rule.fits(report, values))
                .map(Rule::event)
                .toList();
        if (told.isEmpty()) {
            return List.of();
        }
        Placement placement = source.placement();
        Set<String> placed = new LinkedHashSet<>();
        for (String name : report.names()) {
            String link = placement.links().get(name);
            if (link != null && (report.concernsAll() || placed.isEmpty())) {
                placed.add(link);
            }
        }
        // Where the file tells the node's links apart, one that it does not list is none of them.
        boolean named = !placement.links().isEmpty() && report.isOfLink();
        if (placed.isEmpty() && !named && placement.link() != null) {
            placed.add(placement.link());
        }
        if (placed.isEmpty() && told.stream().anyMatch(event -> event.kind().needsLink())) {
            return List.of(new Intake.Rejected(
                    report.raw(),
                    report.raw().length,
                    RejectReason.MISSING_FIELD,
                    "'links' of the source places none of " + String.join(", ", report.names()) + " (" + report.about()
                            + ")"));
        }
        Instant time = report.time() == null ? received : report.time();
        String node = report.qkdnId() == null ? placement.node() : placement.nodeOf(report.qkdnId());
        List<Intake> events = new ArrayList<>();
        for (EventTemplate event : told) {
            if (placed.isEmpty()) {
                events.add(event.fill(values, new Defaults(time, null, node, source.id()), report.raw(), intake));
            }
            for (String link : placed) {
                events.add(event.fill(values, new Defaults(time, link, node, source.id()), report.raw(), intake));
            }
        }
        return events;
    }

    private static @Nullable JsonNode find(Report report, String name) {
        if (name.equals("about")) {
            return TextNode.valueOf(report.about());
        }
        JsonNode found = report.data().at(JsonPointer.compile(name));
        if (found.isArray() && YangDocument.LISTS.contains(name.substring(name.lastIndexOf('/') + 1))) {
            List<String> items = new ArrayList<>();
            found.forEach(item -> items.add(item.asText()));
            return TextNode.valueOf(String.join(" ", items));
        }
        return found.isValueNode() && !found.isNull() ? found : null;
    }
}
