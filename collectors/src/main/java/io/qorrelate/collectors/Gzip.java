package io.qorrelate.collectors;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Compressed inputs, RFC 1952. */
public final class Gzip {
    private Gzip() {}

    /**
     * What was compressed: all members, one after the other. The platform's own reader takes the end of what has arrived so far for the
     * end of the input, and says nothing of what stands behind a member that is no other one.
     *
     * @throws IOException where it does not begin as gzip
     */
    public static InputStream unpack(InputStream packed) throws IOException {
        return new Steps(GzipCompressorInputStream.builder()
                .setInputStream(packed)
                .setDecompressConcatenated(true)
                .get());
    }

    /** The library waits until it has all that was asked for, and gives nothing where it fails before; so it is asked for little. */
    private static final class Steps extends FilterInputStream {
        private static final int STEP_BYTES = 256;

        Steps(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(length, STEP_BYTES));
        }
    }
}
