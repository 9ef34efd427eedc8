package io.qorrelate.diagnosis.physics;

/** Refuses what lies outside a declared range, NaN included; the message names the quantity and its value. */
final class Range {
    static final double MOST_HZ = 1e15;

    private Range() {}

    static void fraction(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw outside(what, value, "0..1");
        }
    }

    /** A change or a loss: beyond a thousand decibels there is nothing to be said of light. */
    static void decibels(String what, double value) {
        if (!(value >= -1000 && value <= 1000)) {
            throw outside(what, value, "-1000..1000 dB");
        }
    }

    /** No detector, clock or photon source is faster than {@link #MOST_HZ}. */
    static void rate(String what, double value) {
        if (!(value >= 0 && value <= MOST_HZ)) {
            throw outside(what, value, "0..1e15 per second");
        }
    }

    static void deadTime(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw outside("dead time", value, "0..1 s");
        }
    }

    static void visibility(double value) {
        if (!(value >= -1 && value <= 1)) {
            throw outside("visibility", value, "-1..1");
        }
    }

    static void notNegative(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw outside(what, value, "0..∞");
        }
    }

    static void positive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw outside(what, value, "the positive numbers");
        }
    }

    static void that(boolean holds, String condition) {
        if (!holds) {
            throw new IllegalArgumentException("not so: " + condition);
        }
    }

    private static IllegalArgumentException outside(String what, double value, String range) {
        return new IllegalArgumentException(what + " is " + value + ", outside " + range);
    }
}
