package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.binary.Precision;
import io.qorrelate.diagnosis.binary.Texts;
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

    /** No link makes as many bits a second; what claims to would not fit a float when rounded up. */
    private static final double LARGEST_BPS = 1e30;

    /** Bits of a rate's mantissa that are kept: they are told as an upper bound, which 10⁻⁵ makes no worse. */
    private static final int RATE_DIGITS = 16;

    /** The exponent of some thousand bits per second, biased as in a float. */
    private static final int USUAL_SIZE = 138;

    // Bits per second since the report before, and the largest of those that were thinned out; oldest first.
    private final long[] rateMs = new long[MOST_RATES + 1];
    private final float[] rateBps = new float[MOST_RATES + 1];
    private int rates;

    private final List<Delivery> deliveries = new ArrayList<>();

    /** Keys given out; {@code fromMs} to {@code toMs} is when they were distilled, where it was said. */
    private record Delivery(long timeMs, long keys, String master, String slave, long fromMs, long toMs) {
        boolean isExposed(long sinceMs, long untilMs) {
            // Keys of before the anomaly are not exposed by it, whenever they are taken.
            return toMs != 0 ? toMs >= sinceMs && fromMs <= untilMs : timeMs >= sinceMs && timeMs <= untilMs;
        }
    }

    /** Reads how many rates there are: see {@link LinkState#readAhead}. */
    long readItself() {
        return rates;
    }

    /** Reads where the next report of the key rate goes. */
    long readNumbers() {
        return rateMs[rates] + (long) rateBps[rates] + deliveries.size();
    }

    KeyLedger copy() {
        KeyLedger copy = new KeyLedger();
        System.arraycopy(rateMs, 0, copy.rateMs, 0, rates);
        System.arraycopy(rateBps, 0, copy.rateBps, 0, rates);
        copy.rates = rates;
        copy.deliveries.addAll(deliveries);
        return copy;
    }

    void note(TelemetryEvent event) {
        if (event instanceof KeyRate rate && rate.readings().has(Observable.SECRET_KEY_RATE_BPS)) {
            double bps = Math.min(rate.readings().value(Observable.SECRET_KEY_RATE_BPS), LARGEST_BPS);
            add(event.time().toEpochMilli(), Precision.roundUp((float) bps, RATE_DIGITS));
            if (rates > MOST_RATES) {
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
        int pairs = MOST_RATES / 4;
        for (int i = 0; i < pairs; i++) {
            rateMs[i] = rateMs[2 * i + 1];
            rateBps[i] = Math.max(rateBps[2 * i], rateBps[2 * i + 1]);
        }
        System.arraycopy(rateMs, 2 * pairs, rateMs, pairs, rates - 2 * pairs);
        System.arraycopy(rateBps, 2 * pairs, rateBps, pairs, rates - 2 * pairs);
        rates -= pairs;
    }

    private void add(long timeMs, float bps) {
        rateMs[rates] = timeMs;
        rateBps[rates] = bps;
        rates++;
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
        if (rates == 0 && !delivered) {
            return null;
        }
        return new Exposure(
                rates == 0 ? OptionalDouble.empty() : OptionalDouble.of(bits(fromMs, toMs)),
                true,
                delivered ? OptionalLong.of(keys) : OptionalLong.empty(),
                saes);
    }

    private double bits(long fromMs, long toMs) {
        double bits = 0;
        long begin = fromMs;
        float before = rateBps[0];
        for (int i = 0; i < rates; i++) {
            long end = Math.min(rateMs[i], toMs);
            if (end > begin) {
                bits += Math.max(before, rateBps[i]) * ((end - begin) / MS_PER_SECOND);
                begin = end;
            }
            before = rateBps[i];
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
        Texts names = new Texts();
        for (Delivery delivery : deliveries) {
            names.add(delivery.master());
            names.add(delivery.slave());
        }
        names.writeTo(out);
        BitOutput bits = new BitOutput();
        bits.small(rates);
        long time = 0;
        long pace = 0;
        int size = USUAL_SIZE;
        for (int i = 0; i < rates; i++) {
            // Reports come at an even pace, and the first of them at any time.
            bits.small(rateMs[i] - time - pace);
            pace = time == 0 ? 0 : rateMs[i] - time;
            time = rateMs[i];
            bits.flag(rateBps[i] != 0);
            if (rateBps[i] != 0) {
                bits.number(rateBps[i], RATE_DIGITS, false, size, 0);
                size = Math.getExponent(rateBps[i]) + Float.MAX_EXPONENT;
            }
        }
        bits.small(deliveries.size());
        time = 0;
        for (Delivery delivery : deliveries) {
            bits.small(delivery.timeMs() - time);
            time = delivery.timeMs();
            bits.small(delivery.keys());
            bits.small(names.add(delivery.master()));
            bits.small(names.add(delivery.slave()));
            bits.small(delivery.fromMs() == 0 ? 0 : time - delivery.fromMs() + 1);
            bits.small(delivery.toMs() == 0 ? 0 : time - delivery.toMs() + 1);
        }
        bits.writeTo(out);
    }

    static KeyLedger readFrom(DataInput in) throws IOException {
        KeyLedger ledger = new KeyLedger();
        Texts names = Texts.readFrom(in, 2 * MOST_DELIVERIES);
        BitInput bits = new BitInput(in);
        int rates = count(bits, MOST_RATES);
        long time = 0;
        long pace = 0;
        int size = USUAL_SIZE;
        for (int i = 0; i < rates; i++) {
            long next = time + pace + bits.small();
            pace = time == 0 ? 0 : next - time;
            time = next;
            float bps = 0;
            if (bits.flag()) {
                bps = bits.number(RATE_DIGITS, false, size, 0);
                size = Math.getExponent(bps) + Float.MAX_EXPONENT;
            }
            ledger.add(time, bps);
        }
        int deliveries = count(bits, MOST_DELIVERIES);
        time = 0;
        for (int i = 0; i < deliveries; i++) {
            time += bits.small();
            ledger.deliveries.add(new Delivery(
                    time,
                    bits.small(),
                    names.get(bits.small()),
                    names.get(bits.small()),
                    before(time, bits.small()),
                    before(time, bits.small())));
        }
        return ledger;
    }

    private static int count(BitInput in, int most) throws IOException {
        long count = in.small();
        if (count < 0 || count > most) {
            throw new IOException(count + " entries of a key ledger");
        }
        return (int) count;
    }

    /** A time that was written as so much before another, and one more: nought is none. */
    private static long before(long timeMs, long written) {
        return written == 0 ? 0 : timeMs - (written - 1);
    }
}
