package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.source.SourceContext;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Syslog over UDP, RFC 5426. */
final class DatagramListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramListener.class);

    /** The kernel keeps so much, if it is allowed to, while this process collects its garbage. */
    private static final int KERNEL_BYTES = 8 << 20;

    private final SyslogPort port;
    private final SourceContext context;
    private final Inbox inbox;
    private final DatagramSocket socket;

    DatagramListener(SyslogPort port, SourceContext context, Inbox inbox) throws IOException {
        this.port = port;
        this.context = context;
        this.inbox = inbox;
        SocketAddress address = new InetSocketAddress(port.host(), port.port());
        try {
            socket = new DatagramSocket(address);
            socket.setReceiveBufferSize(KERNEL_BYTES);
        } catch (IOException e) {
            throw new IOException(
                    "source " + port.source().id() + " cannot listen on "
                            + port.source().target() + ": " + e.getMessage(),
                    e);
        }
        Thread.ofVirtual().name("syslog-udp-" + port.source().id()).start(this::listen);
    }

    private void listen() {
        byte[] buffer = new byte[SyslogPort.MAX_MESSAGE_BYTES];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.warn(
                            "source {}: a datagram could not be received: {}",
                            port.source().id(),
                            e.getMessage());
                }
                continue;
            }
            context.health().heard();
            boolean taken = inbox.offer(new Datagram(
                    Arrays.copyOf(buffer, packet.getLength()),
                    packet.getAddress().getHostAddress(),
                    context.collectors().clock().instant()));
            if (!taken) {
                context.health().dropped("no_room");
            }
        }
    }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
    }
}
