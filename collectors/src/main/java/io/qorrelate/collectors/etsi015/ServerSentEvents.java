package io.qorrelate.collectors.etsi015;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2; the form of RFC 8040's notifications, section 6.4). Holds no more of
 * an event than it should have.
 */
final class ServerSentEvents {
    /**
     * An event that has data.
     *
     * @param id where to go on from after it; null where no event yet had one
     * @param data its beginning where it was too long
     * @param cut whether it was
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    record Event(@Nullable String id, byte[] data, boolean cut) {}

    /** A field's name, and what an id may reasonably hold. */
    private static final int ROOM_FOR_FIELD = 1 << 10;

    private final InputStream stream;
    private final int maxBytes;
    private final byte[] buffer = new byte[1 << 13];
    private int at;
    private int end;
    private boolean afterReturn;
    private boolean first = true;
    private @Nullable String lastId;

    /**
     * @param maxBytes of an event's data
     */
    ServerSentEvents(InputStream stream, int maxBytes) {
        this.stream = stream;
        this.maxBytes = maxBytes;
    }

    /** The next event with data; null where the stream ends. An event that the end cuts short is none, as the standard has it. */
    @Nullable
    Event next() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        boolean some = false;
        boolean cut = false;
        while (true) {
            Line line = line();
            if (line == null) {
                return null;
            }
            if (line.bytes().length == 0) {
                if (some) {
                    return new Event(lastId, data.toByteArray(), cut);
                }
                continue;
            }
            String field = line.field();
            if (field.equals("data")) {
                byte[] value = line.value();
                if (some && data.size() < maxBytes) {
                    data.write('\n');
                }
                some = true;
                int room = Math.max(0, maxBytes - data.size());
                cut |= line.cut() || value.length > room;
                data.write(value, 0, Math.min(room, value.length));
            } else if (field.equals("id") && !line.cut()) {
                String id = new String(line.value(), StandardCharsets.UTF_8);
                // It goes back in a header.
                lastId = id.chars().allMatch(letter -> letter > ' ' && letter < 0x7f) ? id : lastId;
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    private record Line(byte[] bytes, boolean cut) {
        private int colon() {
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == ':') {
                    return i;
                }
            }
            return bytes.length;
        }

        String field() {
            return new String(bytes, 0, colon(), StandardCharsets.UTF_8);
        }

        byte[] value() {
            int begin = Math.min(bytes.length, colon() + 1);
            return Arrays.copyOfRange(
                    bytes, begin < bytes.length && bytes[begin] == ' ' ? begin + 1 : begin, bytes.length);
        }
    }

    /** Lines end with LF, CR, or both. */
    private @Nullable Line line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean cut = false;
        while (true) {
            int letter = read();
            if (letter < 0) {
                return null;
            }
            if (letter == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = letter == '\r';
            if (letter == '\n' || letter == '\r') {
                return new Line(withoutMark(line.toByteArray()), cut);
            }
            if (line.size() < maxBytes + ROOM_FOR_FIELD) {
                line.write(letter);
            } else {
                cut = true;
            }
        }
    }

    /** A stream may begin with a byte order mark. */
    private byte[] withoutMark(byte[] line) {
        boolean marked =
                first && line.length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF;
        first = false;
        return marked ? Arrays.copyOfRange(line, 3, line.length) : line;
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = stream.read(buffer);
            if (end < 0) {
                end = 0;
                return -1;
            }
            return read();
        }
        return buffer[at++] & 0xff;
    }
}
