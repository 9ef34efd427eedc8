package io.qorrelate.collectors.otlp;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** OTLP's times: nanoseconds since 1970 in 64 bits without a sign, 0 for unknown. */
final class Nanos {
    private static final long PER_SECOND = 1_000_000_000L;

    private Nanos() {}

    /** The time to the millisecond, or another one where it is unknown. */
    static Instant time(long nanos, Instant otherwise) {
        return nanos == 0
                ? otherwise
                : Instant.ofEpochSecond(
                                Long.divideUnsigned(nanos, PER_SECOND), Long.remainderUnsigned(nanos, PER_SECOND))
                        .truncatedTo(ChronoUnit.MILLIS);
    }
}
