package io.qorrelate.collectors.http;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.csv.CsvMaps;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP collector, listening. */
public final class HttpCollector implements Collector {
    static final String NAME = "http";

    private static final Logger LOG = LoggerFactory.getLogger(HttpCollector.class);

    /** Only accept and select; requests run on virtual threads. */
    private static final int MAX_PLATFORM_THREADS = 8;

    /** Beyond the requests that are read at one time there are those that wait, and monitoring. */
    private static final int MAX_CONNECTIONS = 1_024;

    private static final int MAX_HEADER_BYTES = 8 << 10;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

    private final Server server;
    private final ServerConnector connector;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private HttpCollector(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    static HttpCollector start(HttpCollectorSettings settings, CollectorContext context) throws IOException {
        context.publisher().announce(NAME);

        QueuedThreadPool threads = new QueuedThreadPool(MAX_PLATFORM_THREADS, 1);
        threads.setName("http-collector");
        threads.setReservedThreads(0);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-request-"));
        Server server = new Server(threads);
        server.setStopTimeout(DRAIN_TIMEOUT.toMillis());

        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(Duration.ofMillis(100).toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(
                new Routes(new TelemetryEndpoint(settings, CsvMaps.of(settings.maps()), context), context)));

        HttpCollector collector = new HttpCollector(server, connector);
        try {
            server.start();
        } catch (Exception e) {
            collector.close();
            throw new IOException(
                    isPortTaken(e)
                            ? "the HTTP collector cannot listen: port " + settings.port() + " on " + settings.host()
                                    + " is taken"
                            : "the HTTP collector cannot listen on " + settings.host() + ":" + settings.port() + ": "
                                    + e.getMessage(),
                    e);
        }
        LOG.info("HTTP collector listens on {}:{}", settings.host(), collector.port());
        return collector;
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    /** Accepts no more connections, and gives requests under way two seconds. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.debug("requests were cut off", e);
        }
        finished.complete(null);
    }

    private static boolean isPortTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                String message = cause.getMessage();
                return message != null && message.contains("in use");
            }
        }
        return false;
    }
}
