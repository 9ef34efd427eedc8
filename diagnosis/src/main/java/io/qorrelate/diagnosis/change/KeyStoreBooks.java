package io.qorrelate.diagnosis.change;

import static io.qorrelate.model.Observable.KEYS_DELIVERED;
import static io.qorrelate.model.Observable.MAX_KEYS;
import static io.qorrelate.model.Observable.SECRET_KEY_RATE_BPS;
import static io.qorrelate.model.Observable.STORED_KEYS;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.physics.KeyStoreBalance;
import io.qorrelate.model.Readings;
import java.io.IOException;
import java.time.Duration;

/**
 * The books of a link's key store: what came into it and was delivered from it, against what was distilled. A store that falls
 * because applications ask for more is in order, so nothing is said where deliveries are not counted beside the store: events of
 * single deliveries may be a sample. Nor is anything said of a store that may have been full meanwhile, and threw keys away, or
 * after a report that was lost, which took its count of deliveries with it.
 *
 * <p>Counts are of whole keys, of a size that nobody tells. What was found over what was distilled is a constant all the same,
 * and it is learned like every baseline, with whatever spreads it. It also tells whether the books are whole: where they are, it
 * is one key by a usual size. Where two links share a store, deliveries are counted at one end of three, or keys are spent that
 * nobody counts, it is any number, and moves with demand. Such books are distrusted for {@value #DISTRUSTED_DAYS} days, as demand may also
 * bring that number to one that looks right.
 *
 * <p>Mutable, as {@link Tracks} is.
 */
final class KeyStoreBooks {
    /** What AES-256 takes, and applications by ETSI GS QKD 014 mostly ask for. */
    static final int USUAL_KEY_BITS = 256;

    /** Key sizes are that times a power of two, to so much of itself: what rates are off by when they are averaged and rounded. */
    static final double TOLERANCE = 0.06;

    /** Of AES-128: no key is smaller, so that no more of them came. */
    private static final int SMALLEST_KEY_BITS = 128;

    /** Of one-time-pad blocks; larger keys than this are files. */
    private static final double LARGEST_KEY_BITS = 8192;

    /** That only whole keys are counted is a fiftieth of so many: √(2/12 + 2/12) of a key. */
    private static final int FEWEST_KEYS = 32;

    /** Reports come later than usual by no more than this, or one was lost between. */
    private static final double MISSED = 1.5;

    /** Demand comes and goes with weeks and months. */
    private static final int DISTRUSTED_DAYS = 30;

    private static final long DISTRUSTED_MS = Duration.ofDays(DISTRUSTED_DAYS).toMillis();

    private static final double MS_PER_SECOND = 1000;

    /** No store holds as many, and more than this a double does not count one by one. */
    private static final double MOST = 1e15;

    /** Versions of the state before this one have no books. */
    private static final int FIRST_WITH_BOOKS = 9;

    /** Time of the latest report of all that is needed, epoch ms; 0 where there was none. */
    private long lastMs;

    /** Whole keys in store then. */
    private double stored;

    /** Whole keys found in store or delivered since the balance was drawn; may be negative. */
    private double found;

    /** Bits distilled since. */
    private double bits;

    /** When the books were found not to balance, epoch ms; 0 where they were not. */
    private long distrustedMs;

    /** Reads when it was drawn last: see {@link Tracks#readParts}. */
    long readItself() {
        return lastMs;
    }

    KeyStoreBooks copy() {
        KeyStoreBooks copy = new KeyStoreBooks();
        copy.lastMs = lastMs;
        copy.stored = stored;
        copy.found = found;
        copy.bits = bits;
        copy.distrustedMs = distrustedMs;
        return copy;
    }

    /**
     * Books a report of the key rate, and draws the balance where enough was distilled for one.
     *
     * @param usualS seconds between reports, as they came lately
     * @return keys found over keys of {@value #USUAL_KEY_BITS} bits distilled; NaN where there is no balance to be drawn
     */
    double balance(Readings readings, long timeMs, double usualS) {
        if (!readings.has(STORED_KEYS)
                || !readings.has(MAX_KEYS)
                || !readings.has(KEYS_DELIVERED)
                || !readings.has(SECRET_KEY_RATE_BPS)) {
            if (lastMs != 0) {
                begin(0, 0);
            }
            return Double.NaN;
        }
        if (distrustedMs != 0) {
            if (timeMs - distrustedMs < DISTRUSTED_MS) {
                return Double.NaN;
            }
            distrustedMs = 0;
        }
        double seconds = (timeMs - lastMs) / MS_PER_SECOND;
        double before = stored;
        double after = count(readings.value(STORED_KEYS));
        double rate = Math.min(readings.value(SECRET_KEY_RATE_BPS), MOST);
        boolean follows = lastMs != 0 && seconds > 0 && seconds <= MISSED * usualS;
        if (!follows
                || KeyStoreBalance.mayOverflow(
                        before,
                        KeyStoreBalance.produced(rate, seconds, SMALLEST_KEY_BITS),
                        count(readings.value(MAX_KEYS)))) {
            begin(timeMs, after);
            return Double.NaN;
        }
        lastMs = timeMs;
        stored = after;
        double more = KeyStoreBalance.found(before, after, count(readings.value(KEYS_DELIVERED)));
        found = Math.clamp(found + more, -MOST, MOST);
        bits += Math.rint(Math.min(rate * seconds, MOST));
        if (bits < FEWEST_KEYS * USUAL_KEY_BITS) {
            return Double.NaN;
        }
        double share = found / (bits / USUAL_KEY_BITS);
        found = 0;
        bits = 0;
        return share;
    }

    private void begin(long timeMs, double after) {
        lastMs = timeMs;
        stored = after;
        found = 0;
        bits = 0;
    }

    private static double count(double keys) {
        return Math.rint(Math.clamp(keys, 0, MOST));
    }

    /** Draws no balance for a while. */
    void distrust() {
        distrustedMs = lastMs;
        begin(0, 0);
    }

    /** Whether a balance is that of keys of a usual size, of which none is missing and none is counted twice. */
    static boolean isWholeKeys(double share) {
        if (!(share > USUAL_KEY_BITS / LARGEST_KEY_BITS * (1 - TOLERANCE))) {
            return false;
        }
        double size = Math.scalb(1.0, (int) Math.rint(Math.log(share) / Math.log(2)));
        return Math.abs(share / size - 1) <= TOLERANCE;
    }

    void writeTo(BitOutput out) {
        out.small(distrustedMs);
        out.small(lastMs);
        if (lastMs != 0) {
            out.small((long) stored);
            out.small((long) found);
            out.small((long) bits);
        }
    }

    void readFrom(BitInput in, int version) throws IOException {
        if (version < FIRST_WITH_BOOKS) {
            return;
        }
        distrustedMs = in.small();
        lastMs = in.small();
        if (lastMs != 0) {
            stored = whole(in, 0);
            found = whole(in, -MOST);
            bits = whole(in, 0);
        }
    }

    private static double whole(BitInput in, double least) throws IOException {
        double read = (double) in.small();
        if (!(read >= least && read <= MOST)) {
            throw new IOException("a key store of " + read);
        }
        return read;
    }
}
