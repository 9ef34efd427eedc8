package io.qorrelate.collectors.snmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;

/**
 * What the objects of a MIB mean: scalars, tables whose rows are links, ports or sensors, and notifications.
 *
 * @param scalars by the name that the mapping gives them
 * @param rules events made of scalars alone
 */
record SnmpMapping(
        Map<String, ManagedObject> scalars, List<Rule> rules, List<Table> tables, List<Notification> notifications) {
    /** Word of a mapping's {@code format}. */
    static final String FORMAT = "snmp";

    /** Name of a row's index, beside the names of its columns. */
    private static final String INDEX = "index";

    /** What every event can say beside objects: of rows their index, of notifications who sent which. */
    private static final List<String> BESIDE_OBJECTS = List.of(INDEX, "row", "trap", "sender");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    /**
     * A table.
     *
     * @param columns by name; the first says which rows there are
     * @param by what the sources file calls a row: a column, or its index
     * @param where conditions on all of its events
     */
    record Table(Map<String, ManagedObject> columns, String by, List<Condition> where, List<Rule> rules) {}

    /**
     * A trap or inform.
     *
     * @param traps which, by the value of snmpTrapOID
     * @param variables what it brings, by name
     * @param by what the sources file calls what it is about; null where that is its sender
     */
    record Notification(
            Set<OID> traps,
            Map<String, ManagedObject> variables,
            @Nullable String by,
            List<Condition> where,
            List<Rule> rules) {}

    /**
     * What a round of answers came to.
     *
     * @param unplaced names of rows that would make events if the sources file placed them
     * @param known whether there was any of the objects that the mapping asks for
     */
    record Outcome(List<Intake> intakes, Set<String> unplaced, boolean known) {}

    /** Where and when something was said. */
    record Circumstances(Placement placement, String source, Instant time, EventIntake intake) {}

    /**
     * Reads mappings whose {@code format} is {@value #FORMAT} as one.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static List<SnmpMapping> parse(List<YamlValue> mappings) {
        return mappings.stream().map(SnmpMapping::parse).toList();
    }

    private static SnmpMapping parse(YamlValue mapping) {
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format snmp, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(List.of("format", "scalars", "events", "tables", "notifications"), "a mapping");
        Map<String, ManagedObject> scalars =
                mapping.field("scalars").map(given -> objects(given, Map.of())).orElse(Map.of());
        List<Table> tables = new ArrayList<>();
        mapping.field("tables").ifPresent(given -> given.items().forEach(table -> tables.add(table(table, scalars))));
        List<Notification> notifications = new ArrayList<>();
        mapping.field("notifications")
                .ifPresent(given -> given.items().forEach(each -> notifications.add(notification(each))));
        return new SnmpMapping(
                scalars, rules(mapping, scalars.keySet()), List.copyOf(tables), List.copyOf(notifications));
    }

    private static Table table(YamlValue value, Map<String, ManagedObject> scalars) {
        value.rejectUnknown(List.of("columns", "by", "where", "events"), "a table");
        Map<String, ManagedObject> columns = objects(value.required("columns"), scalars);
        if (columns.isEmpty()) {
            throw value.errorAt("columns", "a table has at least one column");
        }
        Set<String> names = new LinkedHashSet<>(columns.keySet());
        names.addAll(scalars.keySet());
        return new Table(
                columns, by(value, columns.keySet(), INDEX), conditions(value, names::contains), rules(value, names));
    }

    private static Notification notification(YamlValue value) {
        value.rejectUnknown(List.of("trap", "variables", "by", "where", "events"), "a notification");
        Set<OID> traps = new LinkedHashSet<>();
        value.required("trap").itemsOrSelf().forEach(trap -> traps.add(Oids.parse(trap)));
        Map<String, ManagedObject> variables =
                value.field("variables").map(given -> objects(given, Map.of())).orElse(Map.of());
        variables.forEach((name, variable) -> {
            if (variable.counter() != null) {
                throw value.required("variables")
                        .errorAt(name, "a notification has no round before it, and no counters");
            }
        });
        return new Notification(
                Set.copyOf(traps),
                variables,
                value.field("by").isPresent() ? by(value, variables.keySet(), "") : null,
                conditions(value, variables::containsKey),
                rules(value, variables.keySet()));
    }

    private static String by(YamlValue value, Set<String> names, String otherwise) {
        YamlValue by = value.field("by").orElse(null);
        if (by == null) {
            return otherwise;
        }
        boolean index = otherwise.equals(INDEX) && by.text().equals(INDEX);
        if (!index && !names.contains(by.text())) {
            throw by.error("no object is named '" + by.text() + "' here" + YamlValue.suggestion(by.text(), names));
        }
        return by.text();
    }

    private static List<Condition> conditions(YamlValue value, Predicate<String> known) {
        return value.field("where")
                .map(where -> Condition.parseAll(where, known))
                .orElse(List.of());
    }

    private static List<Rule> rules(YamlValue value, Set<String> names) {
        List<Rule> rules = new ArrayList<>();
        Vocabulary vocabulary = vocabulary(names);
        value.field("events")
                .ifPresent(given ->
                        given.items().forEach(rule -> rules.add(Rule.parse(rule, names::contains, vocabulary))));
        return List.copyOf(rules);
    }

    /**
     * @param others that may say a scale too
     */
    private static Map<String, ManagedObject> objects(YamlValue value, Map<String, ManagedObject> others) {
        Map<String, ManagedObject> objects = new LinkedHashMap<>();
        value.fields().forEach((name, written) -> {
            if (!NAME.matcher(name).matches() || BESIDE_OBJECTS.contains(name)) {
                throw value.errorAt(
                        name,
                        "an object's name has small letters, digits and _, begins with a letter, and is none of "
                                + String.join(", ", BESIDE_OBJECTS));
            }
            objects.put(name, ManagedObject.parse(written));
        });
        objects.forEach((name, object) -> object.needs().forEach(needed -> {
            if (!objects.containsKey(needed) && !others.containsKey(needed)) {
                throw value.errorAt(name, "it is scaled by '" + needed + "', and no object is named so here");
            }
        }));
        // In the order written: the first column says which rows there are.
        return Collections.unmodifiableMap(objects);
    }

    private static Vocabulary vocabulary(Collection<String> names) {
        return new Vocabulary() {
            @Override
            public @Nullable String complaint(String name) {
                return names.contains(name) || BESIDE_OBJECTS.contains(name)
                        ? null
                        : "no object is named '" + name + "' here" + YamlValue.suggestion(name, names);
            }

            @Override
            public boolean isText() {
                return true;
            }
        };
    }

    /** Whether a single round cannot tell all: there are counters. */
    boolean needsTwoRounds() {
        return scalars.values().stream().anyMatch(object -> object.counter() != null)
                || tables.stream()
                        .flatMap(table -> table.columns().values().stream())
                        .anyMatch(object -> object.counter() != null);
    }

    /**
     * The events of a round, or why what was said makes none: never an exception, whatever was said. What is to be compared with the
     * round before goes through the memory.
     */
    static Outcome read(List<SnmpMapping> mappings, Answers answers, Memory memory, Circumstances at) {
        memory.begin(answers);
        List<Intake> intakes = new ArrayList<>();
        Set<String> unplaced = new LinkedHashSet<>();
        boolean known = false;
        for (int i = 0; i < mappings.size(); i++) {
            Outcome outcome = mappings.get(i).read("mapping " + i, answers, memory, at);
            intakes.addAll(outcome.intakes());
            unplaced.addAll(outcome.unplaced());
            known |= outcome.known();
        }
        return new Outcome(intakes, unplaced, known);
    }

    private Outcome read(String mapping, Answers answers, Memory memory, Circumstances at) {
        List<Intake> intakes = new ArrayList<>();
        Set<String> unplaced = new LinkedHashSet<>();
        Said said = new Said(answers, memory, scalars, null, Map.of());
        boolean known = scalars.values().stream().anyMatch(object -> answers.contains(object.oid()));
        for (int i = 0; i < rules.size(); i++) {
            Place place = new Place("", at.placement().link(), at.placement().node());
            tell(rules.get(i), mapping + " scalars " + i, null, said, place, at, intakes, unplaced);
        }
        for (int t = 0; t < tables.size(); t++) {
            Table table = tables.get(t);
            OID first = table.columns().values().iterator().next().oid();
            for (OID index : answers.indexes(first)) {
                known = true;
                Map<String, ManagedObject> objects = new LinkedHashMap<>(scalars);
                objects.putAll(table.columns());
                Said row = new Said(answers, memory, objects, index, table.columns());
                if (!row.fits(table.where())) {
                    continue;
                }
                String name = row.name(table.by());
                Place place = new Place(
                        name, at.placement().linkOf(name), at.placement().nodeOf(name));
                for (int i = 0; i < table.rules().size(); i++) {
                    String what = mapping + " table " + t + " " + i + " " + index;
                    tell(
                            table.rules().get(i),
                            what,
                            null,
                            row.named(Map.of("row", name)),
                            place,
                            at,
                            intakes,
                            unplaced);
                }
            }
        }
        return new Outcome(intakes, unplaced, known);
    }

    /**
     * The events of a notification; null where the mapping knows none of its kind.
     *
     * @param senders names of who sent it, the surest first
     * @param id of the first event; null where its content says which it is
     */
    @Nullable
    Outcome notified(OID trap, Answers answers, List<String> senders, @Nullable String id, Circumstances at) {
        List<Intake> intakes = new ArrayList<>();
        Set<String> unplaced = new LinkedHashSet<>();
        boolean known = false;
        for (Notification notification : notifications) {
            if (!notification.traps().contains(trap)) {
                continue;
            }
            known = true;
            Said said = new Said(answers, new Memory(), Map.of(), null, Map.of()).of(notification.variables());
            if (!said.fits(notification.where())) {
                continue;
            }
            String row = notification.by() == null ? "" : said.name(notification.by());
            Said all = said.named(Map.of("row", row, "trap", trap.toDottedString(), "sender", senders.getFirst()));
            for (Rule rule : notification.rules()) {
                String own = id == null || intakes.isEmpty() ? id : id + "-" + intakes.size();
                tell(rule, "", own, all, place(row, senders, at.placement()), at, intakes, unplaced);
            }
        }
        return known ? new Outcome(intakes, unplaced, true) : null;
    }

    /** What a notification is about, by its sender and row together before either alone: port 3 of two switches are two. */
    private static Place place(String row, List<String> senders, Placement placement) {
        List<String> names = new ArrayList<>();
        if (!row.isEmpty()) {
            senders.forEach(sender -> names.add(sender + "/" + row));
            names.add(row);
        }
        names.addAll(senders);
        String link = first(names, placement.links(), placement.link());
        String node = first(names, placement.nodes(), placement.node());
        // Who was let in and is placed nowhere stands for itself.
        return new Place(names.getFirst(), link, link == null && node == null ? senders.getFirst() : node);
    }

    private static @Nullable String first(List<String> names, Map<String, String> places, @Nullable String otherwise) {
        return names.stream()
                .map(places::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(otherwise);
    }

    /** Where an event belongs. */
    private record Place(
            String name, @Nullable String link, @Nullable String node) {}

    private static void tell(
            Rule rule,
            String what,
            @Nullable String id,
            Said said,
            Place place,
            Circumstances at,
            List<Intake> intakes,
            Set<String> unplaced) {
        // The state is remembered whether or not the conditions fit: it may be what the next one differs from.
        if (!said.changed(rule, what) || !said.fits(rule.where())) {
            return;
        }
        Values values = said::json;
        // A notification is news by itself, and so is what conditions pick where there is nothing more to say.
        boolean told = said.isNotification()
                || rule.event().isConstant()
                || rule.event().isTold(values);
        if (!told) {
            return;
        }
        boolean link = place.link() != null || rule.event().fills("link");
        boolean node = place.node() != null || rule.event().fills("node");
        if (!link && (rule.event().kind().needsLink() || !node)) {
            // A switch has many ports, and few of them are anybody's link.
            unplaced.add(place.name());
            return;
        }
        Defaults defaults = new Defaults(id, at.time(), place.link(), place.node(), at.source());
        intakes.add(rule.event().fill(values, defaults, said.text().getBytes(StandardCharsets.UTF_8), at.intake()));
    }

    /** What was said of a row, of the scalars, or in a notification. */
    private static final class Said {
        private final Answers answers;
        private final Memory memory;
        private final Map<String, ManagedObject> objects;
        private final @Nullable OID index;
        private final Map<String, ManagedObject> columns;
        private final boolean notification;
        private final Map<String, String> names;

        Said(
                Answers answers,
                Memory memory,
                Map<String, ManagedObject> objects,
                @Nullable OID index,
                Map<String, ManagedObject> columns) {
            this(answers, memory, objects, index, columns, false, Map.of());
        }

        private Said(
                Answers answers,
                Memory memory,
                Map<String, ManagedObject> objects,
                @Nullable OID index,
                Map<String, ManagedObject> columns,
                boolean notification,
                Map<String, String> names) {
            this.answers = answers;
            this.memory = memory;
            this.objects = objects;
            this.index = index;
            this.columns = columns;
            this.notification = notification;
            this.names = names;
        }

        Said of(Map<String, ManagedObject> variables) {
            return new Said(answers, memory, variables, null, Map.of(), true, names);
        }

        Said named(Map<String, String> more) {
            return new Said(answers, memory, objects, index, columns, notification, more);
        }

        boolean isNotification() {
            return notification;
        }

        private OID instance(String name, ManagedObject object) {
            if (index == null || !columns.containsKey(name)) {
                return object.oid();
            }
            OID instance = new OID(object.oid());
            instance.append(index);
            return instance;
        }

        private @Nullable Variable value(String name) {
            ManagedObject object = objects.get(name);
            if (object == null) {
                return null;
            }
            return notification ? answers.firstBelow(object.oid()) : answers.get(instance(name, object));
        }

        @Nullable
        JsonNode json(String name) {
            String text = names.get(name);
            if (text != null) {
                return text.isEmpty() ? null : TextNode.valueOf(text);
            }
            if (name.equals(INDEX)) {
                return index == null ? null : TextNode.valueOf(index.toDottedString());
            }
            ManagedObject object = objects.get(name);
            Variable value = value(name);
            if (object == null || value == null) {
                return null;
            }
            Function<String, @Nullable Variable> others = this::value;
            return object.counter() == null
                    ? object.read(value, others)
                    : object.scaled(memory.count(instance(name, object), value, object.counter()), others);
        }

        /** What the sources file calls it. */
        String name(String by) {
            if (by.equals(INDEX)) {
                return index == null ? "" : index.toDottedString();
            }
            Variable value = value(by);
            return value == null ? "" : ManagedObject.plain(value);
        }

        boolean fits(List<Condition> conditions) {
            return conditions.stream().allMatch(condition -> condition.fits(value(condition.object())));
        }

        boolean changed(Rule rule, String what) {
            String object = rule.onChange();
            if (object == null || notification) {
                return true;
            }
            Variable value = value(object);
            if (value == null) {
                return false;
            }
            String now = ManagedObject.plain(value);
            String before = memory.before(what, now);
            return before == null ? rule.first().contains(now) : !before.equals(now);
        }

        String text() {
            if (notification) {
                return answers.text();
            }
            List<OID> told = new ArrayList<>();
            objects.forEach((name, object) -> told.add(instance(name, object)));
            return answers.text(told);
        }
    }
}
