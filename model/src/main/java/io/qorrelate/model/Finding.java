package io.qorrelate.model;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the classifier says of one anomaly. A finding that changes is said again under the same id; the last one counts.
 *
 * @param id stable: the same telemetry gives the same id
 * @param link the link it is about; null where it is about a node
 * @param node the node it is about, if known
 * @param anomalyClass the verdict
 * @param subtype the most likely cause, of the verdict's class; null where undetermined
 * @param onset when it began, estimated
 * @param detected when it was called
 * @param ended when it was over; null while it lasts
 * @param probabilities probability of each class; they sum to 1
 * @param severity how much it matters
 * @param evidence what speaks for and against
 * @param explanation two or three plain sentences: what happened, why this class, why not the others
 * @param exposure keys at risk, where anything is known of them
 * @param recommendedActions runbook steps, first things first
 * @param rules ids of the rules that spoke
 */
public record Finding(
        String id,
        @Nullable String link,
        @Nullable String node,
        AnomalyClass anomalyClass,
        @Nullable Subtype subtype,
        Instant onset,
        Instant detected,
        @Nullable Instant ended,
        Map<AnomalyClass, Double> probabilities,
        Severity severity,
        List<Evidence> evidence,
        String explanation,
        @Nullable Exposure exposure,
        List<String> recommendedActions,
        List<String> rules) {

    /** How far the probabilities' sum may be from 1: rounding of a JSON number with six digits, four times. */
    private static final double SUM_TOLERANCE = 1e-5;

    public Finding {
        if (link == null && node == null) {
            throw new IllegalArgumentException("a finding names its link or its node");
        }
        if (subtype != null && subtype.anomalyClass() != anomalyClass) {
            throw new IllegalArgumentException(subtype + " is no subtype of " + anomalyClass);
        }
        double sum = 0;
        for (double probability : probabilities.values()) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("a probability lies in 0..1, was " + probability);
            }
            sum += probability;
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException("probabilities sum to 1, not " + sum);
        }
        probabilities = Collections.unmodifiableMap(new EnumMap<>(probabilities));
        evidence = List.copyOf(evidence);
        recommendedActions = List.copyOf(recommendedActions);
        rules = List.copyOf(rules);
    }

    /** The link, or the node where it is about no link. */
    public String key() {
        return link != null ? link : Objects.requireNonNull(node);
    }

    /** Whether it still lasts. */
    public boolean isOpen() {
        return ended == null;
    }
}
