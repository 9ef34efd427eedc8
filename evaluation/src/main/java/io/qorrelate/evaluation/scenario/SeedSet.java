package io.qorrelate.evaluation.scenario;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Which seeds scenarios are drawn from. Whoever works on the diagnosis looks at {@link #DEVELOPMENT} alone; figures that are told come
 * from {@link #HELD_OUT}, and nothing is tuned on those. The two cannot meet: they differ in the highest bits of every seed, which
 * nothing else sets.
 */
public enum SeedSet {
    DEVELOPMENT(0b01L),
    HELD_OUT(0b10L);

    private static final int SHIFT = 62;
    private static final int NAME_SHIFT = 30;
    private static final long NAME_MASK = 0xFFFF_FFFFL;

    /** Largest number of a scenario. */
    public static final long LAST = (1L << NAME_SHIFT) - 1;

    private final long bits;

    SeedSet(long bits) {
        this.bits = bits;
    }

    /**
     * The seed of a scenario.
     *
     * @param name of what is played: each has seeds of its own, whatever others there are
     * @param number 0..{@link #LAST}
     */
    long seed(String name, long number) {
        if (number < 0 || number > LAST) {
            throw new IllegalArgumentException("a scenario's number is from 0 to " + LAST + ", was " + number);
        }
        // String's hash is specified, so that a name keeps its seeds for good.
        return bits << SHIFT | (name.hashCode() & NAME_MASK) << NAME_SHIFT | number;
    }

    /** Name on the command line. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The set of that name. */
    public static Optional<SeedSet> of(String wireName) {
        return Arrays.stream(values())
                .filter(set -> set.wireName().equals(wireName))
                .findFirst();
    }
}
