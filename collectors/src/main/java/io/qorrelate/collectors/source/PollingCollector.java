package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Fault;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks one target again and again, on a virtual thread of its own. While Kafka is away its answers go to the buffer on disk; where there is
 * none it does not ask, so that there is never more than one round's answers to hold.
 */
public final class PollingCollector extends ThreadedCollector {
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

    private static final Duration LONGEST_SPREAD = Duration.ofSeconds(30);

    private final Poller poller;

    private PollingCollector(Source source, SourceContext context, Poller poller) {
        super(source, context, "source");
        this.poller = poller;
    }

    /** Begins to ask. */
    public static PollingCollector start(Source source, SourceContext context, Poller poller) {
        PollingCollector collector = new PollingCollector(source, context, poller);
        collector.start();
        return collector;
    }

    @Override
    void collect() throws InterruptedException {
        // None of thousands is kept waiting for its first answer.
        spread(LONGEST_SPREAD);
        while (!isStopping()) {
            if (!hasBuffer()) {
                waitForKafka();
            }
            ask();
            Thread.sleep(health().circuit().pause());
        }
    }

    private void ask() throws InterruptedException {
        SourceHealth health = health();
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
        } catch (RuntimeException | Error e) {
            // A fault of ours that this target brings out; the others go on, and so does this one.
            health.failed(new Poll.Trouble("fault", "asking failed: " + Fault.inWords(e)));
            return;
        }
        Poll.Trouble trouble = poll.trouble();
        if (trouble == null) {
            health.succeeded();
        } else {
            health.failed(trouble);
        }
        delivery()
                .deliver(poll.intakes().stream()
                        .map(intake -> new Delivery.Told(intake, source().target()))
                        .toList());
    }
}
