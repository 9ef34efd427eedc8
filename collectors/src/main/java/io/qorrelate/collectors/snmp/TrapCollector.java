package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.RefusedSenders;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port, listening. What it hears waits in an inbox of bounded size; one reader brings it to Kafka, and then tells the senders of
 * informs that they need not send again. While Kafka is away nobody is told so.
 */
final class TrapCollector implements Collector, TrapListener.Ears {
    private static final Logger LOG = LoggerFactory.getLogger(TrapCollector.class);

    /** Some ten thousand traps. */
    private static final int INBOX_BYTES = 32 << 20;

    /** Costs one wait for Kafka. */
    private static final int BATCH = 500;

    private static final Duration LOOK_UP = Duration.ofMillis(500);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /** A letter or two tell what somebody's garbage looks like; a flood of it is only counted. */
    private static final int REJECTS_IN_INBOX = 100;

    /** What waits: a notice, or something that was none. */
    private record Waiting(
            @Nullable Notice notice, @Nullable Intake rejected, String peer, int cost) {}

    private final TrapPort port;
    private final SourceContext context;
    private final Delivery delivery;
    private final RefusedSenders<Refusal> refused;
    private final LinkedBlockingQueue<Waiting> inbox = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(INBOX_BYTES);
    private final Semaphore roomForRejects = new Semaphore(REJECTS_IN_INBOX);
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread reader;
    private final TrapListener listener;
    private volatile boolean stopping;

    private TrapCollector(TrapPort port, SourceContext context) throws IOException {
        this.port = port;
        this.context = context;
        delivery = new Delivery(port.source(), context);
        reader = Thread.ofVirtual().name("snmp-trap-" + port.source().id()).unstarted(this::read);
        refused = new RefusedSenders<>(
                port.source(),
                context,
                (time, node, why, principal, origin, times, detail) -> why.event(
                        time,
                        port.source().id(),
                        node,
                        false,
                        principal,
                        origin,
                        times,
                        detail,
                        context.collectors().intake()));
        listener = new TrapListener(port, this, context.collectors().clock());
    }

    static TrapCollector start(TrapPort port, SourceContext context) throws IOException {
        context.collectors().publisher().announce(port.source().type());
        TrapCollector collector = new TrapCollector(port, context);
        collector.reader.start();
        LOG.info(
                "source {}: listens for traps and informs on UDP port {}, as engine {}",
                port.source().id(),
                collector.port(),
                Engines.text(port.engine().getValue()));
        if (port.community() != null) {
            LOG.warn(
                    "source {}: SNMPv2c sends its community in the clear; who reads one can forge all",
                    port.source().id());
        }
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

    @Override
    public void let(Notice notice) {
        context.health().heard();
        put(new Waiting(notice, null, notice.position(), notice.cost()));
    }

    @Override
    public void refuse(Refusal refusal, String peer, @Nullable String principal, String detail) {
        refused.add(refusal, peer, principal, detail);
    }

    @Override
    public void reject(byte[] message, String peer, String detail) {
        if (roomForRejects.tryAcquire()) {
            put(new Waiting(
                    null,
                    new Intake.Rejected(message, message.length, RejectReason.WRONG_TYPE, detail),
                    peer,
                    message.length));
        } else {
            drop("no_room");
        }
    }

    @Override
    public void drop(String reason) {
        context.health().dropped(reason);
    }

    private void put(Waiting waiting) {
        if (room.tryAcquire(waiting.cost())) {
            inbox.add(waiting);
        } else {
            drop("no_room");
        }
    }

    private void read() {
        try {
            while (!stopping || !inbox.isEmpty()) {
                bring(take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    private List<Waiting> take() throws InterruptedException {
        List<Waiting> taken = new ArrayList<>();
        Waiting first = inbox.poll(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            taken.add(first);
            inbox.drainTo(taken, BATCH - 1);
        }
        return taken;
    }

    private void bring(List<Waiting> batch) throws InterruptedException {
        List<Delivery.Told> found = new ArrayList<>();
        for (Waiting waiting : batch) {
            if (waiting.rejected() != null) {
                found.add(new Delivery.Told(waiting.rejected(), waiting.peer()));
            } else if (waiting.notice() != null) {
                List<Intake> events =
                        port.read(waiting.notice(), context.collectors().intake());
                if (events == null) {
                    context.health().dropped("no_mapping");
                } else {
                    events.forEach(event -> found.add(new Delivery.Told(event, waiting.peer())));
                }
            }
        }
        delivery.untilAcknowledged(found);
        for (Waiting waiting : batch) {
            room.release(waiting.cost());
            if (waiting.notice() != null) {
                waiting.notice().acknowledge().run();
            } else {
                roomForRejects.release();
            }
        }
    }

    /** Hears nothing more, and brings away what it has heard if Kafka takes it within a second. */
    @Override
    public void close() {
        stopping = true;
        try {
            // The socket stays until then: it carries the answers to informs.
            if (!reader.join(CLOSE_PATIENCE)) {
                reader.interrupt();
            }
        } catch (InterruptedException e) {
            reader.interrupt();
            Thread.currentThread().interrupt();
        }
        listener.close();
        refused.close();
    }
}
