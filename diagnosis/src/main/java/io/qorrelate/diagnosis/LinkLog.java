package io.qorrelate.diagnosis;

import io.qorrelate.model.TelemetryEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one subject's state and its latest events are kept: a Kafka Streams store, or memory. Events are kept in the order of
 * their places.
 */
public interface LinkLog {
    /** State after all events up to {@link #settledUntil}; null at the very beginning. */
    @Nullable
    LinkState settled();

    /** Events up to this time, inclusive, are in the settled state; epoch ms. */
    long settledUntil();

    /** State after all events; null at the very beginning. */
    @Nullable
    LinkState head();

    /** How far the subject's own telemetry has come; {@link Instant#MIN} where there is none. */
    Instant clock();

    /** Replaces the settled state. */
    void settle(LinkState settled, long untilMs);

    /** Replaces the state after all events, and says how far the subject's own telemetry has come. */
    void advance(LinkState head, Instant clock);

    /** Whether the event at this place is kept. */
    boolean has(Place place);

    /** Whether every event kept lies before this place. */
    boolean isBehindAll(Place place);

    /** Keeps an event. */
    void keep(TelemetryEvent event);

    /** Events kept, up to a time, inclusive; in order. */
    Iterable<TelemetryEvent> until(Instant time);

    /** All events kept, in order. */
    Iterable<TelemetryEvent> all();

    /** How many events are kept, at least approximately. */
    int size();

    /** Lets go of events up to a time, inclusive. */
    void forgetUntil(Instant time);
}
