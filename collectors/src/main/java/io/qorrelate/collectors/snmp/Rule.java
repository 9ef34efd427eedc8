package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.mapping.EventTemplate;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.model.yaml.YamlValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One event of a mapping, and when it is told.
 *
 * @param where conditions on objects; all must fit
 * @param onChange object that must have another value than in the round before; null where every round tells
 * @param first its values that are told also where there was no round before
 */
record Rule(
        EventTemplate event,
        List<Condition> where,
        @Nullable String onChange,
        Set<String> first) {
    private static final List<String> FIELDS = List.of("event", "where", "on_change");

    static Rule parse(YamlValue value, Predicate<String> known, Vocabulary vocabulary) {
        value.rejectUnknown(FIELDS, "an event's mapping");
        String onChange = null;
        Set<String> first = new HashSet<>();
        YamlValue change = value.field("on_change").orElse(null);
        if (change != null) {
            YamlValue object = change;
            if (change.isMapping()) {
                change.rejectUnknown(List.of("object", "first"), "on_change");
                object = change.required("object");
                change.field("first").ifPresent(words -> words.itemsOrSelf().forEach(word -> first.add(word.text())));
            }
            onChange = object.text();
            if (!known.test(onChange)) {
                throw object.error("no object is named '" + onChange + "' here");
            }
        }
        return new Rule(
                EventTemplate.parse(value.required("event"), vocabulary),
                value.field("where")
                        .map(where -> Condition.parseAll(where, known))
                        .orElse(List.of()),
                onChange,
                Set.copyOf(first));
    }
}
