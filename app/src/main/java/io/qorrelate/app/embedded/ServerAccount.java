package io.qorrelate.app.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As whom a child process runs, and how it is tied to us: not as root, out of reach of the terminal's Ctrl-C, and killed by the
 * kernel when we are, as far as this system's programs can do that.
 */
final class ServerAccount {
    /** Elasticsearch refuses to run as root; this user owns nothing else. */
    private static final int UNPRIVILEGED_ID = 64_220;

    private static final int ROOT_ID = 0;
    private static final int PROBE_SECONDS = 5;

    private final boolean root;

    ServerAccount() {
        this.root = isRoot();
    }

    /**
     * What to put before the command.
     *
     * @param needed folders that the process must be able to enter
     */
    List<String> prefix(List<Path> needed) throws IOException {
        List<String> prefix = new ArrayList<>();
        if (works("setsid", "true")) {
            // A session of its own: Ctrl-C in the terminal is for us, and we stop it when the others have finished.
            prefix.add("setsid");
        }
        boolean dies = works("setpriv", "--pdeathsig", "KILL", "true");
        if (!root && !dies) {
            return prefix;
        }
        prefix.add("setpriv");
        if (dies) {
            // Sent when the thread ends that started the process (prctl(2), PR_SET_PDEATHSIG): that thread must stay.
            prefix.addAll(List.of("--pdeathsig", "KILL"));
        }
        if (root) {
            List<String> other = List.of("--reuid=" + UNPRIVILEGED_ID, "--regid=" + UNPRIVILEGED_ID, "--clear-groups");
            if (!works(command("setpriv", other, "true"))) {
                throw new StartupException(
                        "Elasticsearch does not run as root, and 'setpriv' (of util-linux) is not there to run it as"
                                + " another user: install it, run as another user, or use a server of your own with --elasticsearch URL.");
            }
            prefix.addAll(other);
            for (Path folder : needed) {
                if (!reachableByOthers(folder)) {
                    prefix.addAll(capabilityToEnter(other, folder));
                    break;
                }
            }
        }
        return prefix;
    }

    /** Gives the process what it writes to; the folders above stay whose they are. */
    void own(Path folder) throws IOException {
        if (!root) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                if (uid(path) != UNPRIVILEGED_ID) {
                    Files.setAttribute(path, "unix:uid", UNPRIVILEGED_ID, LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(path, "unix:gid", UNPRIVILEGED_ID, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /**
     * The folder lies in one that only root may enter, such as its home: the process keeps the one capability that lets it in.
     * Without the secure bit, access(2) would leave that capability out (credentials(7)).
     */
    private static List<String> capabilityToEnter(List<String> other, Path folder) {
        List<String> capability =
                List.of("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup");
        List<String> all = new ArrayList<>(other);
        all.addAll(capability);
        if (!works(command("setpriv", all, "true"))) {
            throw new StartupException(
                    "Elasticsearch does not run as root, and the user it runs as instead cannot enter " + folder
                            + ", which only root may: choose a folder that others may enter with --data-dir, or run as another user.");
        }
        return capability;
    }

    private static boolean reachableByOthers(Path folder) throws IOException {
        for (Path each = folder; each != null; each = each.getParent()) {
            if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRoot() {
        try {
            return uid(Path.of("/proc/self")) == ROOT_ID;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    private static int uid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static List<String> command(String program, List<String> options, String argument) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(options);
        command.add(argument);
        return command;
    }

    private static boolean works(String... command) {
        return works(List.of(command));
    }

    /** Some systems have these programs with fewer options. */
    private static boolean works(List<String> command) {
        try {
            Process probe = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                return probe.exitValue() == 0;
            }
            probe.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
