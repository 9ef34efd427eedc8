package io.qorrelate.collectors.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.LineReader;
import io.qorrelate.collectors.Publisher;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP collector. A request is answered only when Kafka has acknowledged what it brought; one that was not answered, or
 * with 429 or 503, is sent again as it is, which is safe: events have stable ids.
 */
public final class HttpCollector implements AutoCloseable {
    /** How metrics and dead letters name it. */
    public static final String NAME = "http";

    /** Largest body: about half a million events; more in one request helps nobody. */
    static final long MAX_BODY_BYTES = 256L << 20;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long STOP_WITHIN_MS = 3000;
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonFactory FACTORY = new JsonFactory();

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int TOO_LARGE = 413;
    private static final int UNSUPPORTED = 415;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final Server server;
    private final ServerConnector connector;

    /**
     * Where it listens.
     *
     * @param host interface, such as {@code 127.0.0.1} or {@code 0.0.0.0}
     * @param port TCP port; 0 for a free one
     */
    public record Settings(String host, int port) {
        public Settings {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a port lies in 0..65535, was " + port);
            }
        }
    }

    private HttpCollector(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts listening.
     *
     * @throws IOException where the port cannot be had
     */
    public static HttpCollector start(Settings settings, Intake intake, Publisher publisher, MeterRegistry registry)
            throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("http-collector");
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE.toMillis());
        server.addConnector(connector);
        server.setStopTimeout(STOP_WITHIN_MS);
        server.setHandler(new Routes(intake, publisher, registry));
        try {
            server.start();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the HTTP collector cannot listen on " + settings.host() + ":" + settings.port(), e);
        }
        return new HttpCollector(server, connector);
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private static final class Routes extends Handler.Abstract {
        private final Intake intake;
        private final Publisher publisher;
        private final Timer requests;

        Routes(Intake intake, Publisher publisher, MeterRegistry registry) {
            this.intake = intake;
            this.publisher = publisher;
            requests = Timer.builder("qorrelate.http.requests")
                    .description("Time until a request of telemetry was answered")
                    .publishPercentileHistogram()
                    .maximumExpectedValue(Duration.ofSeconds(60))
                    .register(registry);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            String path = Request.getPathInContext(request);
            String method = request.getMethod();
            switch (path) {
                case "/v1/telemetry" -> {
                    if (!method.equals("POST")) {
                        response.getHeaders().put(HttpHeader.ALLOW, "POST");
                        refuse(response, callback, METHOD_NOT_ALLOWED, "method_not_allowed", "POST telemetry here");
                    } else {
                        long begin = System.nanoTime();
                        telemetry(request, response, callback);
                        requests.record(Duration.ofNanos(System.nanoTime() - begin));
                    }
                }
                case "/health" ->
                    answer(response, callback, OK, JSON.createObjectNode().put("status", "up"));
                case "/ready" -> {
                    boolean ready = publisher.isReachable();
                    answer(
                            response,
                            callback,
                            ready ? OK : UNAVAILABLE,
                            JSON.createObjectNode().put("status", ready ? "ready" : "Kafka is away"));
                }
                default -> refuse(response, callback, NOT_FOUND, "not_found", "telemetry is posted to /v1/telemetry");
            }
            return true;
        }

        private void telemetry(Request request, Response response, Callback callback) {
            Form form = Form.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
            if (form == null) {
                refuse(
                        response,
                        callback,
                        UNSUPPORTED,
                        "unsupported_media_type",
                        "send application/x-ndjson (one event a line) or application/json (an array of events)");
                return;
            }
            String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
            boolean gzip = "gzip".equalsIgnoreCase(encoding);
            if (encoding != null && !gzip && !"identity".equalsIgnoreCase(encoding)) {
                refuse(
                        response,
                        callback,
                        UNSUPPORTED,
                        "unsupported_encoding",
                        "Content-Encoding may be gzip or identity");
                return;
            }
            if (request.getLength() > MAX_BODY_BYTES) {
                refuse(
                        response,
                        callback,
                        TOO_LARGE,
                        "too_large",
                        "at most " + (MAX_BODY_BYTES >> 20) + " MiB in one request");
                return;
            }
            Delivery delivery = new Delivery(intake, publisher, Request.getRemoteAddr(request));
            try {
                InputStream body = new Limited(Content.Source.asInputStream(request));
                read(gzip ? new Limited(new GZIPInputStream(body)) : body, form, delivery);
                delivery.await();
                conclude(response, callback, delivery);
            } catch (Publisher.Full e) {
                delivery.await();
                publisher.countBackPressure(NAME);
                response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
                partial(response, callback, TOO_MANY, "busy", e.getMessage(), delivery);
            } catch (Limited.TooLarge e) {
                delivery.await();
                partial(response, callback, TOO_LARGE, "too_large", e.getMessage(), delivery);
            } catch (ZipException e) {
                delivery.await();
                partial(
                        response,
                        callback,
                        BAD_REQUEST,
                        "not_gzip",
                        "the body is no gzip: " + e.getMessage(),
                        delivery);
            } catch (IOException e) {
                // The sender went away in the middle. What it had sent is in Kafka, and welcome a second time.
                callback.failed(e);
            }
        }

        private static void read(InputStream body, Form form, Delivery delivery) throws IOException {
            BufferedInputStream buffered = new BufferedInputStream(body);
            if (form == Form.JSON && firstLetter(buffered) == '[') {
                array(buffered, delivery);
            } else {
                lines(buffered, delivery);
            }
        }

        private static int firstLetter(BufferedInputStream body) throws IOException {
            body.mark(Byte.MAX_VALUE);
            int letter = body.read();
            while (letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t') {
                letter = body.read();
            }
            body.reset();
            return letter;
        }

        private static void lines(InputStream body, Delivery delivery) throws IOException {
            LineReader lines = new LineReader(body);
            for (byte[] line = lines.next(); line != null && !delivery.hasFailed(); line = lines.next()) {
                if (!isBlank(line)) {
                    delivery.take(line, lines.number());
                }
            }
        }

        /** Element by element, so that one bad element costs nothing but itself. */
        private static void array(InputStream body, Delivery delivery) throws IOException {
            long index = 0;
            try (JsonParser parser = FACTORY.createParser(body)) {
                parser.setCodec(JSON);
                parser.nextToken();
                while (parser.nextToken() != JsonToken.END_ARRAY && !delivery.hasFailed()) {
                    index++;
                    byte[] element = JSON.writeValueAsBytes(parser.readValueAsTree());
                    delivery.take(element, index);
                }
            } catch (JacksonException e) {
                delivery.reject(
                        new byte[0],
                        index + 1,
                        "not_json",
                        "the array breaks off at element " + (index + 1) + ": " + e.getOriginalMessage());
            }
        }

        private static boolean isBlank(byte[] line) {
            for (byte letter : line) {
                if (letter != ' ' && letter != '\t' && letter != '\r') {
                    return false;
                }
            }
            return true;
        }

        private void conclude(Response response, Callback callback, Delivery delivery) {
            if (delivery.hasFailed()) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
                partial(
                        response,
                        callback,
                        UNAVAILABLE,
                        "unavailable",
                        "Kafka did not take all of it; send the request again, what was taken is not doubled",
                        delivery);
            } else if (delivery.accepted() > 0) {
                answer(response, callback, ACCEPTED, counts(delivery));
            } else if (delivery.rejected() > 0) {
                partial(response, callback, BAD_REQUEST, "invalid", "none of it is an event", delivery);
            } else {
                refuse(response, callback, BAD_REQUEST, "empty", "the body holds no event");
            }
        }

        private static void partial(
                Response response,
                Callback callback,
                int status,
                String error,
                @Nullable String message,
                Delivery delivery) {
            ObjectNode body = counts(delivery);
            body.put("error", error);
            body.put("message", message);
            answer(response, callback, status, body);
        }

        private static ObjectNode counts(Delivery delivery) {
            ObjectNode body = JSON.createObjectNode();
            body.put("accepted", delivery.accepted());
            body.put("rejected", delivery.rejected());
            if (!delivery.problems().isEmpty()) {
                ArrayNode errors = body.putArray("errors");
                for (Delivery.Problem problem : delivery.problems()) {
                    errors.addObject()
                            .put("line", problem.line())
                            .put("reason", problem.reason())
                            .put("message", problem.message());
                }
            }
            return body;
        }

        private static void refuse(Response response, Callback callback, int status, String error, String message) {
            answer(
                    response,
                    callback,
                    status,
                    JSON.createObjectNode().put("error", error).put("message", message));
        }

        private static void answer(Response response, Callback callback, int status, ObjectNode body) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
            response.write(true, ByteBuffer.wrap(bytes), callback);
        }
    }

    /** How the body is laid out. */
    private enum Form {
        LINES,
        JSON;

        /** No content type is taken for NDJSON, which is what curl users mean; null is a type that is not understood. */
        static @Nullable Form of(@Nullable String contentType) {
            String type = contentType == null
                    ? ""
                    : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            return switch (type) {
                // curl --data-binary says x-www-form-urlencoded unless told otherwise.
                case "",
                        "application/x-ndjson",
                        "application/ndjson",
                        "application/jsonl",
                        "application/x-jsonlines",
                        "application/x-www-form-urlencoded" -> LINES;
                case "application/json" -> JSON;
                default -> null;
            };
        }
    }

    /** A stream that ends in an error where it grows too long. */
    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left = MAX_BODY_BYTES;

        static final class TooLarge extends IOException {
            private static final long serialVersionUID = 1L;

            TooLarge() {
                super("at most " + (MAX_BODY_BYTES >> 20) + " MiB in one request; events before that are taken");
            }
        }

        Limited(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            left -= Math.max(0, count);
            if (left < 0) {
                throw new TooLarge();
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
