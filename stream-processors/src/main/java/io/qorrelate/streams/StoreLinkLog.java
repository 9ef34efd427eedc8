package io.qorrelate.streams;

import io.qorrelate.diagnosis.LinkLog;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.model.EventId;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One subject's log in Kafka Streams' stores: its states under two keys, its latest events under (subject, time, id), so that a
 * range scan gives them in order. What is read once is kept for the rest of the record's processing.
 */
final class StoreLinkLog implements LinkLog {
    private static final byte SETTLED = 0;
    private static final byte HEAD = 1;

    private final byte[] subject;
    private final KeyValueStore<Bytes, byte[]> states;
    private final KeyValueStore<Bytes, byte[]> events;

    StoreLinkLog(String subject, KeyValueStore<Bytes, byte[]> states, KeyValueStore<Bytes, byte[]> events) {
        this.subject = subject.getBytes(StandardCharsets.UTF_8);
        this.states = states;
        this.events = events;
    }

    @Override
    public @Nullable LinkState settled() {
        return state(SETTLED);
    }

    @Override
    public long settledUntil() {
        byte[] value = states.get(stateKey(SETTLED));
        return value == null ? Long.MIN_VALUE : ByteBuffer.wrap(value).getLong();
    }

    @Override
    public @Nullable LinkState head() {
        return state(HEAD);
    }

    @Override
    public Instant latest() {
        byte[] value = states.get(stateKey(HEAD));
        return value == null
                ? Instant.MIN
                : Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong());
    }

    @Override
    public int size() {
        byte[] value = states.get(stateKey(HEAD));
        return value == null ? 0 : ByteBuffer.wrap(value).getInt(Long.BYTES);
    }

    @Override
    public void settle(LinkState settled, long untilMs) {
        put(SETTLED, untilMs, 0, settled);
    }

    @Override
    public void advance(LinkState head, Instant latest) {
        put(HEAD, latest.toEpochMilli(), size() + 1, head);
    }

    @Override
    public boolean has(Instant time, EventId id) {
        return events.get(eventKey(time, id.value())) != null;
    }

    @Override
    public void keep(TelemetryEvent event) {
        events.put(eventKey(event.time(), event.id().value()), TelemetryJson.write(event));
    }

    @Override
    public List<TelemetryEvent> until(Instant time) {
        return range(time);
    }

    @Override
    public List<TelemetryEvent> all() {
        return range(Instant.ofEpochMilli(Long.MAX_VALUE - 1));
    }

    @Override
    public void forgetUntil(Instant time) {
        List<Bytes> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = events.range(from(), to(time))) {
            range.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(events::delete);
        LinkState head = head();
        if (head != null) {
            put(HEAD, latest().toEpochMilli(), Math.max(0, size() - keys.size()), head);
        }
    }

    private List<TelemetryEvent> range(Instant until) {
        List<TelemetryEvent> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> range = events.range(from(), to(until))) {
            while (range.hasNext()) {
                found.add(TelemetryJson.read(range.next().value));
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("the store holds what we wrote: " + e.getMessage(), e);
        }
        return found;
    }

    private @Nullable LinkState state(byte which) {
        byte[] value = states.get(stateKey(which));
        if (value == null) {
            return null;
        }
        byte[] state = new byte[value.length - Long.BYTES - Integer.BYTES];
        System.arraycopy(value, Long.BYTES + Integer.BYTES, state, 0, state.length);
        return LinkState.fromBytes(state);
    }

    private void put(byte which, long timeMs, int size, LinkState state) {
        byte[] bytes = state.toBytes();
        states.put(
                stateKey(which),
                ByteBuffer.allocate(Long.BYTES + Integer.BYTES + bytes.length)
                        .putLong(timeMs)
                        .putInt(size)
                        .put(bytes)
                        .array());
    }

    private Bytes stateKey(byte which) {
        return Bytes.wrap(
                ByteBuffer.allocate(subject.length + 1).put(subject).put(which).array());
    }

    /** Subject, a nought that no name contains, the time with its sign turned so that bytes sort as numbers, the id. */
    private Bytes eventKey(Instant time, String id) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(
                prefix(time.toEpochMilli(), idBytes.length).put(idBytes).array());
    }

    private Bytes from() {
        return Bytes.wrap(prefix(Long.MIN_VALUE, 0).array());
    }

    private Bytes to(Instant until) {
        // Everything of that millisecond sorts before the next one without an id.
        return Bytes.wrap(prefix(until.toEpochMilli() + 1, 0).array());
    }

    private ByteBuffer prefix(long timeMs, int more) {
        return ByteBuffer.allocate(subject.length + 1 + Long.BYTES + more)
                .put(subject)
                .put((byte) 0)
                .putLong(timeMs ^ Long.MIN_VALUE);
    }
}
