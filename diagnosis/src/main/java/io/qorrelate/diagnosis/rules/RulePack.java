package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules in the Sigma format (github.com/SigmaHQ/sigma-specification, rules 2.0 and correlation rules 2.0), read from text.
 * Our own part of a rule stands under {@code qorrelate}: which class and cause it speaks for, with what weight, and whether it
 * raises a finding of its own.
 */
public final class RulePack {
    private static final List<String> RULE_FIELDS = List.of(
            "title",
            "id",
            "name",
            "status",
            "description",
            "references",
            "author",
            "date",
            "modified",
            "tags",
            "logsource",
            "detection",
            "correlation",
            "level",
            "falsepositives",
            "fields",
            "license",
            "related",
            "qorrelate");
    private static final List<String> CORRELATION_FIELDS =
            List.of("type", "rules", "group-by", "timespan", "condition");
    private static final List<String> OWN_FIELDS = List.of("class", "subtype", "log_odds", "finding", "actions");
    private static final List<String> TYPES = List.of("event_count", "temporal_ordered");
    /** As many digits as keep it within what milliseconds can count. */
    private static final Pattern TIMESPAN = Pattern.compile("(\\d{1,9})([smhd])");

    /** What a rule that names a class and no weight adds, in nats: about 12 to 1. */
    private static final double USUAL_LOG_ODDS = 2.5;

    /** An analyst reads them one by one, and they are kept with a link's state while its finding is open. */
    private static final int MOST_ACTIONS = 16;

    /** Of a title or an action: a paragraph. */
    private static final int LONGEST_WORDS = 1_000;

    private static final RulePack EMPTY = new RulePack(Map.of());

    private final Map<String, Rule> rules;
    private final Map<Kind, List<Rule>> singles = new EnumMap<>(Kind.class);
    private final Map<String, List<Rule>> listeners = new HashMap<>();

    private RulePack(Map<String, Rule> rules) {
        this.rules = rules;
        for (Rule rule : rules.values()) {
            switch (rule.match()) {
                case Rule.Single single ->
                    singles.computeIfAbsent(single.category(), kind -> new ArrayList<>())
                            .add(rule);
                case Rule.Count count -> count.rules().forEach(name -> listen(name, rule));
                case Rule.Ordered ordered -> ordered.rules().stream().distinct().forEach(name -> listen(name, rule));
            }
        }
    }

    private void listen(String name, Rule rule) {
        listeners.computeIfAbsent(name, key -> new ArrayList<>()).add(rule);
    }

    /** No rules. */
    public static RulePack empty() {
        return EMPTY;
    }

    /** Names of the rules, sorted. */
    public List<String> names() {
        return List.copyOf(rules.keySet());
    }

    List<Rule> singles(Kind kind) {
        return singles.getOrDefault(kind, List.of());
    }

    List<Rule> listeners(String name) {
        return listeners.getOrDefault(name, List.of());
    }

    /**
     * Reads rule files.
     *
     * @param files text by file name; the name is for error messages, and its last part without ending names the rule
     * @throws InvalidYaml with file, line and column, and where possible with what was meant
     */
    public static RulePack parse(Map<String, String> files) {
        Map<String, Rule> rules = new TreeMap<>();
        Map<String, String> byId = new HashMap<>();
        Map<String, YamlValue> documents = new LinkedHashMap<>();
        new TreeMap<>(files).forEach((file, text) -> {
            YamlValue document = YamlValue.parse(text, file);
            String name = nameOf(file);
            if (documents.put(name, document) != null) {
                throw document.error("another rule is named '" + name + "' too");
            }
            document.field("id").ifPresent(id -> byId.put(id.text(), name));
        });
        documents.forEach((name, document) -> rules.put(name, rule(name, document, documents.keySet(), byId)));
        documents.forEach((name, document) -> rejectCircle(name, List.of(name), new HashSet<>(), rules, document));
        return new RulePack(rules);
    }

    /**
     * A rule that waits for itself would never hold.
     *
     * @param seen rules from which no way leads back; each is looked at once, as there may be more ways than anybody could go
     */
    private static void rejectCircle(
            String name, List<String> way, Set<String> seen, Map<String, Rule> rules, YamlValue document) {
        for (String next : rules.get(way.getLast()).buildsOn()) {
            List<String> further = new ArrayList<>(way);
            further.add(next);
            if (next.equals(name)) {
                throw document.errorAt("correlation", "a rule that waits for itself: " + String.join(" → ", further));
            }
            if (seen.add(next)) {
                rejectCircle(name, further, seen, rules, document);
            }
        }
    }

