package io.qorrelate.app.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The real Elasticsearch as a child process, from its released archive. Its data survives a restart and a {@code kill -9}; one
 * that was left over by a killed parent is stopped before another starts.
 */
public final class EmbeddedElasticsearch implements AutoCloseable {
    /** Unpacked server, some data, and room for segment merges. */
    private static final long NEEDED_BYTES = 1L << 30;

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);

    /** The kernel ends a killed process at once; on a busy machine it takes a moment until that is seen. */
    private static final Duration DEAD_WITHIN = Duration.ofMillis(1500);

    private static final Duration PROBE_EVERY = Duration.ofMillis(250);
    private static final Duration TELL_EVERY = Duration.ofSeconds(3);
    private static final int MOST_ATTEMPTS = 3;
    private static final int LOG_LINES_TOLD = 12;
    private static final int LOG_LINE_CHARACTERS_TOLD = 300;

    /** The folders the server writes to, beside its own. */
    private static final List<String> FOLDERS = List.of("data", "logs", "tmp", "home", "run");

    private final Process process;
    private final FolderLock lock;
    private final Path base;
    private final URI url;
    private volatile boolean closing;

    private EmbeddedElasticsearch(Process process, FolderLock lock, Path base, URI url) {
        this.process = process;
        this.lock = lock;
        this.base = base;
        this.url = url;
    }

    /**
     * Starts the server, and returns when it can be searched.
     *
     * @param archive the released zip
     * @param data folder for the unpacked server, its settings, data and log
     * @param port HTTP port on the loopback interface; 0 for a free one
     * @param heap Java heap, as the JVM takes it: {@code 512m}
     * @param progress hears what it is doing
     * @throws StartupException in words for the user
     */
    public static EmbeddedElasticsearch start(
            Path archive, Path data, int port, String heap, Consumer<String> progress) {
        try {
            Files.createDirectories(data);
            Path base = data.toRealPath();
            FolderLock lock = FolderLock.take(base, "Elasticsearch");
            try {
                return start(lock, archive, base, port, heap, progress);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StartupException("Elasticsearch cannot be started in " + data + ": " + e, e);
        }
    }

    private static EmbeddedElasticsearch start(
            FolderLock lock, Path archive, Path base, int port, String heap, Consumer<String> progress)
            throws IOException {
        stopLeftOver(base, progress);
        int wanted = Ports.require(port, "Elasticsearch", "--elasticsearch-port");
        checkDisk(base);
        Path home = new ElasticsearchArchive(archive).unpackInto(base, progress);
        for (int attempt = 1; ; attempt++) {
            configure(home, base, wanted);
            Process process = launch(home, base, heap);
            EmbeddedElasticsearch server =
                    new EmbeddedElasticsearch(process, lock, base, URI.create("http://127.0.0.1:" + wanted));
            try {
                server.awaitReady(progress);
                return server;
            } catch (IOException | RuntimeException e) {
                server.stop();
                // Seconds pass between our look at a port and the server's, and any free one will do.
                if (port != 0 || attempt == MOST_ATTEMPTS || !portWasTaken(readLog(base))) {
                    throw e;
                }
                wanted = Ports.free();
                progress.accept("a port was taken meanwhile, trying " + wanted);
            }
        }
    }

    /** For clients: {@code http://127.0.0.1:port}. */
    public URI url() {
        return url;
    }

    /** Completes with a sentence when the server has ended by itself (killed for want of memory, mostly); never when it was closed. */
    public CompletableFuture<String> fault() {
        return process.onExit()
                .thenCompose(ended -> closing
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture("Elasticsearch has ended by itself, with exit code "
                                + ended.exitValue() + ". What it said last is in " + log(base) + "."));
    }

    /** Process id of the server itself, for tests that kill it. */
    public long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile(base)).strip());
    }

    @Override
    public void close() {
        stop();
        try {
            lock.close();
        } catch (IOException e) {
            // Nothing was written to it.
        }
    }

    private void stop() {
        closing = true;
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        readPid(base)
                .flatMap(ProcessHandle::of)
                .filter(server -> isOf(base, server))
                .ifPresent(family::add);
        stop(family);
    }

    /**
     * A parent that was killed may leave its Elasticsearch behind, which holds the port and the lock on the data. Its pid file
     * would not name the launcher, nor a server that was killed on the way up, so all processes are looked at.
     */
    private static void stopLeftOver(Path base, Consumer<String> progress) {
        List<ProcessHandle> leftOver = ProcessHandle.allProcesses()
                .filter(process -> isOf(base, process))
                .toList();
        if (!leftOver.isEmpty()) {
            progress.accept("stopping the Elasticsearch that a previous run left behind (pid "
                    + readPid(base).orElse(leftOver.getFirst().pid()) + ")");
            stop(leftOver);
        }
    }

    /** Asks all to stop, and ends those that have not done so in time. */
    private static void stop(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroy);
        if (!haveEnded(processes, STOP_WITHIN)) {
            processes.forEach(ProcessHandle::destroyForcibly);
            haveEnded(processes, DEAD_WITHIN);
        }
    }

    private static boolean haveEnded(List<ProcessHandle> processes, Duration within) {
        CompletableFuture<?>[] ends =
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether that process is the server of this folder, or its launcher: both name their home on the command line. */
    private static boolean isOf(Path base, ProcessHandle process) {
        return process.isAlive() && commandLine(process).contains("-Des.path.home=" + base.resolve("elasticsearch-"));
    }

    /** Java cuts a command line at 4096 bytes, and the server's is longer. */
    private static String commandLine(ProcessHandle process) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline")),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            return process.info().commandLine().orElse("");
        }
    }

    private static Path pidFile(Path base) {
        return base.resolve("run").resolve("elasticsearch.pid");
    }

    private static Optional<Long> readPid(Path base) {
        try {
            return Optional.of(Long.parseLong(Files.readString(pidFile(base)).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void checkDisk(Path base) throws IOException {
        FileStore store = Files.getFileStore(base);
        if (store.getUsableSpace() < NEEDED_BYTES) {
            throw new StartupException("The disk of " + base + " has " + (store.getUsableSpace() >> 20)
                    + " MiB left, and Elasticsearch needs " + (NEEDED_BYTES >> 20)
                    + ": make room, or choose another folder with --data-dir.");
        }
    }

    private static void configure(Path home, Path base, int port) throws IOException {
        for (String folder : FOLDERS) {
            Files.createDirectories(base.resolve(folder));
        }
        Files.writeString(
                home.resolve("config").resolve("elasticsearch.yml"),
                String.join(
                        "\n",
                        "cluster.name: qorrelate",
                        "node.name: embedded",
                        "discovery.type: single-node",
                        "network.host: 127.0.0.1",
                        "http.port: " + port,
                        "transport.port: " + Ports.free(),
                        "path.data: " + quoted(base.resolve("data")),
                        "path.logs: " + quoted(base.resolve("logs")),
                        "xpack.security.enabled: false",
                        // A typo in a name shall fail, not make an index with guessed mappings.
                        "action.auto_create_index: qkd-telemetry",
                        // A laptop's disk is often more than 95 % full and still has room for this; the watermarks
                        // would make
                        // every index read-only there. A disk that is really full still fails each write with its
                        // reason, and
                        // the sink tries again.
                        "cluster.routing.allocation.disk.threshold_enabled: false",
                        ""));
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private static Process launch(Path home, Path base, String heap) throws IOException {
        Files.deleteIfExists(pidFile(base));
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        ServerAccount account = new ServerAccount();
        account.own(home);
        for (String folder : FOLDERS) {
            account.own(base.resolve(folder));
        }
        List<String> command = new ArrayList<>(account.prefix(List.of(base, java)));
        command.addAll(List.of(
                home.resolve("bin/elasticsearch").toString(),
                "-p",
                pidFile(base).toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        Map<String, String> ours = Map.copyOf(environment);
        environment.clear();
        environment.put("PATH", ours.getOrDefault("PATH", "/usr/bin:/bin"));
        // Java reads the names of files by it; without one, only ASCII is understood.
        environment.put("LANG", ours.getOrDefault("LANG", "C.UTF-8"));
        if (ours.containsKey("LC_ALL")) {
            environment.put("LC_ALL", ours.get("LC_ALL"));
        }
        environment.put("HOME", base.resolve("home").toString());
        environment.put("ES_JAVA_HOME", java.toString());
        environment.put("ES_JAVA_OPTS", "-Xms" + heap + " -Xmx" + heap);
        environment.put("ES_TMPDIR", base.resolve("tmp").toString());
        builder.directory(base.resolve("home").toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(log(base).toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return startAndStay(builder);
    }

    /** From a thread that lives as long as the process, since the kernel ends the process with the thread (ServerAccount). */
    private static Process startAndStay(ProcessBuilder builder) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread parent = new Thread(
                () -> {
                    try {
                        Process process = builder.start();
                        started.complete(process);
                        process.onExit().join();
                    } catch (IOException | RuntimeException e) {
                        started.completeExceptionally(e);
                    }
                },
                "elasticsearch-parent");
        parent.setDaemon(true);
        parent.start();
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("its program cannot be run: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            // It is about to start, and would have nobody to stop it.
            started.join().destroyForcibly();
            Thread.currentThread().interrupt();
            throw new StartupException("Interrupted while Elasticsearch was starting.", e);
        }
    }

    private void awaitReady(Consumer<String> progress) throws IOException {
        long begin = System.nanoTime();
        long told = begin;
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest probe = HttpRequest.newBuilder(
                            url.resolve("/_cluster/health?wait_for_status=yellow&timeout=1s"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            while (System.nanoTime() - begin < READY_WITHIN.toNanos()) {
                if (!process.isAlive()) {
                    throw new StartupException("Elasticsearch stopped while it was starting. " + lastWords());
                }
                if (answers(http, probe)) {
                    return;
                }
                if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
                    told = System.nanoTime();
                    progress.accept("starting Elasticsearch, "
                            + Duration.ofNanos(told - begin).toSeconds() + " s");
                }
                Thread.sleep(PROBE_EVERY);
            }
            throw new StartupException(
                    "Elasticsearch was not ready within " + READY_WITHIN.toSeconds() + " s. " + lastWords());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("Interrupted while Elasticsearch was starting.", e);
        }
    }

    private static boolean answers(HttpClient http, HttpRequest probe) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(probe, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 && !response.body().contains("\"status\":\"red\"");
        } catch (IOException e) {
            return false;
        }
    }

    private static Path log(Path base) {
        return base.resolve("elasticsearch.out");
    }

    /** The reason where the log shows one that has a remedy, and the end of the log in any case. */
    private String lastWords() throws IOException {
        Path log = log(base);
        String all = readLog(base);
        List<String> lines = all.lines()
                .map(line -> line.substring(0, Math.min(line.length(), LOG_LINE_CHARACTERS_TOLD)))
                .toList();
        String end = String.join("\n  ", lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size()));
        return reason(all).map(reason -> reason + "\n").orElse("") + "The end of " + log + ":\n  " + end;
    }

    private static String readLog(Path base) throws IOException {
        Path log = log(base);
        return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    }

    private static boolean portWasTaken(String log) {
        return log.contains("BindHttpException")
                || log.contains("BindTransportException")
                || log.contains("Address already in use");
    }

    private Optional<String> reason(String log) {
        if (portWasTaken(log)) {
            return Optional.of("Port " + url.getPort()
                    + " was taken meanwhile: stop what uses it, or choose another with --elasticsearch-port.");
        }
        if (log.contains("No space left on device")) {
            return Optional.of(
                    "The disk of " + base + " is full: make room, or choose another folder with --data-dir.");
        }
        if (log.contains("Cannot allocate memory")
                || log.contains("Could not reserve enough space")
                || log.contains("Invalid maximum heap size")
                || log.contains("OutOfMemoryError")) {
            return Optional.of(
                    "This machine does not give it the memory it asks for: choose another size with --elasticsearch-heap.");
        }
        if (log.contains("AccessDeniedException") || log.contains("Permission denied")) {
            return Optional.of("It may not write to its files in " + base
                    + ", which another user has made: run as that user, or choose another folder with --data-dir.");
        }
        return Optional.empty();
    }
}
