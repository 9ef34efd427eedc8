package io.qorrelate.collectors.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What requests with a key were answered, for those who ask again. Kept in memory for an hour, and no more than 10 000 answers or 16 MiB
 * of them: the oldest is forgotten first, and all of them with the process. A request that is forgotten is read anew, and its events have
 * the same ids as before.
 */
final class AnsweredRequests {
    /** Longer than any client's patience with one request, and than a restart of it. */
    static final Duration KEPT = Duration.ofHours(1);

    /** Fifty minutes of a request every 0.3 seconds. */
    static final int MAX_ANSWERS = 10_000;

    /** An answer is 50 bytes; one that lists a hundred mistakes has 40 KiB. */
    static final int MAX_BYTES = 16 << 20;

    /** What an entry costs beside its key and answer. */
    private static final int OVERHEAD_BYTES = 256;

    /** What is known of a key. */
    sealed interface Claim {}

    /** Nothing: the request is the claimant's to answer, who says how it ended. */
    record Fresh() implements Claim {}

    /** The same key is being worked on. */
    record Busy() implements Claim {}

    /** It was answered; the same body has the same fingerprint. */
    @SuppressWarnings("ArrayRecordComponent") // compared by hasFingerprint alone
    record Answered(byte[] fingerprint, Answer answer) implements Claim {
        boolean hasFingerprint(byte[] other) {
            return Arrays.equals(fingerprint, other);
        }
    }

    private record Entry(Claim claim, long sinceNanos, int bytes) {}

    private final LongSupplier nanoTime;

    /** Oldest first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private long bytes;

    AnsweredRequests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Claims a key; who is told that it is fresh ends with {@link #answered} or {@link #forget}. */
    synchronized Claim claim(IdempotencyKey key) {
        forgetOld();
        Entry known = entries.get(key.value());
        if (known != null) {
            return known.claim();
        }
        put(key, new Entry(new Busy(), nanoTime.getAsLong(), key.value().length() + OVERHEAD_BYTES));
        return new Fresh();
    }

    synchronized void answered(IdempotencyKey key, byte[] fingerprint, Answer answer) {
        forget(key);
        int size = key.value().length() + OVERHEAD_BYTES + answer.json().length;
        put(key, new Entry(new Answered(fingerprint, answer), nanoTime.getAsLong(), size));
        forgetOld();
    }

    synchronized void forget(IdempotencyKey key) {
        Entry gone = entries.remove(key.value());
        bytes -= gone == null ? 0 : gone.bytes();
    }

    private void put(IdempotencyKey key, Entry entry) {
        entries.put(key.value(), entry);
        bytes += entry.bytes();
    }

    private void forgetOld() {
        long now = nanoTime.getAsLong();
        Iterator<Entry> oldest = entries.values().iterator();
        int count = entries.size();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            boolean tooMuch = count > MAX_ANSWERS || bytes > MAX_BYTES;
            if (!tooMuch && now - entry.sinceNanos() < KEPT.toNanos()) {
                return;
            }
            // What is being worked on ends by itself, and there are only as many as requests at one time.
            if (!(entry.claim() instanceof Busy)) {
                oldest.remove();
                bytes -= entry.bytes();
                count--;
            }
        }
    }
}
