package io.qorrelate.diagnosis.change;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far a link's features were off their anchors lately, in bounded memory: the latest reports one by one, those before
 * averaged by fours, by sixteens, and so on up to 1024; some five thousand reports in all. Kept always, so that when something
 * is noticed it can be told how it began.
 *
 * <p>Values are held as 16-bit floats of the feature's resolution, so that a state read back from a store is the same to the bit.
 */
public final class Trace {
    private static final int FEATURES = Feature.ALL.size();
    private static final int LEVELS = 6;

    /** Rows of each level; of six, three to six are not yet covered by the next level. */
    private static final int ROWS = 6;

    private static final short NOTHING = Float.floatToFloat16(Float.NaN);

    /** Largest finite number of 16-bit floats. */
    private static final float LARGEST = 65504;

    private final short[] values = new short[LEVELS * ROWS * FEATURES];
    private final long[] timesMs = new long[LEVELS * ROWS];

    /** Raw rows begun. */
    private int rows;

    Trace() {
        Arrays.fill(values, NOTHING);
    }

    void clear() {
        Arrays.fill(values, NOTHING);
        Arrays.fill(timesMs, 0);
        rows = 0;
    }

    Trace copy() {
        Trace copy = new Trace();
        System.arraycopy(values, 0, copy.values, 0, values.length);
        System.arraycopy(timesMs, 0, copy.timesMs, 0, timesMs.length);
        copy.rows = rows;
        return copy;
    }

    /** Takes the deviations of some features in. */
    void add(long present, float[] source, int stride, int place, long timeMs) {
        if (rows == 0 || timesMs[(rows - 1) % ROWS] != timeMs) {
            begin(timeMs);
        }
        int row = (rows - 1) % ROWS * FEATURES;
        for (long rest = present; rest != 0; rest &= rest - 1) {
            int feature = Long.numberOfTrailingZeros(rest);
            values[row + feature] = pack(source[feature * stride + place], feature);
        }
    }

    /** Whether the latest report is of that time, and holds the feature. */
    boolean hasAt(Feature feature, long timeMs) {
        int row = Math.max(0, rows - 1) % ROWS;
        return rows > 0
                && timesMs[row] == timeMs
                && !Float.isNaN(Float.float16ToFloat(values[row * FEATURES + feature.ordinal()]));
    }

    private void begin(long timeMs) {
        int finished = rows;
        for (int level = 1; level < LEVELS && finished > 0 && (finished & 3) == 0; level++) {
            finished >>= 2;
            average(level, finished - 1);
        }
        int row = rows % ROWS;
        Arrays.fill(values, row * FEATURES, (row + 1) * FEATURES, NOTHING);
        timesMs[row] = timeMs;
        // One report a second for sixty-eight years.
        rows = Math.incrementExact(rows);
    }

    /** Row {@code number} of a level: the mean of four rows of the level below. */
    private void average(int level, int number) {
        int target = level * ROWS + number % ROWS;
        int below = (level - 1) * ROWS;
        for (int feature = 0; feature < FEATURES; feature++) {
            float sum = 0;
            int count = 0;
            for (int i = 0; i < 4; i++) {
                float value = Float.float16ToFloat(values[(below + (4 * number + i) % ROWS) * FEATURES + feature]);
                if (!Float.isNaN(value)) {
                    sum += value;
                    count++;
                }
            }
            values[target * FEATURES + feature] = count == 0 ? NOTHING : Float.floatToFloat16(sum / count);
        }
        timesMs[target] = timesMs[below + (4 * number + 3) % ROWS];
    }

    private static short pack(float residual, int feature) {
        double unit = Feature.ALL.get(feature).resolution();
        return Float.floatToFloat16((float) Math.clamp(residual / unit, -LARGEST, LARGEST));
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
        long[] times = new long[LEVELS * ROWS];
        double[] found = new double[LEVELS * ROWS];
        int[] reports = new int[LEVELS * ROWS];
        int count = 0;
        // From the finest level back: each begins where the next finer one no longer reaches.
        int[] from = new int[LEVELS];
        int[] until = new int[LEVELS];
        int end = rows;
        for (int level = 0; level < LEVELS; level++) {
            until[level] = end;
            int first = Math.max(0, (rows >> (2 * level)) - ROWS);
            // A multiple of four, so that the next level ends exactly there.
            from[level] = level == LEVELS - 1 ? first : Math.min(end, (first + 3) & ~3);
            end = from[level] >> 2;
        }
        for (int level = LEVELS - 1; level >= 0; level--) {
            for (int number = from[level]; number < until[level]; number++) {
                int row = level * ROWS + number % ROWS;
                float value = Float.float16ToFloat(values[row * FEATURES + feature.ordinal()]);
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

    void writeTo(DataOutput out, long known) throws IOException {
        out.writeInt(rows);
        for (int row = 0; row < LEVELS * ROWS; row++) {
            if (isFilled(row)) {
                out.writeLong(timesMs[row]);
                for (long rest = known; rest != 0; rest &= rest - 1) {
                    out.writeShort(values[row * FEATURES + Long.numberOfTrailingZeros(rest)]);
                }
            }
        }
    }

    void readFrom(DataInput in, long known) throws IOException {
        rows = in.readInt();
        if (rows < 0) {
            throw new IOException("a trace of " + rows + " rows");
        }
        for (int row = 0; row < LEVELS * ROWS; row++) {
            if (isFilled(row)) {
                timesMs[row] = in.readLong();
                for (long rest = known; rest != 0; rest &= rest - 1) {
                    values[row * FEATURES + Long.numberOfTrailingZeros(rest)] = in.readShort();
                }
            }
        }
    }

    private boolean isFilled(int row) {
        return row % ROWS < rows >> (2 * (row / ROWS));
    }
}
