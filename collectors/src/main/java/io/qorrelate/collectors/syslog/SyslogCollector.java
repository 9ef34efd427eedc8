package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.SourceContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port, listening. Who hears puts messages into one inbox of bounded size; one reader takes them out, in order, and goes on when
 * Kafka has what it found. While Kafka is away the inbox fills: senders over TCP then wait, and datagrams are dropped and counted.
 */
final class SyslogCollector implements Collector {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogCollector.class);

    /** Half a second of 20 000 messages a second at 800 bytes, RFC 5424's usual size and more. */
    private static final int INBOX_BYTES = 8 << 20;

    /** Costs one wait for Kafka. */
    private static final int BATCH = 1_000;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    private final SyslogPort port;
    private final SourceContext context;
    private final Inbox inbox = new Inbox(INBOX_BYTES);
    private final Delivery delivery;
    private final Listener listener;
    private final Thread reader;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile boolean stopping;

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

    private void read() {
        try {
            while (!stopping) {
                List<Delivery.Told> found = new ArrayList<>();
                for (Datagram datagram : inbox.take(BATCH)) {
                    Intake intake = port.read(datagram, context.collectors().intake());
                    if (intake == null) {
                        context.health().dropped("no_pattern");
                    } else {
                        found.add(new Delivery.Told(intake, datagram.peer()));
                    }
                }
                delivery.untilAcknowledged(found);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    /** Hears nothing more, and brings away what it has heard if Kafka takes it within a second. */
    @Override
    public void close() {
        listener.close();
        try {
            inbox.awaitEmpty(CLOSE_PATIENCE);
            stopping = true;
            if (!reader.join(CLOSE_PATIENCE.dividedBy(2))) {
                reader.interrupt();
            }
        } catch (InterruptedException e) {
            reader.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
