package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.snmp.ManagedObject.Counting;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Counter32;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;

/**
 * What an agent said in the round before: counters mean something only beside it, and a state is news only where it was another.
 * Of one agent; used by one thread.
 */
final class Memory {
    /** RFC 2578, clause 7.1.6: after its largest value a Counter32 begins again at zero. */
    private static final BigDecimal COUNTER_32_VALUES = BigDecimal.valueOf(1L << 32);

    private static final BigDecimal TICKS_PER_SECOND = BigDecimal.valueOf(100);

    private Map<OID, BigDecimal> countersBefore = Map.of();
    private Map<OID, BigDecimal> counters = new HashMap<>();
    private Map<String, String> statesBefore = Map.of();
    private Map<String, String> states = new HashMap<>();
    private OptionalLong upTimeBefore = OptionalLong.empty();
    private OptionalLong upTime = OptionalLong.empty();

    /** What was said becomes what was said before. */
    void begin(Answers answers) {
        countersBefore = counters;
        counters = new HashMap<>();
        statesBefore = states;
        states = new HashMap<>();
        upTimeBefore = upTime;
        upTime = answers.upTime();
        if (upTimeBefore.isPresent() && upTime.isPresent() && upTime.getAsLong() < upTimeBefore.getAsLong()) {
            // It began anew, and so did its counters. (Or its clock did, after 497 days, which costs one reading.)
            countersBefore = Map.of();
        }
    }

    /**
     * How a counter rose since the round before; null where that is not known: in the first round, and after the agent or the counter
     * began anew.
     */
    @Nullable
    BigDecimal count(OID instance, Variable value, Counting counting) {
        BigDecimal now = ManagedObject.number(value);
        if (now == null) {
            return null;
        }
        counters.put(instance, now);
        BigDecimal before = countersBefore.get(instance);
        if (before == null || upTime.isEmpty() || upTimeBefore.isEmpty()) {
            return null;
        }
        BigDecimal increase = now.subtract(before);
        if (increase.signum() < 0) {
            if (!(value instanceof Counter32)) {
                return null;
            }
            increase = increase.add(COUNTER_32_VALUES);
        }
        long ticks = upTime.getAsLong() - upTimeBefore.getAsLong();
        return switch (counting) {
            case INCREASE -> increase;
            case RATE ->
                ticks == 0
                        ? null
                        : increase.multiply(TICKS_PER_SECOND).divide(BigDecimal.valueOf(ticks), MathContext.DECIMAL64);
        };
    }

    /** The state that something was in the round before; null where it was not seen. Remembers the one that it is in. */
    @Nullable
    String before(String what, String state) {
        states.put(what, state);
        return statesBefore.get(what);
    }
}
