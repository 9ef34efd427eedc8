package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.buffer.DiskBuffer;
import io.qorrelate.collectors.buffer.Kept;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Brings what waits on disk to Kafka when it is there, in the order in which it was put there. */
final class Drain implements AutoCloseable {
    private static final int BATCH = 2_000;

    /** Well inside the publisher's budget. */
    private static final long BATCH_BYTES = 4L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration AGAIN_AFTER = Duration.ofMillis(200);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    private final DiskBuffer buffer;
    private final TelemetryPublisher publisher;
    private final BiConsumer<String, ShippedCounts> shipped;
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * @param shipped told what Kafka has, by the source's id
     */
    Drain(DiskBuffer buffer, TelemetryPublisher publisher, BiConsumer<String, ShippedCounts> shipped) {
        this.buffer = buffer;
        this.publisher = publisher;
        this.shipped = shipped;
        thread = Thread.ofVirtual().name("buffer-drain").start(this::run);
    }

    private void run() {
        try {
            while (!stopping) {
                if (publisher.problem() != null || publisher.isFull()) {
                    Thread.sleep(AGAIN_AFTER);
                    continue;
                }
                DiskBuffer.Batch batch = buffer.next(BATCH, BATCH_BYTES, PATIENCE);
                if (batch.kept().isEmpty()) {
                    continue;
                }
                if (ship(batch)) {
                    buffer.done(batch);
                } else {
                    Thread.sleep(AGAIN_AFTER);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ship(DiskBuffer.Batch batch) throws InterruptedException {
        Map<String, Shipment> shipments = new LinkedHashMap<>();
        Map<String, ShippedCounts> counts = new LinkedHashMap<>();
        int number = 0;
        for (Kept kept : batch.kept()) {
            Shipment shipment =
                    shipments.computeIfAbsent(kept.source(), source -> new Shipment(publisher, kept.type(), source));
            if (shipment.offer(kept.intake(), number++, kept.position(), PATIENCE) != Offer.TAKEN) {
                return false;
            }
            counts.computeIfAbsent(kept.source(), source -> new ShippedCounts()).add(kept.intake());
        }
        for (Shipment shipment : shipments.values()) {
            if (!shipment.await(ACKNOWLEDGE_TIMEOUT)) {
                return false;
            }
        }
        counts.forEach(shipped);
        return true;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                thread.interrupt();
                var unused = thread.join(CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
