package io.qorrelate.collectors;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** A body as it comes over the wire, told apart from what is in it: what fails here is the connection, not the content. */
public final class RequestBody extends FilterInputStream {
    /** A body has so long before its rate is looked at. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** A sender slower than this holds a place that others could use; the slowest serial line is faster. */
    private static final long MIN_BYTES_PER_SECOND = 512;

    private final long begun = System.nanoTime();
    private long bytes;
    private boolean ended;

    /** Begins to read. */
    public RequestBody(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count;
        try {
            count = super.read(buffer, offset, length);
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new TooSlow();
            }
            ended = true;
            throw new BrokenOff(e);
        }
        if (count < 0) {
            ended = true;
            return count;
        }
        bytes += count;
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
        if (elapsed.compareTo(GRACE) > 0 && bytes < elapsed.toSeconds() * MIN_BYTES_PER_SECOND) {
            throw new TooSlow();
        }
        return count;
    }

    /** Whether any of it has come. */
    public boolean isBegun() {
        return bytes > 0;
    }

    /** Reads what is left for a moment: a client that still writes would not see the answer. */
    public void drain(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        byte[] scratch = new byte[64 << 10];
        try {
            while (!ended && System.nanoTime() < deadline && read(scratch, 0, scratch.length) >= 0) {
                // let go
            }
        } catch (IOException e) {
            // Nobody waits for these bytes; whether the answer can be written shows when it is.
            ended = true;
        }
    }

    /** The client went away, or does not speak HTTP. */
    public static final class BrokenOff extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenOff(IOException cause) {
            super(cause);
        }
    }

    /** The client sends nothing, or next to nothing. */
    public static final class TooSlow extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
