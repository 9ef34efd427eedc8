package io.qorrelate.collectors;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.qorrelate.model.Kind;
import io.qorrelate.model.RejectReason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The counters of one collector; all of them exist from the start, so that a rate begins at zero. */
final class CollectorMetrics {
    private final Map<Kind, Counter> events = new EnumMap<>(Kind.class);
    private final Map<RejectReason, Counter> rejects = new EnumMap<>(RejectReason.class);
    private final Counter backPressure;

    CollectorMetrics(MeterRegistry registry, String collector) {
        for (Kind kind : Kind.values()) {
            events.put(
                    kind,
                    Counter.builder("qorrelate.events")
                            .description("Telemetry events that Kafka acknowledged")
                            .tag("collector", collector)
                            .tag("kind", kind.wireName())
                            .register(registry));
        }
        for (RejectReason reason : RejectReason.values()) {
            rejects.put(
                    reason,
                    Counter.builder("qorrelate.rejects")
                            .description("Inputs that were no event and went to the dead-letter topic")
                            .tag("collector", collector)
                            .tag("reason", reason.wireName())
                            .register(registry));
        }
        backPressure = Counter.builder("qorrelate.backpressure")
                .description(
                        "Times a collector refused or paused its input because the way to Kafka was full or closed")
                .tag("collector", collector)
                .register(registry);
    }

    void accepted(Kind kind) {
        count(events.get(kind));
    }

    void rejected(RejectReason reason) {
        count(rejects.get(reason));
    }

    void pushedBack() {
        backPressure.increment();
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
