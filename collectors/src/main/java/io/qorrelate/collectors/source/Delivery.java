package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.TelemetryPublisher;
import java.time.Duration;
import java.util.List;

/** Brings what a source said to Kafka, however long that takes: who calls it takes nothing more from the source meanwhile. */
public final class Delivery {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(500);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Something said.
     *
     * @param position where it was said: an address, a place in a file
     */
    public record Told(Intake intake, String position) {}

    private final Source source;
    private final SourceContext context;

    public Delivery(Source source, SourceContext context) {
        this.source = source;
        this.context = context;
    }

    /** Returns when Kafka has all of it. What is sent again has the same ids, and is the same event. */
    public void untilAcknowledged(List<Told> all) throws InterruptedException {
        if (all.isEmpty()) {
            return;
        }
        TelemetryPublisher publisher = context.collectors().publisher();
        while (true) {
            Shipment shipment = new Shipment(publisher, source.type(), source.id());
            boolean taken = true;
            for (int i = 0; i < all.size() && taken; i++) {
                Told told = all.get(i);
                taken = shipment.offer(told.intake(), i, told.position(), PATIENCE) == Offer.TAKEN;
            }
            if (taken && shipment.await(ACKNOWLEDGE_TIMEOUT)) {
                ShippedCounts counts = new ShippedCounts();
                all.forEach(told -> counts.add(told.intake()));
                context.health().shipped(counts);
                return;
            }
            publisher.countBackPressure(source.type());
            Thread.sleep(AGAIN_AFTER);
            context.health().excused(AGAIN_AFTER);
        }
    }
}
