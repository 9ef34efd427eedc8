package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Track;
import io.qorrelate.model.AnomalyClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the diagnosis is set.
 *
 * @param betweenFalseAlarms mean time between false alarms of one test (one side of one feature) on a link whose noise is as
 *     learned
 * @param memory how long a baseline remembers
 * @param priors probability of each class for an anomaly of which nothing is known yet; {@code UNDETERMINED} stands for causes
 *     that are none of the table's
 * @param decideAt probability from which a class is named; below it the verdict is {@code UNDETERMINED}
 */
public record DiagnosisSettings(
        Duration betweenFalseAlarms, Duration memory, Map<AnomalyClass, Double> priors, double decideAt) {

    private static final DiagnosisSettings DEFAULTS = new DiagnosisSettings(
            // About 25 tests run on a fully reporting link: one false alarm in a year of such a link.
            Duration.ofDays(25 * 365),
            // Long against an anomaly's growth, short against a day, so that day and night are followed.
            Duration.ofHours(2),
            // Most disturbances of deployed links are technical; an attack is rare but must not be drowned by its
            // prior.
            Map.of(
                    AnomalyClass.ATTACK,
                    0.15,
                    AnomalyClass.CALIBRATION_DRIFT,
                    0.40,
                    AnomalyClass.PHYSICAL_DEGRADATION,
                    0.42,
                    AnomalyClass.UNDETERMINED,
                    0.03),
            // Naming the wrong class costs about twice as much as leaving it open: p > 2/3.
            2.0 / 3);

    public DiagnosisSettings {
        if (betweenFalseAlarms.isNegative() || betweenFalseAlarms.isZero() || memory.isNegative() || memory.isZero()) {
            throw new IllegalArgumentException("durations must be positive");
        }
        double sum = priors.values().stream().mapToDouble(Double::doubleValue).sum();
        if (priors.size() != AnomalyClass.values().length || Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("priors name every class and sum to 1");
        }
        if (!(decideAt >= 0.5 && decideAt <= 1)) {
            throw new IllegalArgumentException("decideAt lies in 0.5..1, was " + decideAt);
        }
        priors = Map.copyOf(new EnumMap<>(priors));
    }

    /** What suits most networks. */
    public static DiagnosisSettings defaults() {
        return DEFAULTS;
    }

    Track.Tuning tuning() {
        return new Track.Tuning(betweenFalseAlarms.toSeconds(), memory.toSeconds());
    }
}
