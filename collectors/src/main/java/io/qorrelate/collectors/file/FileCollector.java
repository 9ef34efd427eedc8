package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.PieceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The file collector, reading: one virtual thread for each file. */
public final class FileCollector implements Collector {
    static final String NAME = "file";

    /** Enough to finish the stretch at hand, if Kafka is there. */
    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(1_500);

    private final List<FileFollower> followers;
    private final List<Thread> threads = new ArrayList<>();
    private final CompletableFuture<Void> finished;

    private FileCollector(List<FileFollower> followers) {
        this.followers = followers;
        finished = CompletableFuture.allOf(
                followers.stream().map(FileFollower::finished).toArray(CompletableFuture<?>[]::new));
    }

    static FileCollector start(FileCollectorSettings settings, CollectorContext context) throws IOException {
        return start(
                settings,
                context,
                file -> new FileContent(file.toString(), () -> PieceReader.ofEvents(context.intake()), null));
    }

    static FileCollector start(
            FileCollectorSettings settings, CollectorContext context, Function<Path, FileContent> contents)
            throws IOException {
        context.publisher().announce(NAME);
        try {
            Files.createDirectories(settings.checkpoints());
        } catch (IOException e) {
            throw new IOException("the file collector cannot keep checkpoints in " + settings.checkpoints(), e);
        }
        if (settings.mode() == FileCollectorSettings.Mode.ONCE) {
            for (Path file : settings.files()) {
                if (!Files.isReadable(file)) {
                    throw new IOException("the file collector cannot read " + file);
                }
            }
        }
        FileCollector collector = new FileCollector(settings.files().stream()
                .map(file -> new FileFollower(file, settings, context, contents.apply(file)))
                .toList());
        for (FileFollower follower : collector.followers) {
            collector.threads.add(Thread.ofVirtual().name("file-collector").start(follower));
        }
        return collector;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public void close() {
        followers.forEach(FileFollower::stop);
        long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        try {
            for (Thread thread : threads) {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (!thread.join(left)) {
                    // What it had not seen acknowledged is read again after the restart.
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
