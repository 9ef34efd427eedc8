package io.qorrelate.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a parser with what is nearly right, and asks that it bears everything, soon and within little memory. Half a second a parser
 * by default, and the same inputs each time; {@code -Dqorrelate.fuzz=PT10M} goes on for so long with inputs never seen before, and
 * {@code -Dqorrelate.fuzz.seed=N} repeats those of a failure.
 */
public final class Fuzz {
    private static final String DURATION = "qorrelate.fuzz";

    private static final String SEED = "qorrelate.fuzz.seed";

    private static final Duration SHORT = Duration.ofMillis(500);

    private static final long SHORT_SEED = 1;

    /**
     * Counts of one input at most, with what it takes to make it: neither a machine that sleeps nor a process that is stopped counts for
     * fuzzing.
     */
    private static final long MOST_COUNTED_NANOS = 1_000_000_000L;

    /**
     * What one input may take of the processor, or of a minute if it only waits: far more than any of them needs, and far less than
     * anybody's connection would bear.
     */
    private static final long PATIENCE_CPU_NANOS = 5_000_000_000L;

    /** And for each of its bytes: what is oversized is mostly many messages, each of which costs what it costs. */
    private static final long PATIENCE_CPU_NANOS_PER_BYTE = 10_000;

    private static final Duration PATIENCE_WAITING = Duration.ofMinutes(1);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /**
     * What one input may allocate, however small: a process has a heap of a gibibyte by default, so that a dozen sources may send their
     * worst at once.
     */
    private static final long MOST_ALLOCATED_BYTES = 64L << 20;

    /** And for each of its bytes: each may be a message of its own, of which the complaint takes some kilobytes for a moment. */
    private static final long MOST_ALLOCATED_BYTES_PER_BYTE = 4_000;

    private static final Duration PATIENCE_SHRINKING = Duration.ofSeconds(10);

    private static final int MOST_SHOWN_BYTES = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Takes any bytes, and throws what a parser must not. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] input) throws Exception;
    }

    private final String parser;
    private final List<byte[]> sound;
    private final Reader reader;
    private final long seed;
    private final long durationNanos;

    /** How many inputs were begun. */
    private volatile int count;

    private volatile byte[] input = {};
    private volatile @Nullable AssertionError failure;
    private long busyNanos;

    private Fuzz(String parser, List<byte[]> sound, Reader reader, Duration duration, long seed) {
        this.parser = parser;
        this.sound = sound;
        this.reader = reader;
        this.durationNanos = duration.toNanos();
        this.seed = seed;
    }

    /**
     * Gives a parser its sound inputs, and then these spoilt.
     *
     * @param parser what is read, for people
     * @param sound at least one input that it should like
     * @throws AssertionError with the first input that it did not bear, the shortest found that it does not bear either, and the way to
     *     repeat it
     */
    public static void survive(String parser, List<byte[]> sound, Reader reader) {
        String duration = System.getProperty(DURATION);
        long seed = Long.getLong(SEED, duration == null ? SHORT_SEED : System.nanoTime());
        Fuzz fuzz = new Fuzz(parser, sound, reader, duration == null ? SHORT : Duration.parse(duration), seed);
        fuzz.run();
        if (duration != null) {
            // Who asked for so long wants to know what it was good for.
            System.out.printf(
                    "%s: %,d inputs in %,d s, seed %d%n", parser, fuzz.count, fuzz.busyNanos / 1_000_000_000, seed);
        }
    }

    static void survive(String parser, List<byte[]> sound, Reader reader, Duration duration, long seed) {
        new Fuzz(parser, sound, reader, duration, seed).run();
    }

    /** Reads in a thread of its own, and watches it: what never ends is to be told too. */
    private void run() {
        Thread reading = Thread.ofPlatform().daemon().name("fuzzing " + parser).unstarted(this::readAll);
        reading.start();
        try {
            watch(reading);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(parser + ": interrupted", e);
        } finally {
            reading.interrupt();
        }
        AssertionError told = failure;
        if (told != null) {
            throw told;
        }
    }

    private void watch(Thread reading) throws InterruptedException {
        long watched = 0;
        long cpuNanosAtFirst = 0;
        Duration looked = Duration.ZERO;
        while (!reading.join(LOOK_EVERY)) {
            long cpuNanos = THREADS.getThreadCpuTime(reading.threadId());
            looked = looked.plus(LOOK_EVERY);
            if (count != watched) {
                watched = count;
                cpuNanosAtFirst = cpuNanos;
                looked = Duration.ZERO;
            } else if (failure != null) {
                if (looked.compareTo(PATIENCE_SHRINKING) > 0) {
                    return;
                }
            } else if (cpuNanos - cpuNanosAtFirst > PATIENCE_CPU_NANOS + PATIENCE_CPU_NANOS_PER_BYTE * input.length
                    || looked.compareTo(PATIENCE_WAITING) > 0) {
                Exception where = new Exception("where it is");
                where.setStackTrace(reading.getStackTrace());
                throw told("takes too long for", input, where);
            }
        }
    }

    private void readAll() {
        Mutations mutations = new Mutations(sound, seed);
        for (int number = 0; busyNanos < durationNanos && failure == null; number++) {
            long begin = System.nanoTime();
            byte[] next = number < sound.size() ? sound.get(number) : mutations.next();
            input = next;
            count = number + 1;
            Throwable flaw = flaw(next);
            busyNanos += Math.min(System.nanoTime() - begin, MOST_COUNTED_NANOS);
            if (flaw != null) {
                failure = told("does not bear", next, flaw);
                shrink(next, flaw);
            }
        }
    }

    /** What a reader must not throw, or that it took too much memory; null where all is well. */
    private @Nullable Throwable flaw(byte[] bytes) {
        long allocatedBytes = THREADS.getCurrentThreadAllocatedBytes();
        try {
            reader.read(bytes);
        } catch (Throwable e) {
            return e;
        }
        allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - allocatedBytes;
        return allocatedBytes > MOST_ALLOCATED_BYTES + MOST_ALLOCATED_BYTES_PER_BYTE * bytes.length
                ? new Greed("%,d bytes were allocated for %,d".formatted(allocatedBytes, bytes.length))
                : null;
    }

    /** Leaves as much of the input out as can be with the same flaw, as long as somebody waits. */
    private void shrink(byte[] bytes, Throwable flaw) {
        byte[] shortest = bytes;
        for (int length = bytes.length / 2; length > 0; length /= 2) {
            for (int at = 0; at + length <= shortest.length && !Thread.interrupted(); ) {
                byte[] candidate = Arrays.copyOf(shortest, shortest.length - length);
                System.arraycopy(shortest, at + length, candidate, at, candidate.length - at);
                Throwable still = flaw(candidate);
                if (still != null && still.getClass() == flaw.getClass()) {
                    shortest = candidate;
                    failure = told("does not bear", shortest, still);
                } else {
                    at += length;
                }
            }
        }
    }

    private AssertionError told(String what, byte[] shown, Throwable cause) {
        return new AssertionError(
                "%s %s input %d of seed %d (-D%s=%d); %d bytes, in hexadecimal%s: %s"
                        .formatted(
                                parser,
                                what,
                                count,
                                seed,
                                SEED,
                                seed,
                                shown.length,
                                shown.length > MOST_SHOWN_BYTES ? " the first " + MOST_SHOWN_BYTES : "",
                                HexFormat.of().formatHex(shown, 0, Math.min(shown.length, MOST_SHOWN_BYTES))),
                cause);
    }

    private static final class Greed extends Exception {
        private static final long serialVersionUID = 1;

        Greed(String message) {
            super(message);
        }
    }
}
