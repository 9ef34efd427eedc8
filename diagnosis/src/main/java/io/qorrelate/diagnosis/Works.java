package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Circumstances;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.hypothesis.Shift;
import io.qorrelate.model.Calibration;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What announced works and completed calibrations may change for good without anybody being told: a splice loses a little, a
 * gate is set anew. It is bounded, so that nothing large hides behind it, and it never covers errors.
 */
final class Works {
    private static final long AFTER_MS = Duration.ofMinutes(15).toMillis();

    /** Two splices and a connector pair: 2 × 0.1 dB and 0.5 dB (ISO/IEC 11801-1), and as much again for what was moved. */
    private static final double ALLOWED_DB = 1;

    private static final Set<Feature> BY_WORKS = EnumSet.of(
            Feature.LOSS,
            Feature.RATE,
            Feature.RATE_NET,
            Feature.RX_POWER,
            Feature.RX_NET,
            Feature.DIMMING,
            Feature.KEY_RATE,
            Feature.KEY_NET);

    private static final Set<Feature> BY_TIMING = EnumSet.of(
            Feature.SYNC_OFFSET, Feature.RATE, Feature.RATE_NET, Feature.DIMMING, Feature.KEY_RATE, Feature.KEY_NET);

    private static final Set<Feature> BY_INTENSITY =
            EnumSet.of(Feature.RATE, Feature.RATE_NET, Feature.DIMMING, Feature.KEY_RATE, Feature.KEY_NET);

    private static final Set<Feature> BY_DETECTOR = EnumSet.of(
            Feature.DARK_COUNTS,
            Feature.RATE,
            Feature.RATE_NET,
            Feature.DIMMING,
            Feature.PHOTOCURRENT,
            Feature.IMBALANCE,
            Feature.KEY_RATE,
            Feature.KEY_NET);

    private static final Set<Feature> BY_ALIGNMENT = EnumSet.of(Feature.BASIS_SPLIT, Feature.KEY_RATE, Feature.KEY_NET);

    private Works() {}

    /** Takes a change for the result of works, if it is one: moves the baselines, and says so. */
    static boolean explain(LinkState state, Set<Feature> alarms, long nowMs) {
        Circumstances around = state.circumstances;
        Set<Feature> allowed = EnumSet.noneOf(Feature.class);
        long sinceMs = Long.MAX_VALUE;
        if (nowMs - around.maintenanceEndedMs() <= AFTER_MS) {
            allowed.addAll(BY_WORKS);
            sinceMs = around.maintenanceEndedMs();
        }
        Calibration.Routine routine = around.routine();
        if (routine != null && nowMs - around.calibratedMs() <= AFTER_MS) {
            allowed.addAll(
                    switch (routine) {
                        case POLARIZATION, PHASE, WAVELENGTH -> BY_ALIGNMENT;
                        case TIMING -> BY_TIMING;
                        case DETECTOR -> BY_DETECTOR;
                        case INTENSITY -> BY_INTENSITY;
                        case FULL -> {
                            Set<Feature> all = EnumSet.copyOf(BY_DETECTOR);
                            all.addAll(BY_TIMING);
                            all.addAll(BY_ALIGNMENT);
                            yield all;
                        }
                    });
            sinceMs = Math.min(sinceMs, around.calibratedMs());
        }
        if (!allowed.containsAll(alarms)) {
            return false;
        }
        Picture picture = Picture.of(state.tracks, alarms, nowMs);
        if (picture.lead() == null || picture.onsetMs() < around.beforeWorksMs(sinceMs) - AFTER_MS) {
            return false;
        }
        for (Map.Entry<Feature, Shift> entry : picture.seen().entrySet()) {
            if (allowed.contains(entry.getKey()) && !isAllowed(entry.getKey(), entry.getValue())) {
                return false;
            }
        }
        picture.seen().forEach((feature, shift) -> {
            if (allowed.contains(feature) && !feature.isJoint()) {
                state.tracks.rebase(feature, shift.by());
            }
        });
        state.tracks.startAfresh();
        return true;
    }

    private static boolean isAllowed(Feature feature, Shift shift) {
        return switch (feature) {
            // More light than before is no harm.
            case LOSS -> shift.by() <= ALLOWED_DB;
            case RATE, RX_POWER -> shift.by() >= -ALLOWED_DB;
            case KEY_RATE, KEY_NET -> shift.by() >= -2 * ALLOWED_DB;
            case RATE_NET, RX_NET, DIMMING -> Math.abs(shift.by()) <= ALLOWED_DB;
            default -> Math.abs(shift.by()) <= 2 * feature.typicalShift();
        };
    }
}
