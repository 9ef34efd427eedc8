package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Subtype;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the evidence says.
 *
 * @param anomalyClass the class that is named, or {@code UNDETERMINED}
 * @param subtype the most likely cause of that class; null where undetermined
 * @param likeliest for each class its most likely cause
 * @param probabilities of each class
 * @param wandering probability that it is no more than what the link does by itself; part of that of {@code UNDETERMINED}
 * @param ledger what spoke for and against, the weightiest first
 */
public record Verdict(
        AnomalyClass anomalyClass,
        @Nullable Subtype subtype,
        Map<AnomalyClass, Subtype> likeliest,
        Map<AnomalyClass, Double> probabilities,
        double wandering,
        List<Evidence> ledger) {}
