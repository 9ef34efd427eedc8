package io.qorrelate.collectors.otlp;

import com.google.rpc.Code;
import com.google.rpc.Status;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.PackedBody;
import io.qorrelate.collectors.RequestBody;
import io.qorrelate.collectors.source.ServerIdentity;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OTLP/HTTP, listening: {@code /v1/metrics} and {@code /v1/logs}, in protobuf or JSON, plain or as gzip. */
final class HttpReceiver implements Collector {
    private static final Logger LOG = LoggerFactory.getLogger(HttpReceiver.class);

    /** Only accept and select; requests run on virtual threads. */
    private static final int MAX_PLATFORM_THREADS = 8;

    private static final int MAX_CONNECTIONS = 1_024;

    private static final int MAX_HEADER_BYTES = 8 << 10;

    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(2);

    /** An answer, before it is known in which encoding. */
    private record Answer(
            int status,
            com.google.protobuf.Message message,
            @Nullable Duration retryAfter) {
        static Answer error(int status, Code code, String why) {
            return new Answer(status, status(code, why), null);
        }

        static Status status(Code code, String why) {
            return Status.newBuilder().setCode(code.getNumber()).setMessage(why).build();
        }
    }

    private final OtlpPort port;
    private final Reception reception;
    private final Server server;
    private final ServerConnector connector;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private HttpReceiver(OtlpPort port, SourceContext context) throws IOException {
        this.port = port;
        reception = new Reception(port, context);
        QueuedThreadPool threads = new QueuedThreadPool(MAX_PLATFORM_THREADS, 1);
        threads.setName("otlp-" + port.source().id());
        threads.setReservedThreads(0);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("otlp-request-"));
        server = new Server(threads);
        server.setStopTimeout(DRAIN_TIMEOUT.toMillis());
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
        configuration.setSendServerVersion(false);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        if (port.tls()) {
            ServerIdentity identity = new ServerIdentity(port.source());
            connector = new ServerConnector(
                    server, 1, 1, new SslConnectionFactory(new Tls(identity), http.getProtocol()), http);
            connector.addBean(new Handshakes(identity));
        } else {
            connector = new ServerConnector(server, 1, 1, http);
        }
        connector.setHost(port.host());
        connector.setPort(port.port());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        connector.setShutdownIdleTimeout(Duration.ofMillis(100).toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
        server.setHandler(new GracefulHandler(new Routes()));
    }

    static HttpReceiver start(OtlpPort port, SourceContext context) throws IOException {
        HttpReceiver receiver = new HttpReceiver(port, context);
        try {
            receiver.server.start();
        } catch (Exception e) {
            receiver.close();
            throw new IOException(
                    "source " + port.source().id() + " cannot listen on "
                            + port.source().target() + ": " + e.getMessage(),
                    e);
        }
        LOG.info("source {}: OTLP/HTTP listens on port {}", port.source().id(), receiver.port());
        return receiver;
    }

    /** The port it listens on. */
    int port() {
        return connector.getLocalPort();
    }

    @Override
    public String name() {
        return port.source().type();
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
        reception.close();
        finished.complete(null);
    }

