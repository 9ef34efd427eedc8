package io.qorrelate.diagnosis.change;

import static io.qorrelate.diagnosis.change.Track.MANY_DIGITS;

import io.qorrelate.diagnosis.binary.Precision;

/**
 * Page's CUSUMs of one feature: for shifts of several sizes, upwards and downwards, the sum of what reports say for such a shift
 * rather than none, in nats. Each size finds half to twice its own nearly as fast as can be.
 *
 * <p>A part of the {@link Track} that is read for every report, and so by inheritance: as an object of its own it would lie elsewhere
 * in memory, as would an array.
 */
abstract sealed class ShiftTests permits Track {
    // Sizes of shift that are tested for, in standard deviations:
    private static final double HALF = 0.5;
    private static final double ONE = 1;
    private static final double TWO = 2;
    private static final double FOUR = 4;

    /** A report this many standard deviations beyond a shift that is tested for says no more than one that is nearer. */
    static final double BEYOND = 3;

    // The sums:
    float upHalf;
    float upOne;
    float upTwo;
    float upFour;
    float downHalf;
    float downOne;
    float downTwo;
    float downFour;

    // What innovations are multiplied by for each size, 0..1:
    float sharpHalf;
    float sharpOne;
    float sharpTwo;
    float sharpFour;

    /**
     * Takes an innovation in as one that may be the beginning of a shift upwards.
     *
     * @param z the innovation in standard deviations
     * @param most that it may say, nats
     * @return the largest of the sums, nats
     */
    double sumUp(double z, double most) {
        double half = sum(upHalf, z * sharpHalf, HALF, most);
        double one = sum(upOne, z * sharpOne, ONE, most);
        double two = sum(upTwo, z * sharpTwo, TWO, most);
        double four = sum(upFour, z * sharpFour, FOUR, most);
        upHalf = Precision.round((float) half, MANY_DIGITS);
        upOne = Precision.round((float) one, MANY_DIGITS);
        upTwo = Precision.round((float) two, MANY_DIGITS);
        upFour = Precision.round((float) four, MANY_DIGITS);
        return Math.max(Math.max(half, one), Math.max(two, four));
    }

    /** As {@link #sumUp}, but downwards; {@code z} is positive where the innovation is negative. */
    double sumDown(double z, double most) {
        double half = sum(downHalf, z * sharpHalf, HALF, most);
        double one = sum(downOne, z * sharpOne, ONE, most);
        double two = sum(downTwo, z * sharpTwo, TWO, most);
        double four = sum(downFour, z * sharpFour, FOUR, most);
        downHalf = Precision.round((float) half, MANY_DIGITS);
        downOne = Precision.round((float) one, MANY_DIGITS);
        downTwo = Precision.round((float) two, MANY_DIGITS);
        downFour = Precision.round((float) four, MANY_DIGITS);
        return Math.max(Math.max(half, one), Math.max(two, four));
    }

    private static double sum(float before, double sharp, double shift, double most) {
        double nats = Math.min(most, shift * Math.min(sharp, shift + BEYOND) - shift * shift / 2);
        return Math.max(0, before + nats);
    }

    /** Whether all sums are less than so many nats. */
    boolean areSumsBelow(double nats) {
        return upHalf < nats
                && upOne < nats
                && upTwo < nats
                && upFour < nats
                && downHalf < nats
                && downOne < nats
                && downTwo < nats
                && downFour < nats;
    }

    /** Begins all sums anew. */
    void resetSums() {
        upHalf = 0;
        upOne = 0;
        upTwo = 0;
        upFour = 0;
        downHalf = 0;
        downOne = 0;
        downTwo = 0;
        downFour = 0;
    }
}
