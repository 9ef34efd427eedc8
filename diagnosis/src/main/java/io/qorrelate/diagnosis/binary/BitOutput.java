package io.qorrelate.diagnosis.binary;

import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Bits one behind the other, the highest of each number first. {@link BitInput} reads them. */
public final class BitOutput {
    /** Bits of a group of a number of unknown size; one more tells whether another group follows. */
    static final int GROUP = 3;

    /** More groups than this are written as the number itself. */
    static final int MOST_GROUPS = 12;

    static final int FAR_BITS = 9;

    /** Of a float. */
    static final int MANTISSA_BITS = 23;

    private byte[] bytes = new byte[2048];
    private int size;
    private long pending;
    private int pendingBits;

    /** The lowest bits of a number, at most 48. */
    public void bits(long value, int count) {
        pending = (pending << count) | (value & ((1L << count) - 1));
        pendingBits += count;
        if (size + Long.BYTES > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        while (pendingBits >= Byte.SIZE) {
            pendingBits -= Byte.SIZE;
            bytes[size++] = (byte) (pending >>> pendingBits);
        }
    }

    /** One bit. */
    public void flag(boolean value) {
        bits(value ? 1 : 0, 1);
    }

    /** A number that is likely small, of either sign. */
    public void small(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while (rest >>> GROUP != 0) {
            bits((1L << GROUP) | (rest & ((1 << GROUP) - 1)), GROUP + 1);
            rest >>>= GROUP;
        }
        bits(rest, GROUP + 1);
    }

    /**
     * A number between −256 and 255 that is almost nought: a Rice code (R. F. Rice 1979, JPL 79-22).
     *
     * @param spread two to its power is about as large as the number is
     */
    public void nearby(int value, int spread) {
        int rest = (value << 1) ^ (value >> 31);
        int groups = rest >> spread;
        if (groups < MOST_GROUPS) {
            bits(((1L << groups) - 1) << 1, groups + 1);
            bits(rest, spread);
        } else {
            bits((1L << MOST_GROUPS) - 1, MOST_GROUPS);
            bits(rest, FAR_BITS);
        }
    }

    /** A float to the bit. */
    public void exact(float value) {
        bits(Float.floatToRawIntBits(value), Float.SIZE);
    }

    /**
     * A float other than nought, of so many bits behind its point, of which the size is roughly known.
     *
     * @param digits bits of the mantissa: what {@link Precision#round} leaves of it
     * @param signed whether it may be negative
     * @param expected the binary exponent that is expected, biased as in a float
     * @param spread by how much it is off that, see {@link #nearby}
     */
    public void number(float value, int digits, boolean signed, int expected, int spread) {
        int raw = Float.floatToRawIntBits(value);
        if (signed) {
            bits(raw >>> 31, 1);
        }
        nearby(Math.clamp(((raw >>> MANTISSA_BITS) & 0xff) - expected, -256, 255), spread);
        bits(raw >>> (MANTISSA_BITS - digits), digits);
    }

    /** Fills the last byte, and gives all of them out. */
    public void writeTo(DataOutput out) throws IOException {
        if (pendingBits > 0) {
            bits(0, Byte.SIZE - pendingBits);
        }
        out.write(bytes, 0, size);
    }
}
