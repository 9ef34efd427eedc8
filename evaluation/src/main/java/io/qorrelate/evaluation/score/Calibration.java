package io.qorrelate.evaluation.score;

import io.qorrelate.model.AnomalyClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Whether stated probabilities hold: of all that is said with 80 %, four in five should be so.
 *
 * @param bins of equal width, from 0 to 1
 * @param error expected calibration error: mean distance of stated and true frequency, weighted by how often it was stated (Naeini,
 *     Cooper, Hauskrecht 2015)
 * @param statements how many there were
 */
public record Calibration(List<Bin> bins, double error, int statements) {
    private static final int BINS = 10;

    /**
     * Statements of about the same probability.
     *
     * @param count how many
     * @param stated their mean probability; not a number where there were none
     * @param frequency share of them that was so; not a number where there were none
     */
    public record Bin(int count, double stated, double frequency) {}

    /** One statement. */
    record Statement(double probability, boolean isSo) {}

    public Calibration {
        bins = List.copyOf(bins);
    }

    static Calibration of(List<Statement> statements) {
        int[] counts = new int[BINS];
        double[] stated = new double[BINS];
        int[] so = new int[BINS];
        for (Statement each : statements) {
            int bin = Math.min(BINS - 1, (int) (each.probability() * BINS));
            counts[bin]++;
            stated[bin] += each.probability();
            so[bin] += each.isSo() ? 1 : 0;
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int i = 0; i < BINS; i++) {
            bins.add(new Bin(counts[i], stated[i] / counts[i], (double) so[i] / counts[i]));
            error += Math.abs(stated[i] - so[i]);
        }
        return new Calibration(bins, error / statements.size(), statements.size());
    }

    /** Of the probability of the class that was named, where one was. */
    public static Calibration ofNamed(Collection<Outcome> outcomes) {
        List<Statement> statements = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            outcome.said()
                    .filter(said -> said != AnomalyClass.UNDETERMINED)
                    .ifPresent(said -> statements.add(new Statement(probability(outcome, said), outcome.isRight())));
        }
        return of(statements);
    }

    /** Of the probabilities of all classes. Nothing is truly undetermined: what is put there is lacking elsewhere. */
    public static Calibration ofAll(Collection<Outcome> outcomes) {
        List<Statement> statements = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            if (outcome.verdict().isPresent()) {
                for (AnomalyClass each : AnomalyClass.values()) {
                    statements.add(new Statement(
                            probability(outcome, each), each == outcome.truth().anomalyClass()));
                }
            }
        }
        return of(statements);
    }

    private static double probability(Outcome outcome, AnomalyClass of) {
        Map<AnomalyClass, Double> stated =
                outcome.verdict().orElseThrow().last().probabilities();
        return stated.getOrDefault(of, 0.0);
    }
}
