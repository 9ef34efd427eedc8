package io.qorrelate.collectors.file;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.file.FileCollectorSettings.Mode;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.ShippedCounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file, from where its checkpoint says, in stretches that are acknowledged as a whole. */
final class FileFollower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FileFollower.class);

    /** A stretch costs one wait for Kafka and one checkpoint on disk; so many lines make both cheap. */
    private static final int STRETCH_LINES = 10_000;

    /** Stays well inside the publisher's budget, whatever the lines are. */
    private static final long STRETCH_BYTES = 8L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration ACKNOWLEDGE_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration BACK_OFF = Duration.ofMillis(500);

    private final Path file;
    private final Path checkpoint;
    private final FileCollectorSettings settings;
    private final CollectorContext context;
    private final FileContent content;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private String lastTrouble = "";
    private volatile boolean stopping;

    FileFollower(Path file, FileCollectorSettings settings, CollectorContext context, FileContent content) {
        this.file = file;
        this.settings = settings;
        this.context = context;
        this.content = content;
        checkpoint = Checkpoint.place(settings.checkpoints(), file);
    }

    CompletableFuture<Void> finished() {
        return finished;
    }

    /** Ends after the stretch at hand. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                try {
                    boolean complete = read();
                    if (complete || settings.mode() == Mode.ONCE) {
                        break;
                    }
                } catch (IOException | RuntimeException | Error e) {
                    if (settings.mode() == Mode.ONCE) {
                        finished.completeExceptionally(new IOException("cannot read " + file + ": " + e, e));
                        return;
                    }
                    complain(e);
                    pause(settings.pollInterval());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    /** A file that is not there yet is nothing to log for one who only follows it; of a source it is told. */
    private void complain(Throwable trouble) {
        String words = Fault.inWords(trouble);
        if (lastTrouble.equals(words)) {
            return;
        }
        lastTrouble = words;
        boolean missing = trouble instanceof NoSuchFileException;
        if (content.health() != null) {
            content.health()
                    .troubled(new Poll.Trouble(
                            missing ? "no_file" : "unreadable",
                            missing ? "there is no file " + file : file + " cannot be read now: " + lastTrouble));
        } else if (!missing) {
            LOG.warn("{} cannot be read now, will be tried again: {}", file, lastTrouble);
        }
    }

    /**
     * Reads to the end of the file, or to where it stops being that file.
     *
     * @return whether there will never be more
     */
    private boolean read() throws IOException, InterruptedException {
        Checkpoint saved = Checkpoint.load(checkpoint);
        if (PackedFile.isOne(file)) {
            readPacked(file, saved);
            return true;
        }
        try (OpenFile open = OpenFile.open(file)) {
            Reading reading = new Reading(open, content.readers());
            resume(open, reading, saved);
            drain(reading);
            if (settings.mode() == Mode.ONCE) {
                shipRest(reading);
                return true;
            }
            follow(open, reading);
            return false;
        }
    }

    /** Goes to the place where the checkpoint says; but first through a file that was moved away before it was read to its end. */
    private void resume(OpenFile open, Reading reading, @Nullable Checkpoint saved)
            throws IOException, InterruptedException {
        if (saved == null) {
            return;
        }
        if (open.hasKeyOf(saved) && open.fits(saved)) {
            reading.goTo(saved.offset());
            return;
        }
        Path moved = movedTo(saved);
        if (moved != null) {
            finish(moved, saved);
        } else if (open.fits(saved)) {
            // Copied back, or on a file system without keys.
            reading.goTo(saved.offset());
        }
    }

    /** Where what was read is now: under another name, or copied or compressed under one. */
    private @Nullable Path movedTo(Checkpoint saved) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            return null;
        }
        Path copy = null;
        // Rotation keeps the name and adds to it.
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(
                folder, sibling -> sibling.getFileName().toString().startsWith(String.valueOf(file.getFileName())))) {
            for (Path sibling : siblings) {
                if (!Files.isRegularFile(sibling) || Files.isSameFile(sibling, file)) {
                    continue;
                }
                if (saved.identity().hasKey(FileIdentity.keyOf(sibling))) {
                    return sibling;
                }
                if (saved.identity().startsLike(head(sibling))) {
                    copy = sibling;
                }
            }
        }
        return copy;
    }

    private static byte[] head(Path file) throws IOException {
        if (PackedFile.isOne(file)) {
            return PackedFile.head(file);
        }
        try (var bytes = Files.newInputStream(file)) {
            return bytes.readNBytes(FileIdentity.HEAD_BYTES);
        }
    }

    private void finish(Path moved, Checkpoint saved) throws IOException, InterruptedException {
        if (PackedFile.isOne(moved)) {
            LOG.info("{} was moved to {}; reading its end first", file, moved);
            readPacked(moved, saved);
            return;
        }
        try (OpenFile old = OpenFile.open(moved)) {
            if (old.fits(saved)) {
                LOG.info("{} was moved to {}; reading its end first", file, moved);
                Reading reading = new Reading(old, content.readers());
                reading.goTo(saved.offset());
                drain(reading);
                shipRest(reading);
            }
        }
    }

    private void readPacked(Path packed, @Nullable Checkpoint saved) throws IOException, InterruptedException {
        try (PackedFile old = PackedFile.open(packed)) {
            Reading reading = new Reading(old, content.readers());
            if (saved != null && old.fits(saved)) {
                reading.goTo(saved.offset());
            }
            drain(reading);
            String flaw = old.flaw();
            if (flaw != null
                    && settings.mode() == Mode.TAIL
                    && old.isInTheMaking(context.clock().instant())) {
                throw new IOException(packed + " is not complete yet (" + flaw + ")");
            }
            shipRest(reading);
            if (flaw != null && settings.mode() == Mode.ONCE) {
                throw new IOException(packed + " is not sound gzip: " + flaw);
            }
            if (flaw != null) {
                LOG.warn("{} is not sound gzip ({}); what came before was read, and the rest is lost", packed, flaw);
            }
        }
    }

    private void follow(OpenFile open, Reading reading) throws IOException, InterruptedException {
        while (!stopping) {
            pause(settings.pollInterval());
            if (open.isRewritten()) {
                LOG.info("{} was truncated; reading it from the beginning", file);
                open.seek(0);
                open.checkpoint().save(checkpoint, file);
                return;
            }
            // Asked before draining: what was written to the old file before its name went is then read by this
            // draining.
            boolean replaced = open.isReplacedAt(file);
            drain(reading);
            if (replaced) {
                // A writer may hold the old file a moment longer.
                pause(settings.pollInterval());
                drain(reading);
                shipRest(reading);
                LOG.info("{} was rotated", file);
                try (OpenFile next = OpenFile.open(file)) {
                    next.checkpoint().save(checkpoint, file);
                }
                return;
            }
        }
    }

    private void drain(Reading reading) throws IOException, InterruptedException {
        while (!stopping && ship(reading, false)) {
            // stretch after stretch
        }
    }

    private void shipRest(Reading reading) throws IOException, InterruptedException {
        if (!stopping) {
            ship(reading, true);
        }
    }

    /**
     * Ships one stretch, again and again until Kafka has it, and moves the checkpoint behind it.
     *
     * @param rest whether a last line without a line end is a line
     * @return whether there may be more
     */
    private boolean ship(Reading reading, boolean rest) throws IOException, InterruptedException {
        LineSource lines = reading.lines();
        long begin = lines.position();
        while (true) {
            Shipment shipment = new Shipment(context.publisher(), FileCollector.NAME, content.source());
            ShippedCounts counts = new ShippedCounts();
            int count = 0;
            boolean more = true;
            boolean taken = true;
            while (taken && count < STRETCH_LINES && lines.position() - begin < STRETCH_BYTES) {
                long from = lines.position();
                List<Intake> found = reading.next(rest);
                if (found == null) {
                    more = false;
                    break;
                }
                for (int i = 0; i < found.size() && taken; i++) {
                    Intake intake = found.get(i);
                    taken = offer(shipment, intake, count * reading.mostOfOne() + i, from);
                    counts.add(intake);
                }
                count++;
            }
            if (count > 0 && content.health() != null) {
                content.health().heard();
                lastTrouble = "";
            }
            if (taken && shipment.await(ACKNOWLEDGE_TIMEOUT)) {
                if (lines.position() > begin) {
                    lines.checkpoint().save(checkpoint, file);
                }
                if (content.health() != null) {
                    content.health().shipped(counts);
                }
                return more;
            }
            if (stopping) {
                return false;
            }
            backOff();
            reading.goTo(begin);
        }
    }

    /** Waits as long as it takes: the file keeps what Kafka cannot take yet. */
    private boolean offer(Shipment shipment, Intake intake, int number, long from) throws InterruptedException {
        while (true) {
            Offer offer = shipment.offer(intake, number, "byte " + from, PATIENCE);
            if (offer == Offer.TAKEN) {
                return true;
            }
            if (stopping || shipment.failure() != null) {
                return false;
            }
            backOff();
        }
    }

    private void backOff() throws InterruptedException {
        context.publisher().countBackPressure(FileCollector.NAME);
        pause(BACK_OFF);
        if (content.health() != null) {
            content.health().excused(BACK_OFF);
        }
    }

    private static void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
