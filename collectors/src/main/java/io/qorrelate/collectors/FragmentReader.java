package io.qorrelate.collectors;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an input into pieces that should be one event each, without holding more than one piece. Bytes are only looked at,
 * never decoded, so that whatever turns out to be no event can be handed on exactly as it came.
 */
public final class FragmentReader {
    /**
     * Most bytes of one piece that are held and handed on. A piece may be larger than an event may be, so that it reaches
     * the dead letters whole; of one beyond this, the beginning is kept and the rest is skipped.
     */
    public static final int MAX_HELD_BYTES = 8 << 20;

    private static final int INITIAL_BUFFER_BYTES = 32 << 10;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final int maxHeldBytes;
    private Framing framing;

    private byte[] buffer = new byte[INITIAL_BUFFER_BYTES];
    /** Where the piece at hand begins. */
    private int start;
    /** Up to where it was looked at. */
    private int seen;
    /** Up to where the buffer is filled. */
    private int filled;
    /** Bytes of the piece at hand that were let go because it is too long; they came after those that are held. */
    private long skipped;

    private long consumed;
    private boolean begun;

    private FragmentReader(InputStream in, Framing framing, int maxHeldBytes) {
        if (maxHeldBytes < INITIAL_BUFFER_BYTES) {
            throw new IllegalArgumentException("at least " + INITIAL_BUFFER_BYTES + " bytes must be held");
        }
        this.in = in;
        this.framing = framing;
        this.maxHeldBytes = maxHeldBytes;
    }

    /** One event a line. Blank lines are passed over; a carriage return before the line end and a byte-order mark are not the event's. */
    public static FragmentReader lines(InputStream in) {
        return lines(in, MAX_HELD_BYTES);
    }

    static FragmentReader lines(InputStream in, int maxHeldBytes) {
        return new FragmentReader(in, new LineFraming(), maxHeldBytes);
    }

    /** A JSON array of events, one event over several lines, or one event a line: whichever the first bytes look like. */
    public static FragmentReader sniffing(InputStream in) throws IOException {
        return sniffing(in, MAX_HELD_BYTES);
    }

    static FragmentReader sniffing(InputStream in, int maxHeldBytes) throws IOException {
        FragmentReader reader = new FragmentReader(in, new LineFraming(), maxHeldBytes);
        reader.chooseFraming();
        return reader;
    }

    /**
     * The next piece, or null where the input has no more of it at this moment; on a growing input it is worth asking again.
     *
     * @throws IOException where the input fails; the piece at hand is lost then
     */
    public @Nullable Fragment next() throws IOException {
        skipByteOrderMark();
        while (true) {
            int end = framing.scan(buffer, seen, filled);
            if (end >= 0) {
                Fragment fragment = take(end, true);
                if (fragment != null) {
                    return fragment;
                }
            } else {
                seen = filled;
                if (!fill()) {
                    return null;
                }
            }
        }
    }

    /** What is left when the input is over: a last piece that nothing ended, or null. */
    public @Nullable Fragment rest() {
        return take(filled, false);
    }

    /** Whether pieces are the elements of an array, rather than lines. */
    public boolean readsArray() {
        return framing instanceof ArrayFraming;
    }

    /** How many bytes of the input are done with. */
    public long position() {
        return consumed;
    }

    private @Nullable Fragment take(int end, boolean ended) {
        long line = framing.line();
        String flaw = ended ? framing.flaw() : framing.flawAtTheEnd();
        int next = ended ? framing.next(end) : end;
        int from = start;
        int to = end;
        long total = (long) end - start + skipped;
        if (skipped > 0) {
            // What stands behind the held beginning is the tail of what was skipped.
            to = start + maxHeldBytes;
        } else {
            while (from < to && isSpace(buffer[from])) {
                from++;
            }
            if (framing.trimsEnd()) {
                while (to > from && isSpace(buffer[to - 1])) {
                    to--;
                }
            } else if (to > from && buffer[to - 1] == '\r') {
                to--;
            }
            if (from < to && !framing.trimsStart()) {
                from = start;
            }
            total = (long) to - from;
        }
        consumed += (long) next - start + skipped;
        boolean blank = from == to;
        long number = framing.count(blank && flaw == null);
        start = next;
        seen = next;
        skipped = 0;
        framing.begin();
        if (blank && flaw == null) {
            return null;
        }
        return new Fragment(buffer, from, to - from, number, line, total, consumed, flaw);
    }

    /** Gets more bytes behind those that are there; false where there are none now. */
    private boolean fill() throws IOException {
        if (skipped > 0 || filled - start > maxHeldBytes) {
            // Keep the beginning, let go what came after it.
            int held = start + maxHeldBytes;
            skipped += filled - held;
            filled = held;
            seen = held;
        }
        if (filled == buffer.length) {
            makeRoom();
        }
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count <= 0) {
            return false;
        }
        filled += count;
        return true;
    }

    private void makeRoom() {
        int held = filled - start;
        if (start > 0 && held <= buffer.length / 2) {
            System.arraycopy(buffer, start, buffer, 0, held);
        } else {
            // One buffer's worth beyond what may be held, to read into while skipping.
            long size = Math.min(2L * buffer.length, (long) maxHeldBytes + INITIAL_BUFFER_BYTES);
            byte[] larger = size > buffer.length ? new byte[(int) size] : buffer;
            System.arraycopy(buffer, start, larger, 0, held);
            buffer = larger;
        }
        start = 0;
        filled = held;
        seen = held;
    }

    private void skipByteOrderMark() throws IOException {
        if (begun) {
            return;
        }
        while (filled < BYTE_ORDER_MARK.length && Arrays.mismatch(buffer, 0, filled, BYTE_ORDER_MARK, 0, filled) < 0) {
            if (!fill()) {
                return;
            }
        }
        begun = true;
        if (filled >= BYTE_ORDER_MARK.length
                && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            start = BYTE_ORDER_MARK.length;
            seen = start;
            consumed = start;
        }
    }

    private void chooseFraming() throws IOException {
        skipByteOrderMark();
        int first = start;
        while (true) {
            while (first < filled && isSpace(buffer[first])) {
                first++;
            }
            if (first < filled || filled == buffer.length || !fill()) {
                break;
            }
        }
        if (first == filled) {
            return;
        }
        if (buffer[first] == '[') {
            framing = new ArrayFraming();
        } else if (buffer[first] == '{' && firstLineLeavesOpen(first)) {
            framing = new DocumentFraming();
        }
    }

    /** Whether a line end comes before the object is closed; a first line beyond the initial buffer is taken for a line. */
    private boolean firstLineLeavesOpen(int first) throws IOException {
        Nesting nesting = new Nesting();
        int at = first;
        while (true) {
            for (; at < filled; at++) {
                if (buffer[at] == '\n') {
                    return nesting.isInside();
                }
                nesting.see(buffer[at]);
                if (!nesting.isInside()) {
                    return false;
                }
            }
            if (filled == buffer.length || !fill()) {
                return false;
            }
        }
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
