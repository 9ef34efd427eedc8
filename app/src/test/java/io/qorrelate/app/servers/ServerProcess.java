package io.qorrelate.app.servers;

import io.qorrelate.app.embedded.EmbeddedElasticsearch;
import io.qorrelate.app.embedded.EmbeddedKafka;
import io.qorrelate.app.embedded.StartupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An embedded server whose parent is a JVM of its own, which a test may kill. */
public final class ServerProcess implements AutoCloseable {
    private static final String READY = "ready ";
    private static final int STOP_WITHIN_SECONDS = 20;

    private final Process process;
    private final String address;
    private final List<String> told;

    private ServerProcess(Process process, String address, List<String> told) {
        this.process = process;
        this.address = address;
        this.told = told;
    }

    /** A broker as its own process, so that it can be killed. */
    public static ServerProcess kafka(Path data, int port) throws IOException {
        return start("kafka", data.toString(), Integer.toString(port));
    }

    /** An Elasticsearch whose parent can be killed. */
    public static ServerProcess elasticsearch(Path data, int port) throws IOException {
        return start(
                "elasticsearch",
                data.toString(),
                Integer.toString(port),
                Servers.elasticsearchArchive().toAbsolutePath().toString());
    }

    /** Host and port of Kafka, URL of Elasticsearch. */
    public String address() {
        return address;
    }

    /** What it said while it was starting. */
    public List<String> told() {
        return told;
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, as Ctrl-C does. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it did not stop within " + STOP_WITHIN_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static ServerProcess start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), ServerProcess.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> told = new ArrayList<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return new ServerProcess(process, line.substring(READY.length()), told);
            }
            told.add(line);
        }
        throw new StartupException(String.join("\n", told));
    }

    /** The process itself. */
    public static void main(String[] arguments) throws InterruptedException {
        Path data = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        try {
            if ("kafka".equals(arguments[0])) {
                EmbeddedKafka kafka = EmbeddedKafka.start(data, port);
                Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
                System.out.println(READY + kafka.bootstrapServers());
            } else {
                EmbeddedElasticsearch elasticsearch =
                        EmbeddedElasticsearch.start(Path.of(arguments[3]), data, port, "256m", System.out::println);
                Runtime.getRuntime().addShutdownHook(new Thread(elasticsearch::close));
                System.out.println(READY + elasticsearch.url());
            }
        } catch (StartupException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
        Thread.currentThread().join();
    }
}
