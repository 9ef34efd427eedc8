package io.qorrelate.diagnosis;

import io.qorrelate.model.Exposure;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What keys a link made and gave out lately, to tell what an anomaly exposed. Mutable; the fold copies it before it changes it. */
final class KeyLedger {
    /** Deliveries remembered: detection takes minutes, and applications take keys every few seconds at most. */
    private static final int MOST_DELIVERIES = 16;

    /** Names come from outside, and may be of any length; an SAE's id is a name of some ten letters. */
    private static final int LONGEST_SAE = 128;

    private static final double MS_PER_SECOND = 1000;

    private double rateBps = -1;
    private double rateBeforeBps = -1;
    private final List<Delivery> deliveries = new ArrayList<>();

    private record Delivery(long timeMs, long keys, String master, String slave) {}

    KeyLedger copy() {
        KeyLedger copy = new KeyLedger();
        copy.rateBps = rateBps;
        copy.rateBeforeBps = rateBeforeBps;
        copy.deliveries.addAll(deliveries);
        return copy;
    }

    void note(TelemetryEvent event) {
        if (event instanceof KeyRate rate && rate.readings().has(Observable.SECRET_KEY_RATE_BPS)) {
            rateBeforeBps = rateBps;
            rateBps = rate.readings().value(Observable.SECRET_KEY_RATE_BPS);
        } else if (event instanceof KeyDelivery delivery) {
            deliveries.add(new Delivery(
                    event.time().toEpochMilli(),
                    delivery.keyCount().orElse(0),
                    clip(delivery.masterSae()),
                    clip(delivery.slaveSae())));
            if (deliveries.size() > MOST_DELIVERIES) {
                deliveries.removeFirst();
            }
        }
    }

    /** Keys made and taken between two times; null where nothing is known of them. */
    @Nullable
    Exposure between(long fromMs, long toMs) {
        List<String> saes = new ArrayList<>();
        long keys = 0;
        boolean delivered = false;
        for (Delivery delivery : deliveries) {
            if (delivery.timeMs() >= fromMs && delivery.timeMs() <= toMs) {
                delivered = true;
                keys += delivery.keys();
                add(saes, delivery.master());
                add(saes, delivery.slave());
            }
        }
        double rate = Math.max(rateBps, rateBeforeBps);
        if (rate < 0 && !delivered) {
            return null;
        }
        // The higher of the two latest rates over the whole time: what was distilled is not more than that.
        return new Exposure(
                rate < 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(rate * Math.max(0, toMs - fromMs) / MS_PER_SECOND),
                true,
                delivered ? OptionalLong.of(keys) : OptionalLong.empty(),
                saes);
    }

    private static String clip(@Nullable String sae) {
        return sae == null ? "" : sae.length() <= LONGEST_SAE ? sae : sae.substring(0, LONGEST_SAE);
    }

    private static void add(List<String> saes, String sae) {
        if (!sae.isEmpty() && !saes.contains(sae)) {
            saes.add(sae);
        }
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeDouble(rateBps);
        out.writeDouble(rateBeforeBps);
        out.writeByte(deliveries.size());
        for (Delivery delivery : deliveries) {
            out.writeLong(delivery.timeMs());
            out.writeLong(delivery.keys());
            out.writeUTF(delivery.master());
            out.writeUTF(delivery.slave());
        }
    }

    static KeyLedger readFrom(DataInput in) throws IOException {
        KeyLedger ledger = new KeyLedger();
        ledger.rateBps = in.readDouble();
        ledger.rateBeforeBps = in.readDouble();
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            ledger.deliveries.add(new Delivery(in.readLong(), in.readLong(), in.readUTF(), in.readUTF()));
        }
        return ledger;
    }
}
