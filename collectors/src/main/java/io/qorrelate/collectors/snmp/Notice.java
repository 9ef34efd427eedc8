package io.qorrelate.collectors.snmp;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trap or inform that was let in.
 *
 * @param senders names of who sent it: its engine first, where it has one, then its address
 * @param raw the variables as text: the message itself is encrypted
 * @param id tells it apart from one that says the same again; null where its content says which it is
 * @param acknowledge tells the sender of an inform that it has arrived
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record Notice(
        Answers variables,
        List<String> senders,
        Instant received,
        byte[] raw,
        @Nullable String id,
        Runnable acknowledge) {
    /** What it costs to keep beside its text: its variables as objects. */
    private static final int OVERHEAD_BYTES = 1 << 10;

    int cost() {
        // The variables themselves take several times their text.
        return OVERHEAD_BYTES + 4 * raw.length;
    }

    String position() {
        return senders.getLast();
    }
}
