package io.qorrelate.collectors.prometheus;

import java.util.Map;

/**
 * One line of an exposition.
 *
 * @param line as it was written
 * @param metric its name
 * @param value may be NaN or infinite
 */
record Sample(String line, String metric, Map<String, String> labels, double value) {
    Sample {
        labels = Map.copyOf(labels);
    }
}
