package io.qorrelate.collectors.syslog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

        private final transient byte[] bytes;
        private final long totalBytes;

        Broken(String message, byte[] bytes, long totalBytes) {
            super(message);
            this.bytes = bytes;
            this.totalBytes = totalBytes;
        }

        /** What was no message, as far as it is held. */
        byte[] bytes() {
            return bytes;
        }

        /** How much of it came. */
        long totalBytes() {
            return totalBytes;
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
    private long totalBytes;

    Frames(InputStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** The next message that is not empty; null at the end of the stream. A last line without an end is a message too. */
    byte @Nullable [] next() throws IOException {
        while (true) {
            length = 0;
            totalBytes = 0;
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

    /** How long the last message was; more than was given of it where it was longer than may be kept. */
    long totalBytes() {
        return totalBytes;
    }

    private void counted(int first) throws IOException {
        int left = first - '0';
        StringBuilder digits = new StringBuilder().append((char) first);
        int next = read();
        while (next >= '0' && next <= '9') {
            digits.append((char) next);
            if (digits.length() > MAX_DIGITS) {
                throw uncut("a message's length has more than " + MAX_DIGITS + " digits", digits);
            }
            left = 10 * left + next - '0';
            next = read();
        }
        if (next != ' ') {
            at -= next < 0 ? 0 : 1;
            throw uncut("a message's length is not followed by a space; lines begin with '<'", digits);
        }
        while (left > 0) {
            if (at == filled && !fill()) {
                // Broken off: what came is not what was meant.
                throw new Broken(
                        "the stream ends inside a message of " + digits + " bytes",
                        Arrays.copyOf(held, length),
                        totalBytes);
            }
            int part = Math.min(left, filled - at);
            keep(at, part);
            at += part;
            left -= part;
        }
    }

    /** With what has come so far; more is not waited for. */
    private Broken uncut(String message, StringBuilder digits) {
        byte[] begun = digits.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = Arrays.copyOf(begun, begun.length + filled - at);
        System.arraycopy(buffer, at, bytes, begun.length, filled - at);
        return new Broken(message, bytes, bytes.length);
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
        totalBytes += count;
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
