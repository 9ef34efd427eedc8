package io.qorrelate.diagnosis.binary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Whole numbers in as many bytes as they need, seven bits in each: nought takes one byte, a time of now six. */
public final class Varint {
    private static final int GROUP = 7;
    private static final int MORE = 1 << GROUP;

    private Varint() {}

    /** Writes a number, of either sign; small ones are short. */
    public static void write(DataOutput out, long value) throws IOException {
        long rest = (value << 1) ^ (value >> 63);
        while (rest >>> GROUP != 0) {
            out.writeByte((int) (MORE | (rest & (MORE - 1))));
            rest >>>= GROUP;
        }
        out.writeByte((int) rest);
    }

    /** Reads what {@link #write} has written. */
    public static long read(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += GROUP) {
            int group = in.readUnsignedByte();
            value |= (long) (group & (MORE - 1)) << shift;
            if (group < MORE) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new IOException("a number without end");
    }
}
