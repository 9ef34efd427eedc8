package io.qorrelate.collectors.etsi015;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Messages of NETCONF on a channel of SSH, RFC 6242: each ended by {@code ]]>]]>} to begin with, and in chunks once both ends have said
 * that they can.
 */
final class NetconfFrames {
    /**
     * A message.
     *
     * @param bytes its beginning where it was too long
     * @param cut whether it was
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    record Message(byte[] bytes, boolean cut) {}

    /** RFC 6242, section 4.3. */
    private static final byte[] END_OF_MESSAGE = "]]>]]>".getBytes(StandardCharsets.US_ASCII);

    /** RFC 6242, section 4.2: chunks have up to 2³² − 1 bytes. */
    private static final long LARGEST_CHUNK = 4_294_967_295L;

    private final InputStream in;
    private final OutputStream out;
    private final int maxBytes;
    private final byte[] buffer = new byte[1 << 13];
    private int at;
    private int end;
    private boolean chunked;

    /**
     * @param maxBytes of a message that are held
     */
    NetconfFrames(InputStream in, OutputStream out, int maxBytes) {
        this.in = in;
        this.out = out;
        this.maxBytes = maxBytes;
    }

    /** From now on messages come and go in chunks. */
    void inChunks() {
        chunked = true;
    }

    /** Sends a message. */
    void send(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream framed = new ByteArrayOutputStream(bytes.length + 32);
        if (chunked) {
            framed.writeBytes(("\n#" + bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
            framed.writeBytes(bytes);
            framed.writeBytes("\n##\n".getBytes(StandardCharsets.US_ASCII));
        } else {
            framed.writeBytes(bytes);
            framed.writeBytes(END_OF_MESSAGE);
        }
        out.write(framed.toByteArray());
        out.flush();
    }

    /**
     * The next message; null where the other end has closed between two of them.
     *
     * @throws EOFException where it has closed within one
     * @throws IOException where what came is framed wrongly, after which nothing that follows can be understood
     */
    @Nullable
    Message next() throws IOException {
        return chunked ? chunks() : upToMark();
    }

    private @Nullable Message upToMark() throws IOException {
        Held held = new Held();
        int matched = 0;
        int letter = read();
        if (letter < 0) {
            return null;
        }
        while (true) {
            // The mark has no beginning that is also its middle, but for ]] in ]]].
            if (letter == END_OF_MESSAGE[matched]) {
                matched++;
                if (matched == END_OF_MESSAGE.length) {
                    return held.message();
                }
            } else if (letter == ']' && matched == 2) {
                held.add(']');
            } else if (letter == ']' && matched == 5) {
                // ]]>]] and another ]: the first three are none of the mark, and two of the last three may begin it.
                held.add(END_OF_MESSAGE, 3);
                held.add(']');
                matched = 2;
            } else {
                held.add(END_OF_MESSAGE, matched);
                matched = letter == ']' ? 1 : 0;
                if (matched == 0) {
                    held.add(letter);
                }
            }
            letter = read();
            if (letter < 0) {
                throw new EOFException("broke off within a message");
            }
        }
    }

    private @Nullable Message chunks() throws IOException {
        Held held = new Held();
        boolean some = false;
        while (true) {
            int letter = read();
            if (letter < 0 && !some) {
                return null;
            }
            expect(letter, '\n');
            expect(read(), '#');
            letter = read();
            if (letter == '#') {
                expect(read(), '\n');
                if (!some) {
                    throw wrong();
                }
                return held.message();
            }
            long size = size(letter);
            some = true;
            for (long i = 0; i < size; i++) {
                held.add(must(read()));
            }
        }
    }

    private long size(int first) throws IOException {
        // Without leading noughts, and so never nought.
        if (first < '1' || first > '9') {
            must(first);
            throw wrong();
        }
        long size = (long) first - '0';
        while (true) {
            int letter = must(read());
            if (letter == '\n') {
                return size;
            }
            if (letter < '0' || letter > '9') {
                throw wrong();
            }
            size = size * 10 + (letter - '0');
            if (size > LARGEST_CHUNK) {
                throw wrong();
            }
        }
    }

    private static void expect(int letter, char wanted) throws IOException {
        if (must(letter) != wanted) {
            throw wrong();
        }
    }

    private static int must(int letter) throws EOFException {
        if (letter < 0) {
            throw new EOFException("broke off within a message");
        }
        return letter;
    }

    private static IOException wrong() {
        return new IOException("frames its messages wrongly");
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(buffer));
            if (end == 0) {
                return -1;
            }
        }
        return buffer[at++] & 0xff;
    }

    /** As much of a message as is held. */
    private final class Held {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
        private boolean cut;

        void add(int letter) {
            if (bytes.size() < maxBytes) {
                bytes.write(letter);
            } else {
                cut = true;
            }
        }

        void add(byte[] letters, int count) {
            for (int i = 0; i < count; i++) {
                add(letters[i]);
            }
        }

        Message message() {
            return new Message(bytes.toByteArray(), cut);
        }
    }
}
