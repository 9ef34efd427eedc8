package io.qorrelate.app.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of this machine's loopback interface. */
public final class Ports {
    /** Servers bind to 127.0.0.1 by name; the JVM's own loopback address may be ::1. */
    private static final InetAddress LOOPBACK = loopback();

    /**
     * Free ports are taken from here: above the registered ones in use, below Kubernetes' node ports (30000) and the range that
     * outgoing connections draw from (32768 and up, ip(7)), so that none of those takes a port between our test and the server's start.
     */
    private static final int FIRST_FREE = 20_000;

    private static final int END_OF_FREE = 30_000;
    private static final int TRIES = 1_000;

    /**
     * A process that is being killed loses its command line and its list of files at once, and its sockets when the last of its
     * threads has ended: 50 ms later with 700 MiB of memory to give back, on a quiet machine; longer on a busy one.
     */
    private static final Duration RELEASED_WITHIN = Duration.ofSeconds(5);

    /** Who holds a port at two looks lives: a process that is being killed has lost its name by then. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** State of a listening socket in {@code /proc/net/tcp} (proc(5), {@code TCP_LISTEN}). */
    private static final String LISTENING = "0A";

    private static final int LOCAL_ADDRESS_COLUMN = 1;
    private static final int STATE_COLUMN = 3;
    private static final int INODE_COLUMN = 9;
    private static final int HEXADECIMAL = 16;

    private Ports() {}

    /** A port that nothing listens on at this moment. */
    public static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_FREE, END_OF_FREE);
            if (isFree(port)) {
                return port;
            }
        }
        throw new StartupException("No free port was found between " + FIRST_FREE + " and " + (END_OF_FREE - 1) + ".");
    }

    /** Where the servers listen. */
    static InetSocketAddress onLoopback(int port) {
        return new InetSocketAddress(LOOPBACK, port);
    }

    /** Whether a server could listen on that port. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As servers do: a connection of a previous run that is still in TIME_WAIT does not occupy a port.
            socket.setReuseAddress(true);
            socket.bind(onLoopback(port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The port to listen on: the one asked for, where it is free. One that is taken by nobody who can be seen is waited for: mostly
     * that is a server which was killed a moment ago.
     *
     * @param port 0 for any free one
     * @param server who wants it, as the user knows it
     * @param option the option with which the user chooses another
     * @throws StartupException where it is taken, naming by whom if that can be seen
     */
    public static int require(int port, String server, String option) {
        if (port == 0) {
            return free();
        }
        if (isFreeSoon(port)) {
            return port;
        }
        throw new StartupException("Port " + port + " is taken"
                + holder(port).map(program -> " by " + program).orElse("")
                + ", so " + server + " cannot start: stop what uses it, or choose another with " + option + ".");
    }

    /** Whether a server can listen on that port, now or in a moment: one that is taken by nobody who can be seen is waited for. */
    public static boolean isFreeSoon(int port) {
        Optional<String> before = Optional.empty();
        Instant end = Instant.now().plus(RELEASED_WITHIN);
        while (Instant.now().isBefore(end)) {
            if (isFree(port)) {
                return true;
            }
            Optional<String> holder = holder(port);
            if (holder.isPresent() && holder.equals(before)) {
                return false;
            }
            before = holder;
            pause();
        }
        return isFree(port);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("Interrupted while waiting for a port.", e);
        }
    }

    /**
     * The program that listens on a port, as {@code java (pid 4711)}; empty where there is none, where it is another user's and
     * we may not look, where it is being killed, and where the system has no {@code /proc}.
     */
    public static Optional<String> holder(int port) {
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (var lines = Files.lines(Path.of(table))) {
                Optional<String> found = lines.skip(1)
                        .map(line -> line.strip().split("\\s+", -1))
                        .filter(columns -> LISTENING.equals(columns[STATE_COLUMN])
                                && portOf(columns[LOCAL_ADDRESS_COLUMN]) == port)
                        .findFirst()
                        .flatMap(columns -> ownerOf("socket:[" + columns[INODE_COLUMN] + "]"));
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
    }

    private static Optional<String> ownerOf(String socket) {
        return ProcessHandle.allProcesses()
                .filter(process -> holds(process, socket))
                .flatMap(process -> process.info().command().stream()
                        .map(command -> Path.of(command).getFileName() + " (pid " + process.pid() + ")"))
                .findFirst();
    }

    private static boolean holds(ProcessHandle process, String socket) {
        Path open = Path.of("/proc", Long.toString(process.pid()), "fd");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(open)) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && socket.equals(target(file))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Closed while we looked.
            return "";
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
