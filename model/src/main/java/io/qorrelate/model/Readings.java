package io.qorrelate.model;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What was reported of the observables: a compact, immutable map from observable to value. Absent means not reported. */
public final class Readings {
    private static final Observable[] OBSERVABLES = Observable.values();

    /** The observables of each kind, by ordinal: one bit for each. */
    private static final long[] ALLOWED = allowed();

    private static final Readings NONE = new Readings(0, new double[0]);

    /** One bit for each observable that is present, by ordinal. */
    private final long present;

    /** The values of those present, in order of ordinal. */
    private final double[] values;

    private Readings(long present, double[] values) {
        this.present = present;
        this.values = values;
    }

    /** No readings at all. */
    public static Readings none() {
        return NONE;
    }

    /** One reading. */
    public static Readings of(Observable observable, double value) {
        return builder().put(observable, value).build();
    }

    /** Starts an empty set of readings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these readings, to change some. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        asMap().forEach(builder::put);
        return builder;
    }

    /** Whether the observable was reported. */
    public boolean has(Observable observable) {
        return (present >>> observable.ordinal() & 1) != 0;
    }

    /** The value, or empty where it was not reported. */
    public OptionalDouble get(Observable observable) {
        return has(observable) ? OptionalDouble.of(values[index(observable)]) : OptionalDouble.empty();
    }

    /**
     * The value of an observable that was reported.
     *
     * @throws NoSuchElementException where it was not: ask {@link #has} first
     */
    public double value(Observable observable) {
        if (!has(observable)) {
            throw new NoSuchElementException(observable.field() + " was not reported");
        }
        return values[index(observable)];
    }

    /** How many observables were reported. */
    public int size() {
        return values.length;
    }

    /** As a map, in the contract's order. */
    public Map<Observable, Double> asMap() {
        Map<Observable, Double> map = new EnumMap<>(Observable.class);
        int next = 0;
        for (long rest = present; rest != 0; rest &= rest - 1) {
            map.put(OBSERVABLES[Long.numberOfTrailingZeros(rest)], values[next++]);
        }
        return map;
    }

    void requireKind(Kind kind) {
        long wrong = present & ~ALLOWED[kind.ordinal()];
        if (wrong != 0) {
            Observable first = OBSERVABLES[Long.numberOfTrailingZeros(wrong)];
            throw new IllegalArgumentException(first.field() + " is not a field of " + kind.wireName());
        }
    }

    private static long[] allowed() {
        long[] allowed = new long[Kind.values().length];
        for (Observable observable : OBSERVABLES) {
            allowed[observable.kind().ordinal()] |= 1L << observable.ordinal();
        }
        return allowed;
    }

    private int index(Observable observable) {
        return Long.bitCount(present & ((1L << observable.ordinal()) - 1));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Readings that && present == that.present && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(present) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }

    /** Collects readings; refuses values that cannot be true. */
    public static final class Builder {
        private final double[] values = new double[OBSERVABLES.length];
        private long present;

        private Builder() {}

        /**
         * Adds or replaces a reading.
         *
         * @throws IllegalArgumentException where the value is outside the observable's range
         */
        public Builder put(Observable observable, double value) {
            if (!observable.range().contains(value)) {
                throw new IllegalArgumentException(
                        observable.field() + " must be " + observable.range().describe() + ", was " + value);
            }
            present |= 1L << observable.ordinal();
            // Adding zero turns -0.0 into 0.0: they are the same measurement, and equality of doubles tells them apart.
            values[observable.ordinal()] = value + 0.0;
            return this;
        }

        /** Takes a reading away, as of equipment that does not report it. */
        public Builder remove(Observable observable) {
            present &= ~(1L << observable.ordinal());
            return this;
        }

        /** The readings collected so far. */
        public Readings build() {
            if (present == 0) {
                return NONE;
            }
            double[] packed = new double[Long.bitCount(present)];
            int next = 0;
            for (long rest = present; rest != 0; rest &= rest - 1) {
                packed[next++] = values[Long.numberOfTrailingZeros(rest)];
            }
            return new Readings(present, packed);
        }
    }
}
