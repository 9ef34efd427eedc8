package io.qorrelate.collectors.buffer;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the buffer: entries of length, CRC-32C and content, one behind the other. An interrupted thread does no harm, as it would to
 * a channel.
 */
final class Segment implements AutoCloseable {
    private static final int HEADER_BYTES = 2 * Integer.BYTES;

    /** More than any rejection holds. */
    private static final int MAX_CONTENT_BYTES = 32 << 20;

    private final long number;
    private final Path path;
    private final RandomAccessFile file;
    private long length;
    private int entries;
    private long done;
    private int entriesDone;
    private Instant last;

    private Segment(long number, Path path, Instant last) throws IOException {
        this.number = number;
        this.path = path;
        this.last = last;
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    static Segment create(Path folder, long number, Instant now) throws IOException {
        return new Segment(number, folder.resolve("%020d.segment".formatted(number)), now);
    }

    /**
     * Opens one that is there, up to the first entry that is not sound: there the process or the machine stopped.
     *
     * @param done how far it is in Kafka, as far as that is known
     */
    static Segment open(Path path, long number, long done) throws IOException {
        Segment segment =
                new Segment(number, path, Files.getLastModifiedTime(path).toInstant());
        long end = segment.file.length();
        long at = 0;
        while (true) {
            byte[] content = segment.read(at, end);
            if (content == null) {
                break;
            }
            at += HEADER_BYTES + content.length;
            segment.entries++;
            if (at <= done) {
                segment.done = at;
                segment.entriesDone++;
            }
        }
        segment.length = at;
        return segment;
    }

    /** Bytes behind the last sound entry, which are cut off. */
    long cut() throws IOException {
        long cut = file.length() - length;
        if (cut > 0) {
            file.setLength(length);
        }
        return cut;
    }

    long number() {
        return number;
    }

    long length() {
        return length;
    }

    long done() {
        return done;
    }

    int waiting() {
        return entries - entriesDone;
    }

    Instant last() {
        return last;
    }

    /** Appends all, or where the disk has no room nothing. */
    void append(List<byte[]> contents, Instant now) throws IOException {
        int size = 0;
        for (byte[] content : contents) {
            size += HEADER_BYTES + content.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size);
        for (byte[] content : contents) {
            bytes.putInt(content.length).putInt(checksum(content)).put(content);
        }
        try {
            file.seek(length);
            file.write(bytes.array());
        } catch (IOException e) {
            file.setLength(length);
            throw e;
        }
        length += size;
        entries += contents.size();
        last = now;
    }

    /** Contents behind what is done, some of them. */
    List<byte[]> waiting(int most, long mostBytes) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        long at = done;
        while (contents.size() < most && at - done < mostBytes) {
            byte[] content = read(at, length);
            if (content == null) {
                break;
            }
            contents.add(content);
            at += HEADER_BYTES + content.length;
        }
        return contents;
    }

    /** The next so many entries are in Kafka. */
    void done(List<byte[]> contents) {
        for (byte[] content : contents) {
            done += HEADER_BYTES + content.length;
        }
        entriesDone += contents.size();
    }

    void sync() throws IOException {
        file.getFD().sync();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private byte @Nullable [] read(long at, long end) throws IOException {
        if (end - at < HEADER_BYTES) {
            return null;
        }
        file.seek(at);
        byte[] header = new byte[HEADER_BYTES];
        try {
            file.readFully(header);
            ByteBuffer numbers = ByteBuffer.wrap(header);
            int size = numbers.getInt();
            int checksum = numbers.getInt();
            if (size < 0 || size > MAX_CONTENT_BYTES || size > end - at - HEADER_BYTES) {
                return null;
            }
            byte[] content = new byte[size];
            file.readFully(content);
            return checksum(content) == checksum ? content : null;
        } catch (EOFException e) {
            return null;
        }
    }

    /** An empty entry of zeros, as a file system leaves them after a loss of power, must not seem sound. */
    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return ~(int) crc.getValue();
    }
}
