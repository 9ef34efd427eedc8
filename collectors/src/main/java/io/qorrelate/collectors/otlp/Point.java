package io.qorrelate.collectors.otlp;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.qorrelate.collectors.mapping.MetricSample;
import org.jspecify.annotations.Nullable;

/**
 * One data point, with what it stands in.
 *
 * @param metric name by which the mapping asks for it
 */
record Point(ResourceMetrics resource, ScopeMetrics scope, Metric of, NumberDataPoint data, String metric)
        implements MetricSample {

    /** The point's own attribute of that name, else its scope's, else its resource's. */
    @Override
    public @Nullable String label(String name) {
        String label = Attributes.find(data.getAttributesList(), name);
        if (label == null) {
            label = Attributes.find(scope.getScope().getAttributesList(), name);
        }
        return label == null ? Attributes.find(resource.getResource().getAttributesList(), name) : label;
    }

    @Override
    public double value() {
        return data.getValueCase() == NumberDataPoint.ValueCase.AS_INT ? data.getAsInt() : data.getAsDouble();
    }
}
