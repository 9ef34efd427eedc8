package io.qorrelate.diagnosis.change;

import static io.qorrelate.diagnosis.change.Tracks.*;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import java.io.IOException;

/**
 * The binary form of one feature's block of {@link Tracks}: some forty numbers, of which half are of a size that another has told.
 * What follows from others, or is written anew before it is read, is left out.
 */
final class TrackForm {
    /** Exponent of one, biased. */
    private static final int ONE = 127;

    /** Bits of a double that are not written of an anchor: a ten-millionth of a link's loss is no news. */
    private static final int ANCHOR_DROPPED = 24;

    private static final int ANCHOR_BITS = Double.SIZE - ANCHOR_DROPPED;

    private static final int MEMORY_BITS = 3;

    /** What a number's size is told by. */
    private enum Like {
        ONE,
        /** The square of the feature's resolution. */
        UNIT,
        /** Another number of the block, which is written before it. */
        SAME,
        /** Its root: the other is a variance, this a deviation. */
        ROOT,
        /** One over that. */
        INVERSE_ROOT
    }

    /** When a number is not nought. */
    private enum Often {
        /** As soon as the baseline is known. */
        SETTLED,
        /** While something moves. */
        ALARMED,
        /** Now and then. */
        SOMETIMES
    }

    /**
     * A number of the block.
     *
     * @param source place of the number that tells its size, where one does
     * @param shift by how many powers of two it is usually larger than that
     * @param spread parameter of the Rice code for its exponent: the larger, the less it is told by the other
     * @param digits bits of its mantissa
     */
    private record Place(
            int place, Like like, int source, int shift, int spread, boolean signed, int digits, Often often) {
        /** Whether it is nought or not is told once for all of its like. */
        boolean isTold(boolean settled, boolean calm) {
            return (often == Often.SETTLED && settled) || (often == Often.ALARMED && calm);
        }

        static Place variance(int place, Like like, int source, int shift, int spread, int digits, Often often) {
            return new Place(place, like, source, shift, spread, false, digits, often);
        }

        static Place pure(int place, int shift, int spread, int digits, Often often) {
            return new Place(place, Like.ONE, 0, shift, spread, false, digits, often);
        }

        static Place signed(int place, int shift) {
            return new Place(place, Like.ONE, 0, shift, 1, true, FEW_DIGITS, Often.SOMETIMES);
        }

        static Place deviation(int place, int source, int shift, int digits) {
            return new Place(place, Like.ROOT, source, shift, 1, true, digits, Often.SOMETIMES);
        }
    }

