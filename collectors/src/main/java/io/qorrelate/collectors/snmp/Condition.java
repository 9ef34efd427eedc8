package io.qorrelate.collectors.snmp;

import com.google.re2j.Pattern;
import io.qorrelate.collectors.mapping.Patterns;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Variable;

/**
 * What an object must be for something to be told: one of some values, or a text in which a pattern of RE2 is found.
 *
 * @param object name of the object
 * @param values one of them; empty where the pattern counts
 * @param pattern found in it; null where the values count
 */
record Condition(
        String object, Set<String> values, @Nullable Pattern pattern) {
    /** As in {@code where: {type: [8], name: {matches: '(?i)rx'}}}. */
    static List<Condition> parseAll(YamlValue where, Predicate<String> known) {
        List<Condition> conditions = new ArrayList<>();
        where.fields().forEach((object, wanted) -> {
            if (!known.test(object)) {
                throw where.errorAt(object, "no object is named '" + object + "' here");
            }
            conditions.add(parse(object, wanted));
        });
        return List.copyOf(conditions);
    }

    private static Condition parse(String object, YamlValue wanted) {
        if (!wanted.isMapping()) {
            Set<String> values = new HashSet<>();
            wanted.itemsOrSelf().forEach(value -> values.add(value.text()));
            return new Condition(object, Set.copyOf(values), null);
        }
        wanted.rejectUnknown(List.of("matches"), "a condition");
        return new Condition(object, Set.of(), Patterns.compile(wanted.required("matches"), 0));
    }

    /** Whether a value fits; one that the agent did not tell fits nothing. */
    boolean fits(@Nullable Variable value) {
        if (value == null) {
            return false;
        }
        String plain = ManagedObject.plain(value);
        return pattern == null ? values.contains(plain) : pattern.matcher(plain).find();
    }
}
