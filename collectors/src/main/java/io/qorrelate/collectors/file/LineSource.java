package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Fragment;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file's lines, from any place on. */
interface LineSource extends AutoCloseable {
    /** The next whole line; null where there is none now. */
    @Nullable
    Fragment next() throws IOException;

    /** A last line that nothing ended; null where there is none. */
    @Nullable
    Fragment rest();

    /** Everything before it was handed out, in bytes from the beginning, unpacked. */
    long position();

    /** Goes back, or forth. */
    void seek(long offset) throws IOException;

    /** Whether what a checkpoint says of a file can be said of this one. */
    boolean fits(Checkpoint checkpoint) throws IOException;

    /** How far it was read. */
    Checkpoint checkpoint() throws IOException;

    @Override
    void close() throws IOException;
}
