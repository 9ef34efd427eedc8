package io.qorrelate.collectors.buffer;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how much is kept while Kafka is away.
 *
 * @param folder of its files, used by one process at a time
 * @param maxBytes on disk; at least {@value #MIN_MAX_BYTES}
 * @param maxAge what is older is of no use to those who watch
 * @param syncEvery how often what was written is forced to the disk
 */
public record BufferSettings(Path folder, long maxBytes, Duration maxAge, Duration syncEvery) {
    /** Holds the largest rejection several times. */
    public static final long MIN_MAX_BYTES = 64L << 20;

    /** Of 5 000 key management entities asked every 10 seconds, at 250 bytes an event, more than an hour. */
    public static final long DEFAULT_MAX_BYTES = 512L << 20;

    /** An outage of a night can be looked at in the morning. */
    public static final Duration DEFAULT_MAX_AGE = Duration.ofHours(24);

    private static final Duration DEFAULT_SYNC_EVERY = Duration.ofSeconds(1);

    public BufferSettings {
        if (maxBytes < MIN_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the buffer must have at least " + MIN_MAX_BYTES + " bytes, was " + maxBytes);
        }
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("the buffer's age must be more than nothing, was " + maxAge);
        }
    }

    /** With other bounds. */
    public BufferSettings bounded(long bytes, Duration age) {
        return new BufferSettings(folder, bytes, age, syncEvery);
    }

    /** With the default bounds. */
    public static BufferSettings in(Path folder) {
        return new BufferSettings(folder, DEFAULT_MAX_BYTES, DEFAULT_MAX_AGE, DEFAULT_SYNC_EVERY);
    }
}
