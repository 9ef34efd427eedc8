package io.qorrelate.collectors;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Gives no more than so many bytes; one more is an error. */
public final class LimitedStream extends FilterInputStream {
    private long left;

    public LimitedStream(InputStream in, long maxBytes) {
        super(in);
        left = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count > left) {
            throw new TooLong();
        }
        left -= Math.max(0, count);
        return count;
    }

    /** There was more than allowed. */
    public static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
