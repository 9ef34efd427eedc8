package io.qorrelate.streams;

import io.qorrelate.diagnosis.LinkLog;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.diagnosis.Place;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One subject's log in Kafka Streams' stores: its states under two keys, its latest events under (subject, time, rank, id), so
 * that a range scan gives them in order, and likewise what is still to come. A state is read from its store once: nobody else
 * writes under the subject, and who starts the task anew starts with new logs.
 */
final class StoreLinkLog implements LinkLog {
    private static final Instant END = Instant.ofEpochMilli(Long.MAX_VALUE - 1);
    private static final Instant NOTHING_HELD = Instant.MAX;

    /** Folded, and kept while it may have to be folded again. */
    private static final byte KEPT = 0;

    /** Not folded yet. */
    private static final byte HELD = 1;

    private final byte[] subject;
    private final KeyValueStore<Bytes, byte[]> events;
    private final Slot settled;
    private final Slot head;
    private @Nullable Instant nextHeld;

    StoreLinkLog(String subject, KeyValueStore<Bytes, byte[]> states, KeyValueStore<Bytes, byte[]> events) {
        this.subject = subject.getBytes(StandardCharsets.UTF_8);
        this.events = events;
        this.settled = new Slot(states, stateKey((byte) 0));
        this.head = new Slot(states, stateKey((byte) 1));
    }

    @Override
    public @Nullable LinkState settled() {
        return settled.state();
    }

    @Override
    public long settledUntil() {
        return settled.isEmpty() ? Long.MIN_VALUE : settled.timeMs();
    }

    @Override
    public @Nullable LinkState head() {
        return head.state();
    }

    @Override
    public Instant latest() {
        return head.isEmpty() ? Instant.MIN : Instant.ofEpochMilli(head.timeMs());
    }

    @Override
    public int size() {
        return head.isEmpty() ? 0 : head.size();
    }

    @Override
    public void settle(LinkState state, long untilMs) {
        settled.put(untilMs, 0, state);
    }

    @Override
    public void advance(LinkState state, Instant latest) {
        head.put(latest.toEpochMilli(), size() + 1, state);
    }

    @Override
    public boolean has(Place place) {
        return events.get(key(KEPT, place)) != null;
    }

    @Override
    public boolean isBehindAll(Place place) {
        if (place.time().isAfter(latest())) {
            return true;
        }
        try (KeyValueIterator<Bytes, byte[]> later = events.range(key(KEPT, place), before(KEPT, END))) {
            return !later.hasNext();
        }
    }

    @Override
    public void keep(TelemetryEvent event) {
        events.put(key(KEPT, Place.of(event)), TelemetryJson.write(event));
    }

    @Override
    public List<TelemetryEvent> until(Instant time) {
        List<TelemetryEvent> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = range(KEPT, time)) {
            while (range.hasNext()) {
                found.add(read(range.next().value));
            }
        }
        return found;
    }

    @Override
    public List<TelemetryEvent> all() {
        return until(END.minusMillis(1));
    }

    @Override
    public void forgetUntil(Instant time) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = range(KEPT, time)) {
            range.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(events::delete);
        LinkState state = head();
        if (state != null) {
            head.put(head.timeMs(), Math.max(0, size() - keys.size()), state);
        }
    }

    /** Whether a time lies further ahead of the latest event than events may be out of order. */
    boolean isFarAhead(Instant time, Duration allowedLateness) {
        return head.isEmpty() || time.isAfter(latest().plus(allowedLateness));
    }

    /** Lays an event of another subject by until this one has come as far. */
    void hold(TelemetryEvent event) {
        Instant next = nextHeld();
        events.put(key(HELD, Place.of(event)), TelemetryJson.write(event));
        nextHeld = event.time().isBefore(next) ? event.time() : next;
    }

    /** What was laid by up to and including a time, in order; it is no longer held. */
    List<TelemetryEvent> release(Instant time) {
        if (nextHeld().isAfter(time)) {
            return List.of();
        }
        List<Bytes> keys = new ArrayList<>();
        List<TelemetryEvent> released = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = range(HELD, time)) {
            while (range.hasNext()) {
                KeyValue<Bytes, byte[]> entry = range.next();
                keys.add(entry.key);
                released.add(read(entry.value));
            }
        }
        keys.forEach(events::delete);
        nextHeld = null;
        return released;
    }

    private Instant nextHeld() {
        if (nextHeld == null) {
            nextHeld = NOTHING_HELD;
            try (KeyValueIterator<Bytes, byte[]> range = range(HELD, END.minusMillis(1))) {
                if (range.hasNext()) {
                    nextHeld = read(range.next().value).time();
                }
            }
        }
        return nextHeld;
    }

    private static TelemetryEvent read(byte[] json) {
        try {
            return TelemetryJson.read(json);
        } catch (InvalidEvent e) {
            throw new IllegalStateException("the store holds what we wrote: " + e.getMessage(), e);
        }
    }

    private KeyValueIterator<Bytes, byte[]> range(byte what, Instant until) {
        // Everything of that millisecond sorts before the next one without a kind and an id.
        return events.range(before(what, Instant.ofEpochMilli(Long.MIN_VALUE)), before(what, until.plusMillis(1)));
    }

    private Bytes stateKey(byte which) {
        return Bytes.wrap(
                ByteBuffer.allocate(subject.length + 1).put(subject).put(which).array());
    }

    private Bytes key(byte what, Place place) {
        byte[] id = place.id().value().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(prefix(what, place.time().toEpochMilli(), 1 + id.length)
                .put((byte) place.rank())
                .put(id)
                .array());
    }

    private Bytes before(byte what, Instant time) {
        return Bytes.wrap(prefix(what, time.toEpochMilli(), 0).array());
    }

    /** Subject, a byte that no name contains, the time with its sign turned so that bytes sort as numbers. */
    private ByteBuffer prefix(byte what, long timeMs, int more) {
        return ByteBuffer.allocate(subject.length + 1 + Long.BYTES + more)
                .put(subject)
                .put(what)
                .putLong(timeMs ^ Long.MIN_VALUE);
    }

    /** A state in its store, with a time and a size before it. */
    private static final class Slot {
        private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

        private final KeyValueStore<Bytes, byte[]> store;
        private final Bytes key;
        private boolean read;
        private byte @Nullable [] value;
        private @Nullable LinkState state;

        Slot(KeyValueStore<Bytes, byte[]> store, Bytes key) {
            this.store = store;
            this.key = key;
        }

        boolean isEmpty() {
            return value() == null;
        }

        long timeMs() {
            return ByteBuffer.wrap(Objects.requireNonNull(value())).getLong();
        }

        int size() {
            return ByteBuffer.wrap(Objects.requireNonNull(value())).getInt(Long.BYTES);
        }

        @Nullable
        LinkState state() {
            byte[] bytes = value();
            if (state == null && bytes != null) {
                state = LinkState.fromBytes(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
            }
            return state;
        }

        void put(long timeMs, int size, LinkState written) {
            byte[] bytes = written.toBytes();
            value = ByteBuffer.allocate(HEADER_BYTES + bytes.length)
                    .putLong(timeMs)
                    .putInt(size)
                    .put(bytes)
                    .array();
            read = true;
            state = written;
            store.put(key, value);
        }

        private byte @Nullable [] value() {
            if (!read) {
                value = store.get(key);
                read = true;
            }
            return value;
        }
    }
}
