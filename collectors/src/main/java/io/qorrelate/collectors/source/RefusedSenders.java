package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whom a port did not let in, counted. A forger can come a hundred thousand times a second, each time in another name and from another
 * address; told are a bounded number of events, with counts.
 *
 * @param <W> why somebody was not let in
 */
public final class RefusedSenders<W> implements AutoCloseable {
    /** Makes the event of what was counted. */
    @FunctionalInterface
    public interface Telling<W> {
        /**
         * The event.
         *
         * @param node that it belongs to
         * @param principal name that was claimed; null where none was, or many were
         * @param origin address; null where there were many
         * @param times how often, at least 1
         * @param detail in words
         */
        Intake event(
                Instant time,
                String node,
                W why,
                @Nullable String principal,
                @Nullable String origin,
                long times,
                String detail);
    }

    /** How long is counted until it is told. */
    private static final Duration WINDOW = Duration.ofSeconds(5);

    /** So many of a window are told apart; the rest are counted together. */
    static final int MOST_APART = 100;

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

    private record Key<W>(
            W why, @Nullable String origin, @Nullable String principal) {}

    private static final class Count {
        private final String detail;
        private long times;

        Count(String detail) {
            this.detail = detail;
        }
    }

    private final Source source;
    private final SourceContext context;
    private final Telling<W> telling;
    private final Duration window;
    private final Delivery delivery;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Key<W>, Count> counts = new LinkedHashMap<>();
    private final Thread thread;
    private boolean begun;
    private boolean closing;

    /** Has not counted anything yet, and needs no thread until it has. */
    public RefusedSenders(Source source, SourceContext context, Telling<W> telling) {
        this(source, context, telling, WINDOW);
    }

    RefusedSenders(Source source, SourceContext context, Telling<W> telling, Duration window) {
        this.source = source;
        this.context = context;
        this.telling = telling;
        this.window = window;
        delivery = new Delivery(source, context);
        thread = Thread.ofVirtual().name("refused-" + source.id()).unstarted(this::run);
    }

    /**
     * Counts one.
     *
     * @param origin address that it came from
     * @param principal name that it claimed, or was known by
     * @param detail in words; those of the first are told
     */
    public void add(W why, String origin, @Nullable String principal, String detail) {
        lock.lock();
        try {
            Key<W> key = new Key<>(why, origin, principal);
            if (!counts.containsKey(key) && counts.size() >= MOST_APART) {
                key = new Key<>(why, null, null);
            }
            if (!begun && !closing) {
                begun = true;
                thread.start();
            } else if (counts.isEmpty()) {
                changed.signal();
            }
            counts.computeIfAbsent(key, first -> new Count(detail)).times++;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (awaitWindow()) {
                delivery.untilAcknowledged(events());
            }
            // One attempt: who closes does not wait for Kafka.
            var unused = delivery.once(events());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a first one, and then until the window is over; false where it was closed meanwhile. */
    private boolean awaitWindow() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (counts.isEmpty() && !closing) {
                changed.await();
            }
            long left = window.toNanos();
            while (left > 0 && !closing) {
                left = changed.awaitNanos(left);
            }
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private List<Delivery.Told> events() {
        Instant now = context.collectors().clock().instant();
        List<Delivery.Told> events = new ArrayList<>();
        lock.lock();
        try {
            counts.forEach((key, count) -> {
                // A stranger's address names no node unless the operator says so: it may be any, and another one each
                // time.
                String node = key.origin() == null
                        ? source.placement().node()
                        : source.placement().nodeOf(key.origin());
                Intake event = telling.event(
                        now,
                        node == null ? source.id() : node,
                        key.why(),
                        key.principal(),
                        key.origin(),
                        count.times,
                        key.origin() == null ? "from many addresses or in many names" : count.detail);
                events.add(new Delivery.Told(event, source.target()));
            });
            counts.clear();
        } finally {
            lock.unlock();
        }
        return events;
    }

    /** Tells what was counted if Kafka takes it within half a second. */
    @Override
    public void close() {
        boolean running;
        lock.lock();
        try {
            closing = true;
            running = begun;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (running && !thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
