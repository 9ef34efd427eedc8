package io.qorrelate.evaluation.score;

import io.qorrelate.model.AnomalyClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Figures of some incidents.
 *
 * @param outcomes what became of each
 */
public record Summary(List<Outcome> outcomes) {
    /** Said of what was not found. */
    public static final String MISSED = "missed";

    public Summary {
        outcomes = List.copyOf(outcomes);
    }

    /** How many there are. */
    public int count() {
        return outcomes.size();
    }

    /** How many were given their class. */
    public long right() {
        return outcomes.stream().filter(Outcome::isRight).count();
    }

    /** How many were given their subtype. */
    public long subtypeRight() {
        return outcomes.stream().filter(Outcome::isSubtypeRight).count();
    }

    /** How many were given a class. */
    public long said(AnomalyClass anomalyClass) {
        return outcomes.stream()
                .filter(outcome -> outcome.said().filter(anomalyClass::equals).isPresent())
                .count();
    }

    /** How many were not found. */
    public long missed() {
        return outcomes.stream().filter(outcome -> outcome.verdict().isEmpty()).count();
    }

    /** How many findings there were beyond one for each. */
    public int further() {
        return outcomes.stream().mapToInt(Outcome::further).sum();
    }

    /** True class against named class. */
    public Confusion confusion() {
        return Confusion.of(outcomes);
    }

    /** From the onset to the first word, s; infinite where it was missed. */
    public Quantiles delaysS() {
        return Quantiles.of(outcomes.stream().map(Outcome::delayS).toList());
    }

    /** The same in reports of the link. */
    public Quantiles delaysInReports() {
        return Quantiles.of(outcomes.stream().map(Outcome::delayReports).toList());
    }

    /** Delay over the bound, of those with a bound; infinite where it was missed. */
    public Quantiles delaysOverBound() {
        return known(Outcome::delayOverBound);
    }

    /** How far onsets are off, s, of those found. */
    public Quantiles onsetErrorsS() {
        return known(Outcome::onsetErrorS);
    }

    /** The same in reporting intervals. */
    public Quantiles onsetErrorsInReports() {
        return known(Outcome::onsetErrorReports);
    }

    private Quantiles known(Function<Outcome, OptionalDouble> figure) {
        return Quantiles.of(outcomes.stream()
                .map(figure)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList());
    }

    /** Those of a third of the magnitudes. */
    public Summary of(Third third) {
        return new Summary(outcomes.stream().filter(third::has).toList());
    }

    /** How often each subtype was named, by its name; {@code undetermined} and {@link #MISSED} among them. */
    public Map<String, Integer> subtypesSaid() {
        Map<String, Integer> said = new LinkedHashMap<>();
        outcomes.forEach(outcome ->
                said.merge(outcome.verdict().map(verdict -> verdict.name()).orElse(MISSED), 1, Integer::sum));
        return said;
    }

    /** Whether the stated probability of the named class holds. */
    public Calibration calibrationOfNamed() {
        return Calibration.ofNamed(outcomes);
    }

    /** Whether the stated probabilities of all classes hold. */
    public Calibration calibrationOfAll() {
        return Calibration.ofAll(outcomes);
    }
}
