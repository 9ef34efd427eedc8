package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the ledger before it is put into words: what each cause of the table gets for it, in nats, by index.
 *
 * @param observable what was looked at
 * @param expected for people; null where nothing was
 * @param seen for people
 * @param note half a sentence on why it weighs that
 * @param alwaysTold whether a reader is told of it however little it weighs, because that is always asked
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one weighing, and is never compared
record Entry(
        String observable,
        @Nullable String expected,
        @Nullable String seen,
        @Nullable String note,
        double[] nats,
        List<String> events,
        boolean alwaysTold) {

    /** An entry that is told where it weighs something. */
    Entry(
            String observable,
            @Nullable String expected,
            @Nullable String seen,
            @Nullable String note,
            double[] nats,
            List<String> events) {
        this(observable, expected, seen, note, nats, events, false);
    }

    /** Something that was said rather than measured. */
    static Entry said(String observable, String seen, double[] nats) {
        return new Entry(observable, null, seen, null, nats, List.of());
    }

    /** As {@link #said}, and always told. */
    static Entry asked(String observable, String seen, double[] nats) {
        return new Entry(observable, null, seen, null, nats, List.of(), true);
    }

    static double[] nothing() {
        return new double[Hypothesis.TABLE.size()];
    }

    static double[] only(Subtype subtype, double weight) {
        return add(nothing(), subtype, weight);
    }

    static double[] byClass(Map<AnomalyClass, Double> weights) {
        double[] nats = nothing();
        for (int i = 0; i < nats.length; i++) {
            nats[i] = weights.getOrDefault(Hypothesis.TABLE.get(i).anomalyClass(), 0.0);
        }
        return nats;
    }

    static double[] add(double[] nats, Subtype subtype, double weight) {
        for (int i = 0; i < nats.length; i++) {
            if (Hypothesis.TABLE.get(i).subtype() == subtype) {
                nats[i] += weight;
            }
        }
        return nats;
    }
}
