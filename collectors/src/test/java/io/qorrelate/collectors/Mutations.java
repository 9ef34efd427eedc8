package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Hostile inputs made of good ones: bits that flip, parts that are missing, doubled or swapped, and what parsers stumble over. Short
 * by default; {@code -Dqorrelate.fuzz=PT10M} lets each run so long, and {@code -Dqorrelate.fuzz.seed=N} repeats one.
 */
public final class Mutations {
    private static final Duration DEFAULT = Duration.ofMillis(500);

    private static final int MOST_BYTES = 1 << 16;

    private static final List<byte[]> STUMBLES = List.of(
            new byte[] {0},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {(byte) 0xC0, (byte) 0x80},
            "\"".getBytes(US_ASCII),
            "{\"a\":".getBytes(US_ASCII),
            "[[[[[[[[".getBytes(US_ASCII),
            "1e999".getBytes(US_ASCII),
            "-0".getBytes(US_ASCII),
            "NaN".getBytes(US_ASCII),
            "\\ud800".getBytes(US_ASCII));

    /** What must survive any bytes. */
    @FunctionalInterface
    public interface Reader {
        /** Reads them; throws nothing. */
        void read(byte[] bytes) throws Exception;
    }

    private final RandomGenerator chance;
    private final List<byte[]> good;

    private Mutations(List<byte[]> good, long seed) {
        this.good = good;
        chance = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** Gives mutations of good inputs to a reader for as long as it is to be; answers with how many. */
    public static long survive(List<byte[]> good, Reader reader) {
        String told = System.getProperty("qorrelate.fuzz");
        Duration duration = told == null ? DEFAULT : Duration.parse(told);
        long seed = Long.getLong("qorrelate.fuzz.seed", told == null ? 1 : System.nanoTime());
        Mutations mutations = new Mutations(good, seed);
        long end = System.nanoTime() + duration.toNanos();
        long count = 0;
        while (System.nanoTime() < end) {
            byte[] input = mutations.next();
            count++;
            try {
                reader.read(input);
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError(
                        "input " + count + " of seed " + seed + ", "
                                + HexFormat.of().formatHex(input, 0, Math.min(input.length, 2_000)),
                        e);
            }
        }
        return count;
    }

    private byte[] next() {
        byte[] input = good.get(chance.nextInt(good.size())).clone();
        int steps = 1 + chance.nextInt(8);
        for (int i = 0; i < steps; i++) {
            input = mutated(input);
        }
        return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
    }

    private byte[] mutated(byte[] input) {
        if (input.length == 0) {
            return stumble();
        }
        int at = chance.nextInt(input.length);
        int length = 1 + chance.nextInt(Math.min(64, input.length - at));
        return switch (chance.nextInt(8)) {
            case 0 -> {
                input[at] ^= (byte) (1 << chance.nextInt(8));
                yield input;
            }
            case 1 -> {
                input[at] = (byte) chance.nextInt();
                yield input;
            }
            case 2 -> Arrays.copyOf(input, at);
            case 3 -> joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, at + length, input.length));
            case 4 -> joined(Arrays.copyOf(input, at + length), Arrays.copyOfRange(input, at, input.length));
            case 5 -> joined(Arrays.copyOf(input, at), stumble(), Arrays.copyOfRange(input, at, input.length));
            case 6 -> {
                byte[] other = good.get(chance.nextInt(good.size()));
                int from = other.length == 0 ? 0 : chance.nextInt(other.length);
                yield joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, other.length));
            }
            default -> {
                byte[] part = Arrays.copyOfRange(input, at, at + length);
                byte[][] many = new byte[1 + chance.nextInt(100)][];
                Arrays.fill(many, part);
                yield joined(Arrays.copyOf(input, at), joined(many), Arrays.copyOfRange(input, at, input.length));
            }
        };
    }

    private byte[] stumble() {
        return STUMBLES.get(chance.nextInt(STUMBLES.size()));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
