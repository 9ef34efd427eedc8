package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refused messages, counted. A forger can send a hundred thousand a second, each in another name and from another address; told are a
 * bounded number of events, with counts.
 */
final class Refusals {
    /** How long is counted until it is told. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    /** So many of a window are told apart; the rest are counted together. */
    static final int MOST_APART = 100;

    private record Key(
            Refusal refusal,
            @Nullable String origin,
            @Nullable String principal) {}

    private static final class Count {
        private final String detail;
        private long times;

        Count(String detail) {
            this.detail = detail;
        }
    }

    private final Source source;
    private final Map<Key, Count> counts = new LinkedHashMap<>();
    private final LongSupplier nanoTime;
    private long begunNanos;

    Refusals(Source source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    synchronized void add(Refusal refusal, String origin, @Nullable String principal, String detail) {
        if (counts.isEmpty()) {
            begunNanos = nanoTime.getAsLong();
        }
        Key key = new Key(refusal, origin, principal);
        if (!counts.containsKey(key) && counts.size() >= MOST_APART) {
            key = new Key(refusal, null, null);
        }
        counts.computeIfAbsent(key, first -> new Count(detail)).times++;
    }

    /** What there is to tell, if a window is over. */
    synchronized List<Intake> due(Instant now, EventIntake intake) {
        boolean over = !counts.isEmpty() && nanoTime.getAsLong() - begunNanos >= WINDOW.toNanos();
        return over ? all(now, intake) : List.of();
    }

    /** What there is to tell. */
    synchronized List<Intake> all(Instant now, EventIntake intake) {
        List<Intake> events = new ArrayList<>();
        counts.forEach((key, count) -> {
            // A stranger's address names no node unless the operator says so: it may be any, and another one each time.
            String node = key.origin() == null ? null : source.placement().nodeOf(key.origin());
            events.add(key.refusal()
                    .event(
                            now,
                            source.id(),
                            node == null ? source.id() : node,
                            false,
                            key.principal(),
                            key.origin(),
                            count.times,
                            key.origin() == null ? "from many addresses or in many names" : count.detail,
                            intake));
        });
        counts.clear();
        return events;
    }
}
