package io.qorrelate.app.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortsTest {
    /** Enough memory that the kernel is a while at taking it back. */
    private static final String HEAP = "600m";

    @Test
    void aPortThatAnotherProgramListensOnIsRefusedAndTheProgramNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.require(taken.getLocalPort(), "Kafka", "--kafka-port"))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + " is taken by java (pid "
                            + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("--kafka-port");
        }
    }

    @Test
    void thePortOfAServerThatWasKilledAMomentAgoIsWaitedFor() throws Exception {
        int port = Ports.free();
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms" + HEAP,
                        "-Xmx" + HEAP,
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Listener.class.getName(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(server.inputReader(UTF_8).readLine()).isEqualTo(Listener.READY);
        } finally {
            server.destroyForcibly();
        }

        assertThat(Ports.require(port, "Elasticsearch", "--elasticsearch-port")).isEqualTo(port);
    }

    /** A server of a process of its own. */
    static final class Listener {
        static final String READY = "listening";

        private Listener() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws Exception {
            try (ServerSocket socket =
                    new ServerSocket(Integer.parseInt(args[0]), 1, InetAddress.getLoopbackAddress())) {
                System.out.println(READY);
                socket.accept();
            }
        }
    }
}
