package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.SourceContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port, listening. Who hears puts messages into one inbox of bounded size; one reader takes them out, in order, and goes on while what it
 * found is on its way to Kafka. A message has its place in the inbox until Kafka has what was found in it. While Kafka is away the inbox fills: senders over TCP then wait, and datagrams are dropped and counted.
 */
final class SyslogCollector implements Collector {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogCollector.class);

    /** A second of 20 000 messages a second at 700 bytes, RFC 5424's usual size and more: Kafka is slower than that now and then. */
    private static final int INBOX_BYTES = 16 << 20;

    /** Is waited for together. */
    private static final int BATCH = 1_000;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    private final SyslogPort port;
    private final SourceContext context;
    private final Inbox inbox = new Inbox(INBOX_BYTES);
    private final Delivery delivery;
    private final Listener listener;
    private final Thread reader;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private SyslogCollector(SyslogPort port, SourceContext context) throws IOException {
        this.port = port;
        this.context = context;
        delivery = new Delivery(port.source(), context);
        listener = port.transport() == Transport.UDP
                ? new DatagramListener(port, context, inbox)
                : new StreamListener(port, context, inbox);
        reader = Thread.ofVirtual().name("syslog-" + port.source().id()).unstarted(this::read);
    }

    static SyslogCollector start(SyslogPort port, SourceContext context) throws IOException {
        context.collectors().publisher().announce(port.source().type());
        SyslogCollector collector = new SyslogCollector(port, context);
        collector.reader.start();
        LOG.info("source {}: listens on {} port {}", port.source().id(), port.transport(), collector.port());
        return collector;
    }

    /** The port it listens on. */
    int port() {
        return listener.port();
    }

    @Override
    public String name() {
        return port.source().type();
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    /** What was found in some messages, and the room that they have. */
    private record Batch(Delivery.UnderWay found, int cost) {}

    private void read() {
        Deque<Batch> underWay = new ArrayDeque<>();
        try {
            while (true) {
                Batch oldest = underWay.peek();
                if (oldest != null && (oldest.found().isSettled() || inbox.isEmpty())) {
                    oldest.found().untilAcknowledged();
                    inbox.release(oldest.cost());
                    underWay.remove();
                } else {
                    underWay.add(begin(inbox.take(BATCH)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    private Batch begin(List<Datagram> messages) throws InterruptedException {
        List<Delivery.Told> found = new ArrayList<>();
        int cost = 0;
        for (Datagram message : messages) {
            cost += message.cost();
            Intake intake = port.read(message, context.collectors().intake());
            if (intake == null) {
                context.health().dropped("no_pattern");
            } else {
                found.add(new Delivery.Told(intake, message.peer()));
            }
        }
        return new Batch(delivery.begin(found), cost);
    }

    /** Hears nothing more, and brings away what it has heard if Kafka takes it within a second. */
    @Override
    public void close() {
        listener.close();
        try {
            inbox.awaitEmpty(CLOSE_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.interrupt();
    }
}
