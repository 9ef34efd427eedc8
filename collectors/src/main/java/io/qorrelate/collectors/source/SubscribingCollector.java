package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Has one target tell its news as they come, on a virtual thread of its own, and asks it anew where it stops. What it told is brought
 * to Kafka before the next thing is read, so that a target that tells more than Kafka takes is slowed down by its own protocol.
 */
public final class SubscribingCollector extends ThreadedCollector {
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

    private final Subscription subscription;
    private final Runnable hangUp;
    private final Circuit circuit;

    private SubscribingCollector(Source source, SourceContext context, Subscription subscription, Runnable hangUp) {
        super(source, context, "news");
        this.subscription = subscription;
        this.hangUp = hangUp;
        circuit = new Circuit(source.interval(), RandomGenerator.getDefault());
    }

    /**
     * Begins to listen.
     *
     * @param hangUp ends what {@link Subscription#listen} waits for
     */
    public static SubscribingCollector start(
            Source source, SourceContext context, Subscription subscription, Runnable hangUp) {
        context.health().subscribing();
        SubscribingCollector collector = new SubscribingCollector(source, context, subscription, hangUp);
        collector.start();
        return collector;
    }

    @Override
    void wake(Thread collecting) {
        collecting.interrupt();
        hangUp.run();
    }

    @Override
    void collect() throws InterruptedException {
        Listener listener = new Listener() {
            @Override
            public void subscribed() {
                circuit.succeeded();
                health().subscribed();
            }

            @Override
            public void told(List<Intake> news) throws InterruptedException {
                health().heard();
                delivery()
                        .untilAcknowledged(news.stream()
                                .map(intake -> new Delivery.Told(intake, source().target()))
                                .toList());
            }
        };
        while (!isStopping()) {
            Poll.Trouble why = listen(listener);
            if (!isStopping()) {
                circuit.failed();
                health().unsubscribed(why);
                Thread.sleep(circuit.pause());
            }
        }
    }

    private Poll.Trouble listen(Listener listener) throws InterruptedException {
        try {
            return subscription.listen(listener);
        } catch (NoCredentials e) {
            return new Poll.Trouble("no_credentials", source().target() + ": " + e.getMessage());
        } catch (IOException e) {
            return new Poll.Trouble("unreachable", source().target() + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            return new Poll.Trouble("fault", source().target() + ": listening failed: " + Fault.inWords(e));
        }
    }
}
