package io.qorrelate.diagnosis;

import io.qorrelate.model.Exposure;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
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

    /** Reports of the key rate remembered one by one; those before are thinned out, every other one goes. */
    private static final int MOST_RATES = 16;

    private final List<Rate> rates = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();

    /** Bits per second since the report before, and the largest of those that were thinned out. */
    private record Rate(long timeMs, float bps) {}

    /** Keys given out; {@code fromMs} to {@code toMs} is when they were distilled, where it was said. */
    private record Delivery(long timeMs, long keys, String master, String slave, long fromMs, long toMs) {
        boolean isExposed(long sinceMs, long untilMs) {
            // Keys of before the anomaly are not exposed by it, whenever they are taken.
            return toMs != 0 ? toMs >= sinceMs && fromMs <= untilMs : timeMs >= sinceMs && timeMs <= untilMs;
        }
    }

    KeyLedger copy() {
        KeyLedger copy = new KeyLedger();
        copy.rates.addAll(rates);
        copy.deliveries.addAll(deliveries);
        return copy;
    }

    void note(TelemetryEvent event) {
        if (event instanceof KeyRate rate && rate.readings().has(Observable.SECRET_KEY_RATE_BPS)) {
            double bps = rate.readings().value(Observable.SECRET_KEY_RATE_BPS);
            rates.add(new Rate(event.time().toEpochMilli(), (float) Math.min(bps, Float.MAX_VALUE)));
            if (rates.size() > MOST_RATES) {
                thin();
            }
        } else if (event instanceof KeyDelivery delivery) {
            deliveries.add(new Delivery(
                    event.time().toEpochMilli(),
                    delivery.keyCount().orElse(0),
                    clip(delivery.masterSae()),
                    clip(delivery.slaveSae()),
                    millis(delivery.generatedFrom()),
                    millis(delivery.generatedTo())));
            if (deliveries.size() > MOST_DELIVERIES) {
                deliveries.removeFirst();
            }
        }
    }

    /** Of two old reports the later one stays, with the larger rate: what is told is not less than what was distilled. */
    private void thin() {
        for (int i = 0; i < MOST_RATES / 4; i++) {
            Rate one = rates.remove(i);
            Rate next = rates.get(i);
            rates.set(i, new Rate(next.timeMs(), Math.max(one.bps(), next.bps())));
        }
    }

    private static long millis(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli();
    }

    /**
     * Keys made and taken between two times; null where nothing is known of them. Bits are an upper bound: each interval between
     * reports counts with the larger of the rates at its ends. Keys delivered are a count of what was reported, and no more than
     * {@value #MOST_DELIVERIES} deliveries are remembered.
     */
    @Nullable
    Exposure between(long fromMs, long toMs) {
        List<String> saes = new ArrayList<>();
        long keys = 0;
        boolean delivered = false;
        for (Delivery delivery : deliveries) {
            if (delivery.isExposed(fromMs, toMs)) {
                delivered = true;
                // Counts come from outside, and may be as large as a number can be.
                keys = delivery.keys() > Long.MAX_VALUE - keys ? Long.MAX_VALUE : keys + delivery.keys();
                add(saes, delivery.master());
                add(saes, delivery.slave());
            }
        }
        if (rates.isEmpty() && !delivered) {
            return null;
        }
        return new Exposure(
                rates.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(bits(fromMs, toMs)),
                true,
                delivered ? OptionalLong.of(keys) : OptionalLong.empty(),
                saes);
    }

    private double bits(long fromMs, long toMs) {
        double bits = 0;
        long begin = fromMs;
        float before = rates.getFirst().bps();
        for (Rate rate : rates) {
            long end = Math.min(rate.timeMs(), toMs);
            if (end > begin) {
                bits += Math.max(before, rate.bps()) * ((end - begin) / MS_PER_SECOND);
                begin = end;
            }
            before = rate.bps();
        }
        return bits + (toMs > begin ? before * ((toMs - begin) / MS_PER_SECOND) : 0);
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
        out.writeByte(rates.size());
        for (Rate rate : rates) {
            out.writeLong(rate.timeMs());
            out.writeFloat(rate.bps());
        }
        out.writeByte(deliveries.size());
        for (Delivery delivery : deliveries) {
            out.writeLong(delivery.timeMs());
            out.writeLong(delivery.keys());
            out.writeUTF(delivery.master());
            out.writeUTF(delivery.slave());
            out.writeLong(delivery.fromMs());
            out.writeLong(delivery.toMs());
        }
    }

    static KeyLedger readFrom(DataInput in) throws IOException {
        KeyLedger ledger = new KeyLedger();
        int rates = in.readUnsignedByte();
        for (int i = 0; i < rates; i++) {
            ledger.rates.add(new Rate(in.readLong(), in.readFloat()));
        }
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            ledger.deliveries.add(new Delivery(
                    in.readLong(), in.readLong(), in.readUTF(), in.readUTF(), in.readLong(), in.readLong()));
        }
        return ledger;
    }
}
