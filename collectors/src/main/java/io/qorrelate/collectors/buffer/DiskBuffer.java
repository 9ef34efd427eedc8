package io.qorrelate.collectors.buffer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue on disk. What {@link #append} has taken survives the end of the process, however it comes, and a loss of power but for the
 * last second. Where there is no more room the oldest goes: what is happening now matters more than what happened at the beginning of the
 * outage, and a link's baseline is found again from the newest reports, not from old ones with a hole behind them.
 */
public final class DiskBuffer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskBuffer.class);

    /** So many segments at least, so that little is dropped at a time. */
    private static final int LEAST_SEGMENTS = 8;

    private static final long MAX_SEGMENT_BYTES = 16L << 20;

    /** A number that has another one behind it: of eighteen digits at most, where a long may have nineteen. */
    private static final Pattern NAME = Pattern.compile("(00\\d{18})\\.segment");

    private static final Pattern CURSOR = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

    /**
     * Some of what waits, the oldest first.
     *
     * @param segment where it stands
     * @param contents as they stand there
     */
    public record Batch(long segment, List<byte[]> contents, List<Kept> kept) {}

    private final BufferSettings settings;
    private final InstantSource clock;
    private final MeterRegistry registry;
    private final RandomAccessFile lockFile;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition some = lock.newCondition();
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Thread syncer;
    /** Written to since the last time, in this order. */
    private final Set<Segment> unsynced = new LinkedHashSet<>();

    private long nextNumber;
    private boolean closed;
    private volatile long waiting;
    private volatile long bytes;
    private volatile Instant oldest = Instant.MAX;

    private DiskBuffer(
            BufferSettings settings, InstantSource clock, MeterRegistry registry, RandomAccessFile lockFile) {
        this.settings = settings;
        this.clock = clock;
        this.registry = registry;
        this.lockFile = lockFile;
        syncer = Thread.ofVirtual().name("buffer-sync").unstarted(this::syncEverySoOften);
    }

    /**
     * Opens it, with all that was waiting when it was closed or the process ended.
     *
     * @throws IOException in words for the operator, where the folder cannot be used or another process uses it
     */
    public static DiskBuffer open(BufferSettings settings, InstantSource clock, MeterRegistry registry)
            throws IOException {
        try {
            Files.createDirectories(settings.folder());
        } catch (IOException e) {
            throw new IOException("what is collected while Kafka is away cannot be kept in " + settings.folder(), e);
        }
        RandomAccessFile lockFile = lock(settings.folder());
        DiskBuffer buffer = new DiskBuffer(settings, clock, registry, lockFile);
        boolean open = false;
        try {
            buffer.recover();
            open = true;
        } finally {
            if (!open) {
                lockFile.close();
            }
        }
        buffer.measure();
        buffer.syncer.start();
        return buffer;
    }

    /** Whether everything has gone. */
    public boolean isEmpty() {
        return waiting == 0;
    }

    /**
     * Takes all of it.
     *
     * @throws IOException where it cannot be written; then nothing was taken
     */
    public void append(List<Kept> kept) throws IOException {
        List<byte[]> contents = kept.stream().map(Kept::write).toList();
        long size = contents.stream().mapToLong(content -> content.length).sum();
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the buffer is closed");
            }
            Instant now = clock.instant();
            Segment newest = segments.peekLast();
            if (newest == null || (newest.length() > 0 && newest.length() + size > segmentBytes())) {
                newest = Segment.create(settings.folder(), nextNumber++, now);
                segments.addLast(newest);
            }
            newest.append(contents, now);
            unsynced.add(newest);
            dropWhatIsTooMuch(now);
            account();
            some.signalAll();
        } finally {
            lock.unlock();
        }
        counter("qorrelate.buffer.kept", "Events and rejections that were put on disk, as Kafka did not take them", "")
                .increment(kept.size());
    }

    /** Waits until something is there, but no longer than that; what is there, the oldest first, or an empty batch. */
    public Batch next(int most, long mostBytes, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (waiting == 0 && left > 0) {
                left = some.awaitNanos(left);
            }
            dropWhatIsTooMuch(clock.instant());
            account();
            Segment first = segments.peekFirst();
            if (first == null || closed) {
                return new Batch(-1, List.of(), List.of());
            }
            List<byte[]> contents = first.waiting(most, mostBytes);
            if (contents.isEmpty() && first.waiting() > 0) {
                throw new IOException("an entry is no longer sound");
            }
            return new Batch(first.number(), contents, decoded(contents));
        } catch (IOException e) {
            // The disk fails under it: the segment is given up, so that the others are not.
            LOG.warn("a segment of the buffer cannot be read and is dropped: {}", e.toString());
            drop("damaged");
            account();
            return new Batch(-1, List.of(), List.of());
        } finally {
            lock.unlock();
        }
    }

    /** Kafka has the batch. */
    public void done(Batch batch) {
        lock.lock();
        try {
            Segment first = segments.peekFirst();
            if (first == null || first.number() != batch.segment() || closed) {
                // Dropped meanwhile, as there was no room.
                return;
            }
            first.done(batch.contents());
            if (first.waiting() == 0) {
                segments.removeFirst();
                unsynced.remove(first);
                first.delete();
            } else {
                saveCursor(first);
            }
            account();
        } catch (IOException e) {
            // What is sent again after a restart has the same ids.
            LOG.debug("the buffer cannot note how far it is", e);
        } finally {
            lock.unlock();
        }
    }

    private static List<Kept> decoded(List<byte[]> contents) throws IOException {
        List<Kept> kept = new ArrayList<>(contents.size());
        for (byte[] content : contents) {
            kept.add(Kept.read(content));
        }
        return kept;
    }

    private long segmentBytes() {
        return Math.min(MAX_SEGMENT_BYTES, settings.maxBytes() / LEAST_SEGMENTS);
    }

    private void dropWhatIsTooMuch(Instant now) {
        while (segments.stream().mapToLong(Segment::length).sum() > settings.maxBytes()) {
            drop("full");
        }
        while (!segments.isEmpty()
                && segments.getFirst().last().plus(settings.maxAge()).isBefore(now)) {
            drop("too_old");
        }
    }

    private void drop(String reason) {
        Segment gone = segments.removeFirst();
        unsynced.remove(gone);
        counter("qorrelate.buffer.dropped", "Events and rejections that the buffer on disk let go", reason)
                .increment(Math.max(gone.waiting(), "damaged".equals(reason) ? 1 : 0));
        LOG.warn("the buffer drops its oldest {} entries ({})", gone.waiting(), reason);
        try {
            gone.delete();
        } catch (IOException e) {
            LOG.warn("a segment of the buffer cannot be deleted: {}", e.toString());
        }
    }

    private void account() {
        long count = 0;
        long size = 0;
        for (Segment segment : segments) {
            count += segment.waiting();
            size += segment.length();
        }
        if (waiting == 0 && count > 0) {
            oldest = clock.instant();
        } else if (count == 0) {
            oldest = Instant.MAX;
        }
        waiting = count;
        bytes = size;
    }

    private void recover() throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(settings.folder())) {
            files = entries.filter(
                            path -> NAME.matcher(path.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
        long[] cursor = cursor();
        // A number is never used twice, or the cursor of a file that is gone would speak of another one.
        nextNumber = cursor[0] + 1;
        for (Path path : files) {
            Matcher name = NAME.matcher(path.getFileName().toString());
            long number = name.matches() ? Long.parseLong(name.group(1)) : 0;
            nextNumber = Math.max(nextNumber, number + 1);
            Segment segment = Segment.open(path, number, number == cursor[0] ? cursor[1] : 0);
            long cut = segment.cut();
            if (cut > 0) {
                LOG.warn("{} bytes at the end of {} are not sound and are dropped", cut, path);
                counter("qorrelate.buffer.dropped", "Events and rejections that the buffer on disk let go", "damaged")
                        .increment();
            }
            if (segment.waiting() == 0) {
                segment.delete();
            } else {
                segments.addLast(segment);
            }
        }
        account();
        if (waiting > 0) {
            LOG.info("{} events of an earlier time wait on disk for Kafka", waiting);
        }
    }

    /** Number of a segment, and how far it is in Kafka; of none where the file is not sound: what is there is sent again then. */
    private long[] cursor() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(cursorFile());
        } catch (NoSuchFileException e) {
            return new long[] {-1, 0};
        }
        Matcher cursor = CURSOR.matcher(new String(bytes, StandardCharsets.US_ASCII).strip());
        return cursor.matches()
                ? new long[] {Long.parseLong(cursor.group(1)), Long.parseLong(cursor.group(2))}
                : new long[] {-1, 0};
    }

    private void saveCursor(Segment segment) throws IOException {
        Path draft = settings.folder().resolve("cursor.new");
        Files.writeString(draft, segment.number() + " " + segment.done() + "\n");
        Files.move(draft, cursorFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path cursorFile() {
        return settings.folder().resolve("cursor");
    }

    private static RandomAccessFile lock(Path folder) throws IOException {
        RandomAccessFile file = new RandomAccessFile(folder.resolve("lock").toFile(), "rw");
        FileLock taken = null;
        try {
            taken = file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            // Another part of this process has it.
        }
        if (taken == null) {
            file.close();
            throw new IOException("the buffer in " + folder
                    + " is used by another process; give each its own folder with --data-dir");
        }
        return file;
    }

    private void syncEverySoOften() {
        try {
            while (true) {
                Thread.sleep(settings.syncEvery());
                sync();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sync() {
        List<Segment> written;
        lock.lock();
        try {
            written = closed ? List.of() : List.copyOf(unsynced);
            unsynced.clear();
        } finally {
            lock.unlock();
        }
        if (written.isEmpty()) {
            return;
        }
        try {
            for (Segment segment : written) {
                segment.sync();
            }
            // A new file is found again after a loss of power only if its folder knows of it.
            try (FileChannel folder = FileChannel.open(settings.folder(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            LOG.debug("a segment was drained before it was synced", e);
        }
    }

    private void measure() {
        Gauge.builder("qorrelate.buffer.waiting", this, each -> each.waiting)
                .description("Events and rejections that wait on disk for Kafka")
                .register(registry);
        Gauge.builder("qorrelate.buffer.size", this, each -> each.bytes)
                .description("Bytes of the buffer on disk")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("qorrelate.buffer.limit", this, each -> each.settings.maxBytes())
                .description("Most bytes of the buffer on disk")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("qorrelate.buffer.age", this, DiskBuffer::ageSeconds)
                .description("How long something has been waiting on disk for Kafka")
                .baseUnit("seconds")
                .register(registry);
        for (String reason : List.of("full", "too_old", "damaged")) {
            var unused =
                    counter("qorrelate.buffer.dropped", "Events and rejections that the buffer on disk let go", reason);
        }
    }

    private double ageSeconds() {
        Instant since = oldest;
        return since.equals(Instant.MAX)
                ? 0
                : Duration.between(since, clock.instant()).toMillis() / 1e3;
    }

    private Counter counter(String name, String description, @Nullable String reason) {
        Counter.Builder counter = Counter.builder(name).description(description);
        return (reason == null || reason.isEmpty() ? counter : counter.tag("reason", reason)).register(registry);
    }

    /** Forces all of it to the disk, where it waits for the next process. */
    @Override
    public void close() {
        syncer.interrupt();
        sync();
        lock.lock();
        try {
            closed = true;
            for (Segment segment : segments) {
                segment.close();
            }
            lockFile.close();
        } catch (IOException e) {
            LOG.warn("closing the buffer: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }
}
