package io.qorrelate.diagnosis.binary;

import static io.qorrelate.diagnosis.binary.BitOutput.FAR_BITS;
import static io.qorrelate.diagnosis.binary.BitOutput.GROUP;
import static io.qorrelate.diagnosis.binary.BitOutput.MANTISSA_BITS;
import static io.qorrelate.diagnosis.binary.BitOutput.MOST_GROUPS;

import java.io.DataInput;
import java.io.IOException;

/** Reads what {@link BitOutput} has written, and no byte more. */
public final class BitInput {
    /** Of a finite number. */
    private static final int LARGEST_EXPONENT = 0xfe;

    private final DataInput in;
    private long pending;
    private int pendingBits;

    /** Bits of the bytes that come next. */
    public BitInput(DataInput in) {
        this.in = in;
    }

    /** A number of so many bits, at most 48. */
    public long bits(int count) throws IOException {
        while (pendingBits < count) {
            pending = (pending << Byte.SIZE) | in.readUnsignedByte();
            pendingBits += Byte.SIZE;
        }
        pendingBits -= count;
        return (pending >>> pendingBits) & ((1L << count) - 1);
    }

    /** One bit. */
    public boolean flag() throws IOException {
        return bits(1) != 0;
    }

    /** What {@link BitOutput#small} has written. */
    public long small() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += GROUP) {
            long group = bits(GROUP + 1);
            value |= (group & ((1 << GROUP) - 1)) << shift;
            if (group >>> GROUP == 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new IOException("a number without end");
    }

    /** What {@link BitOutput#nearby} has written. */
    public int nearby(int spread) throws IOException {
        int groups = 0;
        while (groups < MOST_GROUPS && flag()) {
            groups++;
        }
        int value = (int) (groups < MOST_GROUPS ? ((long) groups << spread) | bits(spread) : bits(FAR_BITS));
        return (value >>> 1) ^ -(value & 1);
    }

    /** What {@link BitOutput#exact} has written. */
    public float exact() throws IOException {
        return Float.intBitsToFloat((int) bits(Float.SIZE));
    }

    /** What {@link BitOutput#number} has written. */
    public float number(int digits, boolean signed, int expected, int spread) throws IOException {
        int sign = signed ? (int) bits(1) : 0;
        int exponent = expected + nearby(spread);
        if (exponent < 0 || exponent > LARGEST_EXPONENT) {
            throw new IOException("a number that is none");
        }
        int mantissa = (int) bits(digits) << (MANTISSA_BITS - digits);
        return Float.intBitsToFloat((sign << 31) | (exponent << MANTISSA_BITS) | mantissa);
    }
}
