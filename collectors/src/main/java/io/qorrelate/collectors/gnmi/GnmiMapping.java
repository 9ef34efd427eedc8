package io.qorrelate.collectors.gnmi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.github.gnmi.proto.SubscriptionMode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventTemplate;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.model.yaml.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What to subscribe to, and what it means: an event for each entry of a list of which a notification tells something. */
final class GnmiMapping {
    /** Word of a mapping's {@code format}. */
    static final String FORMAT = "gnmi";

    private static final String KEY = "key.";
    private static final String LAST = "last.";
    private static final String TARGET = "target";

    private static final Pattern EVERY = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private static final Duration LEAST_EVERY = Duration.ofMillis(100);

    /**
     * A path to subscribe to.
     *
     * @param every how often it is sampled; null for the source's interval
     * @param heartbeat how often it is told though it did not change; null for never
     */
    record Wanted(
            DataPath path,
            SubscriptionMode mode,
            @Nullable Duration every,
            @Nullable Duration heartbeat,
            boolean suppressRedundant) {}

    /**
     * What an entry tells.
     *
     * @param of path of the entries, with the names of their keys
     * @param by name of what is looked up in links and nodes
     * @param deleted whether it is about an entry that is gone
     * @param when words by leaf that pick the entries
     * @param asked leaves that the event takes fields from
     */
    private record Rule(
            DataPath of,
            String by,
            boolean deleted,
            Map<String, Set<String>> when,
            Set<String> asked,
            EventTemplate event) {}

    /** What a notification gave, and of how many entries nothing was known as they are placed nowhere. */
    record Found(List<Intake> intakes, long unplaced) {}

    private final List<Wanted> wanted;
    private final List<Rule> rules;
    private final Map<String, Set<String>> keys = new HashMap<>();

    /** Leaves that are wanted beyond the notification that tells them. */
    private final Set<String> kept;

    private GnmiMapping(List<Wanted> wanted, List<Rule> rules, Set<String> kept) {
        this.wanted = List.copyOf(wanted);
        this.rules = List.copyOf(rules);
        this.kept = Set.copyOf(kept);
        for (Rule rule : rules) {
            learnKeys(rule.of());
        }
    }

    private void learnKeys(DataPath path) {
        for (int i = 1; i <= path.elements().size(); i++) {
            keys.computeIfAbsent(names(path.upTo(i)), first -> new HashSet<>())
                    .addAll(path.elements().get(i - 1).keys().keySet());
        }
    }

