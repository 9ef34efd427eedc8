package io.qorrelate.diagnosis.hypothesis;

import static io.qorrelate.diagnosis.change.Feature.BACK_REFLECTION;
import static io.qorrelate.diagnosis.change.Feature.BASIS_FRACTION;
import static io.qorrelate.diagnosis.change.Feature.BASIS_SPLIT;
import static io.qorrelate.diagnosis.change.Feature.DARK_COUNTS;
import static io.qorrelate.diagnosis.change.Feature.DETECTOR_TEMPERATURE;
import static io.qorrelate.diagnosis.change.Feature.DOUBLE_CLICKS;
import static io.qorrelate.diagnosis.change.Feature.EXCESS_NOISE;
import static io.qorrelate.diagnosis.change.Feature.GAIN_RATIO;
import static io.qorrelate.diagnosis.change.Feature.IMBALANCE;
import static io.qorrelate.diagnosis.change.Feature.KEY_RATE;
import static io.qorrelate.diagnosis.change.Feature.LASER_TEMPERATURE;
import static io.qorrelate.diagnosis.change.Feature.LOSS;
import static io.qorrelate.diagnosis.change.Feature.PHOTOCURRENT;
import static io.qorrelate.diagnosis.change.Feature.POLARIZATION;
import static io.qorrelate.diagnosis.change.Feature.QBER_LEVEL;
import static io.qorrelate.diagnosis.change.Feature.RATE;
import static io.qorrelate.diagnosis.change.Feature.RATE_NET;
import static io.qorrelate.diagnosis.change.Feature.RX_POWER;
import static io.qorrelate.diagnosis.change.Feature.SYNC_OFFSET;
import static io.qorrelate.diagnosis.change.Feature.VISIBILITY_LEVEL;
import static io.qorrelate.diagnosis.hypothesis.Effect.ANY;
import static io.qorrelate.diagnosis.hypothesis.Effect.CHANGED;
import static io.qorrelate.diagnosis.hypothesis.Effect.DOWN;
import static io.qorrelate.diagnosis.hypothesis.Effect.LITTLE;
import static io.qorrelate.diagnosis.hypothesis.Effect.SAME;
import static io.qorrelate.diagnosis.hypothesis.Effect.UP;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cause, and what it does to a link. The table restates the field's signatures of attack, drift and degradation; sources of
 * the single entries: Bennett and Brassard 1984 (intercept–resend adds a quarter of the intercepted fraction to the QBER of
 * both bases); Lo, Ma, Chen 2005 (photon-number splitting shows in the ratio of decoy to signal gain); Lydersen et al. 2010
 * (blinding shows in the detectors' current and silences their dark counts); Qi et al. 2007 (time shift); Gisin et al. 2006
 * (Trojan horse); Xu, Qi, Lo 2010 (phase remapping).
 *
 * @param subtype the cause; null is "something, but none of these"
 * @param weight share of this cause within its class, before anything is seen
 * @param shape how it comes
 * @param effects what it does; a feature not named stays the same
 * @param tellingSigns features of which one at least moves clearly, or it is another cause; empty where there is none such
 */
record Hypothesis(
        @Nullable Subtype subtype,
        double weight,
        Shape shape,
        Map<Feature, Effect> effects,
        Set<Feature> tellingSigns) {

    /** How a change comes. */
    enum Shape {
        STEP,
        RAMP,
        BURST,
        ANY
    }

    /** "Something, but none of these". */
    static final Hypothesis NONE_OF_THESE = none();

    static final List<Hypothesis> TABLE = table();

    AnomalyClass anomalyClass() {
        return subtype == null ? AnomalyClass.UNDETERMINED : subtype.anomalyClass();
    }

    Effect effect(Feature feature) {
        return effects.getOrDefault(feature, SAME);
    }

    private static Hypothesis none() {
        Builder builder = new Builder(null, 1, Shape.ANY);
        for (Feature feature : Feature.values()) {
            builder.with(ANY, feature);
        }
        return builder.build();
    }

    /**
     * The shares within a class are rough frequencies of published incidents and attacks, and matter only where the telemetry
     * leaves two causes of one class alike.
     */
    private static List<Hypothesis> table() {
        List<Hypothesis> table = new ArrayList<>();
        table.add(cause(Subtype.INTERCEPT_RESEND, 0.40, Shape.STEP)
                .toldBy(UP, QBER_LEVEL, EXCESS_NOISE)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .with(LITTLE, RATE, RATE_NET)
                .build());
        table.add(cause(Subtype.PHOTON_NUMBER_SPLITTING, 0.06, Shape.STEP)
                .toldBy(DOWN, GAIN_RATIO)
                .with(DOWN, KEY_RATE)
                .with(ANY, LOSS, RATE_NET)
                .build());
        table.add(cause(Subtype.DETECTOR_BLINDING, 0.08, Shape.STEP)
                .toldBy(UP, PHOTOCURRENT)
                .toldBy(DOWN, DARK_COUNTS)
                .with(DOWN, DOUBLE_CLICKS)
                .with(ANY, QBER_LEVEL, RX_POWER, RATE, RATE_NET, VISIBILITY_LEVEL, KEY_RATE)
                .build());
        table.add(cause(Subtype.TIME_SHIFT, 0.05, Shape.STEP)
                .with(LITTLE, QBER_LEVEL)
                .with(DOWN, RATE, RATE_NET, KEY_RATE)
                .toldBy(CHANGED, SYNC_OFFSET, IMBALANCE)
                .with(ANY, BASIS_FRACTION)
                .build());
        table.add(cause(Subtype.TROJAN_HORSE, 0.07, Shape.STEP)
                .toldBy(UP, BACK_REFLECTION)
                .with(ANY, RX_POWER)
                .build());
        table.add(cause(Subtype.WAVELENGTH, 0.03, Shape.STEP)
                .with(UP, QBER_LEVEL)
                .toldBy(CHANGED, BASIS_SPLIT, BASIS_FRACTION)
                .with(ANY, VISIBILITY_LEVEL, KEY_RATE)
                .build());
        table.add(cause(Subtype.LASER_SEEDING, 0.03, Shape.STEP)
                .toldBy(UP, RATE, RATE_NET)
                .with(CHANGED, GAIN_RATIO)
                .with(ANY, KEY_RATE)
                .build());
        table.add(cause(Subtype.CHANNEL_TAP, 0.07, Shape.STEP)
                .toldBy(UP, LOSS)
                .toldBy(DOWN, RATE)
                .with(DOWN, KEY_RATE)
                .with(LITTLE, RATE_NET, QBER_LEVEL, VISIBILITY_LEVEL)
                .with(ANY, RX_POWER)
                .build());
        table.add(cause(Subtype.CLASSICAL_CHANNEL_MITM, 0.08, Shape.BURST)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.KEY_API_ABUSE, 0.05, Shape.BURST)
                .with(ANY, KEY_RATE)
                .build());
        table.add(cause(Subtype.MANAGEMENT_COMPROMISE, 0.05, Shape.BURST)
                .with(ANY, QBER_LEVEL, VISIBILITY_LEVEL, RATE, RATE_NET, KEY_RATE)
                .build());
        table.add(cause(Subtype.DENIAL_OF_SERVICE, 0.03, Shape.STEP)
                .with(UP, QBER_LEVEL, RATE, DARK_COUNTS)
                .toldBy(UP, RATE_NET)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .build());

        table.add(cause(Subtype.POLARIZATION_DRIFT, 0.40, Shape.RAMP)
                .toldBy(UP, QBER_LEVEL)
                .with(UP, POLARIZATION)
                .with(CHANGED, BASIS_SPLIT)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .build());
        table.add(cause(Subtype.PHASE_DRIFT, 0.20, Shape.RAMP)
                .toldBy(UP, QBER_LEVEL)
                .with(CHANGED, BASIS_SPLIT)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .with(ANY, LASER_TEMPERATURE)
                .build());
        table.add(cause(Subtype.TIMING_DRIFT, 0.10, Shape.RAMP)
                .with(LITTLE, QBER_LEVEL)
                .with(DOWN, RATE, RATE_NET, KEY_RATE)
                .toldBy(CHANGED, SYNC_OFFSET)
                .build());
        table.add(cause(Subtype.DETECTOR_DRIFT, 0.10, Shape.RAMP)
                .with(UP, QBER_LEVEL)
                .toldBy(UP, DARK_COUNTS)
                .with(LITTLE, VISIBILITY_LEVEL, BASIS_SPLIT)
                .with(CHANGED, DETECTOR_TEMPERATURE)
                .with(ANY, RATE, RATE_NET, KEY_RATE, PHOTOCURRENT, DOUBLE_CLICKS)
                .build());
        table.add(cause(Subtype.INTENSITY_DRIFT, 0.06, Shape.RAMP)
                .toldBy(CHANGED, RATE, RATE_NET)
                .with(LITTLE, GAIN_RATIO, QBER_LEVEL)
                .with(ANY, KEY_RATE)
                .build());
        table.add(cause(Subtype.WAVELENGTH_DRIFT, 0.04, Shape.RAMP)
                .toldBy(UP, QBER_LEVEL)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .with(LITTLE, LOSS, RATE, RATE_NET)
                .with(CHANGED, LASER_TEMPERATURE)
                .build());
        table.add(cause(Subtype.FAILED_CALIBRATION, 0.10, Shape.STEP)
                .toldBy(UP, QBER_LEVEL)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .with(ANY, BASIS_SPLIT, POLARIZATION, SYNC_OFFSET, RATE, RATE_NET)
                .build());

        table.add(cause(Subtype.FIBRE_CUT, 0.12, Shape.STEP)
                .toldBy(UP, LOSS)
                .toldBy(DOWN, RATE, RX_POWER)
                .with(DOWN, KEY_RATE)
                .with(
                        ANY,
                        RATE_NET,
                        QBER_LEVEL,
                        BASIS_SPLIT,
                        VISIBILITY_LEVEL,
                        GAIN_RATIO,
                        DOUBLE_CLICKS,
                        BASIS_FRACTION,
                        IMBALANCE,
                        SYNC_OFFSET,
                        PHOTOCURRENT)
                .build());
        table.add(cause(Subtype.MACRO_BEND, 0.36, Shape.STEP)
                .toldBy(UP, LOSS)
                .toldBy(DOWN, RATE, RX_POWER)
                .with(DOWN, KEY_RATE)
                .with(LITTLE, RATE_NET, QBER_LEVEL, VISIBILITY_LEVEL, DOUBLE_CLICKS, PHOTOCURRENT)
                .build());
        table.add(cause(Subtype.FIBRE_AGEING, 0.12, Shape.RAMP)
                .toldBy(UP, LOSS)
                .toldBy(DOWN, RATE, RX_POWER)
                .with(DOWN, KEY_RATE)
                .with(LITTLE, RATE_NET, QBER_LEVEL, VISIBILITY_LEVEL, DOUBLE_CLICKS, PHOTOCURRENT)
                .build());
        table.add(cause(Subtype.LASER_AGEING, 0.06, Shape.RAMP)
                .toldBy(DOWN, RATE, RATE_NET)
                .with(DOWN, KEY_RATE)
                .with(LITTLE, QBER_LEVEL, GAIN_RATIO)
                .build());
        table.add(cause(Subtype.DETECTOR_AGEING, 0.06, Shape.RAMP)
                .with(UP, QBER_LEVEL)
                .toldBy(UP, DARK_COUNTS)
                .with(ANY, RATE, RATE_NET, KEY_RATE, DOUBLE_CLICKS)
                .with(LITTLE, VISIBILITY_LEVEL)
                .build());
        table.add(cause(Subtype.COOLING_FAILURE, 0.10, Shape.RAMP)
                .with(UP, QBER_LEVEL)
                .toldBy(UP, DARK_COUNTS, DETECTOR_TEMPERATURE)
                .with(ANY, RATE, RATE_NET, KEY_RATE, LASER_TEMPERATURE, VISIBILITY_LEVEL, DOUBLE_CLICKS, PHOTOCURRENT)
                .build());
        table.add(cause(Subtype.POWER_EVENT, 0.06, Shape.STEP)
                .with(DOWN, RATE, KEY_RATE)
                .with(ANY, RATE_NET, RX_POWER, QBER_LEVEL, VISIBILITY_LEVEL)
                .build());
        table.add(cause(Subtype.VIBRATION, 0.12, Shape.BURST)
                .with(UP, QBER_LEVEL)
                .with(DOWN, VISIBILITY_LEVEL, KEY_RATE)
                .with(ANY, BASIS_SPLIT, LOSS, RATE, RATE_NET, RX_POWER, POLARIZATION)
                .build());
        table.add(NONE_OF_THESE);
        return List.copyOf(table);
    }

    private static Builder cause(Subtype subtype, double weight, Shape shape) {
        return new Builder(subtype, weight, shape);
    }

    private static final class Builder {
        private final @Nullable Subtype subtype;
        private final double weight;
        private final Shape shape;
        private final Map<Feature, Effect> effects = new EnumMap<>(Feature.class);
        private final Set<Feature> tellingSigns = EnumSet.noneOf(Feature.class);

        Builder(@Nullable Subtype subtype, double weight, Shape shape) {
            this.subtype = subtype;
            this.weight = weight;
            this.shape = shape;
            // Temperatures wander by themselves; a cause that needs them says so.
            effects.put(DETECTOR_TEMPERATURE, ANY);
            effects.put(LASER_TEMPERATURE, ANY);
        }

        /** What it is told by: one of these moves clearly, or it is another cause. */
        Builder toldBy(Effect effect, Feature... features) {
            tellingSigns.addAll(List.of(features));
            return with(effect, features);
        }

        Builder with(Effect effect, Feature... features) {
            for (Feature feature : features) {
                effects.put(feature, effect);
            }
            return this;
        }

        Hypothesis build() {
            return new Hypothesis(subtype, weight, shape, Map.copyOf(effects), Set.copyOf(tellingSigns));
        }
    }
}
