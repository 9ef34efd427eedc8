package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.HttpAnswer;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.model.RejectReason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node by RESTCONF.
 *
 * @param root the API's, RFC 8040, section 3.1, without a slash at its end
 * @param stream name of the stream of notifications, or its path or URL; null where there is none to listen to
 */
record Restconf(
        Source source,
        URI root,
        HttpConnection connection,
        @Nullable String stream,
        Refusals refusals) implements NodeAccess {
    static final String DEFAULT_ROOT = "/restconf";

    /** A node with some hundred links and applications has less than 1 MiB. */
    static final int MAX_BODY_BYTES = 4 << 20;

    /** A notification is less than 1 KiB. */
    static final int MAX_EVENT_BYTES = 64 << 10;

    /**
     * Nobody tells that a connection over which nothing goes is gone. Longer than common keep-alives of servers and time-outs of
     * proxies, of which there are none where it is still there.
     */
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(10);

    private static final int OK = 200;

    private static final Map<String, String> ACCEPT = Map.of("Accept", "application/yang-data+json");

    @Override
    public boolean isForNotifications() {
        return stream != null;
    }

    @Override
    public Session open() {
        return new RestconfSession();
    }

    private Told failed(HttpAnswer.Failed failed) {
        TlsFailure tls = failed.tls();
        return tls == null
                ? Told.nothing(failed.trouble())
                : Told.nothing(refusals.byTls(link(), tls, root.getHost(), us()), failed.trouble());
    }

    private Told refused(int status, @Nullable String message) {
        return Told.nothing(
                refusals.byStatus(link(), status, us(), message),
                trouble("unauthorized", "refuses us with HTTP status " + status));
    }

    /** It is the node's matter; where no node is named, that of one of its links. */
    private @Nullable String link() {
        return Etsi015.anyLink(source);
    }

    private @Nullable String us() {
        String username = Etsi015.username(source);
        return username == null ? connection.subject() : username;
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, source.target() + ": " + what);
    }

    /** {@code error-message} of RFC 8040, section 7.1; null where there is none. */
    private static @Nullable String message(byte[] body) {
        try {
            JsonNode message =
                    YangDocument.read(body).path("errors").path("error").path(0).path("error-message");
            return message.isTextual() ? message.textValue() : null;
        } catch (Malformed e) {
            return null;
        }
    }

    /** Where a stream of notifications is. */
    private sealed interface Located {}

    private record At(URI uri) implements Located {}

    private record Nowhere(Told why) implements Located {}

    /** HTTP has no conversation: what is kept is where the notifications were left. */
    private final class RestconfSession implements Session {
        private @Nullable String lastEventId;
        private volatile @Nullable InputStream listening;
        private volatile boolean closed;

        @Override
        public Told ask() throws InterruptedException {
            return get(URI.create(root + "/data/etsi-qkd-sdn-node:qkd_node"), "a node's data");
        }

        private Told get(URI uri, String what) throws InterruptedException {
            return switch (connection.ask(source, uri, ACCEPT, MAX_BODY_BYTES)) {
                case HttpAnswer.Failed failed -> failed(failed);
                case HttpAnswer.Told told -> {
                    HttpConnection.Reply reply = told.reply();
                    if (Refusals.isRefusal(reply.status())) {
                        yield refused(reply.status(), message(reply.body()));
                    }
                    if (reply.status() != OK) {
                        String message = message(reply.body());
                        yield Told.nothing(trouble(
                                "http_" + reply.status(),
                                "answers with HTTP status " + reply.status()
                                        + (message == null ? "" : ": " + Refusals.shortened(message))));
                    }
                    yield reply.cut()
                            ? Told.nothing(
                                    reply.tooLong(what),
                                    trouble("bad_answer", "answers with more than " + what + " may have"))
                            : Told.of(reply.body());
                }
            };
        }

        @Override
        public Told listen(Hearer hearer) throws IOException, InterruptedException {
            return switch (location()) {
                case Nowhere nowhere -> nowhere.why();
                case At at -> listen(at.uri(), hearer);
            };
        }

        private Told listen(URI location, Hearer hearer) throws IOException, InterruptedException {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Accept", "text/event-stream");
            headers.put("Cache-Control", "no-cache");
            if (lastEventId != null) {
                headers.put("Last-Event-ID", lastEventId);
            }
            HttpResponse<InputStream> response;
            try {
                response = connection.stream(location, headers, source.timeout());
            } catch (IOException e) {
                return failed(HttpConnection.failed(source, e));
            }
            try (InputStream body = response.body()) {
                listening = body;
                if (Refusals.isRefusal(response.statusCode())) {
                    return refused(response.statusCode(), null);
                }
                String type = response.headers().firstValue("Content-Type").orElse("");
                if (response.statusCode() != OK || !type.startsWith("text/event-stream")) {
                    return Told.nothing(trouble(
                            "no_stream",
                            location + " is no stream of notifications: it answers with HTTP status "
                                    + response.statusCode() + " and " + (type.isEmpty() ? "no type" : type)));
                }
                return closed ? ended() : hear(body, hearer);
            }
        }

        private Told hear(InputStream body, Hearer hearer) throws InterruptedException {
            hearer.subscribed();
            try (Watchdog quiet = new Watchdog(LONGEST_QUIET, () -> close(body))) {
                ServerSentEvents events = new ServerSentEvents(new Fed(body, quiet), MAX_EVENT_BYTES);
                while (true) {
                    ServerSentEvents.Event event = events.next();
                    if (event == null) {
                        return ended();
                    }
                    hearer.heard(event.cut() ? tooLong(event) : Told.of(event.data()));
                    // Only what is safe need not be told again.
                    lastEventId = event.id();
                }
            } catch (IOException e) {
                return Told.nothing(trouble("broken_off", "broke off its notifications: " + HttpConnection.inWords(e)));
            }
        }

        private Told ended() {
            return Told.nothing(trouble("ended", "ended its notifications"));
        }

        private Told tooLong(ServerSentEvents.Event event) {
            return new Told(
                    null,
                    List.of(new Intake.Rejected(
                            event.data(),
                            event.data().length + 1L,
                            RejectReason.TOO_LARGE,
                            "a notification has at most " + MAX_EVENT_BYTES + " bytes")),
                    null);
        }

        private Located location() throws InterruptedException {
            String named = Objects.requireNonNull(stream, "only asked where there is one");
            if (named.contains("/")) {
                return new At(root.resolve(named));
            }
            Told told = access(named, "json");
            if (told.document() == null) {
                // A server that streams XML alone is understood too.
                told = access(named, "xml");
            }
            byte[] document = told.document();
            return document == null ? new Nowhere(told) : location(document);
        }

        private Told access(String named, String encoding) throws InterruptedException {
            return get(
                    URI.create(root + "/data/ietf-restconf-monitoring:restconf-state/streams/stream=" + named
                            + "/access=" + encoding + "/location"),
                    "a stream's location");
        }

        private Located location(byte[] document) {
            try {
                URI uri = root.resolve(
                        YangDocument.read(document).path("location").asText());
                boolean same = Objects.equals(uri.getScheme(), root.getScheme())
                        && Objects.equals(uri.getHost(), root.getHost())
                        && uri.getPort() == root.getPort();
                // Else we would show our credentials to whom the operator did not name.
                return same
                        ? new At(uri)
                        : nowhere("has its notifications elsewhere, at " + uri + "; name that in 'stream'");
            } catch (Malformed | IllegalArgumentException e) {
                return nowhere("does not tell where its notifications are");
            }
        }

        private Nowhere nowhere(String what) {
            return new Nowhere(Told.nothing(trouble("no_stream", what)));
        }

        @Override
        public void close() {
            closed = true;
            InputStream body = listening;
            if (body != null) {
                close(body);
            }
        }

        private static void close(InputStream body) {
            try {
                body.close();
            } catch (IOException e) {
                // It is over either way.
            }
        }
    }

    /** Tells a watchdog of all that comes, be it no more than a comment to keep the connection alive. */
    private static final class Fed extends FilterInputStream {
        private final Watchdog watchdog;

        Fed(InputStream stream, Watchdog watchdog) {
            super(stream);
            this.watchdog = watchdog;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            watchdog.wake();
            int count = super.read(bytes, offset, length);
            watchdog.sleep();
            return count;
        }
    }
}
