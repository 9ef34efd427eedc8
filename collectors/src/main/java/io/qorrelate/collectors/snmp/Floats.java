package io.qorrelate.collectors.snmp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Opaque;

/** Floating-point numbers, which SNMP lacks and Net-SNMP wraps into an Opaque (its NET-SNMP-TC MIB). */
final class Floats {
    /** Tags of a wrapped float and its length, and the same of a double. */
    private static final int WRAPPED = 0x9F;

    private static final int FLOAT = 0x78;
    private static final int DOUBLE = 0x79;
    private static final int HEADER_BYTES = 3;

    private Floats() {}

    /** The number; null where something else is wrapped. */
    static @Nullable Double decode(Opaque opaque) {
        ByteBuffer bytes = ByteBuffer.wrap(opaque.getValue());
        if (bytes.remaining() < HEADER_BYTES + Float.BYTES || (bytes.get() & 0xFF) != WRAPPED) {
            return null;
        }
        int type = bytes.get();
        int length = bytes.get();
        if (type == FLOAT && length == Float.BYTES) {
            // By its digits: 0.1f is one tenth to whoever wrote it.
            return Double.valueOf(Float.toString(bytes.getFloat()));
        }
        return type == DOUBLE && length == Double.BYTES && bytes.remaining() >= Double.BYTES ? bytes.getDouble() : null;
    }

    static Opaque encode(float value) {
        return new Opaque(ByteBuffer.allocate(HEADER_BYTES + Float.BYTES)
                .put((byte) WRAPPED)
                .put((byte) FLOAT)
                .put((byte) Float.BYTES)
                .putFloat(value)
                .array());
    }
}