    /** In the order in which they are written. Shifts and spreads are those that took least room on simulated links. */
    private static final Place[] PLACES = {
        Place.variance(RESIDUALS, Like.UNIT, 0, 0, 3, DIGITS[0], Often.SETTLED),
        Place.variance(RESIDUALS + 1, Like.SAME, RESIDUALS, -1, 0, DIGITS[1], Often.SETTLED),
        Place.variance(RESIDUALS + 2, Like.SAME, RESIDUALS + 1, -1, 0, DIGITS[2], Often.SETTLED),
        Place.variance(RESIDUALS + 3, Like.SAME, RESIDUALS + 2, -1, 0, DIGITS[3], Often.SETTLED),
        Place.variance(RESIDUALS + 4, Like.SAME, RESIDUALS + 3, -1, 0, DIGITS[4], Often.SETTLED),
        Place.deviation(RESIDUALS + RESIDUAL_LEVELS, RESIDUALS + 1, 1, FEW_DIGITS),
        Place.deviation(RESIDUALS + RESIDUAL_LEVELS + 1, RESIDUALS + 2, 1, FEW_DIGITS),
        Place.deviation(RESIDUALS + RESIDUAL_LEVELS + 2, RESIDUALS + 3, 1, FEW_DIGITS),
        Place.deviation(RESIDUALS + RESIDUAL_LEVELS + 3, RESIDUALS + 4, 1, FEW_DIGITS),
        Place.variance(WHITE, Like.SAME, RESIDUALS, 0, 1, MANY_DIGITS, Often.SETTLED),
        Place.variance(WANDERING, Like.SAME, RESIDUALS + 3, 1, 1, MANY_DIGITS, Often.SOMETIMES),
        Place.variance(SAMPLING, Like.SAME, RESIDUALS, -1, 2, ALL_DIGITS, Often.SOMETIMES),
        Place.variance(STRAYING, Like.SAME, RESIDUALS + 4, 1, 1, ALL_DIGITS, Often.SOMETIMES),
        Place.deviation(OFFSET, STRAYING, 0, ALL_DIGITS),
        Place.deviation(WANDER, RESIDUALS + 4, 0, MANY_DIGITS),
        Place.variance(GRAIN, Like.ROOT, RESIDUALS, -6, 3, MANY_DIGITS, Often.SOMETIMES),
        Place.variance(LEVEL_PRECISION, Like.INVERSE_ROOT, RESIDUALS, -2, 0, MANY_DIGITS, Often.SOMETIMES),
        Place.pure(INNOVATIONS, -1, 0, DIGITS[0], Often.SETTLED),
        Place.pure(INNOVATIONS + 1, -3, 0, DIGITS[1], Often.SETTLED),
        Place.pure(INNOVATIONS + 2, -5, 0, DIGITS[2], Often.SETTLED),
        Place.pure(INNOVATIONS + 3, -7, 0, DIGITS[3], Often.SETTLED),
        Place.signed(INNOVATIONS + INNOVATION_LEVELS, 0),
        Place.signed(INNOVATIONS + INNOVATION_LEVELS + 1, -1),
        Place.signed(INNOVATIONS + INNOVATION_LEVELS + 2, -3),
        Place.signed(LAST, -1),
        Place.pure(SHARPNESS, -1, 0, MANY_DIGITS, Often.SETTLED),
        Place.pure(SHARPNESS + 1, -1, 0, MANY_DIGITS, Often.SETTLED),
        Place.pure(SHARPNESS + 2, -1, 0, MANY_DIGITS, Often.SETTLED),
        Place.pure(SHARPNESS + 3, -1, 0, MANY_DIGITS, Often.SETTLED),
        Place.pure(UP, -2, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(UP + 1, -1, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(UP + 2, -1, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(UP + 3, 0, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(DOWN, -2, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(DOWN + 1, -1, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(DOWN + 2, -1, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(DOWN + 3, 0, 1, MANY_DIGITS, Often.ALARMED),
        Place.pure(REPEATS, -5, 3, MANY_DIGITS, Often.SOMETIMES),
        Place.pure(HASTE, -5, 1, MANY_DIGITS, Often.SOMETIMES),
        Place.pure(TAIL, -9, 1, ALL_DIGITS, Often.SOMETIMES),
    };

    private TrackForm() {}

    /** An anchor as it will be read back. */
    static double rounded(double anchor) {
        long half = 1L << (ANCHOR_DROPPED - 1);
        return Double.longBitsToDouble((Double.doubleToRawLongBits(anchor) + half) & -(1L << ANCHOR_DROPPED));
    }

    /** The exponent that a number is likely to have, biased. */
    private static int expected(Place it, float[] at, int base, Feature feature) {
        return it.shift()
                + switch (it.like()) {
                    case ONE -> ONE;
                    case UNIT -> squareOfUnit(feature);
                    case SAME -> exponent(at[base + it.source()], feature);
                    case ROOT -> root(exponent(at[base + it.source()], feature));
                    case INVERSE_ROOT -> 2 * ONE - root(exponent(at[base + it.source()], feature));
                };
    }

    private static int exponent(float value, Feature feature) {
        return value == 0 ? squareOfUnit(feature) : Math.getExponent(value) + ONE;
    }

    private static int squareOfUnit(Feature feature) {
        return 2 * Math.getExponent((float) feature.resolution()) + ONE;
    }

    private static int root(int exponent) {
        return ((exponent - ONE) >> 1) + ONE;
    }

    /**
     * Writes a feature's block.
     *
     * @param likely value before the latest, as far as the trace tells
     * @param before of a feature written before, whose counts may be the same; −1 where there is none
     */
    static void write(BitOutput out, float[] at, int base, double anchor, Feature feature, double likely, int before) {
        out.bits(Double.doubleToRawLongBits(anchor) >>> ANCHOR_DROPPED, ANCHOR_BITS);
        boolean alike =
                before >= 0 && at[base + SAMPLES] == at[before + SAMPLES] && at[base + AGE_S] == at[before + AGE_S];
        out.flag(alike);
        if (!alike) {
            out.small((long) at[base + SAMPLES]);
            out.exact(at[base + AGE_S]);
        }
        out.bits((long) at[base + MEMORY], MEMORY_BITS);
        out.small((long) ordered(at[base + PREVIOUS]) - ordered((float) (anchor + likely)));
        boolean settled = true;
        boolean calm = true;
        for (Place it : PLACES) {
            settled &= it.often() != Often.SETTLED || at[base + it.place()] != 0;
            calm &= it.often() != Often.ALARMED || at[base + it.place()] == 0;
        }
        out.flag(settled);
        out.flag(calm);
        for (Place it : PLACES) {
            float value = at[base + it.place()];
            boolean told = it.isTold(settled, calm);
            if (!told) {
                out.flag(value != 0);
            }
            if (value != 0) {
                int expected = expected(it, at, base, feature);
                out.number(value, it.digits(), it.signed(), expected, it.spread());
            }
        }
        if (isResidualKept(feature)) {
            out.exact(at[base + RESIDUAL]);
        }
    }

    /** Reads a feature's block, after its anchor. */
    static void read(BitInput in, float[] at, int base, double anchor, Feature feature, double likely, int before)
            throws IOException {
        if (in.flag()) {
            if (before < 0) {
                throw new IOException("counts like those of nothing");
            }
            at[base + SAMPLES] = at[before + SAMPLES];
            at[base + AGE_S] = at[before + AGE_S];
        } else {
            long samples = in.small();
            at[base + SAMPLES] = samples;
            at[base + AGE_S] = in.exact();
            if (samples < 0 || samples > 1 << Float.PRECISION || !(at[base + AGE_S] >= 0)) {
                throw new IOException("learned from " + samples + " reports");
            }
        }
        at[base + MEMORY] = in.bits(MEMORY_BITS);
        if (at[base + MEMORY] >= NoiseModel.MEMORIES) {
            throw new IOException("a noise model of memory " + at[base + MEMORY]);
        }
        at[base + PREVIOUS] = unordered(in.small() + ordered((float) (anchor + likely)));
        boolean settled = in.flag();
        boolean calm = in.flag();
        for (Place it : PLACES) {
            boolean filled = it.isTold(settled, calm) ? it.often() == Often.SETTLED : in.flag();
            if (filled) {
                int expected = expected(it, at, base, feature);
                at[base + it.place()] = in.number(it.digits(), it.signed(), expected, it.spread());
            }
        }
        if (isResidualKept(feature)) {
            at[base + RESIDUAL] = in.exact();
        }
    }

    static double readAnchor(BitInput in) throws IOException {
        double anchor = Double.longBitsToDouble(in.bits(ANCHOR_BITS) << ANCHOR_DROPPED);
        if (!Double.isFinite(anchor)) {
            throw new IOException("an anchor at " + anchor);
        }
        return anchor;
    }

    /** The key rate is judged by what QBER and rate were off in the report before. */
    private static boolean isResidualKept(Feature feature) {
        return feature == Feature.QBER || feature == Feature.RATE;
    }

    /** Floats counted through from the lowest to the highest. */
    private static int ordered(float value) {
        int bits = Float.floatToRawIntBits(value);
        return bits < 0 ? Integer.MIN_VALUE - bits : bits;
    }

    private static float unordered(long number) throws IOException {
        int bits = (int) number;
        float value = Float.intBitsToFloat(bits < 0 ? Integer.MIN_VALUE - bits : bits);
        if (bits != number || !Float.isFinite(value)) {
            throw new IOException("a value out of all range");
        }
        return value;
    }
}
