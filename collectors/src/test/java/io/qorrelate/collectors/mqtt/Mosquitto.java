package io.qorrelate.collectors.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Eclipse Mosquitto (Debian's packages mosquitto and mosquitto-clients): a broker in a folder of its own. */
record Mosquitto(Process process, Path folder, int port) implements AutoCloseable {
    static String program(String name) {
        for (String place : List.of("/usr/sbin/", "/usr/bin/")) {
            if (Files.isExecutable(Path.of(place + name))) {
                return place + name;
            }
        }
        assumeTrue(false, name + " is not installed (Debian's packages mosquitto and mosquitto-clients)");
        throw new AssertionError();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Mosquitto start(Path folder, int port, String... lines) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> all = new ArrayList<>(List.of("listener " + port + " 127.0.0.1", "user root", "log_dest stdout"));
        all.addAll(List.of(lines));
        Path file = Files.write(folder.resolve("mosquitto.conf"), all);
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(program("mosquitto"), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Mosquitto(process, folder, socket.getPort());
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException("mosquitto does not start: " + Files.readString(log), e);
                }
                Thread.sleep(20);
            }
        }
    }

    /** Publishes with QoS 1 unless the arguments say otherwise. */
    void publish(String topic, String payload, String... more) throws IOException, InterruptedException {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), more);
    }

    void publish(String topic, byte[] payload, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program("mosquitto_pub"),
                "-V",
                "5",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-q",
                "1",
                "-t",
                topic,
                payload.length == 0 ? "-n" : "-s"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(payload);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("mosquitto_pub: " + said);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
