package io.qorrelate.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of this benchmark, whose CPU time is its own. */
final class Child implements AutoCloseable {
    private static final String READY = "ready";
    private static final int STOP_WITHIN_SECONDS = 15;

    private final Process process;
    private final String told;

    private Child(Process process, String told) {
        this.process = process;
        this.told = told;
    }

    /** Starts a class of this class path and waits for its line that begins with {@code ready}. */
    static Child start(String type, List<String> options, List<String> arguments) throws IOException {
        Process process = command(type, options, arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return new Child(process, line.substring(READY.length()).strip());
            }
        }
        throw new IOException(type + " ended before it was ready");
    }

    /** Starts one that says nothing. */
    static Child silent(String type, List<String> options, List<String> arguments) throws IOException {
        return new Child(
                command(type, options, arguments)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start(),
                "");
    }

    private static ProcessBuilder command(String type, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Dqorrelate.home=" + System.getProperty("qorrelate.home", "."));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), type));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** What it said when it was ready. */
    String told() {
        return told;
    }

    long pid() {
        return process.pid();
    }

    /** Time that it has had on the machine's cores. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
