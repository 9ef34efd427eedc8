package io.qorrelate.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the ledger: what speaks for or against each class.
 *
 * @param observable what was looked at: an observable's field, an event's kind, or {@code rule:<id>}
 * @param expected what was expected, for people, with its unit
 * @param seen what was seen, for people, with its unit
 * @param logOdds natural-logarithm odds this adds to each class; positive speaks for it, negative against it
 * @param events ids of the events it rests on, the most telling first
 * @param note half a sentence on why it weighs that
 */
public record Evidence(
        String observable,
        @Nullable String expected,
        @Nullable String seen,
        Map<AnomalyClass, Double> logOdds,
        List<String> events,
        @Nullable String note) {
    public Evidence {
        logOdds.forEach((anomalyClass, weight) -> {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException("log-odds of " + anomalyClass + " must be finite");
            }
        });
        logOdds = Map.copyOf(logOdds);
        events = List.copyOf(events);
    }
}
