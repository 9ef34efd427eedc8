package io.qorrelate.collectors;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Feeds a parser with what is nearly right: sound inputs with bytes flipped, cut, doubled, spliced and nested. The same inputs each
 * time, for {@value #SECONDS} seconds each (default a fraction of one), and longer where that system property says so: ten minutes are
 * {@code -Dqorrelate.fuzz.seconds=600}.
 */
public final class Fuzz {
    private static final String SECONDS = "qorrelate.fuzz.seconds";

    private static final double DEFAULT_SECONDS = 0.5;

    private static final long SEED = 20_261_124;

    /** Whatever happens to be a limit in some parser. */
    private static final int[] EDGES = {0, 1, 0x30, 0x7F, 0x80, 0x82, 0x84, 0xFF, '{', '[', '"', '\\', '\n', '=', ':'};

    private static final int MOST_BYTES = 100_000;

    /** Takes an input, and throws what a parser must not. */
    @FunctionalInterface
    public interface Parser {
        void read(byte[] input) throws Exception;
    }

    private Fuzz() {}

    /**
     * Runs a parser.
     *
     * @return how many inputs it has read
     * @throws AssertionError with the first input, in hexadecimal, that it did not bear
     */
    public static long run(List<byte[]> sound, Parser parser) {
        RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        double seconds = Double.parseDouble(System.getProperty(SECONDS, Double.toString(DEFAULT_SECONDS)));
        long end =
                System.nanoTime() + Duration.ofMillis((long) (seconds * 1_000)).toNanos();
        long count = 0;
        while (System.nanoTime() < end) {
            byte[] input = sound.get(chance.nextInt(sound.size()));
            for (int i = chance.nextInt(1, 5); i > 0; i--) {
                input = changed(input, sound, chance);
            }
            try {
                parser.read(input);
            } catch (Throwable e) {
                byte[] shown = Arrays.copyOf(input, Math.min(input.length, 2_000));
                throw new AssertionError(
                        "input " + count + " is not borne: " + HexFormat.of().formatHex(shown), e);
            }
            count++;
        }
        return count;
    }

    private static byte[] changed(byte[] input, List<byte[]> sound, RandomGenerator chance) {
        if (input.length == 0) {
            return new byte[] {(byte) chance.nextInt()};
        }
        int at = chance.nextInt(input.length);
        byte[] changed = input.clone();
        switch (chance.nextInt(7)) {
            case 0 -> changed[at] ^= (byte) (1 << chance.nextInt(8));
            case 1 -> changed[at] = (byte) EDGES[chance.nextInt(EDGES.length)];
            case 2 -> changed = Arrays.copyOf(input, at);
            case 3 -> changed = joined(input, Arrays.copyOfRange(input, at, input.length));
            case 4 -> {
                byte[] other = sound.get(chance.nextInt(sound.size()));
                changed = joined(
                        Arrays.copyOf(input, at), Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
            }
            case 5 -> {
                // The same again and again, as in nesting.
                byte[] many = new byte[1 << chance.nextInt(12)];
                Arrays.fill(many, input[at]);
                changed = joined(joined(Arrays.copyOf(input, at), many), Arrays.copyOfRange(input, at, input.length));
            }
            default -> {
                int to = Math.min(input.length, at + chance.nextInt(1, 9));
                for (int i = at; i < to; i++) {
                    changed[i] = (byte) chance.nextInt();
                }
            }
        }
        return changed.length > MOST_BYTES ? Arrays.copyOf(changed, MOST_BYTES) : changed;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
