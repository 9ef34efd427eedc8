package io.qorrelate.collectors.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads metrics. Fields are what something is now, or what was counted since the last event: gauges, sums that go up and down, and
 * sums of delta temporality. A total since some start is neither.
 */
final class Metrics {
    /** What belongs together: one resource's points of one moment. */
    private record Moment(Resource resource, Instant time) {}

    private final Source source;
    private final List<MetricMapping> mappings;
    private final EventIntake intake;
    private final Instant received;
    private final Reading reading = new Reading();
    private final Map<Moment, List<Point>> moments = new LinkedHashMap<>();

    private Metrics(Source source, List<MetricMapping> mappings, EventIntake intake, Instant received) {
        this.source = source;
        this.mappings = mappings;
        this.intake = intake;
        this.received = received;
    }

    static Reading read(
            ExportMetricsServiceRequest request,
            Source source,
            List<MetricMapping> mappings,
            EventIntake intake,
            Instant received) {
        Metrics metrics = new Metrics(source, mappings, intake, received);
        request.getResourceMetricsList().forEach(metrics::sort);
        metrics.moments.forEach(metrics::read);
        return metrics.reading;
    }

    /** How many data points a request holds. */
    static long count(ExportMetricsServiceRequest request) {
        long count = 0;
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    count += count(metric);
                }
            }
        }
        return count;
    }

    private static int count(Metric metric) {
        return switch (metric.getDataCase()) {
            case GAUGE -> metric.getGauge().getDataPointsCount();
            case SUM -> metric.getSum().getDataPointsCount();
            case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
            case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
            case SUMMARY -> metric.getSummary().getDataPointsCount();
            case DATA_NOT_SET -> 0;
        };
    }

    private void sort(ResourceMetrics resource) {
        String flaw = Attributes.flaw(resource.getResource().getAttributesList());
        for (ScopeMetrics scope : resource.getScopeMetricsList()) {
            String scopeFlaw = flaw == null ? Attributes.flaw(scope.getScope().getAttributesList()) : flaw;
            for (Metric metric : scope.getMetricsList()) {
                sort(resource, scope, metric, scopeFlaw);
            }
        }
    }

    private void sort(ResourceMetrics resource, ScopeMetrics scope, Metric metric, @Nullable String flaw) {
        String name = askedFor(metric.getName());
        if (name == null) {
            reading.drop("no_pattern", count(metric));
            return;
        }
        List<NumberDataPoint> points;
        String unfit = null;
        switch (metric.getDataCase()) {
            case GAUGE -> points = metric.getGauge().getDataPointsList();
            case SUM -> {
                points = metric.getSum().getDataPointsList();
                unfit = unfit(metric.getSum());
            }
            case DATA_NOT_SET -> points = List.of();
            default -> {
                points = List.of();
                unfit = "is a distribution, and a field takes one number: send a gauge";
            }
        }
        if (unfit != null) {
            reading.drop("unfit_metric", count(metric));
            reading.say("metric '" + metric.getName() + "' is not used: it " + unfit);
            return;
        }
        for (NumberDataPoint data : points) {
            Point point = new Point(resource, scope, metric, data, name);
            String wrong = flaw == null ? Attributes.flaw(data.getAttributesList()) : flaw;
            if (wrong != null) {
                reject(point, RejectReason.TOO_LARGE, wrong);
            } else if (isWithoutValue(data)) {
                reading.drop("no_value", 1);
            } else {
                moments.computeIfAbsent(
                                new Moment(resource.getResource(), Nanos.time(data.getTimeUnixNano(), received)),
                                first -> new ArrayList<>())
                        .add(point);
            }
        }
    }

    private static boolean isWithoutValue(NumberDataPoint data) {
        int mask = DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE;
        return (data.getFlags() & mask) != 0 || data.getValueCase() == NumberDataPoint.ValueCase.VALUE_NOT_SET;
    }

    private static @Nullable String unfit(Sum sum) {
        boolean delta = sum.getAggregationTemporality() == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
        if (delta == sum.getIsMonotonic()) {
            return null;
        }
        return delta
                ? "tells by how much something changed, and a field takes what it is: send it cumulative"
                : "is a total, and a field takes what was counted since the last event: send delta temporality";
    }

    /** The name by which a mapping asks for the metric: its own, or as Prometheus would have it; null where none does. */
    private @Nullable String askedFor(String name) {
        if (mappings.stream().anyMatch(mapping -> mapping.asksFor(name))) {
            return name;
        }
        String plain = Attributes.plain(name);
        return mappings.stream().anyMatch(mapping -> mapping.asksFor(plain)) ? plain : null;
    }

    private void read(Moment moment, List<Point> points) {
        Placement placement = source.placement();
        for (MetricMapping mapping : mappings) {
            List<MetricMapping.Found<Point>> found = mapping.read(
                    points,
                    name -> new Defaults(moment.time(), placement.linkOf(name), placement.nodeOf(name), source.id()),
                    Metrics::raw,
                    intake);
            for (MetricMapping.Found<Point> each : found) {
                reading.add(each.intake());
                if (each.intake() instanceof Intake.Rejected rejected) {
                    reading.reject(each.samples().size(), rejected.detail());
                }
            }
        }
    }

    private void reject(Point point, RejectReason reason, String why) {
        byte[] raw = raw(List.of(point));
        reading.add(new Intake.Rejected(raw, raw.length, reason, why));
        reading.reject(1, why);
    }

    /** A request of these points alone, in OTLP's JSON: it could be sent again as it stands. */
    private static byte[] raw(List<Point> points) {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        for (Point point : points) {
            Metric.Builder metric = point.of().toBuilder();
            if (point.of().hasSum()) {
                metric.setSum(point.of().getSum().toBuilder().clearDataPoints().addDataPoints(point.data()));
            } else {
                metric.setGauge(Gauge.newBuilder().addDataPoints(point.data()));
            }
            request.addResourceMetrics(point.resource().toBuilder()
                    .clearScopeMetrics()
                    .addScopeMetrics(point.scope().toBuilder().clearMetrics().addMetrics(metric)));
        }
        return Encoding.text(request.build()).getBytes(StandardCharsets.UTF_8);
    }
}
