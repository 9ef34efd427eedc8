package io.qorrelate.diagnosis.change;

import static io.qorrelate.diagnosis.change.BlockMeans.DIGITS;
import static io.qorrelate.diagnosis.change.BlockMeans.FEW_DIGITS;
import static io.qorrelate.diagnosis.change.Track.MANY_DIGITS;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of one feature's {@link Track} and {@link BlockMeans}: some forty numbers, of which half are of a size that another
 * has told. What follows from others, or is written anew before it is read, is left out.
 */
final class TrackForm {
    /** Exponent of one, biased. */
    private static final int ONE = 127;

    /** Bits of a double that are not written of an anchor: a ten-millionth of a link's loss is no news. */
    private static final int ANCHOR_DROPPED = 24;

    private static final int ANCHOR_BITS = Double.SIZE - ANCHOR_DROPPED;

    private static final int MEMORY_BITS = 3;

    /** For what is learned in steps so small that it needs all bits of a float's mantissa. */
    private static final int ALL_DIGITS = 23;

    private static final int INNOVATION_LEVELS = BlockMeans.Of.INNOVATIONS.levels;

    // Places of the numbers that are written alike:
    private static final int OFFSET = 0;
    private static final int WANDER = 1;
    private static final int LEVEL_PRECISION = 2;
    private static final int SAMPLING = 3;
    private static final int WHITE = 4;
    private static final int WANDERING = 5;
    private static final int UP = 6;
    private static final int DOWN = 10;
    private static final int GRAIN = 14;
    private static final int REPEATS = 15;
    private static final int SHARPNESS = 16;
    private static final int TAIL = 20;
    private static final int STRAYING = 21;
    private static final int LAST = 22;
    private static final int HASTE = 23;
    private static final int RESIDUALS = 24; // variances of single ones and of block means
    private static final int OPEN_RESIDUALS = RESIDUALS + NoiseModel.LEVELS - 1; // sums of open blocks, from level 1 on
    private static final int INNOVATIONS = OPEN_RESIDUALS + NoiseModel.LEVELS;
    private static final int OPEN_INNOVATIONS = INNOVATIONS + INNOVATION_LEVELS - 1;
    private static final int NUMBERS = OPEN_INNOVATIONS + INNOVATION_LEVELS;

