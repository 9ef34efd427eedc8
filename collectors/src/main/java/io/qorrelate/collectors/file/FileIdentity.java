package io.qorrelate.collectors.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file it is when its name is not enough. A file system gives the key of a deleted file to the next one, so the first
 * bytes count too.
 *
 * @param key device and inode; null where the file system has none
 * @param head the first bytes, at most {@value #HEAD_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by startsLike alone
record FileIdentity(@Nullable String key, byte[] head) {
    /** Longer than what two files of one producer begin with alike, such as a header line: the first event's time is in it. */
    static final int HEAD_BYTES = 1 << 10;

    static FileIdentity of(Path file, FileChannel channel) throws IOException {
        return new FileIdentity(keyOf(file), head(channel, HEAD_BYTES));
    }

    static @Nullable String keyOf(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? null : key.toString();
    }

    /** Whether the file still begins as it did. */
    boolean startsLike(FileChannel channel) throws IOException {
        return Arrays.equals(head, head(channel, head.length));
    }

    /** Whether a file that begins with these bytes may be it; of one that was empty nothing can be said. */
    boolean startsLike(byte[] beginning) {
        return head.length > 0
                && beginning.length >= head.length
                && Arrays.equals(head, 0, head.length, beginning, 0, head.length);
    }

    FileIdentity grown(FileChannel channel) throws IOException {
        return head.length < HEAD_BYTES ? new FileIdentity(key, head(channel, HEAD_BYTES)) : this;
    }

    boolean hasKey(@Nullable String other) {
        return key != null && Objects.equals(key, other);
    }

    private static byte[] head(FileChannel channel, int length) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(length);
        while (head.hasRemaining()) {
            if (channel.read(head, head.position()) < 0) {
                break;
            }
        }
        return Arrays.copyOf(head.array(), head.position());
    }
}
