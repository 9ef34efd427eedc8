package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file being read. It stays the same file when its name goes to another. */
final class OpenFile implements LineSource {
    private final FileChannel channel;
    private FileIdentity identity;
    private FragmentReader lines;
    private long base;

    private OpenFile(FileChannel channel, FileIdentity identity) throws IOException {
        this.channel = channel;
        this.identity = identity;
        this.lines = from(0);
    }

    static OpenFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new OpenFile(channel, FileIdentity.of(file, channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public boolean fits(Checkpoint checkpoint) throws IOException {
        return channel.size() >= checkpoint.offset() && checkpoint.identity().startsLike(channel);
    }

    boolean hasKeyOf(Checkpoint checkpoint) {
        return checkpoint.identity().hasKey(identity.key());
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
        base = offset;
        lines = from(offset);
    }

    @Override
    public Checkpoint checkpoint() throws IOException {
        // It may have been shorter when it was opened; the more is known of its beginning the better.
        identity = identity.grown(channel);
        return new Checkpoint(identity, position());
    }

    /** Whether what was read is no longer what stands in the file: it was cut, or written anew from the beginning. */
    boolean isRewritten() throws IOException {
        return channel.size() < channel.position() || !identity.startsLike(channel);
    }

    /** Whether another file has its name now. Between two names there may be none: that is not yet another one. */
    boolean isReplacedAt(Path file) throws IOException {
        try {
            String key = FileIdentity.keyOf(file);
            return key != null && !identity.hasKey(key);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private FragmentReader from(long offset) throws IOException {
        channel.position(offset);
        return FragmentReader.lines(Channels.newInputStream(channel));
    }
}
