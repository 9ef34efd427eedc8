package io.qorrelate.evaluation.score;

import io.qorrelate.model.AnomalyClass;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * True class against the class that was named. What was undetermined or missed is named in columns of its own, and counts as wrong.
 */
public final class Confusion {
    /** The classes that something can truly be of. */
    public static final List<AnomalyClass> CLASSES =
            List.of(AnomalyClass.ATTACK, AnomalyClass.CALIBRATION_DRIFT, AnomalyClass.PHYSICAL_DEGRADATION);

    private static final int MISSED = AnomalyClass.values().length;

    private final Map<AnomalyClass, int[]> counts = new EnumMap<>(AnomalyClass.class);

    private Confusion() {
        CLASSES.forEach(truth -> counts.put(truth, new int[MISSED + 1]));
    }

    /** Counts outcomes. */
    public static Confusion of(Collection<Outcome> outcomes) {
        Confusion confusion = new Confusion();
        for (Outcome outcome : outcomes) {
            int[] row = confusion.counts.get(outcome.truth().anomalyClass());
            if (row != null) {
                row[outcome.said().map(AnomalyClass::ordinal).orElse(MISSED)]++;
            }
        }
        return confusion;
    }

    /** How often something of a class was called that. */
    public int count(AnomalyClass truth, AnomalyClass said) {
        return row(truth)[said.ordinal()];
    }

    /** How often something of a class was not found. */
    public int missed(AnomalyClass truth) {
        return row(truth)[MISSED];
    }

    /** How many there were of a class. */
    public int total(AnomalyClass truth) {
        int total = 0;
        for (int count : row(truth)) {
            total += count;
        }
        return total;
    }

    /** How many there were. */
    public int total() {
        return CLASSES.stream().mapToInt(this::total).sum();
    }

    /** Share of those that were called what they are; not a number where there were none. */
    public double accuracy() {
        int right = CLASSES.stream().mapToInt(truth -> count(truth, truth)).sum();
        return (double) right / total();
    }

    /** Share of what was called so that is so; empty where nothing was. */
    public Optional<Double> precision(AnomalyClass said) {
        int all = CLASSES.stream().mapToInt(truth -> count(truth, said)).sum();
        return all == 0 ? Optional.empty() : Optional.of((double) count(said, said) / all);
    }

    /** Share of what is so that was called so; empty where there was nothing. */
    public Optional<Double> recall(AnomalyClass truth) {
        return total(truth) == 0 ? Optional.empty() : Optional.of((double) count(truth, truth) / total(truth));
    }

    /** Harmonic mean of precision and recall; 0 where nothing was called rightly. */
    public double f1(AnomalyClass of) {
        int right = count(of, of);
        int wrong = CLASSES.stream()
                .filter(truth -> truth != of)
                .mapToInt(truth -> count(truth, of))
                .sum();
        int lost = total(of) - right;
        return right == 0 ? 0 : 2.0 * right / (2.0 * right + wrong + lost);
    }

    /** Mean of F1 over the classes of which there were any; not a number where there were none. */
    public double macroF1() {
        return CLASSES.stream()
                .filter(truth -> total(truth) > 0)
                .mapToDouble(this::f1)
                .average()
                .orElse(Double.NaN);
    }

    private int[] row(AnomalyClass truth) {
        int[] row = counts.get(truth);
        if (row == null) {
            throw new IllegalArgumentException("nothing is truly " + truth);
        }
        return row;
    }
}
