package io.qorrelate.streams;

import io.qorrelate.diagnosis.InvalidState;
import io.qorrelate.diagnosis.LinkLog;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.diagnosis.Place;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subject's log in Kafka Streams' stores: its states under two keys, its latest events under (subject, time, rank, id), so
 * that a range scan gives them in order. A state is read from its store once: nobody else writes under the subject, and who
 * starts the task anew starts with new logs.
 */
final class StoreLinkLog implements LinkLog {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLinkLog.class);

    /** In place of a time where nothing of the subject's own has come yet; epoch ms. */
    private static final long NO_CLOCK = Long.MIN_VALUE;

    private static final Instant END = Instant.ofEpochMilli(Long.MAX_VALUE - 1);
    private final byte[] subject;
    private final KeyValueStore<Bytes, byte[]> events;
    private final Slot settled;
    private final Slot head;

    /** The place of the last event kept, null where none is; read from the store once. */
    private @Nullable Place last;

    private boolean lastIsKnown;

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
    public Instant clock() {
        return head.isEmpty() || head.timeMs() == NO_CLOCK ? Instant.MIN : Instant.ofEpochMilli(head.timeMs());
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
    public void advance(LinkState state, Instant clock) {
        head.put(clock.equals(Instant.MIN) ? NO_CLOCK : clock.toEpochMilli(), size() + 1, state);
    }

    @Override
    public boolean has(Place place) {
        return events.get(key(place)) != null;
    }

    @Override
    public boolean isBehindAll(Place place) {
        Place known = last();
        return known == null || place.compareTo(known) > 0;
    }

    @Override
    public void keep(TelemetryEvent event) {
        Place place = Place.of(event);
        if (isBehindAll(place)) {
            last = place;
        }
        events.put(key(place), TelemetryJson.write(event));
    }

    @Override
    public List<TelemetryEvent> until(Instant time) {
        List<TelemetryEvent> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = range(time)) {
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
        try (KeyValueIterator<Bytes, byte[]> range = range(time)) {
            range.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(events::delete);
        Place known = last();
        if (known != null && !known.time().isAfter(time)) {
            last = null;
        }
        LinkState state = head();
        if (state != null) {
            head.put(head.timeMs(), Math.max(0, size() - keys.size()), state);
        }
    }

    private @Nullable Place last() {
        if (!lastIsKnown) {
            lastIsKnown = true;
            try (KeyValueIterator<Bytes, byte[]> backwards =
                    events.reverseRange(before(Instant.ofEpochMilli(Long.MIN_VALUE)), before(END))) {
                last = backwards.hasNext() ? Place.of(read(backwards.next().value)) : null;
            }
        }
        return last;
    }

    static TelemetryEvent read(byte[] json) {
        try {
            return TelemetryJson.read(json);
        } catch (InvalidEvent e) {
            throw new IllegalStateException("the store holds what we wrote: " + e.getMessage(), e);
        }
    }

    private KeyValueIterator<Bytes, byte[]> range(Instant until) {
        // Everything of that millisecond sorts before the next one without a kind and an id.
        return events.range(before(Instant.ofEpochMilli(Long.MIN_VALUE)), before(until.plusMillis(1)));
    }

    private Bytes stateKey(byte which) {
        return Bytes.wrap(
                ByteBuffer.allocate(subject.length + 1).put(subject).put(which).array());
    }

    private Bytes key(Place place) {
        byte[] id = place.id().value().getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(prefix(place.time().toEpochMilli(), 1 + id.length)
                .put((byte) place.rank())
                .put(id)
                .array());
    }

    private Bytes before(Instant time) {
        return Bytes.wrap(prefix(time.toEpochMilli(), 0).array());
    }

    /** Subject, a zero byte, which no name contains, the time with its sign turned so that bytes sort as numbers. */
    private ByteBuffer prefix(long timeMs, int more) {
        return ByteBuffer.allocate(subject.length + 1 + Long.BYTES + more)
                .put(subject)
                .put((byte) 0)
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
                try {
                    state = LinkState.fromBytes(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
                } catch (InvalidState e) {
                    if (e.isOfLaterVersion()) {
                        throw e;
                    }
                    // Else the task would fail with it for ever, and every link of its partition would wait.
                    LOG.error("a stored state is spoilt, and its subject is learned anew: {}", e.getMessage());
                    value = null;
                }
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
                byte[] stored = store.get(key);
                value = stored != null && stored.length >= HEADER_BYTES ? stored : null;
                read = true;
            }
            return value;
        }
    }
}
