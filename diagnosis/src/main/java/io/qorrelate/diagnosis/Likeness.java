package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.hypothesis.Shift;
import io.qorrelate.diagnosis.physics.ContinuousVariable;
import io.qorrelate.diagnosis.physics.Decibels;
import io.qorrelate.diagnosis.physics.DecoyBb84;
import io.qorrelate.model.Subtype;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How large a cause would have to be to do what was seen: what an analyst can compare with the equipment and the world. */
final class Likeness {
    private Likeness() {}

    /** A clause that follows the name of the cause; empty where its size does not follow from what was measured. */
    static String of(Subtype subtype, Anomaly anomaly) {
        Picture picture = anomaly.leap != null && subtype == Subtype.INTERCEPT_RESEND ? anomaly.leap : anomaly.picture;
        Shift qber = rise(picture, Feature.QBER);
        Shift noise = rise(picture, Feature.EXCESS_NOISE);
        Shift loss = rise(picture, Feature.LOSS);
        return switch (subtype) {
            case INTERCEPT_RESEND -> {
                if (qber != null) {
                    double fraction = DecoyBb84.interceptedFraction(before(qber), after(qber));
                    yield say(", as if %.0f %% of the pulses were measured and sent on", 100 * fraction);
                }
                yield noise == null
                        ? ""
                        : say(
                                ", as if %.0f %% of the symbols were measured and sent on",
                                100 * ContinuousVariable.interceptedFraction(noise.by()));
            }
            case POLARIZATION_DRIFT ->
                qber == null
                        ? ""
                        : say(
                                ", as if the polarization had turned by %.2f rad or more",
                                DecoyBb84.rotationRad(before(qber), after(qber)));
            case CHANNEL_TAP ->
                loss == null
                        ? ""
                        : say(", as if %.0f %% of the light were taken", 100 * (1 - Decibels.fractionLeft(loss.by())));
            default -> "";
        };
    }

    private static @Nullable Shift rise(Picture picture, Feature feature) {
        Shift shift = picture.seen().get(feature);
        return shift == null || !(shift.by() > shift.error()) ? null : shift;
    }

    private static double before(Shift qber) {
        return Math.clamp(qber.expected(), 0, 1);
    }

    private static double after(Shift qber) {
        return Math.clamp(qber.expected() + qber.by(), 0, 1);
    }

    private static String say(String clause, double size) {
        return String.format(Locale.ROOT, clause, size);
    }
}