    private static String nameOf(String file) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        return last.replaceFirst("\\.ya?ml$", "");
    }

    private static Rule rule(String name, YamlValue document, Collection<String> names, Map<String, String> byId) {
        try {
            return read(name, document, names, byId);
        } catch (StackOverflowError e) {
            // Lists in lists: whatever parses them recurses, and nobody writes such a rule by hand.
            throw document.error("nested too deeply to be read");
        }
    }

    private static Rule read(String name, YamlValue document, Collection<String> names, Map<String, String> byId) {
        document.rejectUnknown(RULE_FIELDS, "a rule");
        Severity level = document.field("level").map(RulePack::level).orElse(Severity.MEDIUM);
        Rule.Match match = document.field("correlation")
                .map(correlation -> correlation(correlation, names, byId))
                .orElseGet(() -> single(document));
        Rule.Speech speech = document.field("qorrelate").map(RulePack::speech).orElse(null);
        return new Rule(name, words(document.required("title")), level, match, speech);
    }

    private static Severity level(YamlValue value) {
        // Sigma says 'informational' where the contract says 'info'.
        return value.text().equals("informational") ? Severity.INFO : value.oneOf(Severity.class);
    }

    private static Rule.Match single(YamlValue document) {
        YamlValue source = document.required("logsource");
        source.rejectUnknown(List.of("product", "category", "service", "definition"), "logsource");
        Kind category = source.required("category").oneOf(Kind.class);
        return new Rule.Single(category, Detection.parse(document.required("detection"), category));
    }

    private static Rule.Match correlation(YamlValue value, Collection<String> names, Map<String, String> byId) {
        value.rejectUnknown(CORRELATION_FIELDS, "a correlation");
        List<String> rules = new ArrayList<>();
        for (YamlValue item : value.required("rules").itemsOrSelf()) {
            String rule = byId.getOrDefault(item.text(), item.text());
            if (!names.contains(rule)) {
                throw item.error("no rule is named '" + item.text() + "'" + YamlValue.suggestion(item.text(), names));
            }
            rules.add(rule);
        }
        List<String> groupBy = value.field("group-by")
                .map(groups ->
                        groups.itemsOrSelf().stream().map(YamlValue::text).toList())
                .orElse(List.of());
        value.field("group-by")
                .ifPresent(groups -> groups.itemsOrSelf().stream()
                        .filter(group -> !EventFieldReader.isKnown(group.text()))
                        .forEach(group -> {
                            throw group.error("no category has a field '" + group.text() + "'");
                        }));
        Duration timespan = timespan(value.required("timespan"));
        YamlValue type = value.required("type");
        return switch (type.text()) {
            case "event_count" -> {
                YamlValue condition = value.required("condition");
                condition.rejectUnknown(List.of("gte", "gt"), "the condition of event_count");
                long atLeast = condition
                        .field("gte")
                        .map(YamlValue::integer)
                        .orElseGet(() -> condition.required("gt").integer() + 1);
                yield new Rule.Count(rules, groupBy, timespan, atLeast);
            }
            case "temporal_ordered" -> {
                if (rules.size() < 2 || rules.size() > RuleMemory.MOST_EVENTS) {
                    throw value.errorAt("rules", "an order is of 2 to " + RuleMemory.MOST_EVENTS + " rules");
                }
                yield new Rule.Ordered(rules, groupBy, timespan);
            }
            default ->
                throw type.error(
                        "unknown correlation type '" + type.text() + "'" + YamlValue.suggestion(type.text(), TYPES));
        };
    }

    private static Duration timespan(YamlValue value) {
        Matcher matcher = TIMESPAN.matcher(value.text());
        if (!matcher.matches()) {
            throw value.error("expected a time span such as 30s, 10m, 1h or 1d, found '" + value.text() + "'");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static Rule.Speech speech(YamlValue own) {
        own.rejectUnknown(OWN_FIELDS, "qorrelate");
        @Nullable
        AnomalyClass named =
                own.field("class").map(value -> value.oneOf(AnomalyClass.class)).orElse(null);
        @Nullable
        Subtype subtype =
                own.field("subtype").map(value -> value.oneOf(Subtype.class)).orElse(null);
        if (named != null && subtype != null && subtype.anomalyClass() != named) {
            throw own.required("subtype").error(subtype.wireName() + " is no subtype of " + named);
        }
        Map<AnomalyClass, Double> logOdds = new EnumMap<>(AnomalyClass.class);
        own.field("log_odds")
                .ifPresent(weights -> weights.fields().forEach((word, weight) -> {
                    List<String> words =
                            Arrays.stream(AnomalyClass.values()).map(Enum::name).toList();
                    String known = word.toUpperCase(Locale.ROOT);
                    if (!words.contains(known)) {
                        throw weights.error("unknown class '" + word + "'" + YamlValue.suggestion(known, words));
                    }
                    logOdds.put(AnomalyClass.valueOf(known), weight.number());
                }));
        if (logOdds.isEmpty() && (named != null || subtype != null)) {
            logOdds.put(named != null ? named : subtype.anomalyClass(), USUAL_LOG_ODDS);
        }
        boolean raises = own.field("finding").map(YamlValue::bool).orElse(false);
        List<String> actions = own.field("actions").map(RulePack::actions).orElse(List.of());
        return new Rule.Speech(subtype, logOdds, raises, actions);
    }

    private static List<String> actions(YamlValue value) {
        List<YamlValue> items = value.items();
        if (items.size() > MOST_ACTIONS) {
            throw value.error("a rule has at most " + MOST_ACTIONS + " actions, this one has " + items.size());
        }
        return items.stream().map(RulePack::words).toList();
    }

    private static String words(YamlValue value) {
        return Detection.text(value, LONGEST_WORDS, "a title or an action");
    }

    /** Whether a rule of that name raises findings of its own. */
    public boolean findsByItself(String name) {
        Rule rule = rules.get(name);
        return rule != null && rule.speech() != null && rule.speech().raises();
    }

    /** Whether a single-event rule of that name holds for an event; for the tests that lie beside the rules. */
    public boolean matches(String name, TelemetryEvent event) {
        Rule rule = rules.get(name);
        return rule != null
                && rule.match() instanceof Rule.Single single
                && single.category() == event.kind()
                && single.predicate().test(event);
    }
}
