package io.qorrelate.collectors;

import io.qorrelate.model.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A body as it is sent, in gzip, of which is remembered what came: where it cannot be unpacked, that is what there is to keep. */
public final class PackedBody extends FilterInputStream {
    /** What is no gzip, or no longer; what was sent is kept with it. */
    public static final class Unsound extends IOException {
        private static final long serialVersionUID = 1L;

        private final transient PackedBody sent;

        Unsound(IOException cause, PackedBody sent) {
            super("the body is not sound gzip: " + cause.getMessage(), cause);
            this.sent = sent;
        }

        /** All that was sent. */
        public PackedBody sent() {
            return sent;
        }
    }

    private static final int PART_BYTES = 64 << 10;

    private final int mostRemembered;
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    private long length;
    private boolean failed;

    /**
     * Begins to read.
     *
     * @param mostRemembered bytes, from the first on
     */
    public PackedBody(InputStream in, int mostRemembered) {
        super(in);
        this.mostRemembered = mostRemembered;
    }

    /** What came as one that is no event, or its beginning. */
    public Intake rejected(Unsound why) {
        return new Intake.Rejected(
                beginning.toByteArray(), length, RejectReason.WRONG_TYPE, String.valueOf(why.getMessage()));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
        int count;
        try {
            count = super.read(bytes, offset, most);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
        if (count > 0) {
            length += count;
            beginning.write(bytes, offset, Math.min(count, mostRemembered - beginning.size()));
        }
        return count;
    }

    /** What is read again would be remembered twice. */
    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads what is still to come, for no longer than that. */
    public void readOn(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        byte[] part = new byte[PART_BYTES];
        try {
            while (!failed && System.nanoTime() < end && read(part, 0, part.length) >= 0) {
                // It is remembered.
            }
        } catch (IOException e) {
            // So much came, at least.
            failed = true;
        }
    }

    /** What it was before it was packed; reading it throws {@link Unsound} where there is no telling. */
    public InputStream unpacked() {
        return new Unpacked();
    }

    private final class Unpacked extends InputStream {
        private @Nullable InputStream members;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int most) throws IOException {
            try {
                InputStream open = members;
                if (open == null) {
                    open = Gzip.unpack(PackedBody.this);
                    members = open;
                }
                return open.read(bytes, offset, most);
            } catch (IOException e) {
                // What carries it may fail too, and says so in its own way.
                throw failed ? e : new Unsound(e, PackedBody.this);
            }
        }

        @Override
        public void close() throws IOException {
            InputStream open = members;
            if (open != null) {
                open.close();
            }
        }
    }
}