    /**
     * Reads mappings whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static GnmiMapping parse(List<YamlValue> mappings) {
        List<Wanted> wanted = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        for (YamlValue mapping : mappings) {
            YamlValue format = mapping.required("format");
            if (!format.text().equals(FORMAT)) {
                throw format.error("expected a mapping of format gnmi, found '" + format.text() + "'");
            }
            mapping.rejectUnknown(List.of("format", "subscriptions", "events"), "a mapping");
            mapping.required("subscriptions").items().forEach(each -> wanted.add(wanted(each)));
            mapping.required("events").items().forEach(each -> rules.add(rule(each, kept)));
        }
        return new GnmiMapping(wanted, rules, kept);
    }

    private static Wanted wanted(YamlValue value) {
        value.rejectUnknown(List.of("path", "mode", "every", "heartbeat", "suppress_redundant"), "a subscription");
        SubscriptionMode mode = value.field("mode").map(GnmiMapping::mode).orElse(SubscriptionMode.SAMPLE);
        if (mode != SubscriptionMode.SAMPLE && value.field("every").isPresent()) {
            throw value.errorAt("every", "'every' is for mode sample");
        }
        return new Wanted(
                path(value.required("path")),
                mode,
                value.field("every").map(GnmiMapping::duration).orElse(null),
                value.field("heartbeat").map(GnmiMapping::duration).orElse(null),
                value.field("suppress_redundant").map(YamlValue::bool).orElse(false));
    }

    private static SubscriptionMode mode(YamlValue value) {
        return switch (value.text()) {
            case "sample" -> SubscriptionMode.SAMPLE;
            case "on_change" -> SubscriptionMode.ON_CHANGE;
            case "target_defined" -> SubscriptionMode.TARGET_DEFINED;
            default ->
                throw value.error(
                        "a subscription's mode is sample, on_change or target_defined, not '" + value.text() + "'");
        };
    }

    private static Duration duration(YamlValue value) {
        Matcher parts = EVERY.matcher(value.text());
        if (!parts.matches()) {
            throw value.error("expected a number with ms, s or m, such as 10s; found '" + value.text() + "'");
        }
        long count = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
        if (duration.compareTo(LEAST_EVERY) < 0) {
            throw value.error("at least " + LEAST_EVERY.toMillis() + "ms");
        }
        return duration;
    }

    private static DataPath path(YamlValue value) {
        try {
            if (!value.text().startsWith("/")) {
                throw new DataPath.Malformed("it begins with '/'");
            }
            return DataPath.parse(value.text());
        } catch (DataPath.Malformed e) {
            throw value.error("'" + value.text() + "' is no path of gNMI, such as /components/component[name=*]/state: "
                    + e.getMessage());
        }
    }

    private static Rule rule(YamlValue value, Set<String> kept) {
        value.rejectUnknown(List.of("of", "by", "deleted", "when", "event"), "an event's mapping");
        DataPath of = path(value.required("of"));
        Set<String> names = of.elements().stream()
                .flatMap(element -> element.keys().keySet().stream())
                .collect(Collectors.toSet());
        Set<String> asked = new HashSet<>();
        Vocabulary vocabulary = vocabulary(names, asked, kept);
        Map<String, Set<String>> when = new LinkedHashMap<>();
        value.field("when")
                .ifPresent(given -> given.fields().forEach((leaf, words) -> {
                    String wrong = vocabulary.complaint(LAST + leaf);
                    if (wrong != null) {
                        throw words.error(wrong);
                    }
                    when.put(
                            leaf,
                            words.itemsOrSelf().stream().map(GnmiMapping::word).collect(Collectors.toSet()));
                }));
        String by = value.field("by").map(YamlValue::text).orElseGet(() -> firstKey(of));
        if (!by.equals(TARGET) && !(by.startsWith(KEY) && names.contains(by.substring(KEY.length())))) {
            throw value.errorAt("by", "'by' is a key of 'of', as key.name, or target");
        }
        return new Rule(
                of,
                by,
                value.field("deleted").map(YamlValue::bool).orElse(false),
                when,
                asked,
                EventTemplate.parse(value.required("event"), vocabulary));
    }

    private static String firstKey(DataPath of) {
        return of.elements().stream()
                .flatMap(element -> element.keys().keySet().stream())
                .findFirst()
                .map(key -> KEY + key)
                .orElse(TARGET);
    }

    private static String word(YamlValue value) {
        return value.text().toLowerCase(Locale.ROOT);
    }

    private static Vocabulary vocabulary(Set<String> keys, Set<String> asked, Set<String> kept) {
        return new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                if (name.startsWith(KEY)) {
                    String key = name.substring(KEY.length());
                    return keys.contains(key)
                            ? null
                            : "'of' has no key '" + key + "'" + YamlValue.suggestion(key, keys);
                }
                if (name.equals(TARGET)) {
                    return null;
                }
                boolean last = name.startsWith(LAST);
                String leaf = last ? name.substring(LAST.length()) : name;
                try {
                    if (leaf.startsWith("/")) {
                        return "'" + leaf + "' begins below the entry that 'of' names, without '/'";
                    }
                    var unused = (last ? kept : asked).add(DataPath.parse(leaf).from(0));
                    return null;
                } catch (DataPath.Malformed e) {
                    return "'" + leaf + "' is no path: " + e.getMessage();
                }
            }

            // JSON of RFC 7951 writes numbers of 64 bits, and decimals, as text.
            @Override
            public boolean isText() {
                return true;
            }
        };
    }

    List<Wanted> wanted() {
        return wanted;
    }

    /** Names of the keys of a list, as far as an event is about its entries. */
    Set<String> keysOf(DataPath list) {
        return keys.getOrDefault(names(list), Set.of());
    }

    private static String names(DataPath path) {
        return path.elements().stream().map(DataPath.Element::name).collect(Collectors.joining("/"));
    }

