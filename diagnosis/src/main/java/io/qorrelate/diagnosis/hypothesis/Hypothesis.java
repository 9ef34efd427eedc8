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
import static io.qorrelate.diagnosis.change.Feature.KEY_NET;
import static io.qorrelate.diagnosis.change.Feature.KEY_RATE;
import static io.qorrelate.diagnosis.change.Feature.KEY_STORE;
import static io.qorrelate.diagnosis.change.Feature.LASER_TEMPERATURE;
import static io.qorrelate.diagnosis.change.Feature.LOSS;
import static io.qorrelate.diagnosis.change.Feature.PHOTOCURRENT;
import static io.qorrelate.diagnosis.change.Feature.POLARIZATION;
import static io.qorrelate.diagnosis.change.Feature.QBER;
import static io.qorrelate.diagnosis.change.Feature.RATE;
import static io.qorrelate.diagnosis.change.Feature.RATE_NET;
import static io.qorrelate.diagnosis.change.Feature.RX_NET;
import static io.qorrelate.diagnosis.change.Feature.RX_POWER;
import static io.qorrelate.diagnosis.change.Feature.SYNC_OFFSET;
import static io.qorrelate.diagnosis.change.Feature.VISIBILITY;
import static io.qorrelate.diagnosis.hypothesis.Expectation.BEYOND_ROTATION;
import static io.qorrelate.diagnosis.hypothesis.Expectation.BY_ROTATION;
import static io.qorrelate.diagnosis.hypothesis.Expectation.BY_WARMTH;
import static io.qorrelate.diagnosis.hypothesis.Expectation.DARK_CLICKS;
import static io.qorrelate.diagnosis.hypothesis.Expectation.DARK_SHARE;
import static io.qorrelate.diagnosis.hypothesis.Expectation.DOWN;
import static io.qorrelate.diagnosis.hypothesis.Expectation.FREE;
import static io.qorrelate.diagnosis.hypothesis.Expectation.LITTLE;
import static io.qorrelate.diagnosis.hypothesis.Expectation.LITTLE_BEFORE_THE_KEY_ENDS;
import static io.qorrelate.diagnosis.hypothesis.Expectation.LITTLE_UP;
import static io.qorrelate.diagnosis.hypothesis.Expectation.MOVED;
import static io.qorrelate.diagnosis.hypothesis.Expectation.RANDOM_ERRORS;
import static io.qorrelate.diagnosis.hypothesis.Expectation.SAME;
import static io.qorrelate.diagnosis.hypothesis.Expectation.SELDOM_MOVED;
import static io.qorrelate.diagnosis.hypothesis.Expectation.SOMETIMES_UP;
import static io.qorrelate.diagnosis.hypothesis.Expectation.SPLIT_BY_ROTATION;
import static io.qorrelate.diagnosis.hypothesis.Expectation.UP;
import static io.qorrelate.diagnosis.hypothesis.Expectation.WITH_UNSEEN_RATE;
import static io.qorrelate.diagnosis.hypothesis.Expectation.WITH_UNSEEN_RATE_BEFORE_THE_KEY_ENDS;
import static io.qorrelate.diagnosis.hypothesis.Expectation.down;
import static io.qorrelate.diagnosis.hypothesis.Expectation.either;
import static io.qorrelate.diagnosis.hypothesis.Expectation.follows;
import static io.qorrelate.diagnosis.hypothesis.Expectation.hardlyTouchedBy;
import static io.qorrelate.diagnosis.hypothesis.Expectation.moved;
import static io.qorrelate.diagnosis.hypothesis.Expectation.oneBasis;
import static io.qorrelate.diagnosis.hypothesis.Expectation.up;

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
 * A cause, and what it does to a link: direction, size, relation between observables and course of time. The table restates the
 * field's signatures of attack, drift and degradation; sources of the single entries: Bennett and Brassard 1984
 * (intercept–resend adds a quarter of the intercepted fraction to the QBER of both bases, and visibility is 1 − 2E); Lo, Ma,
 * Chen 2005 (photon-number splitting shows in the ratio of decoy to signal gain); Lydersen et al. 2010 (blinding shows in the
 * detectors' current and silences their dark counts); Qi et al. 2007 (time shift); Gisin et al. 2006 (Trojan horse); Xu, Qi, Lo
 * 2010 (phase remapping); Sun et al. 2015 (laser seeding); Ma, Qi, Zhao, Lo 2005 (what loss and dark counts do by themselves).
 *
 * @param subtype the cause; null is "something, but none of these"
 * @param weight share of this cause within its class, before anything is seen
 * @param course how it comes
 * @param pace how long it takes
 * @param expectations what it does; a feature not named stays the same
 * @param tellingSigns features of which one at least moves clearly, or it is another cause; empty where there is none such
 */
record Hypothesis(
        @Nullable Subtype subtype,
        double weight,
        Course course,
        Pace pace,
        Map<Feature, Expectation> expectations,
        Set<Feature> tellingSigns) {

    /** How a change comes. */
    enum Course {
        STEP,
        RAMP,
        BURST,
        ANY
    }

    /** How long a change takes to become what it will be. */
    enum Pace {
        /** Minutes to some hours. */
        HOURS,
        /** Days to months. */
        DAYS,
        ANY
    }

    /** Dead time bends high rates, and dark counts stay when the light goes: the rate falls by a little less than the loss. */
    private static final Expectation NEARLY_BY_LOSS = follows(LOSS, -0.03, 0.2);

    /**
     * Nothing but what the link does by itself: alignment wanders, and with it errors and visibility; light and source wander a
     * little.
     */
    static final Hypothesis WANDERING = new Builder(null, 1, Course.ANY, Pace.ANY)
            .with(either(0.5, UP, DOWN), QBER, EXCESS_NOISE)
            .with(FREE, BASIS_SPLIT)
            .with(follows(QBER, -4.4, -0.4), VISIBILITY)
            .with(MOVED, KEY_RATE)
            .with(LITTLE, LOSS, RATE, RATE_NET, RX_POWER, RX_NET, KEY_NET, GAIN_RATIO, DARK_COUNTS)
            .build();

    static final List<Hypothesis> TABLE = table();

    AnomalyClass anomalyClass() {
        return subtype == null ? AnomalyClass.UNDETERMINED : subtype.anomalyClass();
    }

    Expectation of(Feature feature) {
        return expectations.getOrDefault(feature, SAME);
    }

    /**
     * The shares within a class are rough frequencies of published incidents and attacks, and matter only where the telemetry
     * leaves two causes of one class alike.
     */
    private static List<Hypothesis> table() {
        List<Hypothesis> table = new ArrayList<>();
        attacks(table);
        drifts(table);
        degradations(table);
        Builder none = new Builder(null, 1, Course.ANY, Pace.ANY);
        for (Feature feature : Feature.values()) {
            none.with(FREE, feature);
        }
        table.add(none.build());
        table.add(WANDERING);
        return List.copyOf(table);
    }

    private static void attacks(List<Hypothesis> table) {
        for (Course course : List.of(Course.STEP, Course.RAMP)) {
            // An eavesdropper may creep in; most do not take the trouble.
            double share = course == Course.STEP ? 0.36 : 0.10;
            table.add(cause(Subtype.INTERCEPT_RESEND, share, course, Pace.ANY)
                    .toldBy(UP, QBER, EXCESS_NOISE, VISIBILITY)
                    .with(hardlyTouchedBy(QBER, 0.15), BASIS_SPLIT)
                    .with(follows(QBER, -2.5, -1.5), VISIBILITY)
                    .with(LITTLE, RATE_NET, RATE)
                    .with(LITTLE_BEFORE_THE_KEY_ENDS, KEY_NET)
                    .with(DOWN, KEY_RATE)
                    .build());
            // Whoever strikes a link whose polarization drifts adds errors of both bases to those of one.
            table.add(cause(Subtype.INTERCEPT_RESEND, course == Course.STEP ? 0.02 : 0.01, course, Pace.ANY)
                    .toldBy(UP, POLARIZATION)
                    .with(BEYOND_ROTATION, QBER)
                    .with(SPLIT_BY_ROTATION, BASIS_SPLIT)
                    .with(follows(QBER, -2.5, -1), VISIBILITY)
                    .with(LITTLE, RATE_NET, RATE)
                    .with(LITTLE_BEFORE_THE_KEY_ENDS, KEY_NET)
                    .with(DOWN, KEY_RATE)
                    .build());
            // Whoever opens the fibre to get in bends it, too.
            table.add(dimming(Subtype.INTERCEPT_RESEND, course == Course.STEP ? 0.02 : 0.002, course, Pace.ANY, UP)
                    .toldBy(UP, QBER, EXCESS_NOISE, VISIBILITY)
                    .with(hardlyTouchedBy(QBER, 0.15), BASIS_SPLIT)
                    .with(follows(QBER, -2.5, -1.5), VISIBILITY)
                    .with(WITH_UNSEEN_RATE_BEFORE_THE_KEY_ENDS, KEY_NET)
                    .build());
            // What a tap takes is lost to everything that counts light, as in a bend; a power that is measured before
            // it stays.
            table.add(dimming(Subtype.CHANNEL_TAP, course == Course.STEP ? 0.07 : 0.005, course, Pace.ANY, up(0.7))
                    .with(FREE, RX_NET, RX_POWER)
                    .build());
        }
        table.add(cause(Subtype.PHOTON_NUMBER_SPLITTING, 0.06, Course.STEP, Pace.ANY)
                .toldBy(DOWN, GAIN_RATIO)
                .with(FREE, KEY_NET, KEY_RATE)
                // The rate is kept on purpose: loss of the channel is made up, and seen as rate beyond it.
                .with(SOMETIMES_UP, LOSS)
                .with(follows(LOSS, 0.7, 1.3), RATE_NET)
                .with(LITTLE, RATE, QBER)
                .build());
        table.add(cause(Subtype.DETECTOR_BLINDING, 0.08, Course.STEP, Pace.ANY)
                .toldBy(up(2), PHOTOCURRENT)
                .toldBy(down(3), DARK_COUNTS)
                .with(DOWN, DOUBLE_CLICKS)
                .with(
                        FREE,
                        QBER,
                        RX_NET,
                        RX_POWER,
                        RATE,
                        RATE_NET,
                        VISIBILITY,
                        KEY_RATE,
                        KEY_NET,
                        IMBALANCE,
                        GAIN_RATIO)
                .build());
        table.add(cause(Subtype.TIME_SHIFT, 0.05, Course.STEP, Pace.ANY)
                .toldBy(MOVED, SYNC_OFFSET, IMBALANCE)
                .with(LITTLE, QBER, VISIBILITY)
                .with(down(0.7), RATE, RATE_NET)
                .with(FREE, BASIS_FRACTION, BASIS_SPLIT, GAIN_RATIO)
                .with(WITH_UNSEEN_RATE, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.TROJAN_HORSE, 0.07, Course.STEP, Pace.ANY)
                .toldBy(UP, BACK_REFLECTION)
                .with(SOMETIMES_UP, RX_NET, RX_POWER)
                .build());
        table.add(cause(Subtype.WAVELENGTH, 0.03, Course.STEP, Pace.ANY)
                .toldBy(MOVED, BASIS_FRACTION, BASIS_SPLIT)
                .with(up(0.5), QBER)
                .with(FREE, VISIBILITY, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.PHASE_REMAPPING, 0.02, Course.STEP, Pace.ANY)
                .toldBy(MOVED, BASIS_SPLIT)
                .with(FREE, BASIS_FRACTION, VISIBILITY, KEY_NET)
                .with(UP, QBER)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.LASER_SEEDING, 0.05, Course.STEP, Pace.ANY)
                .toldBy(UP, RATE, RATE_NET)
                .with(MOVED, GAIN_RATIO)
                .with(FREE, KEY_RATE, KEY_NET)
                .with(LITTLE, QBER)
                .build());
        table.add(cause(Subtype.CLASSICAL_CHANNEL_MITM, 0.08, Course.BURST, Pace.ANY)
                .with(down(3), KEY_NET, KEY_RATE)
                .build());
        table.add(cause(Subtype.KEY_API_ABUSE, 0.05, Course.BURST, Pace.ANY)
                .with(FREE, KEY_RATE, KEY_NET)
                // What is asked for at the front is booked; what is taken past it is not.
                .with(either(0.3, DOWN, SAME), KEY_STORE)
                .build());
        table.add(cause(Subtype.MANAGEMENT_COMPROMISE, 0.05, Course.BURST, Pace.ANY)
                .with(FREE, QBER, VISIBILITY, EXCESS_NOISE, BASIS_SPLIT, RATE, RATE_NET, GAIN_RATIO, KEY_RATE, KEY_NET)
                .with(either(0.1, DOWN, SAME), KEY_STORE)
                .build());
        table.add(cause(Subtype.DENIAL_OF_SERVICE, 0.03, Course.STEP, Pace.ANY)
                // Light that is no signal clicks as dark counts do.
                .with(either(0.5, DARK_SHARE, UP), QBER)
                .toldBy(either(0.6, DARK_CLICKS, UP), RATE_NET, RATE)
                .toldBy(up(2), DARK_COUNTS)
                .with(either(0.6, DARK_CLICKS, FREE), GAIN_RATIO)
                .with(FREE, VISIBILITY, DOUBLE_CLICKS, BASIS_SPLIT, PHOTOCURRENT, KEY_NET)
                // Or the store is drained.
                .with(either(0.1, DOWN, SAME), KEY_STORE)
                .with(DOWN, KEY_RATE)
                .build());
    }

    private static void drifts(List<Hypothesis> table) {
        table.add(cause(Subtype.POLARIZATION_DRIFT, 0.40, Course.RAMP, Pace.HOURS)
                .toldBy(BY_ROTATION, QBER)
                .toldBy(UP, POLARIZATION, EXCESS_NOISE)
                // One basis more than the other.
                .with(oneBasis(0.75), BASIS_SPLIT)
                // Where few bits are taken in the basis that errs, visibility shows what QBER hides.
                .with(either(0.75, follows(QBER, -2.6, -0.4), follows(QBER, -4.4, -0.4)), VISIBILITY)
                .with(LITTLE_BEFORE_THE_KEY_ENDS, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.PHASE_DRIFT, 0.20, Course.RAMP, Pace.HOURS)
                .toldBy(UP, EXCESS_NOISE)
                .toldBy(either(0.8, UP, SAME), QBER)
                // In the phase basis only: all of the difference, and twice the mean.
                .with(oneBasis(0.1), BASIS_SPLIT)
                // Where few bits are taken in the phase basis, visibility shows what QBER hides.
                .toldBy(either(0.7, follows(QBER, -4.4, -0.8), DOWN), VISIBILITY)
                .toldBy(either(0.7, MOVED, SAME), LASER_TEMPERATURE)
                .with(LITTLE_BEFORE_THE_KEY_ENDS, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.TIMING_DRIFT, 0.10, Course.RAMP, Pace.HOURS)
                .toldBy(MOVED, SYNC_OFFSET)
                .with(LITTLE, GAIN_RATIO)
                .with(LITTLE, QBER)
                .with(down(0.7), RATE, RATE_NET)
                .with(WITH_UNSEEN_RATE, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(darkening(Subtype.DETECTOR_DRIFT, 0.10, Pace.HOURS)
                // It is the cooling of the detector that drifts, or the bias.
                .toldBy(either(0.6, MOVED, BY_WARMTH), DARK_COUNTS)
                .toldBy(either(0.5, MOVED, SAME), DETECTOR_TEMPERATURE)
                .with(FREE, IMBALANCE)
                .build());
        table.add(cause(Subtype.INTENSITY_DRIFT, 0.06, Course.RAMP, Pace.HOURS)
                // A laser's power drifts by some per cent, seldom by a third, and by the same for all intensities.
                .toldBy(moved(0.5), RATE, RATE_NET)
                .with(hardlyTouchedBy(RATE_NET, 0.1), GAIN_RATIO)
                .with(DARK_SHARE, QBER)
                .with(FREE, KEY_RATE, KEY_NET)
                .build());
        table.add(cause(Subtype.WAVELENGTH_DRIFT, 0.06, Course.RAMP, Pace.HOURS)
                .toldBy(UP, QBER)
                .with(follows(QBER, -3, -0.4), VISIBILITY)
                // Only at the edge of a filter.
                .with(SOMETIMES_UP, LOSS)
                .toldBy(MOVED, LASER_TEMPERATURE)
                .with(FREE, EXCESS_NOISE)
                // Both bases pass the same filter.
                .with(either(0.5, hardlyTouchedBy(QBER, 0.15), FREE), BASIS_SPLIT)
                .with(LITTLE, RATE_NET, RX_NET)
                .with(LITTLE_BEFORE_THE_KEY_ENDS, KEY_NET)
                .with(follows(LOSS, -1.2, -0.8), RATE)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(cause(Subtype.FAILED_CALIBRATION, 0.10, Course.STEP, Pace.ANY)
                .toldBy(UP, QBER, EXCESS_NOISE)
                .with(follows(QBER, -3, -0.3), VISIBILITY)
                // What it was to align, polarization or phase, shows in one basis more than the other. A wavelength or
                // a gate that was set wrong may show in both alike.
                .with(either(0.75, oneBasis(0.75), either(0.2, SAME, MOVED)), BASIS_SPLIT)
                .with(FREE, POLARIZATION, SYNC_OFFSET, RATE, RATE_NET, IMBALANCE, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
    }

    private static void degradations(List<Hypothesis> table) {
        Builder cut = cause(Subtype.FIBRE_CUT, 0.12, Course.STEP, Pace.ANY);
        for (Feature feature : Feature.values()) {
            // In the dark everything else is undefined.
            cut.with(FREE, feature);
        }
        table.add(cut.toldBy(up(10), LOSS)
                .toldBy(down(8), RATE, RX_POWER)
                .with(down(8), KEY_RATE)
                .with(RANDOM_ERRORS, QBER)
                .with(SAME, DETECTOR_TEMPERATURE, LASER_TEMPERATURE)
                .build());
        table.add(dimming(Subtype.MACRO_BEND, 0.30, Course.STEP, Pace.ANY, UP).build());
        table.add(dimming(Subtype.CONNECTOR, 0.08, Course.STEP, Pace.ANY, UP).build());
        table.add(
                dimming(Subtype.FIBRE_AGEING, 0.12, Course.RAMP, Pace.DAYS, UP).build());
        table.add(cause(Subtype.LASER_AGEING, 0.06, Course.RAMP, Pace.DAYS)
                .toldBy(down(0.7), RATE, RATE_NET)
                .with(hardlyTouchedBy(RATE_NET, 0.1), GAIN_RATIO)
                .with(DARK_SHARE, QBER)
                .with(FREE, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
        table.add(darkening(Subtype.DETECTOR_AGEING, 0.06, Pace.DAYS)
                .toldBy(UP, DARK_COUNTS)
                .build());
        table.add(darkening(Subtype.COOLING_FAILURE, 0.08, Pace.HOURS)
                .toldBy(UP, DETECTOR_TEMPERATURE)
                .toldBy(either(0.3, UP, BY_WARMTH), DARK_COUNTS)
                .with(FREE, LASER_TEMPERATURE, VISIBILITY)
                .build());
        table.add(cause(Subtype.POWER_EVENT, 0.06, Course.STEP, Pace.ANY)
                // A key rate alone falls for many reasons: who has no power counts no light, or a site's meter tells.
                .toldBy(down(5), RATE)
                .with(down(5), KEY_RATE)
                .with(FREE, RATE_NET, RX_POWER, RX_NET, VISIBILITY, KEY_NET, LASER_TEMPERATURE, DETECTOR_TEMPERATURE)
                .with(RANDOM_ERRORS, QBER)
                .build());
        table.add(cause(Subtype.VIBRATION, 0.12, Course.BURST, Pace.HOURS)
                .toldBy(UP, QBER, EXCESS_NOISE)
                .with(follows(QBER, -2.6, -0.4), VISIBILITY)
                // A fibre that shakes turns the polarization, to and fro.
                .with(either(0.7, oneBasis(0.75), FREE), BASIS_SPLIT)
                .with(either(0.5, UP, SAME), POLARIZATION)
                .with(FREE, LOSS, RATE, RATE_NET, RX_POWER, RX_NET, KEY_NET)
                .with(DOWN, KEY_RATE)
                .build());
    }

    /** Light is lost on the way: everything that counts light is dimmer by the same decibels. */
    private static Builder dimming(Subtype subtype, double weight, Course course, Pace pace, Expectation loss) {
        return cause(subtype, weight, course, pace)
                .toldBy(loss, LOSS)
                .toldBy(follows(LOSS, -1.1, -0.9), RATE, RX_POWER)
                // Of what is dimmer, clicks without light are a larger share, most of all of the decoys.
                .with(either(0.6, DARK_CLICKS, LITTLE_UP), GAIN_RATIO)
                .with(NEARLY_BY_LOSS, RATE_NET)
                .with(DARK_SHARE, QBER)
                .with(WITH_UNSEEN_RATE, KEY_NET)
                .with(DOWN, KEY_RATE);
    }

    /** A detector clicks more, or less, without light: what that adds to the rate and to the errors follows. */
    private static Builder darkening(Subtype subtype, double weight, Pace pace) {
        return cause(subtype, weight, Course.RAMP, pace)
                .with(DARK_SHARE, QBER)
                .with(either(0.6, DARK_CLICKS, LITTLE), RATE, RATE_NET, GAIN_RATIO)
                .with(FREE, EXCESS_NOISE, PHOTOCURRENT, DOUBLE_CLICKS, KEY_NET)
                .with(DOWN, KEY_RATE);
    }

    private static Builder cause(Subtype subtype, double weight, Course course, Pace pace) {
        return new Builder(subtype, weight, course, pace);
    }

    private static final class Builder {
        private final @Nullable Subtype subtype;
        private final double weight;
        private final Course course;
        private final Pace pace;
        private final Map<Feature, Expectation> expectations = new EnumMap<>(Feature.class);
        private final Set<Feature> tellingSigns = EnumSet.noneOf(Feature.class);

        Builder(@Nullable Subtype subtype, double weight, Course course, Pace pace) {
            this.subtype = subtype;
            this.weight = weight;
            this.course = course;
            this.pace = pace;
            // Temperatures are held, and seldom move beside something else; double clicks go with the rate; a cause
            // that needs them says so.
            with(SELDOM_MOVED, DETECTOR_TEMPERATURE, LASER_TEMPERATURE);
            with(FREE, DOUBLE_CLICKS);
        }

        /** What it is told by: one of these moves clearly, or it is another cause. */
        Builder toldBy(Expectation expectation, Feature... features) {
            tellingSigns.addAll(List.of(features));
            return with(expectation, features);
        }

        Builder with(Expectation expectation, Feature... features) {
            for (Feature feature : features) {
                expectations.put(feature, expectation);
            }
            return this;
        }

        Hypothesis build() {
            return new Hypothesis(subtype, weight, course, pace, new EnumMap<>(expectations), Set.copyOf(tellingSigns));
        }
    }
}
