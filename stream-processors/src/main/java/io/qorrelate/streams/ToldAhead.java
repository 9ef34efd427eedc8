package io.qorrelate.streams;

import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What others told a partition's subjects before the partition's own telemetry had come as far: where a backlog is read, one
 * partition may be hours ahead of another. Folded at once it would have to be folded anew with every report before it.
 * Kept in the store of the latest events, under a zero byte, with which no subject begins, and (time, subject, id).
 */
final class ToldAhead {
    private static final byte MARK = 0;
    private static final int SUBJECT_AT = 1 + Long.BYTES;
    private static final Instant END = Instant.ofEpochMilli(Long.MAX_VALUE - 1);
    private static final Instant NOTHING = Instant.MAX;

    private final KeyValueStore<Bytes, byte[]> store;
    private @Nullable Instant next;

    ToldAhead(KeyValueStore<Bytes, byte[]> store) {
        this.store = store;
    }

    /** An event that was told to a subject. */
    record Told(String subject, TelemetryEvent event) {}

    /** Lays by what was told to a subject. */
    void hold(String subject, TelemetryEvent event) {
        Instant known = next();
        store.put(key(subject, event), TelemetryJson.write(event));
        next = event.time().isBefore(known) ? event.time() : known;
    }

    /** What was laid by up to and including a time, in the order of time; it is no longer held. */
    List<Told> release(Instant until) {
        if (next().isAfter(until)) {
            return List.of();
        }
        List<Bytes> keys = new ArrayList<>();
        List<Told> released = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = range(until)) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> entry = range.next();
                keys.add(entry.key);
                released.add(new Told(subject(entry.key), StoreLinkLog.read(entry.value)));
            }
        }
        keys.forEach(store::delete);
        next = null;
        return released;
    }

    /** All that was laid by. */
    List<Told> releaseAll() {
        return release(END.minusMillis(1));
    }

    private Instant next() {
        if (next == null) {
            try (KeyValueIterator<Bytes, byte[]> range = range(END.minusMillis(1))) {
                next = range.hasNext() ? StoreLinkLog.read(range.next().value).time() : NOTHING;
            }
        }
        return next;
    }

    private KeyValueIterator<Bytes, byte[]> range(Instant until) {
        // Everything of that millisecond sorts before the next one without a subject.
        return store.range(before(Instant.ofEpochMilli(Long.MIN_VALUE)), before(until.plusMillis(1)));
    }

    private static Bytes before(Instant time) {
        return Bytes.wrap(prefix(time, 0).array());
    }

    private static Bytes key(String subject, TelemetryEvent event) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] id = event.id().value().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(prefix(event.time(), name.length + 1 + id.length)
                .put(name)
                .put((byte) 0)
                .put(id)
                .array());
    }

    private static String subject(Bytes key) {
        byte[] bytes = key.get();
        int end = SUBJECT_AT;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, SUBJECT_AT, end - SUBJECT_AT, StandardCharsets.UTF_8);
    }

    /** The mark, and the time with its sign turned so that bytes sort as numbers. */
    private static ByteBuffer prefix(Instant time, int more) {
        return ByteBuffer.allocate(SUBJECT_AT + more).put(MARK).putLong(time.toEpochMilli() ^ Long.MIN_VALUE);
    }
}
