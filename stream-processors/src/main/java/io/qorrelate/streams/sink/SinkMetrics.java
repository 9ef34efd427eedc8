package io.qorrelate.streams.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.qorrelate.model.Topics;
import java.time.Duration;
import java.time.Instant;

/** What the sink tells of itself. */
final class SinkMetrics {
    /** An event that was older than this when it reached Kafka is a replay or a backfill, and says nothing about delay. */
    private static final Duration LIVE = Duration.ofMinutes(10);

    private final MeterRegistry registry;
    private final Timer bulk;

    SinkMetrics(MeterRegistry registry) {
        this.registry = registry;
        bulk = Timer.builder("qorrelate.sink.bulk")
                .description("Time that one bulk request to Elasticsearch took")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(60))
                .register(registry);
        // Present from the start, so that an alert on them can tell nought from nothing.
        failures("unreachable");
        for (String topic : new String[] {Topics.TELEMETRY, Topics.FINDINGS, Topics.INCIDENTS}) {
            documents(indexOf(topic), "indexed");
            documents(indexOf(topic), "dead_lettered");
        }
    }

    void bulk(Duration took) {
        bulk.record(took);
    }

    void failure(String reason) {
        failures(reason).increment();
    }

    void indexed(BulkWriter.Write write, Instant acknowledged) {
        Documents.Document document = write.document();
        documents(document.index(), "indexed").increment();
        Instant received = Instant.ofEpochMilli(write.record().timestamp());
        if (Duration.between(document.time(), received).compareTo(LIVE) < 0) {
            Duration delay = Duration.between(document.time(), acknowledged);
            Timer.builder("qorrelate.event.to.index")
                    .description("From an event's own time until Elasticsearch acknowledged its document;"
                            + " replayed history is left out")
                    .tag("index", document.index())
                    .publishPercentileHistogram()
                    .minimumExpectedValue(Duration.ofMillis(10))
                    .maximumExpectedValue(Duration.ofMinutes(10))
                    .register(registry)
                    .record(delay.isNegative() ? Duration.ZERO : delay);
        }
    }

    void duplicate(String index) {
        documents(index, "duplicate").increment();
    }

    void retried(String index) {
        documents(index, "retried").increment();
    }

    void deadLettered(String topic) {
        documents(indexOf(topic), "dead_lettered").increment();
    }

    private Counter failures(String reason) {
        return Counter.builder("qorrelate.sink.failures")
                .description("Bulk requests or polls that failed as a whole and were tried again")
                .tag("reason", reason)
                .register(registry);
    }

    private Counter documents(String index, String outcome) {
        return Counter.builder("qorrelate.sink.documents")
                .description("Documents by what became of them")
                .tag("index", index)
                .tag("outcome", outcome)
                .register(registry);
    }

    private static String indexOf(String topic) {
        return switch (topic) {
            case Topics.FINDINGS -> Indices.FINDINGS;
            case Topics.INCIDENTS -> Indices.INCIDENTS;
            default -> Indices.TELEMETRY;
        };
    }
}
