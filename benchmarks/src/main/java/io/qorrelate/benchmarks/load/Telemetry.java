package io.qorrelate.benchmarks.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Events as equipment sends them, of the size of the contract's example. */
final class Telemetry {
    private static final int LINKS = 1_000;

    private Telemetry() {}

    static String link(int number) {
        return "load-%d~load-%d".formatted(number % LINKS, number % LINKS + 1);
    }

    static String event(int number, int id) {
        return String.format(
                Locale.ROOT,
                "{\"id\":\"%d\",\"time\":\"%s\",\"kind\":\"link_quality\",\"link\":\"%s\",\"qber\":0.0%d,\"sifted_bits\":%d,"
                        + "\"visibility\":0.981,\"loss_db\":7.9,\"detection_rate_hz\":61200,\"gain_signal\":0.0042,\"gain_decoy\":0.00081}",
                id,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                link(number),
                200 + number % 100,
                41_000 + number % 1_000);
    }

    /** A failed login, RFC 5424. */
    static String log(int number) {
        return "<86>1 " + Instant.now().truncatedTo(ChronoUnit.MILLIS) + " load-" + number % LINKS + " sshd " + number
                + " - - Failed password for root from 198.51.100.7 port " + (1_024 + number % 60_000) + " ssh2";
    }
}
