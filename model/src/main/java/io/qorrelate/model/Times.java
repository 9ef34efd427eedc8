package io.qorrelate.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times at the edge: RFC 3339 in UTC with milliseconds. */
public final class Times {
    /** Earliest year accepted: before the first QKD link ran, and a sign of a clock that lost its time. */
    private static final Instant EARLIEST = Instant.parse("1980-01-01T00:00:00Z");

    /** Latest time that four digits of a year can tell. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /**
     * RFC 3339 to the letter. Java's own ISO 8601 is wider: it takes a time without seconds or an offset without minutes, which
     * other people's readers of the same contract refuse.
     */
    private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendValue(ChronoField.YEAR, 4)
            .appendPattern("-MM-dd'T'HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendOffset("+HH:MM", "Z")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private Times() {}

    /** {@code 2026-11-23T10:00:10.000Z}. */
    public static String format(Instant time) {
        return MILLISECONDS.format(time);
    }

    /**
     * Reads an RFC 3339 time with any offset, to the millisecond; finer digits, of which there may be nine, are dropped.
     *
     * @throws DateTimeException where it is none, or outside 1980..9999
     */
    public static Instant parse(String text) {
        Instant time = OffsetDateTime.parse(text, RFC_3339).toInstant();
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new DateTimeException("time outside 1980..9999");
        }
        return time.truncatedTo(ChronoUnit.MILLIS);
    }
}
