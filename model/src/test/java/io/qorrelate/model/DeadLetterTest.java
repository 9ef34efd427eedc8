package io.qorrelate.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
    @Test
    void theHeadersTellWhyFromWhereByWhomAndWhen() {
        Map<String, String> headers = new LinkedHashMap<>();
        DeadLetter.headers(
                        RejectReason.OUT_OF_RANGE.wireName(),
                        "loss of 3 dB at 20 °C",
                        "https://kme.example/api",
                        "http",
                        Samples.TIME)
                .forEach((name, value) -> headers.put(name, new String(value, UTF_8)));

        assertThat(headers)
                .containsExactly(
                        entry("reason", "out_of_range"),
                        entry("detail", "loss of 3 dB at 20 °C"),
                        entry("source", "https://kme.example/api"),
                        entry("collector", "http"),
                        entry("received", "2026-11-23T10:00:10.250Z"));
    }
}
