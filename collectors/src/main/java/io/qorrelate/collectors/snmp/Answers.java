package io.qorrelate.collectors.snmp;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.TimeTicks;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** What an agent said in one round, or in one notification: values by object. */
final class Answers {
    private final NavigableMap<OID, Variable> values = new TreeMap<>();

    /** Takes a value; an exception such as noSuchObject is none. */
    void add(VariableBinding binding) {
        if (binding != null && !binding.isException() && binding.getVariable() != null) {
            values.put(binding.getOid(), binding.getVariable());
        }
    }

    void add(OID oid, Variable value) {
        values.put(oid, value);
    }

    @Nullable
    Variable get(OID oid) {
        return values.get(oid);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    boolean contains(OID oid) {
        return values.containsKey(oid);
    }

    /** Of how many rows a column was told, as their indexes in order. */
    List<OID> indexes(OID column) {
        List<OID> indexes = new ArrayList<>();
        for (OID oid : values.tailMap(column, false).keySet()) {
            if (!oid.startsWith(column)) {
                break;
            }
            indexes.add(new OID(oid.getValue(), column.size(), oid.size() - column.size()));
        }
        return indexes;
    }

    /** The first value at or below an object: in a notification, that of whichever instance it names. */
    @Nullable
    Variable firstBelow(OID object) {
        OID first = values.ceilingKey(object);
        return first != null && first.startsWith(object) ? values.get(first) : null;
    }

    /** All that was said. */
    List<VariableBinding> all() {
        return values.entrySet().stream()
                .map(value -> new VariableBinding(value.getKey(), value.getValue()))
                .toList();
    }

    /** The agent's own clock in hundredths of a second, if it told. */
    OptionalLong upTime() {
        return values.get(Oids.SYS_UP_TIME) instanceof TimeTicks ticks
                ? OptionalLong.of(ticks.getValue())
                : OptionalLong.empty();
    }

    /** What was said of some objects, in the notation of {@code snmpwalk -On}: what goes to the dead letters can be read again. */
    String text(Iterable<OID> objects) {
        StringBuilder text = new StringBuilder();
        for (OID oid : objects) {
            Variable value = values.get(oid);
            if (value != null) {
                Walk.write(text, oid, value);
            }
        }
        return text.toString();
    }

    /** All that was said, in the same notation. */
    String text() {
        return text(values.keySet());
    }
}
