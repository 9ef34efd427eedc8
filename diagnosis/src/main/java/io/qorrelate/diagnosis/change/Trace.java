package io.qorrelate.diagnosis.change;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far a link's features were off their anchors lately, in bounded memory: the latest reports one by one, those before
 * averaged by fours, by sixteens, and so on up to 1024; some five thousand reports in all. Kept always, so that when something
 * is noticed it can be told how it began.
 *
 * <p>Values are held as 16-bit floats, less the last bits, of the feature's resolution, so that a state read back from a store is the same
 * to the bit. A row has a column for each feature that was ever reported, in order of ordinals: of what a link never reports nothing lies
 * between.
 */
public final class Trace {
    private static final int LEVELS = 6;

    /** Rows of each level; of six, three to six are not yet covered by the next level. */
    private static final int ROWS = 6;

    /** A cache line holds 64 bytes. */
    private static final int VALUES_OF_A_LINE = 32;

    private static final short NOTHING = Float.floatToFloat16(Float.NaN);

    /** Largest number that is held. */
    private static final float LARGEST = 65280;

    // Of a 16-bit float:
    private static final int MANTISSA_BITS = 10;

    /** Bits of the mantissa that are not held: a deviation is known to 4·10⁻³ of itself, and its noise is larger. */
    private static final int DROPPED = 3;

    private static final int HELD = -(1 << DROPPED);
    private static final int HALF_OF_DROPPED = 1 << (DROPPED - 1);

    /** Versions of the state before this one held all bits of the mantissa. */
    private static final int FIRST_WITHOUT_DROPPED = 9;

    private static final int MANTISSA = (1 << MANTISSA_BITS) - 1;
    private static final int SIGN = 1 << MANTISSA_BITS;

    /** The exponent of what is no number. */
    private static final int NO_NUMBER = 31;

    /** Deviations are about as large as a feature's resolution. */
    private static final int USUAL_EXPONENT = 15;

    /** How far an exponent is off the one before. */
    private static final int SPREAD = 1;

    private final long[] timesMs = new long[LEVELS * ROWS];

    /** Features that have a column: one bit for each, by ordinal. */
    private long known;

    private int columns;
    private short[] values = new short[0];

    /** Raw rows begun. */
    private int rows;

    /** Makes room for features that are reported for the first time; those that are known keep what they have. */
    void meet(long features) {
        long knownBefore = known;
        int columnsBefore = columns;
        short[] before = values;
        known |= features;
        columns = Long.bitCount(known);
        values = new short[LEVELS * ROWS * columns];
        Arrays.fill(values, NOTHING);
        for (long rest = knownBefore; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            int from = Feature.place(feature, knownBefore);
            int to = column(feature);
            for (int row = 0; row < LEVELS * ROWS; row++) {
                values[row * columns + to] = before[row * columnsBefore + from];
            }
        }
    }

    private int column(int feature) {
        return Feature.place(feature, known);
    }

    private boolean knows(Feature feature) {
        return (known & feature.bit()) != 0;
    }

    /** Forgets the residuals of a feature: they were of another baseline. */
    void forget(Feature feature) {
        if (knows(feature)) {
            for (int row = 0; row < LEVELS * ROWS; row++) {
                values[row * columns + column(feature.ordinal())] = NOTHING;
            }
        }
    }

    void clear() {
        Arrays.fill(values, NOTHING);
        Arrays.fill(timesMs, 0);
        rows = 0;
    }

    /** Reads how many rows there are: see {@link Tracks#readParts}. */
    long readItself() {
        return rows;
    }

    /** Reads a number of each cache line that the next report needs: its row, and every fourth time those that are averaged then. */
    float readNumbers() {
        if (columns == 0) {
            return 0;
        }
        int row = rows % ROWS;
        float sum = values[row * columns] + timesMs[row];
        if (rows > 0 && (rows & 3) == 0) {
            for (int i = 0; i < ROWS * columns; i += VALUES_OF_A_LINE) {
                sum += values[i];
            }
            int mean = ROWS + ((rows >> 2) - 1) % ROWS;
            sum += values[mean * columns] + timesMs[mean];
        }
        return sum;
    }

    Trace copy() {
        Trace copy = new Trace();
        copy.known = known;
        copy.columns = columns;
        copy.values = values.clone();
        System.arraycopy(timesMs, 0, copy.timesMs, 0, timesMs.length);
        copy.rows = rows;
        return copy;
    }

    /** Begins the report of a time, or goes on with it: events of one time are one report. */
    void begin(long timeMs) {
        if (rows == 0 || timesMs[(rows - 1) % ROWS] != timeMs) {
            beginRow(timeMs);
        }
    }

    /** Takes the deviation of a feature that is known into the report that has begun. */
    void put(Feature feature, float deviation) {
        double inUnits = Math.clamp(deviation / feature.resolution(), -LARGEST, LARGEST);
        values[(rows - 1) % ROWS * columns + column(feature.ordinal())] = packed((float) inUnits);
    }

    /** A number as it is held. */
    private static short packed(float value) {
        return held(Float.floatToFloat16(value));
    }

