package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.source.Doorkeeper;
import io.qorrelate.collectors.source.ServerIdentity;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Syslog over TCP, RFC 6587, and over TLS, RFC 5425: a virtual thread for each connection. */
final class StreamListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamListener.class);

    /** Times the largest message, what a source may hold of messages that are not complete: 64 MiB. */
    private static final int MAX_CONNECTIONS = 1_000;

    private final SyslogPort port;
    private final SourceContext context;
    private final Inbox inbox;
    private final Doorkeeper door;
    private final @Nullable ServerIdentity identity;
    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    StreamListener(SyslogPort port, SourceContext context, Inbox inbox) throws IOException {
        this.port = port;
        this.context = context;
        this.inbox = inbox;
        door = new Doorkeeper(port.source(), context);
        identity = port.transport() == Transport.TLS ? new ServerIdentity(port.source()) : null;
        server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(port.host(), port.port()));
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "source " + port.source().id() + " cannot listen on "
                            + port.source().target() + ": " + e.getMessage(),
                    e);
        }
        Thread.ofVirtual().name("syslog-accept-" + port.source().id()).start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn(
                            "source {}: a connection could not be taken: {}",
                            port.source().id(),
                            e.getMessage());
                    pause();
                }
                continue;
            }
            if (connections.size() >= MAX_CONNECTIONS) {
                context.health().dropped("too_many_connections");
                close(socket);
                continue;
            }
            connections.add(socket);
            Thread.ofVirtual().name("syslog-connection").start(() -> serve(socket));
        }
    }

    /** What is amiss with the process, such as too many open files, is not mended by trying faster. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        String peer = socket.getInetAddress().getHostAddress();
        try {
            socket.setKeepAlive(true);
            Socket stream = identity == null ? socket : secured(socket, peer, identity.current());
            hear(new Frames(stream.getInputStream(), SyslogPort.MAX_MESSAGE_BYTES), peer);
        } catch (IOException e) {
            if (!server.isClosed()) {
                LOG.debug("source {}: connection of {} ended: {}", port.source().id(), peer, e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(socket);
            close(socket);
        }
    }

    private void hear(Frames frames, String peer) throws IOException, InterruptedException {
        try {
            for (byte[] bytes = frames.next(); bytes != null; bytes = frames.next()) {
                context.health().heard();
                if (frames.totalBytes() > bytes.length) {
                    context.health().dropped("end_of_long_message");
                }
                inbox.put(new Datagram(bytes, frames.totalBytes(), peer, now(), null));
            }
        } catch (Frames.Broken e) {
            context.health().dropped("bad_frame");
            inbox.put(new Datagram(e.bytes(), e.totalBytes(), peer, now(), e.getMessage()));
        }
    }

    private Instant now() {
        return context.collectors().clock().instant();
    }

    private SSLSocket secured(Socket socket, String peer, TlsIdentity ours) throws IOException {
        try {
            SSLSocket secured = (SSLSocket) ours.context().getSocketFactory().createSocket(socket, null, true);
            secured.setUseClientMode(false);
            secured.setNeedClientAuth(ours.checksClients());
            socket.setSoTimeout(Math.toIntExact(port.source().timeout().toMillis()));
            secured.startHandshake();
            // Machines may have nothing to log for hours.
            socket.setSoTimeout(0);
            return secured;
        } catch (IOException e) {
            if (!server.isClosed()) {
                door.noHandshake(peer, e, ours.subject());
            }
            throw e;
        }
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the port", e);
        }
        connections.forEach(StreamListener::close);
        door.close();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection", e);
        }
    }
}
