package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.binary.Precision;
import io.qorrelate.diagnosis.change.Feature;
import java.io.IOException;

/**
 * What one feature did since the onset.
 *
 * @param by how far it moved, in its own unit
 * @param error standard error of that, ≥ the feature's resolution; holds the link's own wander
 * @param expected its baseline
 * @param scale standard deviation of one report
 */
public record Shift(double by, double error, double expected, double scale) {
    /** Bits of the mantissa that are kept, in memory as in a store: 10⁻⁵ of a deviation. */
    private static final int DIGITS = 16;

    /** Of standard deviations: 5·10⁻⁴ of them, and no verdict hangs on that. */
    private static final int ERROR_DIGITS = 10;

    /** Version of the state before which they had as many as deviations. */
    private static final int FIRST_WITH_SHORT_ERRORS = 8;

    /** 5·10⁻⁷ of a baseline. */
    private static final int EXPECTED_DIGITS = 20;

    /** Of the Rice code of exponents. */
    private static final int SPREAD = 2;

    /** How far it moved, in standard errors. */
    public double z() {
        return by / error;
    }

    void writeTo(BitOutput out, Feature feature) {
        int size = size(feature);
        out.number((float) by, DIGITS, true, size, SPREAD);
        out.number((float) error, ERROR_DIGITS, false, size, SPREAD);
        out.number((float) expected, EXPECTED_DIGITS, true, size, SPREAD);
        out.number((float) scale, ERROR_DIGITS, false, size, SPREAD);
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state.
     *
     * @param version of the state
     */
    static Shift readFrom(BitInput in, Feature feature, int version) throws IOException {
        int size = size(feature);
        int errorDigits = version >= FIRST_WITH_SHORT_ERRORS ? ERROR_DIGITS : DIGITS;
        return new Shift(
                        in.number(DIGITS, true, size, SPREAD),
                        in.number(errorDigits, false, size, SPREAD),
                        in.number(EXPECTED_DIGITS, true, size, SPREAD),
                        in.number(errorDigits, false, size, SPREAD))
                .rounded();
    }

    /** What deviations are likely to be as large as: the resolution's binary exponent, biased as in a float. */
    private static int size(Feature feature) {
        return Math.getExponent((float) feature.resolution()) + Float.MAX_EXPONENT;
    }

    /** As it will be read back: state in memory and state in a store are the same to the bit. */
    Shift rounded() {
        return new Shift(
                Precision.round((float) by, DIGITS),
                Precision.round((float) error, ERROR_DIGITS),
                Precision.round((float) expected, EXPECTED_DIGITS),
                Precision.round((float) scale, ERROR_DIGITS));
    }
}
