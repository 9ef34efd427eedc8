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
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The real Elasticsearch as a child process, from its released archive. Its data survives a restart; one that was left over by
 * a killed parent is stopped before another starts.
 */
public final class EmbeddedElasticsearch implements AutoCloseable {
    /** Elasticsearch refuses to run as root; this user owns nothing else. */
    private static final String UNPRIVILEGED_ID = "64220";

    /** Unpacked server, some data, and room for segment merges. */
    private static final long NEEDED_BYTES = 1L << 30;

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(6);
    private static final Duration PROBE_EVERY = Duration.ofMillis(250);
    private static final Duration TELL_EVERY = Duration.ofSeconds(3);
    private static final int LOG_LINES_TOLD = 12;

    private final Process process;
    private final Path pidFile;
    private final URI url;

    private EmbeddedElasticsearch(Process process, Path pidFile, URI url) {
        this.process = process;
        this.pidFile = pidFile;
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
            Path pidFile = base.resolve("elasticsearch.pid");
            stopLeftOver(pidFile, base, progress);
            int actual = port == 0 ? Ports.free() : port;
            if (!Ports.isFree(actual)) {
                throw new StartupException(
                        "Port " + actual
                                + " is taken, so Elasticsearch cannot start: stop what uses it, or choose another with --elasticsearch-port.");
            }
            checkDisk(base);
            Path home = unpack(archive, base, progress);
            configure(home, base, actual);
            Process process = launch(home, base, pidFile, heap);
            EmbeddedElasticsearch server =
                    new EmbeddedElasticsearch(process, pidFile, URI.create("http://127.0.0.1:" + actual));
            server.awaitReady(base.resolve("elasticsearch.out"), progress);
            return server;
        } catch (IOException e) {
            throw new StartupException("Elasticsearch cannot be started in " + data + ": " + e, e);
        }
    }

    /** For clients: {@code http://127.0.0.1:port}. */
    public URI url() {
        return url;
    }

    /** Process id of the server itself, for tests that kill it. */
    public long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile).strip());
    }

    @Override
    public void close() {
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        readPid(pidFile).flatMap(ProcessHandle::of).ifPresent(family::add);
        family.forEach(ProcessHandle::destroy);
        long end = System.nanoTime() + STOP_WITHIN.toNanos();
        for (ProcessHandle member : family) {
            try {
                member.onExit().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                member.destroyForcibly();
            } catch (InterruptedException e) {
                member.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A parent that was killed leaves its Elasticsearch behind, which holds the port and the lock on the data. */
    private static void stopLeftOver(Path pidFile, Path base, Consumer<String> progress) {
        readPid(pidFile)
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().commandLine().orElse("").contains(base.toString()))
                .ifPresent(process -> {
                    progress.accept(
                            "stopping the Elasticsearch that a previous run left behind (pid " + process.pid() + ")");
                    process.destroy();
                    try {
                        process.onExit().get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                    } catch (ExecutionException | TimeoutException e) {
                        process.destroyForcibly();
                        process.onExit().join();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static Optional<Long> readPid(Path pidFile) {
        try {
            return Optional.of(Long.parseLong(Files.readString(pidFile).strip()));
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

    /** Unpacks beside and renames, so that a folder that is there is whole. */
    private static Path unpack(Path archive, Path base, Consumer<String> progress) throws IOException {
        String name = String.valueOf(archive.getFileName()).replace(".zip", "");
        Path home = base.resolve(name);
        if (Files.isDirectory(home)) {
            return home;
        }
        if (!Files.isRegularFile(archive)) {
            throw new StartupException(
                    "The Elasticsearch archive " + archive
                            + " is missing: build once with access to Maven Central, or use a server of your own with --elasticsearch URL.");
        }
        progress.accept("unpacking " + name);
        Path half = Files.createTempDirectory(base, "unpacking");
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = half.resolve(entry.getName()).normalize();
                if (!target.startsWith(half)) {
                    throw new IOException("the archive has an entry outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                }
            }
        }
        Path inner = half.resolve(name);
        Path unpacked = Files.isDirectory(inner) ? inner : half;
        try (Stream<Path> programs = Files.list(unpacked.resolve("bin"))) {
            for (Path program : programs.toList()) {
                Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(half);
        return home;
    }

    private static void configure(Path home, Path base, int port) throws IOException {
        Path config = home.resolve("config");
        Files.writeString(
                config.resolve("elasticsearch.yml"),
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
                        // A laptop's disk is often more than 90 % full and still has room for this.
                        "cluster.routing.allocation.disk.threshold_enabled: false",
                        ""));
        for (String folder : List.of("data", "logs", "tmp", "home")) {
            Files.createDirectories(base.resolve(folder));
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    private static Process launch(Path home, Path base, Path pidFile, String heap) throws IOException {
        Files.deleteIfExists(pidFile);
        List<String> command = new ArrayList<>();
        if (isOnPath("setsid")) {
            // A session of its own: Ctrl-C in the terminal is for us, and we stop it when the others have finished.
            command.add("setsid");
        }
        if (isRoot()) {
            own(base);
            command.addAll(
                    List.of("setpriv", "--reuid=" + UNPRIVILEGED_ID, "--regid=" + UNPRIVILEGED_ID, "--clear-groups"));
            if (!reachableByOthers(base)) {
                // The data lies in a folder that only root may enter, such as its own home. Without the secure bit,
                // access(2)
                // would leave the capability out (credentials(7)).
                command.addAll(List.of(
                        "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"));
            }
        }
        command.addAll(List.of(home.resolve("bin/elasticsearch").toString(), "-p", pidFile.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().put("HOME", base.resolve("home").toString());
        builder.environment().put("ES_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("ES_JAVA_OPTS", "-Xms" + heap + " -Xmx" + heap);
        builder.environment().put("ES_TMPDIR", base.resolve("tmp").toString());
        builder.directory(base.toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(base.resolve("elasticsearch.out").toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return builder.start();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean reachableByOthers(Path base) throws IOException {
        for (Path folder = base.getParent(); folder != null; folder = folder.getParent()) {
            if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                    .endsWith("x")) {
                return false;
            }
        }
        return true;
    }

    private static void own(Path base) throws IOException {
        try (Stream<Path> all = Files.walk(base)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if ((int) Files.getAttribute(path, "unix:uid") != Integer.parseInt(UNPRIVILEGED_ID)) {
                    Files.setAttribute(path, "unix:uid", Integer.valueOf(UNPRIVILEGED_ID));
                    Files.setAttribute(path, "unix:gid", Integer.valueOf(UNPRIVILEGED_ID));
                }
            }
        }
    }

    private void awaitReady(Path log, Consumer<String> progress) throws IOException {
        long begin = System.nanoTime();
        long told = begin;
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest probe = HttpRequest.newBuilder(
                            url.resolve("/_cluster/health?wait_for_status=yellow&timeout=1s"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            while (System.nanoTime() - begin < READY_WITHIN.toNanos()) {
                if (!process.isAlive()) {
                    throw new StartupException(
                            "Elasticsearch stopped while it was starting. Its last words:\n" + lastWords(log));
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
            close();
            throw new StartupException("Elasticsearch was not ready within " + READY_WITHIN.toSeconds()
                    + " s. Its last words:\n" + lastWords(log));
        } catch (InterruptedException e) {
            close();
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

    private static String lastWords(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "(none)";
        }
        List<String> lines =
                Files.readString(log, StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size()));
    }
}