    /** The nearest number without the bits that are not held. */
    private static short held(short half) {
        return (short) ((half + HALF_OF_DROPPED) & HELD);
    }

    /** Whether the latest report is of that time, and holds the feature. */
    boolean hasAt(Feature feature, long timeMs) {
        int row = Math.max(0, rows - 1) % ROWS;
        return rows > 0
                && timesMs[row] == timeMs
                && knows(feature)
                && !Float.isNaN(Float.float16ToFloat(values[row * columns + column(feature.ordinal())]));
    }

    private void beginRow(long timeMs) {
        int finished = rows;
        for (int level = 1; level < LEVELS && finished > 0 && (finished & 3) == 0; level++) {
            finished >>= 2;
            average(level, finished - 1);
        }
        int row = rows % ROWS;
        Arrays.fill(values, row * columns, (row + 1) * columns, NOTHING);
        timesMs[row] = timeMs;
        // One report a second for sixty-eight years.
        rows = Math.incrementExact(rows);
    }

    /** Row {@code number} of a level: the mean of four rows of the level below. */
    private void average(int level, int number) {
        int target = level * ROWS + number % ROWS;
        int below = (level - 1) * ROWS;
        for (int column = 0; column < columns; column++) {
            float sum = 0;
            int count = 0;
            for (int i = 0; i < 4; i++) {
                float value = Float.float16ToFloat(values[(below + (4 * number + i) % ROWS) * columns + column]);
                if (!Float.isNaN(value)) {
                    sum += value;
                    count++;
                }
            }
            values[target * columns + column] = count == 0 ? NOTHING : packed(sum / count);
        }
        timesMs[target] = timesMs[below + (4 * number + 3) % ROWS];
    }

    /** One feature's course, oldest point first. */
    public static final class Course {
        private final long[] timesMs;
        private final double[] values;
        private final int[] reports;

        private Course(long[] timesMs, double[] values, int[] reports) {
            this.timesMs = timesMs;
            this.values = values;
            this.reports = reports;
        }

        /** When a point ends, epoch ms. */
        public long timeMs(int point) {
            return timesMs[point];
        }

        /** A point's residual, in the feature's unit. */
        public double value(int point) {
            return values[point];
        }

        /** How many reports a point is the mean of. */
        public int reports(int point) {
            return reports[point];
        }

        /** How many points there are. */
        public int size() {
            return values.length;
        }

        /** How many reports came since a time, as far as they are remembered. */
        public int reportsSince(long sinceMs) {
            int count = 0;
            for (int i = 0; i < values.length; i++) {
                count += timesMs[i] >= sinceMs ? reports[i] : 0;
            }
            return count;
        }

        /** How many reports came since a time that lie beyond a level, seen from nought. */
        public int reportsBeyond(double level, long sinceMs) {
            int count = 0;
            for (int i = 0; i < values.length; i++) {
                boolean beyond = level < 0 ? values[i] < level : values[i] > level;
                count += beyond && timesMs[i] >= sinceMs ? reports[i] : 0;
            }
            return count;
        }