    /**
     * The events of one notification.
     *
     * @param fresh leaves that it tells
     * @param known leaves that were told before on this connection; takes those that may be asked for later
     * @param defaults of what {@code by} names
     */
    Found read(
            Map<DataPath, JsonNode> fresh,
            Known known,
            String target,
            Function<String, Defaults> defaults,
            byte[] raw,
            EventIntake intake) {
        for (Rule rule : rules) {
            int depth = rule.of().elements().size();
            fresh.forEach((path, value) -> {
                if (path.startsWith(rule.of().elements()) && kept.contains(path.from(depth))) {
                    known.put(path.upTo(depth), path.from(depth), value);
                }
            });
        }
        List<Intake> intakes = new ArrayList<>();
        long unplaced = 0;
        for (Rule rule : rules) {
            if (rule.deleted()) {
                continue;
            }
            for (Map.Entry<DataPath, Map<String, JsonNode>> entry :
                    entries(rule, fresh).entrySet()) {
                if (!holds(rule, values(entry.getKey(), entry.getValue(), known, target))) {
                    continue;
                }
                Intake made = event(rule, entry.getKey(), entry.getValue(), known, target, defaults, raw, intake);
                if (made != null) {
                    intakes.add(made);
                } else {
                    unplaced++;
                }
            }
        }
        return new Found(intakes, unplaced);
    }

    /** The events of entries that are gone. */
    Found deleted(
            DataPath path,
            Known known,
            String target,
            Function<String, Defaults> defaults,
            byte[] raw,
            EventIntake intake) {
        List<Intake> intakes = new ArrayList<>();
        long unplaced = 0;
        for (Rule rule : rules) {
            boolean about = rule.deleted()
                    && path.elements().size() == rule.of().elements().size()
                    && path.startsWith(rule.of().elements());
            if (!about || !holds(rule, values(path, Map.of(), known, target))) {
                continue;
            }
            Intake made = event(rule, path, Map.of(), known, target, defaults, raw, intake);
            if (made != null) {
                intakes.add(made);
            } else {
                unplaced++;
            }
        }
        known.forget(path);
        return new Found(intakes, unplaced);
    }

    /** By entry, the leaves that are told of it, where the rule takes something from them. */
    private static Map<DataPath, Map<String, JsonNode>> entries(Rule rule, Map<DataPath, JsonNode> fresh) {
        int depth = rule.of().elements().size();
        Map<DataPath, Map<String, JsonNode>> entries = new LinkedHashMap<>();
        fresh.forEach((path, value) -> {
            if (path.startsWith(rule.of().elements())) {
                String leaf = path.from(depth);
                if (rule.asked().contains(leaf)) {
                    entries.computeIfAbsent(path.upTo(depth), first -> new HashMap<>())
                            .put(leaf, value);
                }
            }
        });
        return entries;
    }

    private static Values values(DataPath entry, Map<String, JsonNode> fresh, Known known, String target) {
        return name -> {
            if (name.equals(TARGET)) {
                return target.isEmpty() ? null : TextNode.valueOf(target);
            }
            if (name.startsWith(KEY)) {
                String key = key(entry, name.substring(KEY.length()));
                return key == null ? null : TextNode.valueOf(key);
            }
            return name.startsWith(LAST)
                    ? known.get(entry, plain(name.substring(LAST.length())))
                    : fresh.get(plain(name));
        };
    }

    /** Keys in the order in which all are compared. */
    private static String plain(String leaf) {
        try {
            return leaf.indexOf('[') < 0 ? leaf : DataPath.parse(leaf).from(0);
        } catch (DataPath.Malformed e) {
            return leaf;
        }
    }

    /** The innermost key of that name. */
    private static @Nullable String key(DataPath entry, String name) {
        for (DataPath.Element element : entry.elements().reversed()) {
            String value = element.keys().get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static boolean holds(Rule rule, Values values) {
        return rule.when().entrySet().stream().allMatch(wanted -> {
            JsonNode found = values.get(LAST + wanted.getKey());
            return found != null
                    && wanted.getValue()
                            .contains(DataPath.unprefixed(found.asText()).toLowerCase(Locale.ROOT));
        });
    }

    /** Null where the entry has no place, as it is one of many that have nothing to do with a link. */
    private static @Nullable Intake event(
            Rule rule,
            DataPath entry,
            Map<String, JsonNode> fresh,
            Known known,
            String target,
            Function<String, Defaults> defaults,
            byte[] raw,
            EventIntake intake) {
        Values values = values(entry, fresh, known, target);
        JsonNode name = values.get(rule.by());
        Defaults placed = defaults.apply(name == null ? "" : name.asText());
        boolean nowhere = placed.link() == null && (rule.event().kind().needsLink() || placed.node() == null);
        return nowhere ? null : rule.event().fill(values, placed, raw, intake);
    }
}
