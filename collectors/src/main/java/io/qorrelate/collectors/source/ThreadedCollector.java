package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.TelemetryPublisher;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** A collector of one source on a virtual thread of its own, from the thread's start to its end. */
abstract sealed class ThreadedCollector implements Collector
        permits ConnectedCollector, ListeningCollector, PollingCollector, SubscribingCollector {
    /** How often it is looked whether what is waited for has come. */
    static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(1_500);

    private final Source source;
    private final SourceContext context;
    private final Delivery delivery;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * @param role of the thread, for people who look at all of them
     */
    ThreadedCollector(Source source, SourceContext context, String role) {
        this.source = source;
        this.context = context;
        delivery = new Delivery(source, context);
        thread = Thread.ofVirtual().name(role + "-" + source.id()).unstarted(this::run);
    }

    /** Collects until it {@linkplain #isStopping() stops}. */
    abstract void collect() throws InterruptedException;

    /** Ends what {@link #collect()} waits for. */
    void wake(Thread collecting) {
        collecting.interrupt();
    }

    final void start() {
        context.collectors().publisher().announce(source.type());
        thread.start();
    }

    private void run() {
        try {
            collect();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finished.complete(null);
        }
    }

    final Source source() {
        return source;
    }

    final SourceHealth health() {
        return context.health();
    }

    final Delivery delivery() {
        return delivery;
    }

    /** Whether what is not taken by Kafka can be kept. */
    final boolean hasBuffer() {
        return context.buffer() != null;
    }

    final boolean isStopping() {
        return stopping;
    }

    /** Waits by chance for no longer than the interval, so that many that start together do not come in the same instant. */
    final void spread(Duration longest) throws InterruptedException {
        Duration most = source.interval().compareTo(longest) > 0 ? longest : source.interval();
        Thread.sleep(Duration.ofNanos(
                (long) (most.toNanos() * RandomGenerator.getDefault().nextDouble())));
    }

    /** Returns when Kafka is there and takes more; the source's silence meanwhile is not its own. */
    final void waitForKafka() throws InterruptedException {
        TelemetryPublisher publisher = context.collectors().publisher();
        boolean counted = false;
        while (!stopping && (publisher.problem() != null || publisher.isFull())) {
            if (!counted) {
                publisher.countBackPressure(source.type());
                counted = true;
            }
            Thread.sleep(LOOK_AGAIN);
            context.health().excused(LOOK_AGAIN);
        }
    }

    @Override
    public final String name() {
        return source.type();
    }

    @Override
    public final CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public final void close() {
        stopping = true;
        wake(thread);
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