    /** What a number's size is told by. */
    private enum Like {
        ONE,
        /** The square of the feature's resolution. */
        UNIT,
        /** Another number, which is written before it. */
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
     * A number that is written like others.
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
        Place.deviation(OPEN_RESIDUALS + 1, RESIDUALS + 1, 1, FEW_DIGITS),
        Place.deviation(OPEN_RESIDUALS + 2, RESIDUALS + 2, 1, FEW_DIGITS),
        Place.deviation(OPEN_RESIDUALS + 3, RESIDUALS + 3, 1, FEW_DIGITS),
        Place.deviation(OPEN_RESIDUALS + 4, RESIDUALS + 4, 1, FEW_DIGITS),
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
        Place.signed(OPEN_INNOVATIONS + 1, 0),
        Place.signed(OPEN_INNOVATIONS + 2, -1),
        Place.signed(OPEN_INNOVATIONS + 3, -3),
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
    private static int expected(Place it, float[] numbers, Feature feature) {
        return it.shift()
                + switch (it.like()) {
                    case ONE -> ONE;
                    case UNIT -> squareOfUnit(feature);
                    case SAME -> exponent(numbers[it.source()], feature);
                    case ROOT -> root(exponent(numbers[it.source()], feature));
                    case INVERSE_ROOT -> 2 * ONE - root(exponent(numbers[it.source()], feature));
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

    private static float[] numbers(Track track, BlockMeans means, Feature feature) {
        float[] numbers = new float[NUMBERS];
        numbers[OFFSET] = track.offset;
        numbers[WANDER] = track.wander;
        numbers[LEVEL_PRECISION] = track.levelPrecision;
        numbers[SAMPLING] = track.usualSampling;
        numbers[WHITE] = track.white;
        numbers[WANDERING] = track.wandering;
        numbers[UP] = track.upHalf;
        numbers[UP + 1] = track.upOne;
        numbers[UP + 2] = track.upTwo;
        numbers[UP + 3] = track.upFour;
        numbers[DOWN] = track.downHalf;
        numbers[DOWN + 1] = track.downOne;
        numbers[DOWN + 2] = track.downTwo;
        numbers[DOWN + 3] = track.downFour;
        numbers[GRAIN] = track.grain;
        numbers[REPEATS] = track.repeats;
        numbers[SHARPNESS] = track.sharpHalf;
        numbers[SHARPNESS + 1] = track.sharpOne;
        numbers[SHARPNESS + 2] = track.sharpTwo;
        numbers[SHARPNESS + 3] = track.sharpFour;
        numbers[TAIL] = track.tail;
        numbers[STRAYING] = track.straying;
        numbers[LAST] = track.last;
        numbers[HASTE] = track.haste;
        numbers[RESIDUALS] = track.variance;
        numbers[OPEN_RESIDUALS + 1] = track.open;
        numbers[INNOVATIONS] = track.innovationVariance;
        numbers[OPEN_INNOVATIONS + 1] = track.openInnovations;
        for (int level = 1; level < NoiseModel.LEVELS; level++) {
            numbers[RESIDUALS + level] = means.variance(feature, BlockMeans.Of.RESIDUALS, level);
        }
        for (int level = 2; level < NoiseModel.LEVELS; level++) {
            numbers[OPEN_RESIDUALS + level] = means.open(feature, BlockMeans.Of.RESIDUALS, level);
        }
        for (int level = 1; level < INNOVATION_LEVELS; level++) {
            numbers[INNOVATIONS + level] = means.variance(feature, BlockMeans.Of.INNOVATIONS, level);
        }
        for (int level = 2; level < INNOVATION_LEVELS; level++) {
            numbers[OPEN_INNOVATIONS + level] = means.open(feature, BlockMeans.Of.INNOVATIONS, level);
        }
        return numbers;
    }

    private static void set(Track track, BlockMeans means, Feature feature, float[] numbers) {
        track.offset = numbers[OFFSET];
        track.wander = numbers[WANDER];
        track.levelPrecision = numbers[LEVEL_PRECISION];
        track.usualSampling = numbers[SAMPLING];
        track.white = numbers[WHITE];
        track.wandering = numbers[WANDERING];
        track.upHalf = numbers[UP];
        track.upOne = numbers[UP + 1];
        track.upTwo = numbers[UP + 2];
        track.upFour = numbers[UP + 3];
        track.downHalf = numbers[DOWN];
        track.downOne = numbers[DOWN + 1];
        track.downTwo = numbers[DOWN + 2];
        track.downFour = numbers[DOWN + 3];
        track.grain = numbers[GRAIN];
        track.repeats = numbers[REPEATS];
        track.sharpHalf = numbers[SHARPNESS];
        track.sharpOne = numbers[SHARPNESS + 1];
        track.sharpTwo = numbers[SHARPNESS + 2];
        track.sharpFour = numbers[SHARPNESS + 3];
        track.tail = numbers[TAIL];
        track.straying = numbers[STRAYING];
        track.last = numbers[LAST];
        track.haste = numbers[HASTE];
        track.variance = numbers[RESIDUALS];
        track.open = numbers[OPEN_RESIDUALS + 1];
        track.innovationVariance = numbers[INNOVATIONS];
        track.openInnovations = numbers[OPEN_INNOVATIONS + 1];
        for (int level = 1; level < NoiseModel.LEVELS; level++) {
            means.setVariance(feature, BlockMeans.Of.RESIDUALS, level, numbers[RESIDUALS + level]);
        }
        for (int level = 2; level < NoiseModel.LEVELS; level++) {
            means.setOpen(feature, BlockMeans.Of.RESIDUALS, level, numbers[OPEN_RESIDUALS + level]);
        }
        for (int level = 1; level < INNOVATION_LEVELS; level++) {
            means.setVariance(feature, BlockMeans.Of.INNOVATIONS, level, numbers[INNOVATIONS + level]);
        }
        for (int level = 2; level < INNOVATION_LEVELS; level++) {
            means.setOpen(feature, BlockMeans.Of.INNOVATIONS, level, numbers[OPEN_INNOVATIONS + level]);
        }
    }

    /**
     * Writes a feature.
     *
     * @param likely value before the latest, as far as the trace tells
     * @param before of a feature written before, whose counts may be the same; null where there is none
     */
    static void write(
            BitOutput out, Track track, BlockMeans means, Feature feature, double likely, @Nullable Track before) {
        out.bits(Double.doubleToRawLongBits(track.anchor) >>> ANCHOR_DROPPED, ANCHOR_BITS);
        boolean alike = before != null && track.samples == before.samples && track.ageS == before.ageS;
        out.flag(alike);
        if (!alike) {
            out.small(track.samples);
            out.exact(track.ageS);
        }
        out.bits(track.memory, MEMORY_BITS);
        out.small((long) ordered(track.previous) - ordered((float) (track.anchor + likely)));
        float[] numbers = numbers(track, means, feature);
        boolean settled = true;
        boolean calm = true;
        for (Place it : PLACES) {
            settled &= it.often() != Often.SETTLED || numbers[it.place()] != 0;
            calm &= it.often() != Often.ALARMED || numbers[it.place()] == 0;
        }
        out.flag(settled);
        out.flag(calm);
        for (Place it : PLACES) {
            float value = numbers[it.place()];
            boolean told = it.isTold(settled, calm);
            if (!told) {
                out.flag(value != 0);
            }
            if (value != 0) {
                int expected = expected(it, numbers, feature);
                out.number(value, it.digits(), it.signed(), expected, it.spread());
            }
        }
        if (isResidualKept(feature)) {
            out.exact(track.residual);
        }
    }

    /** Reads what {@link #write} has written, into a feature of which nothing is known. */
    static void read(BitInput in, Track track, BlockMeans means, Feature feature, double likely, @Nullable Track before)
            throws IOException {
        track.anchor = readAnchor(in);
        if (in.flag()) {
            if (before == null) {
                throw new IOException("counts like those of nothing");
            }
            track.samples = before.samples;
            track.ageS = before.ageS;
        } else {
            long samples = in.small();
            track.ageS = in.exact();
            if (samples < 0 || samples > Track.MOST_SAMPLES || !(track.ageS >= 0)) {
                throw new IOException("learned from " + samples + " reports");
            }
            track.samples = (int) samples;
        }
        track.memory = (int) in.bits(MEMORY_BITS);
        if (track.memory >= NoiseModel.MEMORIES) {
            throw new IOException("a noise model of memory " + track.memory);
        }
        track.previous = unordered(in.small() + ordered((float) (track.anchor + likely)));
        boolean settled = in.flag();
        boolean calm = in.flag();
        float[] numbers = new float[NUMBERS];
        for (Place it : PLACES) {
            boolean filled = it.isTold(settled, calm) ? it.often() == Often.SETTLED : in.flag();
            if (filled) {
                int expected = expected(it, numbers, feature);
                numbers[it.place()] = in.number(it.digits(), it.signed(), expected, it.spread());
            }
        }
        set(track, means, feature, numbers);
        if (isResidualKept(feature)) {
            track.residual = in.exact();
        }
    }

    private static double readAnchor(BitInput in) throws IOException {
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