        /** Mean of the reports after a time and until another; NaN where there are none. */
        public double mean(long afterMs, long untilMs) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < values.length; i++) {
                if (timesMs[i] > afterMs && timesMs[i] <= untilMs) {
                    sum += values[i] * reports[i];
                    count += reports[i];
                }
            }
            return count == 0 ? Double.NaN : sum / count;
        }

        /**
         * Level of the latest reports, none of them older than a time; NaN where there are none. The mean of the middle half
         * of the points, so that no outlier sets it.
         */
        public double latest(int most, long sinceMs) {
            int first = values.length;
            int count = 0;
            while (first > 0 && timesMs[first - 1] >= sinceMs && count < most) {
                first--;
                count += reports[first];
            }
            int points = values.length - first;
            if (points <= 2) {
                return points == 0 ? Double.NaN : (values[first] + values[values.length - 1]) / 2;
            }
            double[] sorted = Arrays.copyOfRange(values, first, values.length);
            Arrays.sort(sorted);
            int cut = (points + 1) / 4;
            double sum = 0;
            for (int i = cut; i < points - cut; i++) {
                sum += sorted[i];
            }
            return sum / (points - 2 * cut);
        }
    }

    /** The course of a feature, less a level that is its nought. */
    Course course(Feature feature, double nought) {
        if (!knows(feature)) {
            return new Course(new long[0], new double[0], new int[0]);
        }
        long[] times = new long[LEVELS * ROWS];
        double[] found = new double[LEVELS * ROWS];
        int[] reports = new int[LEVELS * ROWS];
        int count = 0;
        int[] from = new int[LEVELS];
        int[] until = new int[LEVELS];
        reach(from, until);
        for (int level = LEVELS - 1; level >= 0; level--) {
            for (int number = from[level]; number < until[level]; number++) {
                int row = level * ROWS + number % ROWS;
                float value = Float.float16ToFloat(values[row * columns + column(feature.ordinal())]);
                if (!Float.isNaN(value)) {
                    times[count] = timesMs[row];
                    found[count] = value * feature.resolution() - nought;
                    reports[count] = 1 << (2 * level);
                    count++;
                }
            }
        }
        return new Course(Arrays.copyOf(times, count), Arrays.copyOf(found, count), Arrays.copyOf(reports, count));
    }

    /** For each level its first row that is part of a course, and the first after these that is not: a finer level is. */
    private void reach(int[] from, int[] until) {
        // From the finest level back: each begins where the next finer one no longer reaches.
        int end = rows;
        for (int level = 0; level < LEVELS; level++) {
            until[level] = end;
            int first = Math.max(0, (rows >> (2 * level)) - ROWS);
            // A multiple of four, so that the next level ends exactly there.
            from[level] = level == LEVELS - 1 ? first : Math.min(end, (first + 3) & ~3);
            end = from[level] >> 2;
        }
    }

    /** What the latest row holds of a feature that is known, in its unit; 0 where it holds nothing. */
    double latest(Feature feature) {
        float value = Float.float16ToFloat(values[Math.max(0, rows - 1) % ROWS * columns + column(feature.ordinal())]);
        return Float.isNaN(value) ? 0 : value * feature.resolution();
    }

    /**
     * Writes the rows that a course is made of, newest first: what else is held follows from them. Of times it writes how far they
     * are off an even pace, of values how far their exponents are off the one before, and the rest of them as it is.
     */
    void writeTo(BitOutput out) {
        out.small(rows);
        int[] from = new int[LEVELS];
        int[] until = new int[LEVELS];
        reach(from, until);
        long time = 0;
        long pace = 0;
        for (int level = 0; level < LEVELS; level++) {
            for (int number = until[level] - 1; number >= from[level]; number--) {
                long next = timesMs[level * ROWS + number % ROWS];
                out.small(time - next - pace);
                pace = number == rows - 1 && level == 0 ? 0 : time - next;
                time = next;
            }
            pace *= 4;
        }
        for (long rest = known; rest != 0; rest &= rest - 1) {
            write(out, column(Long.numberOfTrailingZeros(rest)), from, until);
        }
    }

    private void write(BitOutput out, int column, int[] from, int[] until) {
        boolean whole = true;
        for (int level = 0; level < LEVELS; level++) {
            for (int number = from[level]; number < until[level]; number++) {
                whole &= exponent(values[(level * ROWS + number % ROWS) * columns + column]) != NO_NUMBER;
            }
        }
        out.flag(whole);
        int expected = USUAL_EXPONENT;
        for (int level = 0; level < LEVELS; level++) {
            for (int number = until[level] - 1; number >= from[level]; number--) {
                short value = values[(level * ROWS + number % ROWS) * columns + column];
                int exponent = exponent(value);
                if (!whole) {
                    out.flag(exponent != NO_NUMBER);
                }
                if (exponent != NO_NUMBER) {
                    out.nearby(exponent - expected, SPREAD);
                    out.bits((((value >> 5) & SIGN) | (value & MANTISSA)) >> DROPPED, MANTISSA_BITS - DROPPED + 1);
                    expected = exponent;
                }
            }
        }
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state, into a trace that holds nothing but knows the same
     * features.
     */
    void readFrom(BitInput in, int version) throws IOException {
        int dropped = version < FIRST_WITHOUT_DROPPED ? 0 : DROPPED;
        long count = in.small();
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw new IOException("a trace of " + count + " rows");
        }
        rows = (int) count;
        int[] from = new int[LEVELS];
        int[] until = new int[LEVELS];
        reach(from, until);
        long time = 0;
        long pace = 0;
        for (int level = 0; level < LEVELS; level++) {
            for (int number = until[level] - 1; number >= from[level]; number--) {
                long next = time - in.small() - pace;
                pace = number == rows - 1 && level == 0 ? 0 : time - next;
                time = next;
                timesMs[level * ROWS + number % ROWS] = time;
            }
            pace *= 4;
        }
        for (long rest = known; rest != 0; rest &= rest - 1) {
            read(in, column(Long.numberOfTrailingZeros(rest)), from, until, dropped);
        }
        for (int level = 1; level < LEVELS; level++) {
            // A row is averaged when the next one begins.
            int averaged = Math.max(0, rows - 1) >> (2 * level);
            for (int number = until[level]; number < averaged; number++) {
                average(level, number);
            }
        }
    }

    private void read(BitInput in, int column, int[] from, int[] until, int dropped) throws IOException {
        boolean whole = in.flag();
        int exponent = USUAL_EXPONENT;
        for (int level = 0; level < LEVELS; level++) {
            for (int number = until[level] - 1; number >= from[level]; number--) {
                if (whole || in.flag()) {
                    exponent += in.nearby(SPREAD);
                    if (exponent < 0 || exponent >= NO_NUMBER) {
                        throw new IOException("a deviation that is no number");
                    }
                    int rest = (int) in.bits(MANTISSA_BITS - dropped + 1) << dropped;
                    values[(level * ROWS + number % ROWS) * columns + column] =
                            held((short) (((rest & SIGN) << 5) | (exponent << MANTISSA_BITS) | (rest & MANTISSA)));
                }
            }
        }
    }

    private static int exponent(short half) {
        return (half >> MANTISSA_BITS) & NO_NUMBER;
    }
}
