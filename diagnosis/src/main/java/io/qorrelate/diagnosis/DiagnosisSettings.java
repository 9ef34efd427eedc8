package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Tracks;
import io.qorrelate.model.AnomalyClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the diagnosis is set.
 *
 * @param betweenFalseAlarms mean time between false alarms of one link whose noise is as learned, all its tests together
 * @param memory how long a baseline remembers
 * @param priors probability of each class for an anomaly of which nothing is known yet; {@code UNDETERMINED} stands for causes
 *     that are none of the table's
 * @param temperature by which log-likelihoods are divided before they become probabilities, ≥ 1: features depend on each other
 *     more than their sum takes into account
 * @param decideAt probability from which a class is named; below it the verdict is {@code UNDETERMINED}
 */
public record DiagnosisSettings(
        Duration betweenFalseAlarms,
        Duration memory,
        Map<AnomalyClass, Double> priors,
        double temperature,
        double decideAt) {

    private static final DiagnosisSettings DEFAULTS = new DiagnosisSettings(
            // For noise that is as modelled; links are duller than that. On quiet links of the evaluation's development
            // seeds a false finding came in six weeks or so. With ten days changes are found sooner by a few per cent,
            // and a false finding comes in five weeks.
            Duration.ofDays(12),
            // Long against an anomaly's growth, short against a day, so that day and night are followed.
            Duration.ofHours(2),
            // Nobody knows how often an anomaly of which nothing is known is an attack: no class is favoured. Who has
            // statistics of the own network sets them.
            Map.of(
                    AnomalyClass.ATTACK,
                    0.32,
                    AnomalyClass.CALIBRATION_DRIFT,
                    0.32,
                    AnomalyClass.PHYSICAL_DEGRADATION,
                    0.32,
                    AnomalyClass.UNDETERMINED,
                    0.04),
            // By eye, on the calibration of the evaluation's development seeds; not fitted.
            1.2,
            // Naming the wrong class costs half as much again as leaving it open: p > 3/5.
            3.0 / 5);

    public DiagnosisSettings {
        if (betweenFalseAlarms.isNegative() || betweenFalseAlarms.isZero() || memory.isNegative() || memory.isZero()) {
            throw new IllegalArgumentException("durations must be positive");
        }
        double sum = priors.values().stream().mapToDouble(Double::doubleValue).sum();
        if (priors.size() != AnomalyClass.values().length || Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("priors name every class and sum to 1");
        }
        if (!(temperature >= 1 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature lies in 1..100, was " + temperature);
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

    Tracks.Tuning tuning() {
        return new Tracks.Tuning(betweenFalseAlarms.toSeconds(), memory.toSeconds());
    }
}
