package io.qorrelate.collectors.file;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.file.FileCollectorSettings.Mode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
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
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile boolean stopping;

    FileFollower(Path file, FileCollectorSettings settings, CollectorContext context) {
        this.file = file;
        this.settings = settings;
        this.context = context;
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
        String lastTrouble = "";
        try {
            while (!stopping) {
                try {
                    read();
                    if (settings.mode() == Mode.ONCE) {
                        break;
                    }
                } catch (IOException | RuntimeException e) {
                    if (settings.mode() == Mode.ONCE) {
                        finished.completeExceptionally(new IOException("cannot read " + file + ": " + e, e));
                        return;
                    }
                    if (!lastTrouble.equals(e.toString()) && !(e instanceof NoSuchFileException)) {
                        lastTrouble = e.toString();
                        LOG.warn("{} cannot be read now, will be tried again: {}", file, lastTrouble);
                    }
                    pause(settings.pollInterval());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finished.complete(null);
    }

    /** Reads to the end of the file, or to where it stops being that file. */
    private void read() throws IOException, InterruptedException {
        Checkpoint saved = Checkpoint.load(checkpoint);
        try (OpenFile open = resume(saved)) {
            drain(open);
            if (settings.mode() == Mode.ONCE) {
                shipRest(open);
                return;
            }
            follow(open);
        }
    }

    /** The file, at the place where the checkpoint says; or a file that was moved away before it was read to its end. */
    private OpenFile resume(@Nullable Checkpoint saved) throws IOException, InterruptedException {
        OpenFile open = OpenFile.open(file, 0);
        boolean ready = false;
        try {
            if (saved != null) {
                Path moved = open.hasKeyOf(saved) ? null : movedTo(saved);
                if (moved != null) {
                    finish(moved, saved);
                } else if (open.fits(saved)) {
                    open.seek(saved.offset());
                }
            }
            ready = true;
            return open;
        } finally {
            if (!ready) {
                open.close();
            }
        }
    }

    private @Nullable Path movedTo(Checkpoint saved) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            return null;
        }
        // Rotation keeps the name and adds to it.
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(
                folder, sibling -> sibling.getFileName().toString().startsWith(String.valueOf(file.getFileName())))) {
            for (Path sibling : siblings) {
                if (Files.isRegularFile(sibling) && saved.identity().hasKey(FileIdentity.keyOf(sibling))) {
                    return sibling;
                }
            }
        }
        return null;
    }

    private void finish(Path moved, Checkpoint saved) throws IOException, InterruptedException {
        try (OpenFile old = OpenFile.open(moved, 0)) {
            if (old.fits(saved)) {
                LOG.info("{} was moved to {}; reading its end first", file, moved);
                old.seek(saved.offset());
                drain(old);
                shipRest(old);
            }
        }
    }

    private void follow(OpenFile open) throws IOException, InterruptedException {
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
            drain(open);
            if (replaced) {
                // A writer may hold the old file a moment longer.
                pause(settings.pollInterval());
                drain(open);
                shipRest(open);
                LOG.info("{} was rotated", file);
                try (OpenFile next = OpenFile.open(file, 0)) {
                    next.checkpoint().save(checkpoint, file);
                }
                return;
            }
        }
    }

    private void drain(OpenFile open) throws IOException, InterruptedException {
        while (!stopping && ship(open, false)) {
            // stretch after stretch
        }
    }

    private void shipRest(OpenFile open) throws IOException, InterruptedException {
        if (!stopping) {
            ship(open, true);
        }
    }

    /**
     * Ships one stretch, again and again until Kafka has it, and moves the checkpoint behind it.
     *
     * @param rest whether a last line without a line end is a line
     * @return whether there may be more
     */
    private boolean ship(OpenFile open, boolean rest) throws IOException, InterruptedException {
        long begin = open.position();
        while (true) {
            Shipment shipment = new Shipment(context.publisher(), FileCollector.NAME, file.toString());
            int lines = 0;
            boolean more = true;
            boolean taken = true;
            while (taken && lines < STRETCH_LINES && open.position() - begin < STRETCH_BYTES) {
                long from = open.position();
                Fragment fragment = open.next();
                if (fragment == null && rest) {
                    fragment = open.rest();
                }
                if (fragment == null) {
                    more = false;
                    break;
                }
                taken = offer(shipment, context.intake().read(fragment), lines, from);
                lines++;
            }
            if (taken && shipment.await(ACKNOWLEDGE_TIMEOUT)) {
                if (open.position() > begin) {
                    open.checkpoint().save(checkpoint, file);
                }
                return more;
            }
            if (stopping) {
                return false;
            }
            context.publisher().countBackPressure(FileCollector.NAME);
            pause(BACK_OFF);
            open.seek(begin);
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
            context.publisher().countBackPressure(FileCollector.NAME);
            pause(BACK_OFF);
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }
}
