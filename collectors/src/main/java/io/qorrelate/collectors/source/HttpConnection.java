package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import io.qorrelate.model.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP, over TLS mostly, in the name of certain credentials. Sources with the same ones share a client, as each client has a thread of its
 * own; when a credential is rotated, the next request has a client with the new one.
 */
public final class HttpConnection {
    /**
     * An answer.
     *
     * @param body its beginning where it was too long
     * @param cut whether it was
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    public record Reply(int status, byte[] body, boolean cut) {
        /**
         * The answer as an input that is too long to be read.
         *
         * @param what it should have been
         */
        public Intake tooLong(String what) {
            // How much more there would have been, nobody waited for.
            return new Intake.Rejected(
                    body, body.length + 1L, RejectReason.TOO_LARGE, what + " has at most " + body.length + " bytes");
        }
    }

    /** Name of the credential that is a bearer token. */
    public static final String TOKEN = "token";

    /** Name of the credential that is our name, where we show a password. */
    public static final String USERNAME = "username";

    /** Name of the credential that is our password. */
    public static final String PASSWORD = "password";

    /**
     * In TLS 1.3 a server refuses a certificate after the handshake, and its alert races with the end of the connection, which
     * says nothing: on a busy machine the end is first now and then, and who asks again hears why.
     */
    private static final int MOST_ATTEMPTS = 4;

    /** What a client was made of. */
    private record Made(String stamp, HttpClient client, TlsIdentity identity) {}

    private final Credentials credentials;
    private @Nullable Made made;

    public HttpConnection(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Subject of our own certificate, as last used. */
    public synchronized @Nullable String subject() {
        return made == null ? null : made.identity().subject();
    }

    /**
     * Asks, and puts what goes wrong into words that name the source's target.
     *
     * @param maxBytes of the body that are kept
     */
    public HttpAnswer ask(Source source, URI uri, Map<String, String> headers, int maxBytes)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new HttpAnswer.Told(get(uri, headers, source.timeout(), maxBytes));
            } catch (TimeoutException e) {
                return failed(source, new HttpTimeoutException(e.getMessage()));
            } catch (IOException e) {
                HttpAnswer.Failed failed = failed(source, e);
                boolean mayBeRefused =
                        subject() != null && failed.trouble().reason().equals("unreachable");
                if (!mayBeRefused || attempt >= MOST_ATTEMPTS || e instanceof ConnectException) {
                    return failed;
                }
            }
        }
    }

    /** What a failure to get an answer means, in words that name the source's target. */
    public static HttpAnswer.Failed failed(Source source, IOException failure) {
        TlsFailure tls = TlsFailure.of(failure);
        if (tls != null) {
            return new HttpAnswer.Failed(new Poll.Trouble("tls", source.target() + ": " + tls.detail()), tls);
        }
        Poll.Trouble trouble = switch (failure) {
            case HttpTimeoutException e ->
                new Poll.Trouble(
                        "timeout",
                        source.target() + ": does not answer within "
                                + source.timeout().toMillis() + " ms");
            case NoCredentials e -> new Poll.Trouble("no_credentials", source.target() + ": " + e.getMessage());
            default -> new Poll.Trouble("unreachable", source.target() + ": cannot be asked: " + inWords(failure));
        };
        return new HttpAnswer.Failed(trouble, null);
    }

    /**
     * Asks.
     *
     * @param patience for all of it
     * @param maxBytes of the body that are kept
     * @throws TimeoutException where the answer is not complete by then
     */
    public Reply get(URI uri, Map<String, String> headers, Duration patience, int maxBytes)
            throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<HttpResponse<Body>> answer =
                client().sendAsync(request(uri, headers, patience), info -> new Limited(maxBytes));
        try {
            // The request's own time-out ends with the headers; a body that drips is cut off by this one.
            HttpResponse<Body> response = answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return new Reply(
                    response.statusCode(),
                    response.body().bytes(),
                    response.body().cut());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw new TimeoutException(e.getCause().getMessage());
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            var unused = answer.cancel(true);
        }
    }

    private synchronized HttpClient client() throws IOException {
        String stamp = credentials.stamp();
        Made before = made;
        if (before != null && before.stamp().equals(stamp)) {
            return before.client();
        }
        TlsIdentity identity = TlsIdentity.of(credentials);
        HttpClient client = HttpClient.newBuilder()
                .sslContext(identity.context())
                .version(HttpClient.Version.HTTP_1_1)
                // A redirect would have us show our certificate to whom the operator did not name.
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        made = new Made(stamp, client, identity);
        if (before != null) {
            // Ends by itself when the requests under way are done.
            before.client().shutdown();
        }
        return client;
    }

    /**
     * Begins to read an answer that need not end.
     *
     * @param patience for its headers
     * @return the answer, whose body is to be closed by who reads it
     */
    public HttpResponse<InputStream> stream(URI uri, Map<String, String> headers, Duration patience)
            throws IOException, InterruptedException {
        return client().send(request(uri, headers, patience), HttpResponse.BodyHandlers.ofInputStream());
    }

    private HttpRequest request(URI uri, Map<String, String> headers, Duration patience) throws NoCredentials {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(patience).GET();
        headers.forEach(request::header);
        String authorization = authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }

    /** A bearer token (RFC 6750), or a name and a password (RFC 7617), where the credentials have them. */
    private @Nullable String authorization() throws NoCredentials {
        Secret token = credentials.get(TOKEN);
        if (token != null) {
            String revealed = token.revealText();
            // The platform's own complaint about such a header would repeat it.
            if (!revealed.chars().allMatch(letter -> letter > ' ' && letter < 0x7f)) {
                throw new NoCredentials("'token' (" + token + ") is no bearer token: it holds spaces or worse");
            }
            return "Bearer " + revealed;
        }
        Secret username = credentials.get(USERNAME);
        Secret password = credentials.get(PASSWORD);
        if (username == null || password == null) {
            return null;
        }
        byte[] pair = (username.revealText() + ":" + password.revealText()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** What is the matter: the platform's client leaves most of its failures without a word. */
    public static String inWords(IOException failure) {
        String words = failure instanceof ConnectException ? "nobody takes the connection" : null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "its name is not known";
            }
            words = words == null ? cause.getMessage() : words;
        }
        return words == null ? failure.getClass().getSimpleName() : words;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    private record Body(byte[] bytes, boolean cut) {}

    /** Holds no more of a body than it should have. */
    private static final class Limited implements BodySubscriber<Body> {
        private final CompletableFuture<Body> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
        private final int maxBytes;
        private @Nullable Subscription subscription;

        Limited(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public CompletionStage<Body> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                int room = maxBytes - bytes.size();
                byte[] part = new byte[Math.min(room, buffer.remaining())];
                buffer.get(part);
                bytes.writeBytes(part);
                if (buffer.hasRemaining()) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    var unused = whole.complete(new Body(bytes.toByteArray(), true));
                    return;
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            var unused = whole.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            var unused = whole.complete(new Body(bytes.toByteArray(), false));
        }
    }
}
