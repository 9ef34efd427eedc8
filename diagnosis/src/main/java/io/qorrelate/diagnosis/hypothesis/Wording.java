package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import java.util.Locale;

/** Numbers as people read them. */
final class Wording {
    private static final double CLEARLY = 3;

    /** Rounding of a level and its baseline leaves this much above 0 dB. */
    private static final double LEAST_DECIBEL = 0.01;

    private Wording() {}

    static String value(Feature feature, double value) {
        return switch (feature.unit()) {
            case FRACTION -> {
                String percent = String.format(Locale.ROOT, "%.2f %%", 100 * value);
                yield percent.equals("-0.00 %") ? "0.00 %" : percent;
            }
            case RATE_HZ -> rate(Math.pow(10, value / 10), 0, 0);
            case DARK_RATE_HZ ->
                rate(Math.pow(10, value / 10), Feature.DARK_COUNTS_OF_NO_MATTER_HZ, Feature.VACUUM_GAIN_OF_NO_MATTER);
            case RATE_BPS ->
                // Decibels of a rate end at one per second, which stands for none as well.
                value <= LEAST_DECIBEL ? "none" : String.format(Locale.ROOT, "%.0f bit/s", Math.pow(10, value / 10));
            case MICROAMPERE -> String.format(Locale.ROOT, "%.3g µA", Math.pow(10, value / 10));
            case DECIBEL -> String.format(Locale.ROOT, "%.2f dB", value);
            case DBM -> String.format(Locale.ROOT, "%.2f dBm", value);
            case PICOSECOND -> String.format(Locale.ROOT, "%.0f ps", value);
            case RADIAN -> String.format(Locale.ROOT, "%.3f rad", value);
            case CELSIUS -> String.format(Locale.ROOT, "%.2f °C", value);
            case SHOT_NOISE -> String.format(Locale.ROOT, "%.4f SNU", value);
            case NUMBER -> String.format(Locale.ROOT, "%.3f", value);
        };
    }

    static String spread(Feature feature, double scale) {
        return switch (feature.unit()) {
            case FRACTION -> String.format(Locale.ROOT, "%.2f %%", 100 * scale);
            case RATE_HZ, DARK_RATE_HZ, RATE_BPS, MICROAMPERE, DECIBEL, DBM ->
                String.format(Locale.ROOT, "%.2f dB", scale);
            default -> String.format(Locale.ROOT, "%.3g", scale);
        };
    }

    static String moved(double z) {
        if (Math.abs(z) < CLEARLY) {
            return "as expected";
        }
        return String.format(Locale.ROOT, "%s by %.0f standard errors", z > 0 ? "up" : "down", Math.abs(z));
    }

    /** A gain stands in for the rate where no rate is reported: it is far below one. */
    private static String rate(double value, double addedHertz, double addedGain) {
        if (value < 0.9) {
            return String.format(Locale.ROOT, "%.3g per pulse", Math.max(0, value - addedGain));
        }
        // Decibels of a rate end at one per second, which stands for none as well.
        double hertz = value - addedHertz;
        return hertz < 1.5 ? "none" : String.format(Locale.ROOT, "%.0f Hz", hertz);
    }
}
