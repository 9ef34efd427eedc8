package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Offer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Holds one connection over which a target tells what it has, on a virtual thread of its own, and makes it anew where it ends: after
 * the same waits, and with the same circuit, as a target that is polled. While Kafka is away no connection is begun.
 */
public final class ListeningCollector extends ThreadedCollector {
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

    private final Session session;
    private final Runnable hangUp;

    private ListeningCollector(Source source, SourceContext context, Session session, Runnable hangUp) {
        super(source, context, "source");
        this.session = session;
        this.hangUp = hangUp;
    }

    /**
     * Begins to connect.
     *
     * @param hangUp ends what the session waits for, so that it returns
     */
    public static ListeningCollector start(Source source, SourceContext context, Session session, Runnable hangUp) {
        ListeningCollector collector = new ListeningCollector(source, context, session, hangUp);
        collector.start();
        return collector;
    }

    /** What was told and is on its way to Kafka is not interrupted. */
    @Override
    void wake(Thread collecting) {
        hangUp.run();
    }

    @Override
    void collect() throws InterruptedException {
        while (!isStopping()) {
            waitForKafka();
            health().asking();
            Poll.Trouble why = listen();
            if (!isStopping()) {
                health().failed(why);
                sleep(health().circuit().pause());
            }
        }
    }

    /** In steps, so that who stops it need not wait. */
    private void sleep(Duration pause) throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && !isStopping(); left = end - System.nanoTime()) {
            Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
        }
    }

    private Poll.Trouble listen() throws InterruptedException {
        try {
            return session.listen(new Telling());
        } catch (NoCredentials e) {
            return new Poll.Trouble("no_credentials", source().target() + ": " + e.getMessage());
        } catch (IOException e) {
            return new Poll.Trouble("unreachable", source().target() + ": " + e.getMessage());
        } catch (RuntimeException | Error e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            return new Poll.Trouble("fault", source().target() + ": listening failed: " + Fault.inWords(e));
        }
    }

    private final class Telling implements Listener {
        @Override
        public void connected() {
            health().succeeded();
        }

        @Override
        public void heard() {
            health().heard();
        }

        @Override
        public void dropped(String reason, long count) {
            health().dropped(reason, count);
        }

        @Override
        public Offer offer(List<Delivery.Told> told) throws InterruptedException {
            Offer offer = delivery().once(told);
            if (offer != Offer.TAKEN) {
                health().excused(LOOK_AGAIN);
            }
            return offer;
        }

        @Override
        public void bring(List<Delivery.Told> told) throws InterruptedException {
            delivery().untilAcknowledged(told);
        }
    }
}
