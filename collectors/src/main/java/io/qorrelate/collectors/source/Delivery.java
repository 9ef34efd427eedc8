package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.buffer.DiskBuffer;
import io.qorrelate.collectors.buffer.Kept;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what a source said to Kafka. */
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

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
        Offer offer = ship(all);
        if (offer != Offer.TAKEN) {
            context.collectors().publisher().countBackPressure(source.type());
        }
        return offer;
    }

    /**
     * Returns when Kafka has all of it, or the buffer on disk where Kafka does not take it; from there it comes to Kafka later, in order. So
     * whoever asks can go on asking.
     */
    public void deliver(List<Told> all) throws InterruptedException {
        DiskBuffer buffer = context.buffer();
        if (buffer == null) {
            untilAcknowledged(all);
            return;
        }
        try {
            // What waits on disk comes first.
            if (all.isEmpty()
                    || (buffer.isEmpty()
                            && context.collectors().publisher().problem() == null
                            && ship(all) == Offer.TAKEN)) {
                return;
            }
        } catch (InterruptedException e) {
            var unused = keep(buffer, all);
            throw e;
        }
        if (!keep(buffer, all)) {
            untilAcknowledged(all);
        }
    }

    private boolean keep(DiskBuffer buffer, List<Told> all) {
        Instant now = context.collectors().clock().instant();
        try {
            buffer.append(all.stream()
                    .map(told -> new Kept(source.type(), source.id(), told.position(), now, told.intake()))
                    .toList());
            return true;
        } catch (IOException e) {
            LOG.warn("source {}: cannot be kept on disk and waits for Kafka: {}", source.id(), e.getMessage());
            return false;
        }
    }

    /** Returns when Kafka has all of it. What is sent again has the same ids, and is the same event. */
    public void untilAcknowledged(List<Told> all) throws InterruptedException {
        while (!all.isEmpty() && once(all) != Offer.TAKEN) {
            Thread.sleep(AGAIN_AFTER);
            context.health().excused(AGAIN_AFTER);
        }
    }

    private Offer ship(List<Told> all) throws InterruptedException {
        return begin(all).arrive();
    }

    /**
     * Hands it over and does not wait: the next may be handed over behind it, and Kafka has them in that order.
     *
     * @return how it fares; {@link UnderWay#untilAcknowledged} is called in the end
     */
    public UnderWay begin(List<Told> all) throws InterruptedException {
        Shipment shipment = new Shipment(context.collectors().publisher(), source.type(), source.id());
        ShippedCounts counts = new ShippedCounts();
        for (int i = 0; i < all.size(); i++) {
            Told told = all.get(i);
            Offer offer = shipment.offer(told.intake(), i, told.position(), PATIENCE);
            if (offer != Offer.TAKEN) {
                return new UnderWay(all, shipment, counts, offer);
            }
            counts.add(told.intake());
        }
        return new UnderWay(all, shipment, counts, Offer.TAKEN);
    }

    /** What was handed over and may not have arrived yet. */
    public final class UnderWay {
        private final List<Told> all;
        private final Shipment shipment;
        private final ShippedCounts counts;
        private final Offer offer;

        private UnderWay(List<Told> all, Shipment shipment, ShippedCounts counts, Offer offer) {
            this.all = all;
            this.shipment = shipment;
            this.counts = counts;
            this.offer = offer;
        }

        /** Whether waiting for it takes no time, unless it has to be sent again. */
        public boolean isSettled() {
            return offer != Offer.TAKEN || shipment.isSettled();
        }

        private Offer arrive() throws InterruptedException {
            if (offer != Offer.TAKEN) {
                return offer;
            }
            if (!shipment.await(ACKNOWLEDGE_TIMEOUT)) {
                return Offer.UNAVAILABLE;
            }
            context.health().shipped(counts);
            return Offer.TAKEN;
        }

        /** Returns when Kafka has all of it; what it did not take is sent again, perhaps behind what was handed over after it. */
        public void untilAcknowledged() throws InterruptedException {
            if (arrive() != Offer.TAKEN) {
                context.collectors().publisher().countBackPressure(source.type());
                Delivery.this.untilAcknowledged(all);
            }
        }
    }
}
