package io.qorrelate.collectors.snmp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Net-SNMP's programs (Debian's packages snmpd and snmp), each with a folder of its own and without MIBs. */
final class NetSnmp {
    /** What a program said. */
    record Said(int exit, String text) {}

    private NetSnmp() {}

    static String program(String name) {
        for (String folder : List.of("/usr/sbin/", "/usr/bin/")) {
            if (Files.isExecutable(Path.of(folder + name))) {
                return folder + name;
            }
        }
        assumeTrue(false, name + " is not installed (Debian's packages snmpd and snmp)");
        throw new AssertionError();
    }

    static int freePort() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProcessBuilder builder(Path folder, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MIBS", "");
        builder.environment().put("SNMPCONFPATH", folder.toString());
        builder.environment().put("SNMP_PERSISTENT_DIR", folder.resolve("state").toString());
        return builder;
    }

    /** An agent that runs until it is closed. */
    static Agent agent(Path folder, int port, String... lines) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("agentaddress udp:127.0.0.1:" + port);
        Path file = Files.write(Files.createDirectories(folder).resolve("snmpd.conf"), all);
        Path log = folder.resolve("log");
        Process process = builder(
                        folder,
                        List.of(program("snmpd"), "-f", "-Lo", "-C", "-c", file.toString(), "-I", "-smux,-systemstats"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(log).contains("NET-SNMP version")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException("snmpd does not start: " + Files.readString(log));
            }
            Thread.sleep(20);
        }
        return new Agent(process, port);
    }

    record Agent(Process process, int port) implements AutoCloseable {
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

    static Said run(Path folder, String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program(name)));
        command.addAll(List.of(arguments));
        Process process = builder(Files.createDirectories(folder), command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
