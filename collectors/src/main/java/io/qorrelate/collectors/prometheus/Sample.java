package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.mapping.MetricSample;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of an exposition.
 *
 * @param line as it was written
 * @param metric its name
 * @param value may be NaN or infinite
 */
record Sample(String line, String metric, Map<String, String> labels, double value) implements MetricSample {
    Sample {
        labels = Map.copyOf(labels);
    }

    @Override
    public @Nullable String label(String name) {
        return labels.get(name);
    }
}
