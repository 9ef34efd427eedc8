package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.LineReader;
import io.qorrelate.collectors.Publisher;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file collector. Its place in the file is written down only after Kafka has acknowledged everything before it, so a
 * restart loses nothing; what it sends twice is one event by its id.
 */
public final class FileCollector {
    /** How metrics and dead letters name it. */
    public static final String NAME = "file";

    private static final Logger LOG = LoggerFactory.getLogger(FileCollector.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Lines between two acknowledgements: what a restart may send again. */
    private static final int BATCH_LINES = 5000;

    private final Path file;
    private final Path placeFile;
    private final Intake intake;
    private final Publisher publisher;

    /** A collector of one file that keeps its place in another. */
    public FileCollector(Path file, Path placeFile, Intake intake, Publisher publisher) {
        this.file = file;
        this.placeFile = placeFile;
        this.intake = intake;
        this.publisher = publisher;
    }

    /**
     * How far it got.
     *
     * @param accepted events that Kafka has
     * @param rejected lines that the dead letters have
     */
    public record Progress(long accepted, long rejected) {
        Progress plus(Progress more) {
            return new Progress(accepted + more.accepted, rejected + more.rejected);
        }
    }

    /**
     * Reads what the file holds beyond the place reached before, its last line too where that has no end.
     *
     * @throws IOException where the file cannot be read
     */
    public Progress once() throws IOException, InterruptedException {
        Progress total = new Progress(0, 0);
        while (true) {
            Round round = round(true);
            total = total.plus(round.progress());
            if (round.atEnd()) {
                return total;
            }
        }
    }

    /** Follows the file until interrupted: through growth, truncation and replacement by another of the same name. */
    public void tail() throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (round(false).atEnd()) {
                    Thread.sleep(LOOK_EVERY);
                }
            } catch (NoSuchFileException e) {
                // Between the old file of a rotation and the new one there may be none.
                Thread.sleep(LOOK_EVERY);
            } catch (IOException e) {
                LOG.warn("{} cannot be read, trying again: {}", file, e.toString());
                Thread.sleep(PAUSE);
            }
        }
    }

    private record Round(Progress progress, boolean atEnd) {}

    private record Place(String identity, long offset) {}

    private Round round(boolean takeUnfinished) throws IOException, InterruptedException {
        String identity = identity();
        Place place = readPlace();
        long begin = place != null && place.identity().equals(identity) && place.offset() <= Files.size(file)
                ? place.offset()
                : 0;
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        long accepted = 0;
        long rejected = 0;
        long reached = begin;
        boolean atEnd = false;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(begin);
            InputStream in = Channels.newInputStream(channel);
            LineReader lines = new LineReader(in);
            while (sent.size() < BATCH_LINES) {
                byte[] line = lines.next();
                // A last line without an end may still be being written.
                if (line == null || (!lines.isTerminated() && !takeUnfinished)) {
                    atEnd = true;
                    break;
                }
                if (line.length > 0) {
                    boolean valid = send(line, lines.isTruncated(), sent);
                    accepted += valid ? 1 : 0;
                    rejected += valid ? 0 : 1;
                }
                reached = begin + lines.consumed();
            }
        }
        try {
            CompletableFuture.allOf(sent.toArray(new CompletableFuture<?>[0])).join();
        } catch (CompletionException e) {
            LOG.warn(
                    "Kafka did not take all of {}, sending the same lines again: {}",
                    file,
                    e.getCause().getMessage());
            Thread.sleep(PAUSE);
            return new Round(new Progress(0, 0), false);
        }
        if (reached != begin) {
            writePlace(new Place(identity, reached));
        }
        return new Round(new Progress(accepted, rejected), atEnd);
    }

    private boolean send(byte[] line, boolean truncated, List<CompletableFuture<Void>> sent)
            throws InterruptedException {
        while (true) {
            try {
                try {
                    if (truncated) {
                        throw new InvalidEvent(
                                RejectReason.TOO_LARGE,
                                "the line is longer than " + LineReader.LIMIT_BYTES + " bytes and is cut off there");
                    }
                    TelemetryEvent event = intake.read(line, 0, line.length);
                    sent.add(publisher.telemetry(event, NAME, PATIENCE));
                    return true;
                } catch (InvalidEvent e) {
                    sent.add(publisher.deadLetter(
                            line,
                            e.reason().wireName(),
                            String.valueOf(e.getMessage()),
                            file.toString(),
                            NAME,
                            intake.clock().instant(),
                            PATIENCE));
                    return false;
                }
            } catch (Publisher.Full e) {
                publisher.countBackPressure(NAME);
                Thread.sleep(PAUSE);
            }
        }
    }

    /** Which file it is, beyond its name: the inode where there are inodes, else when it was made. */
    private String identity() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        return key != null ? key.toString() : attributes.creationTime().toString();
    }

    private @Nullable Place readPlace() throws IOException {
        if (!Files.exists(placeFile)) {
            return null;
        }
        List<String> lines = Files.readAllLines(placeFile);
        try {
            return lines.size() < 2 ? null : new Place(lines.get(1), Long.parseLong(lines.get(0)));
        } catch (NumberFormatException e) {
            LOG.warn("{} holds no place in {}; it is read from its beginning", placeFile, file);
            return null;
        }
    }

    private void writePlace(Place place) throws IOException {
        Path half = placeFile.resolveSibling(placeFile.getFileName() + ".half");
        Files.writeString(half, place.offset() + "\n" + place.identity() + "\n");
        Files.move(half, placeFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
