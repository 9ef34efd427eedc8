package io.qorrelate.collectors;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of bytes from a stream, with either line end, in bounded memory. Lines are kept whole up to the limit; of a longer one
 * the rest is skipped, and it says so.
 */
public final class LineReader {
    /** Longest input kept whole: eight times the largest event, so that even a gross mistake can be looked at. */
    public static final int LIMIT_BYTES = 8 << 20;

    private static final int CHUNK_BYTES = 64 << 10;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int next;
    private int filled;
    private byte[] line = new byte[CHUNK_BYTES];
    private int length;
    private long number;
    private boolean truncated;
    private boolean terminated;
    private long consumed;

    /** Reads from where the stream stands. */
    public LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line without its end; null at the end of the stream. */
    public byte @Nullable [] next() throws IOException {
        length = 0;
        truncated = false;
        terminated = false;
        boolean any = false;
        while (!terminated) {
            if (next == filled) {
                filled = in.read(chunk, 0, CHUNK_BYTES);
                next = 0;
                if (filled <= 0) {
                    filled = 0;
                    break;
                }
            }
            any = true;
            int end = next;
            while (end < filled && chunk[end] != '\n') {
                end++;
            }
            append(next, end);
            terminated = end < filled;
            consumed += end - next + (terminated ? 1 : 0);
            next = terminated ? end + 1 : end;
        }
        if (!any) {
            return null;
        }
        number++;
        int from = number == 1 && startsWithMark() ? BYTE_ORDER_MARK.length : 0;
        int to = length > from && line[length - 1] == '\r' ? length - 1 : length;
        return Arrays.copyOfRange(line, from, to);
    }

    /** Number of the line last read, from 1. */
    public long number() {
        return number;
    }

    /** Whether the line last read was longer than the limit, and is cut off there. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the line last read ended with a line end rather than with the stream. */
    public boolean isTerminated() {
        return terminated;
    }

    /** Bytes of the stream that the lines so far took, line ends included. */
    public long consumed() {
        return consumed;
    }

    private boolean startsWithMark() {
        return length >= BYTE_ORDER_MARK.length
                && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    private void append(int from, int to) {
        int more = Math.min(to - from, LIMIT_BYTES - length);
        truncated |= more < to - from;
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.min(LIMIT_BYTES, Math.max(2 * line.length, length + more)));
        }
        System.arraycopy(chunk, from, line, length, more);
        length += more;
    }
}
