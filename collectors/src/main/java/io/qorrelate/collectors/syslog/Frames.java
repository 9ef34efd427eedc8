package io.qorrelate.collectors.syslog;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into messages by RFC 6587: counted where a message begins with a digit, else up to a line end. Holds no more of a
 * message than may be kept; the rest of a longer one is passed over.
 */
final class Frames {
    /** A stream that cannot be cut any further: where the next message begins is unknown. */
    static final class Broken extends IOException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }
    }

    private static final int FIRST_BYTES = 1 << 10;

    private static final int BUFFER_BYTES = 16 << 10;

    /** Counts of more digits than this are none, and no number of bytes that anybody logs. */
    private static final int MAX_DIGITS = 9;

    private final InputStream stream;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int filled;
    private byte[] held = new byte[FIRST_BYTES];
    private int length;
    private boolean cut;

    Frames(InputStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** The next message that is not empty; null at the end of the stream. A last line without an end is a message too. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            length = 0;
            cut = false;
            int first = read();
            if (first < 0) {
                return null;
            }
            if (isEnd(first) || first == '\r') {
                // What separates, or ends, counted messages of some senders.
                continue;
            }
            if (first >= '1' && first <= '9') {
                counted(first);
            } else {
                line();
            }
            return Arrays.copyOf(held, length);
        }
    }

    /** Whether the last message was longer than may be kept. */
    boolean isCut() {
        return cut;
    }

    private void counted(int first) throws IOException {
        int left = first - '0';
        int digits = 1;
        int next = read();
        while (next >= '0' && next <= '9') {
            if (++digits > MAX_DIGITS) {
                throw new Broken("a message's length has more than " + MAX_DIGITS + " digits");
            }
            left = 10 * left + next - '0';
            next = read();
        }
        if (next != ' ') {
            throw new Broken("a message's length is not followed by a space; lines begin with '<'");
        }
        while (left > 0) {
            if (at == filled && !fill()) {
                // Broken off: what came is not what was meant.
                throw new Broken("the stream ends inside a message");
            }
            int part = Math.min(left, filled - at);
            keep(at, part);
            at += part;
            left -= part;
        }
    }

    private void line() throws IOException {
        at--;
        while (true) {
            int end = at;
            while (end < filled && !isEnd(buffer[end])) {
                end++;
            }
            keep(at, end - at);
            at = end;
            if (at < filled) {
                at++;
                return;
            }
            if (!fill()) {
                return;
            }
        }
    }

    private static boolean isEnd(int character) {
        return character == '\n' || character == 0;
    }

    private void keep(int from, int count) {
        int kept = Math.min(count, maxBytes - length);
        cut |= kept < count;
        if (length + kept > held.length) {
            held = Arrays.copyOf(held, Math.min(maxBytes, Math.max(2 * held.length, length + kept)));
        }
        System.arraycopy(buffer, from, held, length, kept);
        length += kept;
    }

    private int read() throws IOException {
        return at < filled || fill() ? buffer[at++] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        at = 0;
        filled = Math.max(0, stream.read(buffer));
        return filled > 0;
    }
}
