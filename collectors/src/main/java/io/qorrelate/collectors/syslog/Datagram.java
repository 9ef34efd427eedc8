package io.qorrelate.collectors.syslog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came.
 *
 * @param bytes its beginning where it was too long to be kept
 * @param totalBytes its whole length
 * @param peer address of who sent it
 * @param flaw why it is none, where a stream could not be cut into messages; else null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record Datagram(
        byte[] bytes,
        long totalBytes,
        String peer,
        Instant received,
        @Nullable String flaw) {
    /** What it costs to keep beside its bytes. */
    private static final int OVERHEAD_BYTES = 128;

    /** One that is whole. */
    Datagram(byte[] bytes, String peer, Instant received) {
        this(bytes, bytes.length, peer, received, null);
    }

    int cost() {
        return bytes.length + OVERHEAD_BYTES;
    }
}
