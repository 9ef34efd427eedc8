package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Patterns that pick messages and say what event each is. Patterns are RE2's, which take time in proportion to the text whatever
 * the text is: a sender cannot make one run for ever.
 */
public final class LogMapping {
    /** Word of a mapping's {@code format}. */
    public static final String FORMAT = "syslog";

    /** A pattern looks at so much of a text; what log lines say is said by then. */
    private static final int LOOKS_AT_CHARS = 4 << 10;

    private static final String DATA = "sd.";

    private static final String ATTRIBUTE = "attribute.";

    /** Names of what every message may have. */
    public static final List<String> HEADER =
            List.of("facility", "severity", "host", "app", "procid", "msgid", "times", "text", "peer");

    /**
     * One pattern.
     *
     * @param apps programs whose messages are looked at, in lower case; empty for all
     * @param msgids the same for MSGIDs as they are written
     */
    private record Rule(Set<String> apps, Set<String> msgids, Pattern message, EventTemplate event) {}

    private final Map<String, List<Rule>> byApp = new HashMap<>();
    private final List<Rule> forAll = new ArrayList<>();

    private LogMapping() {}

    /**
     * Reads mappings whose {@code format} is {@value #FORMAT}; of several patterns that a message fits, the first counts.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static LogMapping parse(List<YamlValue> mappings) {
        LogMapping all = new LogMapping();
        for (YamlValue mapping : mappings) {
            YamlValue format = mapping.required("format");
            if (!format.text().equals(FORMAT)) {
                throw format.error("expected a mapping of format syslog, found '" + format.text() + "'");
            }
            mapping.rejectUnknown(List.of("format", "patterns"), "a mapping");
            mapping.required("patterns").items().forEach(all::add);
        }
        return all;
    }

    private void add(YamlValue value) {
        value.rejectUnknown(List.of("app", "msgid", "message", "event"), "a pattern");
        YamlValue written = value.required("message");
        Pattern message = Patterns.compile(written, 0);
        EventTemplate event = EventTemplate.parse(
                value.required("event"), vocabulary(message.namedGroups().keySet()));
        Rule rule = new Rule(words(value, "app", true), words(value, "msgid", false), message, event);
        if (rule.apps().isEmpty()) {
            forAll.add(rule);
        }
        for (String app : rule.apps()) {
            byApp.computeIfAbsent(app, name -> new ArrayList<>()).add(rule);
        }
    }

    /** The event that a message is, or why it is none although a pattern fits; null where none does. */
    public @Nullable Intake read(LogMessage message, byte[] raw, Defaults defaults, EventIntake intake) {
        // What stands for the rest keeps a pattern's '$' from taking the cut for the end.
        String text = message.text().length() > LOOKS_AT_CHARS
                ? message.text().substring(0, LOOKS_AT_CHARS) + "…"
                : message.text();
        String app = message.app();
        if (app != null) {
            Intake found = read(
                    byApp.getOrDefault(app.toLowerCase(Locale.ROOT), List.of()), message, text, raw, defaults, intake);
            if (found != null) {
                return found;
            }
        }
        return read(forAll, message, text, raw, defaults, intake);
    }

    private static @Nullable Intake read(
            List<Rule> rules, LogMessage message, String text, byte[] raw, Defaults defaults, EventIntake intake) {
        for (Rule rule : rules) {
            if (!rule.msgids().isEmpty()
                    && (message.msgid() == null || !rule.msgids().contains(message.msgid()))) {
                continue;
            }
            Matcher matcher = rule.message().matcher(text);
            if (matcher.find()) {
                Map<String, Integer> groups = rule.message().namedGroups();
                return rule.event()
                        .fill(
                                name -> groups.containsKey(name) ? node(matcher.group(name)) : node(of(message, name)),
                                defaults,
                                raw,
                                intake);
            }
        }
        return null;
    }

    private static @Nullable JsonNode node(@Nullable String text) {
        return text == null || text.isEmpty() ? null : TextNode.valueOf(text);
    }

    private static @Nullable String of(LogMessage message, String name) {
        if (name.startsWith(ATTRIBUTE)) {
            return message.data(name.substring(ATTRIBUTE.length()));
        }
        return name.startsWith(DATA) ? message.data(name.substring(DATA.length())) : message.header(name);
    }

    private static Set<String> words(YamlValue value, String field, boolean lower) {
        Set<String> words = new HashSet<>();
        value.field(field)
                .ifPresent(given -> given.itemsOrSelf()
                        .forEach(word -> words.add(lower ? word.text().toLowerCase(Locale.ROOT) : word.text())));
        return Set.copyOf(words);
    }

    private static Vocabulary vocabulary(Set<String> groups) {
        return new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                boolean data = name.startsWith(DATA) && name.indexOf('.', DATA.length()) > 0;
                if (data || name.startsWith(ATTRIBUTE) || HEADER.contains(name) || groups.contains(name)) {
                    return null;
                }
                List<String> known = new ArrayList<>(groups);
                known.addAll(HEADER);
                return "the pattern has no group '" + name + "'" + YamlValue.suggestion(name, known)
                        + "; of a message there are also " + String.join(", ", HEADER)
                        + ", sd.ID.PARAMETER and attribute.NAME";
            }

            @Override
            public boolean isText() {
                return true;
            }
        };
    }
}
