package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.Intake;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Has one target tell its news as they come, on a virtual thread of its own, and asks it anew where it stops. What it told is brought
 * to Kafka before the next thing is read, so that a target that tells more than Kafka takes is slowed down by its own protocol.
 */
public final class SubscribingCollector implements Collector {
    /** Has a target tell its news. */
    @FunctionalInterface
    public interface Subscription {
        /**
         * Listens until there is nothing more to hear.
         *
         * @return why that is
         * @throws IOException in words, where the target could not be asked
         */
        Poll.Trouble listen(Listener listener) throws IOException, InterruptedException;
    }

    /** Who is told. */
    public interface Listener {
        /** The target agreed to tell its news. */
        void subscribed();

        /** Some of them; returns when Kafka has them. */
        void told(List<Intake> news) throws InterruptedException;
    }

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(1_500);

    private final Source source;
    private final SourceContext context;
    private final Subscription subscription;
    private final Runnable hangUp;
    private final Delivery delivery;
    private final Circuit circuit;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;

    private SubscribingCollector(Source source, SourceContext context, Subscription subscription, Runnable hangUp) {
        this.source = source;
        this.context = context;
        this.subscription = subscription;
        this.hangUp = hangUp;
        delivery = new Delivery(source, context);
        circuit = new Circuit(source.interval(), RandomGenerator.getDefault());
        thread = Thread.ofVirtual().name("news-" + source.id()).unstarted(this::run);
    }

    /**
     * Begins to listen.
     *
     * @param hangUp ends what {@link Subscription#listen} waits for
     */
    public static SubscribingCollector start(
            Source source, SourceContext context, Subscription subscription, Runnable hangUp) {
        context.collectors().publisher().announce(source.type());
        context.health().subscribing();
        SubscribingCollector collector = new SubscribingCollector(source, context, subscription, hangUp);
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
        hangUp.run();
        try {
            var unused = thread.join(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Listener listener = new Listener() {
            @Override
            public void subscribed() {
                circuit.succeeded();
                context.health().subscribed();
            }

            @Override
            public void told(List<Intake> news) throws InterruptedException {
                context.health().heard();
                delivery.untilAcknowledged(news.stream()
                        .map(intake -> new Delivery.Told(intake, source.target()))
                        .toList());
            }
        };
        try {
            while (!stopping) {
                Poll.Trouble why = listen(listener);
                if (!stopping) {
                    circuit.failed();
                    context.health().unsubscribed(why);
                    Thread.sleep(circuit.pause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    private Poll.Trouble listen(Listener listener) throws InterruptedException {
        try {
            return subscription.listen(listener);
        } catch (NoCredentials e) {
            return new Poll.Trouble("no_credentials", source.target() + ": " + e.getMessage());
        } catch (IOException e) {
            return new Poll.Trouble("unreachable", source.target() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            return new Poll.Trouble("fault", source.target() + ": listening failed: " + e);
        }
    }
}
