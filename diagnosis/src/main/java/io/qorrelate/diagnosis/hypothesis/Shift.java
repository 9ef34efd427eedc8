package io.qorrelate.diagnosis.hypothesis;

import java.io.DataInput;
import java.io.DataOutput;
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
    /** How far it moved, in standard errors. */
    public double z() {
        return by / error;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeFloat((float) by);
        out.writeFloat((float) error);
        out.writeDouble(expected);
        out.writeFloat((float) scale);
    }

    static Shift readFrom(DataInput in) throws IOException {
        return new Shift(in.readFloat(), in.readFloat(), in.readDouble(), in.readFloat());
    }

    /** As it will be read back: state in memory and state in a store are the same to the bit. */
    Shift rounded() {
        return new Shift((float) by, (float) error, expected, (float) scale);
    }
}
