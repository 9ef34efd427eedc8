package io.qorrelate.collectors.syslog;

import java.time.Instant;

/**
 * A message as it came.
 *
 * @param peer address of who sent it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record Datagram(byte[] bytes, String peer, Instant received) {
    /** What it costs to keep beside its bytes. */
    private static final int OVERHEAD_BYTES = 128;

    int cost() {
        return bytes.length + OVERHEAD_BYTES;
    }
}
