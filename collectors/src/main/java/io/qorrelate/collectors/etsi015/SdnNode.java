package io.qorrelate.collectors.etsi015;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.SubscribingCollector;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node to ask, and to listen to.
 *
 * @param access how, given who reads events and what time it is
 */
record SdnNode(Source source, NodeMapping mapping, BiFunction<EventIntake, InstantSource, NodeAccess> access)
        implements ConfiguredSource {
    @Override
    public Collector open(SourceContext context) {
        CollectorContext shared = context.collectors();
        NodeAccess way = access.apply(shared.intake(), shared.clock());
        NodeReader reader = new NodeReader(this);
        NodeAccess.Session questions = way.open();
        Collector polling = PollingCollector.start(
                source,
                context,
                () -> poll(
                        questions.ask(), reader, shared.intake(), shared.clock().instant()));
        if (!way.isForNotifications()) {
            return new NodeCollector(polling, null, questions);
        }
        NodeAccess.Session news = way.open();
        Collector subscribing = SubscribingCollector.start(
                source, context, listener -> listen(news, reader, shared, listener), news::close);
        return new NodeCollector(polling, subscribing, questions);
    }

    private static Poll.Trouble listen(
            NodeAccess.Session news, NodeReader reader, CollectorContext shared, SubscribingCollector.Listener listener)
            throws IOException, InterruptedException {
        Told end = news.listen(new NodeAccess.Hearer() {
            @Override
            public void subscribed() {
                listener.subscribed();
            }

            @Override
            public void heard(Told told) throws InterruptedException {
                listener.told(
                        intakes(told, reader, shared.intake(), shared.clock().instant()));
            }
        });
        if (!end.intakes().isEmpty()) {
            listener.told(end.intakes());
        }
        Poll.Trouble why = end.trouble();
        return why == null ? new Poll.Trouble("ended", "the node ended its notifications") : why;
    }

    private static List<Intake> intakes(Told told, NodeReader reader, EventIntake intake, Instant received) {
        List<Intake> all = new ArrayList<>(told.intakes());
        byte[] document = told.document();
        if (document != null) {
            try {
                all.addAll(reader.read(document, intake, received));
            } catch (RuntimeException | Error e) {
                all.add(Fault.rejected(document, e));
            }
        }
        return all;
    }

    private Poll poll(Told told, NodeReader reader, EventIntake intake, Instant received) {
        List<Intake> intakes = intakes(told, reader, intake, received);
        Poll.Trouble trouble = told.trouble();
        if (trouble == null && !intakes.isEmpty() && intakes.stream().noneMatch(Intake.Accepted.class::isInstance)) {
            trouble = new Poll.Trouble("bad_answer", source.target() + ": answers with nothing that can be used");
        }
        return new Poll(intakes, trouble);
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        return new NodeReader(this).read(payload, intake, received);
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        try (NodeAccess.Session session = access.apply(intake, clock).open()) {
            return poll(session.ask(), new NodeReader(this), intake, clock.instant());
        }
    }

    /** Both of what runs for a node. */
    private record NodeCollector(
            Collector polling, @Nullable Collector subscribing, NodeAccess.Session questions) implements Collector {
        @Override
        public String name() {
            return polling.name();
        }

        @Override
        public CompletableFuture<Void> finished() {
            return polling.finished();
        }

        @Override
        public void close() {
            // Each of the two takes its time to let go; together they take it once.
            Thread other = subscribing == null ? null : Thread.ofVirtual().start(subscribing::close);
            questions.close();
            polling.close();
            try {
                if (other != null) {
                    other.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
