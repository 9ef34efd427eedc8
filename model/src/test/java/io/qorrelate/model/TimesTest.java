package io.qorrelate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-23T10:00:10Z,           2026-11-23T10:00:10.000Z",
        "2026-11-23T10:00:10.5Z,         2026-11-23T10:00:10.500Z",
        "2026-11-23T10:00:10.123999999Z, 2026-11-23T10:00:10.123Z",
        "2026-11-23T10:00:10+01:00,      2026-11-23T09:00:10.000Z",
        "2026-11-23T10:00:10-05:30,      2026-11-23T15:30:10.000Z",
        "2026-11-23T10:00:10-00:00,      2026-11-23T10:00:10.000Z",
        "2026-11-23t10:00:10z,           2026-11-23T10:00:10.000Z",
        "2028-02-29T23:59:59.999Z,       2028-02-29T23:59:59.999Z",
        "1980-01-01T00:00:00Z,           1980-01-01T00:00:00.000Z",
        "1979-12-31T23:30:00-01:00,      1980-01-01T00:30:00.000Z",
        "9999-12-31T23:59:59.999Z,       9999-12-31T23:59:59.999Z",
    })
    void anRfc3339TimeOfAnyOffsetIsToldInUtcWithMilliseconds(String text, String told) {
        assertThat(Times.format(Times.parse(text))).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "1763892010",
                "2026-11-23",
                "2026-11-23 10:00:10Z",
                "2026-11-23T10:00Z",
                "2026-11-23T10:00:10",
                "2026-11-23T10:00:10.Z",
                "2026-11-23T10:00:10,5Z",
                "2026-11-23T10:00:10+01",
                "2026-11-23T10:00:10+0100",
                "2026-11-23T10:00:10+01:00:30",
                "2026-11-23T10:00:10+19:00",
                "2026-11-23T10:00:10Z[UTC]",
                "2026-11-23T24:00:00Z",
                "2026-11-23T23:59:60Z",
                "2026-02-29T10:00:10Z",
                "+2026-11-23T10:00:10Z",
                "12026-11-23T10:00:10Z",
                " 2026-11-23T10:00:10Z",
            })
    void whatIsNoRfc3339TimeIsRefused(String text) {
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Times.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "1979-12-31T23:59:59.999Z", "1980-01-01T00:00:00+00:01"})
    void aClockThatLostItsTimeIsRefused(String text) {
        assertThatExceptionOfType(DateTimeException.class)
                .isThrownBy(() -> Times.parse(text))
                .withMessageContaining("1980..9999");
    }

    @Test
    void millisecondsAreWrittenEvenWhereTheyAreZeroAndFinerOnesAreDropped() {
        assertThat(Times.format(Instant.parse("2026-11-23T10:00:10Z"))).isEqualTo("2026-11-23T10:00:10.000Z");
        assertThat(Times.format(Instant.parse("2026-11-23T10:00:10.000999Z"))).isEqualTo("2026-11-23T10:00:10.000Z");
    }
}
