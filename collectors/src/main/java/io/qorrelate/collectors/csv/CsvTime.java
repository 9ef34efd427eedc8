package io.qorrelate.collectors.csv;

import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a row was measured.
 *
 * @param columns whose texts, joined by a space, are the time
 * @param unit seconds of one unit since 1970; null where the time is written as a date
 * @param pattern how a date is written; null for RFC 3339
 * @param zone of dates that do not name theirs
 */
record CsvTime(
        List<String> columns,
        @Nullable BigDecimal unit,
        @Nullable DateTimeFormatter pattern,
        String format,
        ZoneId zone) {
    private static final String RFC_3339 = "rfc3339";

    private static final Map<String, BigDecimal> UNITS = Map.of(
            "unix", BigDecimal.ONE,
            "unix_ms", BigDecimal.ONE.movePointLeft(3),
            "unix_us", BigDecimal.ONE.movePointLeft(6),
            "unix_ns", BigDecimal.ONE.movePointLeft(9));

    /** Longer is no time, and arithmetic on it would take long. */
    private static final int MAX_CHARS = 64;

    static CsvTime parse(YamlValue value, List<String> named) {
        if (!value.isMapping()) {
            List<String> columns =
                    value.itemsOrSelf().stream().map(YamlValue::text).toList();
            named.addAll(columns);
            return new CsvTime(columns, null, null, RFC_3339, ZoneOffset.UTC);
        }
        value.rejectUnknown(List.of("from", "format", "zone"), "the time of a row");
        List<String> columns = value.required("from").itemsOrSelf().stream()
                .map(YamlValue::text)
                .toList();
        named.addAll(columns);
        YamlValue format = value.field("format").orElse(null);
        String word = format == null ? RFC_3339 : format.text();
        ZoneId zone = value.field("zone").map(CsvTime::zone).orElse(ZoneOffset.UTC);
        DateTimeFormatter pattern =
                format == null || word.equals(RFC_3339) || UNITS.containsKey(word) ? null : pattern(format);
        return new CsvTime(columns, UNITS.get(word), pattern, word, zone);
    }

    private static ZoneId zone(YamlValue value) {
        try {
            return ZoneId.of(value.text());
        } catch (DateTimeException e) {
            throw value.error("'" + value.text() + "' is no time zone; one is such as Europe/Amsterdam or +01:00");
        }
    }

    private static DateTimeFormatter pattern(YamlValue format) {
        List<String> words = new ArrayList<>(UNITS.keySet());
        words.add(RFC_3339);
        try {
            DateTimeFormatter pattern = DateTimeFormatter.ofPattern(strict(format.text()), Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
            if (time(
                            pattern,
                            pattern.format(OffsetDateTime.of(2026, 11, 23, 10, 0, 10, 0, ZoneOffset.UTC)),
                            ZoneOffset.UTC)
                    == null) {
                throw format.error("'" + format.text() + "' leaves out a part of the date or the time");
            }
            return pattern;
        } catch (IllegalArgumentException | DateTimeException e) {
            throw format.error("'" + format.text() + "' is no time format" + YamlValue.suggestion(format.text(), words)
                    + "; one is " + String.join(", ", words.stream().sorted().toList())
                    + " or a pattern such as dd.MM.yyyy HH:mm:ss");
        }
    }

    /** 'y' counts the years of an era, and without the era Java refuses to be strict about the date. */
    private static String strict(String pattern) {
        StringBuilder strict = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < pattern.length(); i++) {
            char letter = pattern.charAt(i);
            quoted ^= letter == '\'';
            strict.append(letter == 'y' && !quoted ? 'u' : letter);
        }
        return strict.toString();
    }

    /**
     * The time that the text tells.
     *
     * @throws DateTimeException where it tells none
     */
    Instant read(String text) {
        if (text.length() > MAX_CHARS) {
            throw new DateTimeException("too long for a time");
        }
        BigDecimal scale = unit;
        if (scale != null) {
            try {
                BigDecimal seconds = new BigDecimal(text).multiply(scale);
                if (seconds.precision() - seconds.scale() > 12) {
                    throw new DateTimeException("beyond all calendars");
                }
                return checked(Instant.ofEpochMilli(seconds.movePointRight(3).longValue()));
            } catch (NumberFormatException e) {
                throw new DateTimeException("no number", e);
            }
        }
        DateTimeFormatter dates = pattern;
        if (dates == null) {
            return Times.parse(text);
        }
        Instant time = time(dates, text, zone);
        if (time == null) {
            throw new DateTimeException("incomplete");
        }
        return checked(time);
    }

    /** Held against the contract's range. */
    private static Instant checked(Instant time) {
        return Times.parse(Times.format(time));
    }

    /** Of an hour that the clocks repeat, the first. */
    private static @Nullable Instant time(DateTimeFormatter pattern, String text, ZoneId zone) {
        TemporalAccessor parsed = pattern.parseBest(text, OffsetDateTime::from, LocalDateTime::from);
        return switch (parsed) {
            case OffsetDateTime complete -> complete.toInstant();
            case LocalDateTime local -> local.atZone(zone).toInstant();
            default -> null;
        };
    }
}
