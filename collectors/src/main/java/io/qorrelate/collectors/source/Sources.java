package io.qorrelate.collectors.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.buffer.BufferSettings;
import io.qorrelate.collectors.buffer.DiskBuffer;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of the file, running. When the file changes, sources that were taken out stop, new ones start and changed ones start
 * anew; the others never notice. A file that cannot be read changes nothing and is complained of.
 */
public final class Sources implements Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private record Running(Object definition, Collector collector, SourceHealth health) {
        void close() {
            collector.close();
            health.close();
        }
    }

    private final SourcesSettings settings;
    private final CollectorContext context;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Thread watch;
    private final @Nullable DiskBuffer buffer;
    private final @Nullable Drain drain;

    /** By the source's id, for those that find out late that Kafka has what they said. */
    private final Map<String, SourceHealth> healths = new ConcurrentHashMap<>();

    /** By id; touched by the one who starts, then by the watch, then by the one who closes. */
    private final Map<String, Running> running = new LinkedHashMap<>();

    private final Map<String, String> notStarted = new ConcurrentHashMap<>();
    private volatile SourceFile file;
    private volatile String complaint = "";
    private volatile boolean valid = true;
    private volatile int count;

    private Sources(SourcesSettings settings, CollectorContext context, SourceFile file, @Nullable DiskBuffer buffer) {
        this.settings = settings;
        this.buffer = buffer;
        this.context = context;
        this.file = file;
        watch = Thread.ofVirtual().name("sources").unstarted(this::watch);
        drain = buffer == null ? null : new Drain(buffer, context.publisher(), this::shipped);
    }

    static Sources start(SourcesSettings settings, CollectorContext context) throws IOException {
        SourceFile file;
        try {
            file = SourceFile.read(settings.file(), settings.types());
        } catch (NoSuchFileException e) {
            throw new IOException("there is no sources file " + settings.file(), e);
        }
        Path state = context.state();
        DiskBuffer buffer = state == null
                ? null
                : DiskBuffer.open(
                        BufferSettings.in(state.resolve("buffer"))
                                .bounded(settings.bufferBytes(), settings.bufferAge()),
                        context.clock(),
                        context.registry());
        Sources sources = new Sources(settings, context, file, buffer);
        boolean complete = false;
        try {
            for (SourceFile.Entry entry : file.entries()) {
                sources.open(entry);
            }
            complete = true;
        } finally {
            if (!complete) {
                sources.close();
            }
        }
        sources.count = sources.running.size();
        Gauge.builder("qorrelate.sources", sources, each -> each.count)
                .description("Sources that are collected from")
                .register(context.registry());
        Gauge.builder("qorrelate.sources.file.valid", sources, each -> each.valid ? 1 : 0)
                .description("Whether the sources file could be read (1), or what runs is an older one (0)")
                .register(context.registry());
        sources.watch.start();
        LOG.info("collecting from {} sources of {}", sources.count, settings.file());
        return sources;
    }

    @Override
    public String name() {
        return "sources";
    }

    /** How many are running. */
    public int count() {
        return count;
    }

    /** How each of them fares, in the file's order. */
    public List<SourceStatus> status() {
        List<SourceStatus> all = new ArrayList<>();
        for (SourceFile.Entry entry : file.entries()) {
            SourceHealth health = healths.get(entry.id());
            if (health != null) {
                all.add(health.status());
                continue;
            }
            Source source = entry.configured().source();
            all.add(new SourceStatus(
                    source.id(),
                    source.type(),
                    source.target(),
                    SourceStatus.State.NOT_STARTED,
                    "open",
                    null,
                    new SourceStatus.Trouble(
                            context.clock().instant(),
                            "cannot_start",
                            notStarted.getOrDefault(source.id(), "is being started")),
                    0));
        }
        return all;
    }

    /** What is wrong with the file as it is now; empty where it is the one that runs. */
    public String complaint() {
        return complaint;
    }

    /** Whether the file as it is now is the one that runs. */
    public boolean isValid() {
        return valid;
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(settings.lookEvery());
                look();
                running.values().forEach(each -> each.health().look());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            if (file.isOutdated()) {
                take(SourceFile.read(settings.file(), settings.types()));
                Counter.builder("qorrelate.sources.reloads")
                        .description("Times a changed sources file was taken over")
                        .register(context.registry())
                        .increment();
            } else if (!notStarted.isEmpty()) {
                take(file);
            }
            valid = true;
            complaint = "";
        } catch (InvalidYaml e) {
            complain(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            complain("cannot read " + settings.file() + " (" + e + ")");
        } catch (RuntimeException e) {
            complain("reading " + settings.file() + " failed: " + e);
        }
    }

    private void complain(String what) {
        valid = false;
        if (!complaint.equals(what)) {
            complaint = what;
            LOG.warn("the sources stay as they were: {}", what);
        }
    }

    private void take(SourceFile changed) {
        Map<String, SourceFile.Entry> wanted = new LinkedHashMap<>();
        changed.entries().forEach(entry -> wanted.put(entry.id(), entry));
        List<String> gone = new ArrayList<>();
        running.forEach((id, each) -> {
            SourceFile.Entry entry = wanted.get(id);
            if (entry == null || !entry.definition().equals(each.definition())) {
                gone.add(id);
            }
        });
        for (String id : gone) {
            Running old = running.remove(id);
            if (old != null) {
                healths.remove(id);
                old.close();
            }
        }
        notStarted.keySet().retainAll(wanted.keySet());
        for (SourceFile.Entry entry : changed.entries()) {
            if (running.containsKey(entry.id())) {
                continue;
            }
            try {
                open(entry);
                notStarted.remove(entry.id());
                LOG.info("source {}: started", entry.id());
            } catch (IOException e) {
                // The others go on; this one is tried again at every look.
                String why = String.valueOf(e.getMessage());
                if (!why.equals(notStarted.put(entry.id(), why))) {
                    LOG.warn("source {}: cannot start: {}", entry.id(), why);
                }
            }
        }
        file = changed;
        count = running.size();
    }

    /** What a source said in an earlier life, or before it was taken out, is counted by nobody. */
    private void shipped(String source, ShippedCounts counts) {
        SourceHealth health = healths.get(source);
        if (health != null) {
            health.shipped(counts);
        }
    }

    private void open(SourceFile.Entry entry) throws IOException {
        SourceHealth health =
                new SourceHealth(entry.configured().source(), context.registry(), System::nanoTime, context.clock());
        boolean open = false;
        try {
            Collector collector = entry.configured().open(new SourceContext(context, health, buffer));
            running.put(entry.id(), new Running(entry.definition(), collector, health));
            healths.put(entry.id(), health);
            open = true;
        } finally {
            if (!open) {
                health.close();
            }
        }
    }

    @Override
    public void close() {
        watch.interrupt();
        try {
            if (watch.isAlive()) {
                var unused = watch.join(CLOSE_PATIENCE);
            }
            // All at once: each may wait for an answer that is under way.
            List<Thread> closing = running.values().stream()
                    .map(each -> Thread.ofVirtual().start(each::close))
                    .toList();
            for (Thread thread : closing) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (drain != null) {
            drain.close();
        }
        if (buffer != null) {
            buffer.close();
        }
        finished.complete(null);
    }
}
