package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Gzip;
import io.qorrelate.collectors.LimitedStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file that was compressed when it was rotated, read as what it was before. Where it breaks off it ends, and says so. */
final class PackedFile implements LineSource {
    /** More than anybody lets a log grow before it is rotated; a bomb is done with in minutes. */
    private static final long MAX_UNPACKED_BYTES = 16L << 30;

    private static final int BUFFER_BYTES = 64 << 10;

    /** A file that was written to so recently may still be in the making. */
    private static final Duration IN_THE_MAKING = Duration.ofSeconds(10);

    private final Path file;
    private final FileIdentity identity;
    private Unpacked unpacked;
    private FragmentReader lines;
    private long base;

    private PackedFile(Path file, FileIdentity identity, Unpacked unpacked) {
        this.file = file;
        this.identity = identity;
        this.unpacked = unpacked;
        lines = FragmentReader.lines(unpacked);
    }

    static PackedFile open(Path file) throws IOException {
        return new PackedFile(file, new FileIdentity(null, head(file)), Unpacked.of(file));
    }

    /** Whether the file is compressed, by its first two bytes. */
    static boolean isOne(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] magic = bytes.readNBytes(2);
            return magic.length == 2 && magic[0] == 0x1F && magic[1] == (byte) 0x8B;
        }
    }

    /** The first bytes of what was compressed; fewer where it breaks off. */
    static byte[] head(Path file) throws IOException {
        try (InputStream bytes = Unpacked.of(file)) {
            return bytes.readNBytes(FileIdentity.HEAD_BYTES);
        }
    }

    /** Why the file ends where it does, if that is no proper end. */
    @Nullable
    String flaw() {
        return unpacked.flaw;
    }

    boolean isInTheMaking(Instant now) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().plus(IN_THE_MAKING).isAfter(now);
    }

    @Override
    public @Nullable Fragment next() throws IOException {
        return lines.next();
    }

    @Override
    public @Nullable Fragment rest() {
        return lines.rest();
    }

    @Override
    public long position() {
        return base + lines.position();
    }

    @Override
    public void seek(long offset) throws IOException {
        unpacked.close();
        unpacked = Unpacked.of(file);
        byte[] scratch = new byte[BUFFER_BYTES];
        base = 0;
        while (base < offset) {
            int count = unpacked.read(scratch, 0, (int) Math.min(scratch.length, offset - base));
            if (count < 0) {
                break;
            }
            base += count;
        }
        lines = FragmentReader.lines(unpacked);
    }

    @Override
    public boolean fits(Checkpoint checkpoint) {
        return checkpoint.identity().startsLike(identity.head());
    }

    @Override
    public Checkpoint checkpoint() {
        return new Checkpoint(identity, position());
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }

    /** Ends where the compressed file is no longer sound. */
    private static final class Unpacked extends FilterInputStream {
        private @Nullable String flaw;

        private Unpacked(InputStream in) {
            super(in);
        }

        static Unpacked of(Path file) throws IOException {
            InputStream packed = Files.newInputStream(file);
            try {
                return new Unpacked(new LimitedStream(Gzip.unpack(packed), MAX_UNPACKED_BYTES));
            } catch (IOException e) {
                packed.close();
                Unpacked nothing = new Unpacked(InputStream.nullInputStream());
                nothing.flaw = e.getMessage();
                return nothing;
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (flaw != null) {
                return -1;
            }
            try {
                return super.read(buffer, offset, length);
            } catch (LimitedStream.TooLong e) {
                flaw = "unpacks to more than " + MAX_UNPACKED_BYTES + " bytes";
            } catch (IOException e) {
                flaw = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            }
            return -1;
        }
    }
}
