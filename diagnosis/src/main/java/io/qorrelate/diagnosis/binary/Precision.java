package io.qorrelate.diagnosis.binary;

import static io.qorrelate.diagnosis.binary.BitOutput.MANTISSA_BITS;

/** Floats of fewer digits. Who writes fewer than there are keeps no more in memory either, so that both go on alike. */
public final class Precision {
    private Precision() {}

    /** The nearest number of so many bits behind its point, fewer than a float's 23. */
    public static float round(float value, int digits) {
        int dropped = MANTISSA_BITS - digits;
        int raw = Float.floatToRawIntBits(value) + (1 << (dropped - 1));
        return Float.intBitsToFloat(raw & -(1 << dropped));
    }

    /** The smallest number of so many bits that is not less than a number ≥ 0: for what is an upper bound. */
    public static float roundUp(float value, int digits) {
        int step = 1 << (MANTISSA_BITS - digits);
        return Float.intBitsToFloat((Float.floatToRawIntBits(value) + step - 1) & -step);
    }
}