    private final class Routes extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Encoding encoding = encoding(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
            RequestBody body = new RequestBody(Content.Source.asInputStream(request));
            Answer answer = answer(request, body, encoding);
            if (body.isBegun() || !request.getHeaders().contains(HttpHeader.EXPECT)) {
                // A client that still writes would not see the answer.
                body.drain(DRAIN_TIMEOUT);
            }
            // Who sends something else is most likely a person.
            Encoding spoken = encoding == null ? Encoding.JSON : encoding;
            byte[] bytes = spoken.write(answer.message());
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, spoken.contentType());
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
            Duration retryAfter = answer.retryAfter();
            if (retryAfter != null) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, Long.toString(retryAfter.toSeconds()));
            }
            if (answer.status() == HttpStatus.UNAUTHORIZED_401) {
                response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            }
            response.write(true, ByteBuffer.wrap(bytes), callback);
            return true;
        }
    }

    private Answer answer(Request request, RequestBody body, @Nullable Encoding encoding) throws InterruptedException {
        EndPoint.SslSessionData tls =
                request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        boolean admitted = reception.admits(
                request.getHeaders().get(HttpHeader.AUTHORIZATION),
                Request.getRemoteAddr(request),
                tls == null ? null : tls.sslSession());
        if (!admitted) {
            return Answer.error(
                    HttpStatus.UNAUTHORIZED_401, Code.UNAUTHENTICATED, "a bearer token is wanted, and this is not it");
        }
        Signal signal = signal(Request.getPathInContext(request));
        if (signal == null) {
            return Answer.error(
                    HttpStatus.NOT_FOUND_404,
                    Code.NOT_FOUND,
                    "nothing here; metrics go to /v1/metrics, logs to /v1/logs");
        }
        if (!HttpMethod.POST.is(request.getMethod())) {
            return Answer.error(HttpStatus.METHOD_NOT_ALLOWED_405, Code.UNIMPLEMENTED, "only POST is possible here");
        }
        if (encoding == null) {
            return Answer.error(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    Code.INVALID_ARGUMENT,
                    "send application/x-protobuf or application/json");
        }
        Reception.Outcome.Later later = reception.enter();
        if (later != null) {
            return answer(later);
        }
        try {
            return take(request, body, signal, encoding);
        } finally {
            reception.leave();
        }
    }

    private Answer take(Request request, RequestBody plain, Signal signal, Encoding encoding)
            throws InterruptedException {
        // Before the body is read: a sender that has to wait anyhow need not send it.
        Reception.Outcome refusal = reception.refusal();
        if (refusal != null) {
            return answer(refusal);
        }
        String coding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        String word = coding == null ? "" : coding.strip().toLowerCase(Locale.ROOT);
        if (!word.isEmpty() && !word.equals("identity") && !word.equals("gzip")) {
            return Answer.error(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, Code.INVALID_ARGUMENT, "send it plain or as gzip");
        }
        byte[] body;
        InputStream decoded;
        try {
            decoded = word.equals("gzip") ? new PackedBody(plain, OtlpPort.MAX_BODY_BYTES).unpacked() : plain;
            body = decoded.readNBytes(OtlpPort.MAX_BODY_BYTES + 1);
        } catch (RequestBody.TooSlow e) {
            return Answer.error(
                    HttpStatus.REQUEST_TIMEOUT_408,
                    Code.DEADLINE_EXCEEDED,
                    "the body stopped coming, or came too slowly");
        } catch (RequestBody.BrokenOff e) {
            return Answer.error(HttpStatus.BAD_REQUEST_400, Code.INVALID_ARGUMENT, "the body broke off before its end");
        } catch (PackedBody.Unsound e) {
            return answer(reception.keepUnsound(e, Request.getRemoteAddr(request)));
        } catch (IOException e) {
            return Answer.error(
                    HttpStatus.BAD_REQUEST_400, Code.INVALID_ARGUMENT, "the body cannot be read: " + e.getMessage());
        }
        if (body.length > OtlpPort.MAX_BODY_BYTES) {
            long told = word.equals("gzip") ? -1 : request.getLength();
            return answer(reception.keep(body, decoded, told, Request.getRemoteAddr(request)));
        }
        return answer(reception.take(signal, encoding, body, Request.getRemoteAddr(request)));
    }

    private static Answer answer(Reception.Outcome outcome) {
        return switch (outcome) {
            case Reception.Outcome.Done done -> new Answer(HttpStatus.OK_200, done.response(), null);
            case Reception.Outcome.Malformed malformed ->
                Answer.error(HttpStatus.BAD_REQUEST_400, Code.INVALID_ARGUMENT, malformed.why());
            case Reception.Outcome.TooLarge tooLarge ->
                Answer.error(HttpStatus.PAYLOAD_TOO_LARGE_413, Code.INVALID_ARGUMENT, tooLarge.why());
            case Reception.Outcome.Later later ->
                new Answer(
                        later.full() ? HttpStatus.TOO_MANY_REQUESTS_429 : HttpStatus.SERVICE_UNAVAILABLE_503,
                        Answer.status(Code.UNAVAILABLE, later.why()),
                        later.after());
        };
    }

    private static @Nullable Signal signal(String path) {
        for (Signal signal : Signal.values()) {
            if (signal.path().equals(path)) {
                return signal;
            }
        }
        return null;
    }

    private static @Nullable Encoding encoding(@Nullable String contentType) {
        if (contentType == null) {
            return null;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        for (Encoding encoding : Encoding.values()) {
            if (encoding.contentType().equals(type)) {
                return encoding;
            }
        }
        return null;
    }

    /** Told of those whose requests never come. */
    private final class Handshakes implements SslHandshakeListener {
        private final ServerIdentity identity;

        Handshakes(ServerIdentity identity) {
            this.identity = identity;
        }

        @Override
        public void handshakeFailed(Event event, Throwable failure) {
            SocketAddress address = event.getEndPoint().getRemoteSocketAddress();
            reception.noHandshake(
                    OtlpPort.peer(address), failure, identity.current().subject());
        }
    }

    /** Asks who we are at every connection. */
    private static final class Tls extends SslContextFactory.Server {
        private final ServerIdentity identity;

        Tls(ServerIdentity identity) {
            this.identity = identity;
            TlsIdentity first = identity.current();
            setSslContext(first.context());
            setNeedClientAuth(first.checksClients());
        }

        @Override
        public SSLEngine newSSLEngine(InetSocketAddress peer) {
            TlsIdentity now = identity.current();
            SSLEngine engine = now.context().createSSLEngine();
            customize(engine);
            engine.setNeedClientAuth(now.checksClients());
            return engine;
        }
    }
}
