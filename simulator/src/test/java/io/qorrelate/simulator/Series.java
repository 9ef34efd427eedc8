package io.qorrelate.simulator;

import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/** Numbers in the order in which they were measured. */
record Series(List<Double> values) {
    static Series of(Collection<Double> values) {
        return new Series(List.copyOf(values));
    }

    /** What a link reported of an observable. */
    static Series of(Observable observable, String link, List<TelemetryEvent> events) {
        return of(events.stream()
                .filter(event -> event instanceof LinkQuality quality
                        && link.equals(quality.link())
                        && quality.readings().has(observable))
                .map(event -> ((LinkQuality) event).readings().value(observable))
                .toList());
    }

    double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    double variance() {
        double mean = mean();
        return values.stream()
                        .mapToDouble(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.size() - 1);
    }

    double deviation() {
        return Math.sqrt(variance());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** This less another, value by value. */
    Series minus(Series other) {
        if (values.size() != other.values.size()) {
            throw new IllegalArgumentException(values.size() + " values less " + other.values.size());
        }
        return of(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) - other.values.get(i))
                .toList());
    }

    /** What changed from each value to the next. */
    Series steps() {
        return of(values.subList(1, values.size())).minus(of(values.subList(0, values.size() - 1)));
    }
}
