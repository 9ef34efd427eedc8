package io.qorrelate.collectors.mapping;

import org.jspecify.annotations.Nullable;

/** One reading of one metric. */
public interface MetricSample {
    /** The metric's name. */
    String metric();

    /** The value of that label; null where the sample does not carry it. */
    @Nullable
    String label(String name);

    /** What was read; may be NaN or infinite. */
    double value();
}
