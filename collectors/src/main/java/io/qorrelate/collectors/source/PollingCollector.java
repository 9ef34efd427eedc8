package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.TelemetryPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Asks one target again and again, on a virtual thread of its own. While Kafka is away its answers go to the buffer on disk; where there is
 * none it does not ask, so that there is never more than one round's answers to hold.
 */
public final class PollingCollector implements Collector {
    /** Asks a target once, within the source's time-out. */
    @FunctionalInterface
    public interface Poller {
        /**
         * One round.
         *
         * @throws IOException in words, where the target could not be asked
         */
        Poll ask() throws IOException, InterruptedException;
    }

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(30);

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(1_500);

    private final Source source;
    private final SourceContext context;
    private final Poller poller;
    private final Delivery delivery;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;

    private PollingCollector(Source source, SourceContext context, Poller poller) {
        this.source = source;
        this.context = context;
        this.poller = poller;
        delivery = new Delivery(source, context);
        thread = Thread.ofVirtual().name("source-" + source.id()).unstarted(this::run);
    }

    /** Begins to ask. */
    public static PollingCollector start(Source source, SourceContext context, Poller poller) {
        context.collectors().publisher().announce(source.type());
        PollingCollector collector = new PollingCollector(source, context, poller);
        collector.thread.start();
        return collector;
    }

    @Override
    public String name() {
        return source.type();
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            var unused = thread.join(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            // Thousands of sources that start together are spread, and yet none is kept waiting for its first answer.
            Duration spread = source.interval().compareTo(LONGEST_SPREAD) > 0 ? LONGEST_SPREAD : source.interval();
            Thread.sleep(Duration.ofNanos(
                    (long) (spread.toNanos() * RandomGenerator.getDefault().nextDouble())));
            while (!stopping) {
                if (context.buffer() == null) {
                    waitForKafka();
                }
                ask();
                Thread.sleep(context.health().circuit().pause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    private void waitForKafka() throws InterruptedException {
        TelemetryPublisher publisher = context.collectors().publisher();
        boolean counted = false;
        while (publisher.problem() != null || publisher.isFull()) {
            if (!counted) {
                publisher.countBackPressure(source.type());
                counted = true;
            }
            Thread.sleep(LOOK_AGAIN);
            context.health().excused(LOOK_AGAIN);
        }
    }

    private void ask() throws InterruptedException {
        SourceHealth health = context.health();
        health.asking();
        Poll poll;
        try {
            poll = poller.ask();
        } catch (NoCredentials e) {
            health.failed(new Poll.Trouble("no_credentials", String.valueOf(e.getMessage())));
            return;
        } catch (IOException e) {
            health.failed(new Poll.Trouble("unreachable", String.valueOf(e.getMessage())));
            return;
        } catch (RuntimeException e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            health.failed(new Poll.Trouble("fault", "asking failed: " + e));
            return;
        }
        Poll.Trouble trouble = poll.trouble();
        if (trouble == null) {
            health.succeeded();
        } else {
            health.failed(trouble);
        }
        delivery.deliver(poll.intakes().stream()
                .map(intake -> new Delivery.Told(intake, source.target()))
                .toList());
    }
}
