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

    /**
     * Brings it once, for a sender who can be asked to send again.
     *
     * @return {@link Offer#TAKEN} where Kafka has all of it; else part of it may be there, under the same ids as when it comes again
     */
    public Offer once(List<Told> all) throws InterruptedException {
        TelemetryPublisher publisher = context.collectors().publisher();
        Shipment shipment = new Shipment(publisher, source.type(), source.id());
        Offer offer = Offer.TAKEN;
        for (int i = 0; i < all.size() && offer == Offer.TAKEN; i++) {
            offer = shipment.offer(all.get(i).intake(), i, all.get(i).position(), PATIENCE);
        }
        if (offer == Offer.TAKEN) {
            offer = shipment.await(ACKNOWLEDGE_TIMEOUT) ? Offer.TAKEN : Offer.UNAVAILABLE;
        }
        if (offer == Offer.TAKEN) {
            all.forEach(told -> context.health().shipped(told.intake()));
        } else {
            publisher.countBackPressure(source.type());
        }
        return offer;
    }

    /** Returns when Kafka has all of it. What is sent again has the same ids, and is the same event. */
    public void untilAcknowledged(List<Told> all) throws InterruptedException {
        if (all.isEmpty()) {
            return;
        }
        while (true) {
            if (once(all) == Offer.TAKEN) {
                return;
            }
            Thread.sleep(AGAIN_AFTER);
            context.health().excused(AGAIN_AFTER);
        }
    }
}
