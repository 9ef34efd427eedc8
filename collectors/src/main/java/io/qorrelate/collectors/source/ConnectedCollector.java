package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Fault;
import java.io.IOException;
import java.time.Duration;

/**
 * Keeps a connection to something that speaks by itself, such as a broker, on a virtual thread of its own. Where it cannot be had, or
 * ends, it is tried again as a target is polled again: with the same back-off, circuit and metrics.
 */
public final class ConnectedCollector extends ThreadedCollector {
    /** A connection that is there. */
    public interface Connection extends AutoCloseable {
        /** Returns when it has ended, with the reason. */
        Poll.Trouble awaitEnd() throws InterruptedException;

        @Override
        void close();
    }

    /** Connects, within the source's time-out. */
    @FunctionalInterface
    public interface Connector {
        /**
         * One attempt.
         *
         * @throws Refused where the other end lets us not in
         * @throws IOException in words, where there is no connection to be had
         */
        Connection connect() throws Refused, IOException, InterruptedException;
    }

    /** The other end answers and will not have us, or we will not have it. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Poll poll;

        /**
         * @param poll the events that tell of it, and the trouble
         */
        public Refused(Poll poll) {
            super(poll.trouble() == null ? "refused" : poll.trouble().detail(), null, false, false);
            this.poll = poll;
        }

        /** The events that tell of it, and the trouble. */
        public Poll poll() {
            return poll;
        }
    }

    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(5);

    private final Connector connector;

    private ConnectedCollector(Source source, SourceContext context, Connector connector) {
        super(source, context, "source");
        this.connector = connector;
    }

    /** Begins to connect. */
    public static ConnectedCollector start(Source source, SourceContext context, Connector connector) {
        ConnectedCollector collector = new ConnectedCollector(source, context, connector);
        collector.start();
        return collector;
    }

    @Override
    void collect() throws InterruptedException {
        spread(LONGEST_SPREAD);
        while (!isStopping()) {
            attempt();
            Thread.sleep(health().circuit().pause());
        }
    }

    private void attempt() throws InterruptedException {
        SourceHealth health = health();
        health.asking();
        try (Connection connection = connector.connect()) {
            health.succeeded();
            health.failed(connection.awaitEnd());
        } catch (Refused e) {
            Poll.Trouble trouble = e.poll().trouble();
            health.failed(trouble == null ? new Poll.Trouble("unauthorized", String.valueOf(e.getMessage())) : trouble);
            delivery()
                    .untilAcknowledged(e.poll().intakes().stream()
                            .map(intake -> new Delivery.Told(intake, source().target()))
                            .toList());
        } catch (NoCredentials e) {
            health.failed(new Poll.Trouble("no_credentials", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            health.failed(new Poll.Trouble("unreachable", String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            // A fault of ours that the other end brings out; it is tried again all the same.
            health.failed(new Poll.Trouble("fault", "connecting failed: " + Fault.inWords(e)));
        }
    }
}
