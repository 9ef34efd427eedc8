package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One rule.
 *
 * @param name stable short name: the file's name without its ending
 * @param speech what it says when it speaks; null where it only serves other rules
 */
record Rule(
        String name,
        String title,
        Severity level,
        Match match,
        @Nullable Speech speech) {

    /** Names of the rules it waits for. */
    List<String> buildsOn() {
        return switch (match) {
            case Single single -> List.of();
            case Count count -> count.rules();
            case Ordered ordered -> ordered.rules();
        };
    }

    /** What makes it speak. */
    sealed interface Match permits Single, Count, Ordered {}

    /** An event of a kind for which the predicate holds. */
    record Single(Kind category, Predicate<TelemetryEvent> predicate) implements Match {}

    /** So many events of some rules within a time, alike in some fields. */
    record Count(List<String> rules, List<String> groupBy, Duration timespan, long atLeast) implements Match {}

    /** One event of each rule, in their order, within a time, alike in some fields. */
    record Ordered(List<String> rules, List<String> groupBy, Duration timespan) implements Match {}

    /** What a rule says. */
    record Speech(@Nullable Subtype subtype, Map<AnomalyClass, Double> logOdds, boolean raises, List<String> actions) {}
}
