package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.TelemetryPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Holds one connection over which a target tells what it has, on a virtual thread of its own, and makes it anew where it ends: after
 * the same waits, and with the same circuit, as a target that is polled. While Kafka is away no connection is begun.
 */
public final class ListeningCollector implements Collector {
    /** One connection. */
    @FunctionalInterface
    public interface Session {
        /**
         * Connects, and listens until there is nothing more to hear.
         *
         * @return why that is
         * @throws IOException in words, where the target could not be reached
         */
        Poll.Trouble listen(Listener listener) throws IOException, InterruptedException;
    }

    /** Who is told. */
    public interface Listener {
        /** The target has agreed to tell, or tells. */
        void connected();

        /** The target was heard, even if that makes no event. */
        void heard();

        /** Nothing was looked for in so many messages. */
        void dropped(String reason, long count);

        /** Brings what was told to Kafka, once: {@link Offer#TAKEN} where Kafka has it. */
        Offer offer(List<Delivery.Told> told) throws InterruptedException;

        /** Brings what was told to Kafka, however long that takes. */
        void bring(List<Delivery.Told> told) throws InterruptedException;
    }

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(1_500);

    private final Source source;
    private final SourceContext context;
    private final Session session;
    private final Runnable hangUp;
    private final Delivery delivery;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;

    private ListeningCollector(Source source, SourceContext context, Session session, Runnable hangUp) {
        this.source = source;
        this.context = context;
        this.session = session;
        this.hangUp = hangUp;
        delivery = new Delivery(source, context);
        thread = Thread.ofVirtual().name("source-" + source.id()).unstarted(this::run);
    }

    /**
     * Begins to connect.
     *
     * @param hangUp ends what the session waits for, so that it returns
     */
    public static ListeningCollector start(Source source, SourceContext context, Session session, Runnable hangUp) {
        context.collectors().publisher().announce(source.type());
        ListeningCollector collector = new ListeningCollector(source, context, session, hangUp);
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
        hangUp.run();
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                waitForKafka();
                context.health().asking();
                Poll.Trouble why = listen();
                if (!stopping) {
                    context.health().failed(why);
                    sleep(context.health().circuit().pause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    private void waitForKafka() throws InterruptedException {
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

    /** In steps, so that who stops it need not wait. */
    private void sleep(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !stopping; left = end - System.nanoTime()) {
            Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
        }
    }

    private Poll.Trouble listen() throws InterruptedException {
        try {
            return session.listen(new Telling());
        } catch (NoCredentials e) {
            return new Poll.Trouble("no_credentials", source.target() + ": " + e.getMessage());
        } catch (IOException e) {
            return new Poll.Trouble("unreachable", source.target() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            return new Poll.Trouble("fault", source.target() + ": listening failed: " + e);
        }
    }

    private final class Telling implements Listener {
        @Override
        public void connected() {
            context.health().succeeded();
        }

        @Override
        public void heard() {
            context.health().heard();
        }

        @Override
        public void dropped(String reason, long count) {
            context.health().dropped(reason, count);
        }

        @Override
        public Offer offer(List<Delivery.Told> told) throws InterruptedException {
            Offer offer = delivery.once(told);
            if (offer != Offer.TAKEN) {
                context.health().excused(LOOK_AGAIN);
            }
            return offer;
        }

        @Override
        public void bring(List<Delivery.Told> told) throws InterruptedException {
            delivery.untilAcknowledged(told);
        }
    }
}
