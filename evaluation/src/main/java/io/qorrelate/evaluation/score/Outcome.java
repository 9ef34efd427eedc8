package io.qorrelate.evaluation.score;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.AnomalyClass;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What became of one incident.
 *
 * @param kind of the case
 * @param name of the case
 * @param group how it is counted
 * @param description of the link
 * @param truth what really happened
 * @param played how it showed in the reports
 * @param verdict what was said of it; empty where it was missed
 * @param further findings about it beyond that one
 */
public record Outcome(
        String kind,
        String name,
        Case.Group group,
        String description,
        Truth truth,
        Case.PlayedIncident played,
        Optional<Verdict> verdict,
        int further) {

    /** Whether the class that was named is the true one. */
    public boolean isRight() {
        return said().filter(truth.anomalyClass()::equals).isPresent();
    }

    /** The class that was named. */
    public Optional<AnomalyClass> said() {
        return verdict.map(said -> said.last().anomalyClass());
    }

    /** Whether the subtype that was named is the true one. */
    public boolean isSubtypeRight() {
        return verdict.map(said -> said.last().subtype())
                .filter(subtype -> subtype == truth.subtype())
                .isPresent();
    }

    /** From the onset to the first word, s; infinite where there was none. */
    public double delayS() {
        return verdict.map(said -> Math.max(0, seconds(Duration.between(truth.onset(), said.detected()))))
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The same in reports of the link: how many came until then, that one included. */
    public double delayReports() {
        double delay = delayS();
        if (Double.isInfinite(delay)) {
            return delay;
        }
        // A report's time is told to the millisecond.
        return played.reports().until(delay + 0.001);
    }

    /** Delay over the bound; infinite where it was missed, empty where there is no bound. */
    public OptionalDouble delayOverBound() {
        return played.boundS().isPresent()
                ? OptionalDouble.of(delayS() / Math.max(0.001, played.boundS().getAsDouble()))
                : OptionalDouble.empty();
    }

    /** How far the onset that was told is off, s; empty where it was missed. */
    public OptionalDouble onsetErrorS() {
        return verdict.map(said -> OptionalDouble.of(Math.abs(
                        seconds(Duration.between(truth.onset(), said.last().onset())))))
                .orElse(OptionalDouble.empty());
    }

    /** The same in reporting intervals. */
    public OptionalDouble onsetErrorReports() {
        OptionalDouble off = onsetErrorS();
        return off.isPresent() && truth.intervalS() > 0
                ? OptionalDouble.of(off.getAsDouble() / truth.intervalS())
                : OptionalDouble.empty();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
