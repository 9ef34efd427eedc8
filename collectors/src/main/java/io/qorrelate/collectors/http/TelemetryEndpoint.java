package io.qorrelate.collectors.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.LimitedStream;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.PackedBody;
import io.qorrelate.collectors.PieceReader;
import io.qorrelate.collectors.RequestBody;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.csv.CsvMapping;
import io.qorrelate.collectors.csv.CsvMaps;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/telemetry}. Holds one event of a body at a time, and publishes in the body's order. */
final class TelemetryEndpoint {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** What is remembered of a packed body, which may have a hundred mebibytes, for the case that it is not sound. */
    private static final int PACKED_BYTES = 64 << 10;

    private static final String RETRY_WHEN_FULL_SECONDS = "1";

    private static final String RETRY_WHEN_AWAY_SECONDS = "5";

    private final HttpCollectorSettings settings;
    private final EventIntake intake;
    private final TelemetryPublisher publisher;
    private final MeterRegistry registry;
    private final Semaphore places;
    private final CsvMaps maps;
    private final AnsweredRequests answered = new AnsweredRequests(System::nanoTime);

    TelemetryEndpoint(HttpCollectorSettings settings, CsvMaps maps, CollectorContext context) {
        this.settings = settings;
        this.maps = maps;
        this.intake = context.intake();
        this.publisher = context.publisher();
        this.registry = context.registry();
        this.places = new Semaphore(settings.maxConcurrentRequests());
    }

    Answer post(Request request) throws InterruptedException {
        Timer.Sample sample = Timer.start(registry);
        RequestBody body = new RequestBody(Content.Source.asInputStream(request));
        Answer answer = refusal(request);
        if (answer == null) {
            if (places.tryAcquire()) {
                try {
                    answer = answer(request, body);
                } finally {
                    places.release();
                }
            } else {
                publisher.countBackPressure(HttpCollector.NAME);
                answer = full("too many requests at a time");
            }
        }
        if (body.isBegun() || !expectsContinue(request)) {
            body.drain(DRAIN);
        }
        sample.stop(Timer.builder("qorrelate.http.requests")
                .description("Time from the headers of a POST of telemetry to its answer")
                .tag("status", Integer.toString(answer.status()))
                .register(registry));
        return answer;
    }

    private Answer answer(Request request, RequestBody body) throws InterruptedException {
        PieceReader reader;
        IdempotencyKey key;
        try {
            key = IdempotencyKey.of(request.getHeaders());
            reader = reader(request);
        } catch (IdempotencyKey.Malformed e) {
            return Answer.error(HttpStatus.BAD_REQUEST_400, "bad_idempotency_key", String.valueOf(e.getMessage()));
        } catch (NoMapping e) {
            return Answer.error(HttpStatus.BAD_REQUEST_400, "no_map", String.valueOf(e.getMessage()));
        }
        MessageDigest fingerprint = fingerprint(request);
        if (key == null) {
            Answer busy = busy();
            return busy == null ? read(request, body, reader, fingerprint) : busy;
        }
        return switch (answered.claim(key)) {
            case AnsweredRequests.Answered before -> again(before, request, body, fingerprint);
            case AnsweredRequests.Busy atWork -> {
                count("at_work");
                yield Answer.error(
                                HttpStatus.CONFLICT_409,
                                "at_work",
                                "a request with this " + IdempotencyKey.HEADER
                                        + " is being read; ask again in a moment")
                        .with(HttpHeader.RETRY_AFTER, RETRY_WHEN_FULL_SECONDS);
            }
            case AnsweredRequests.Fresh fresh -> first(key, request, body, reader, fingerprint);
        };
    }

    private Answer first(
            IdempotencyKey key, Request request, RequestBody body, PieceReader reader, MessageDigest fingerprint)
            throws InterruptedException {
        boolean kept = false;
        try {
            Answer answer = busy();
            if (answer == null) {
                answer = read(request, body, reader, fingerprint);
                // Whatever else came of it, sending it again may do better.
                if (answer.isFinal()) {
                    answered.answered(key, fingerprint.digest(), answer);
                    kept = true;
                }
            }
            return answer;
        } finally {
            if (!kept) {
                answered.forget(key);
            }
        }
    }

    /** Compares the body with the one that was answered; nothing of it is published. */
    private Answer again(
            AnsweredRequests.Answered before, Request request, RequestBody body, MessageDigest fingerprint) {
        try (InputStream decoded = decoded(request, body, fingerprint)) {
            decoded.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            return unreadable(e);
        }
        if (before.hasFingerprint(fingerprint.digest())) {
            count("repeated");
            return before.answer();
        }
        count("other_body");
        return Answer.error(
                HttpStatus.UNPROCESSABLE_ENTITY_422,
                "key_reused",
                "this " + IdempotencyKey.HEADER + " was used for another body; each request has a key of its own");
    }

    private void count(String outcome) {
        registry.counter("qorrelate.http.repeated.keys", "outcome", outcome).increment();
    }

    /** What a request is beside its body: the same body means something else under another mapping. */
    private static MessageDigest fingerprint(Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String head = request.getHttpURI().getPathQuery() + "\n"
                    + BodyFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) + "\n";
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A table comes without the mapping that says what it means. */
    private static final class NoMapping extends Exception {
        private static final long serialVersionUID = 1L;

        NoMapping(String message) {
            super(message);
        }
    }

    private PieceReader reader(Request request) throws NoMapping {
        if (BodyFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) != BodyFormat.CSV) {
            return PieceReader.ofEvents(intake);
        }
        Fields query = Request.extractQueryParameters(request);
        String name = query.getValue("map");
        try {
            CsvMapping mapping = name == null ? null : maps.find(name);
            if (mapping == null) {
                throw new NoMapping("text/csv is sent to /v1/telemetry?map=NAME, where NAME is one of "
                        + String.join(", ", maps.names())
                        + (name == null ? "" : YamlValue.suggestion(name, maps.names())));
            }
            String source = query.getValue("source");
            return mapping.begin(
                    new Placement(query.getValue("link"), query.getValue("node"), Map.of(), Map.of()),
                    source == null ? name : source,
                    intake);
        } catch (IOException e) {
            throw new NoMapping("the mappings cannot be read now: " + e.getMessage());
        }
    }

    /** The answer where the headers are enough to say no. */
    private @Nullable Answer refusal(Request request) {
        String contentType = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (BodyFormat.of(contentType) == null) {
            return Answer.error(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "unsupported_media_type",
                    "Content-Type is '" + contentType
                            + "'; send application/x-ndjson (one event a line) or application/json (an array), in UTF-8");
        }
        String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (!isIdentity(encoding) && !isGzip(encoding)) {
            return Answer.error(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                            "unsupported_encoding",
                            "Content-Encoding is '" + encoding + "'; send it plain or as gzip")
                    .with(HttpHeader.ACCEPT_ENCODING, "gzip");
        }
        if (request.getLength() > settings.maxBodyBytes()) {
            return tooLong();
        }
        return null;
    }

    /** The answer where the state of things is enough to say not now. */
    private @Nullable Answer busy() {
        String problem = publisher.problem();
        if (problem != null) {
            publisher.countBackPressure(HttpCollector.NAME);
            return unavailable(problem);
        }
        if (publisher.isFull()) {
            publisher.countBackPressure(HttpCollector.NAME);
            return full("the way to Kafka is full");
        }
        return null;
    }

    private Answer read(Request request, RequestBody body, PieceReader reader, MessageDigest fingerprint)
            throws InterruptedException {
        Shipment shipment = new Shipment(publisher, HttpCollector.NAME, Request.getRemoteAddr(request));
        Tally tally = new Tally();
        Answer stopped;
        try {
            stopped = ship(fragments(request, decoded(request, body, fingerprint)), reader, shipment, tally);
        } catch (IOException e) {
            stopped = unreadable(e);
            if (e instanceof PackedBody.Unsound unsound) {
                keep(unsound, Request.getRemoteAddr(request));
            }
        }
        boolean all = shipment.await(settings.acknowledgeTimeout());
        if (stopped != null) {
            return withCounts(stopped, shipment, tally, reader);
        }
        if (!all) {
            publisher.countBackPressure(HttpCollector.NAME);
            Exception failure = shipment.failure();
            return withCounts(
                    unavailable(
                            failure == null ? "Kafka does not acknowledge" : "Kafka failed: " + failure.getMessage()),
                    shipment,
                    tally,
                    reader);
        }
        return answer(tally);
    }

    /** Events that came before the flaw are events; the body as it was sent goes to the dead letters beside them. */
    private void keep(PackedBody.Unsound unsound, String peer) throws InterruptedException {
        PackedBody sent = unsound.sent();
        sent.readOn(DRAIN);
        Shipment shipment = new Shipment(publisher, HttpCollector.NAME, peer);
        Offer offer = shipment.offer(sent.rejected(unsound), 0, "body", settings.fullPatience());
        if (offer != Offer.TAKEN || !shipment.await(settings.acknowledgeTimeout())) {
            // The sender is told that it was unsound all the same.
            publisher.countBackPressure(HttpCollector.NAME);
        }
    }

    private Answer unreadable(IOException failure) {
        return switch (failure) {
            // The client is likely gone and never hears of it; what it sends again has the same ids.
            case RequestBody.BrokenOff e ->
                Answer.error(
                        HttpStatus.BAD_REQUEST_400,
                        "broken_off",
                        "the body broke off before its end, or is not sound HTTP");
            case RequestBody.TooSlow e ->
                Answer.error(HttpStatus.REQUEST_TIMEOUT_408, "too_slow", "the body stopped coming, or came too slowly");
            case LimitedStream.TooLong e -> tooLong();
            default -> Answer.error(HttpStatus.BAD_REQUEST_400, "bad_encoding", String.valueOf(failure.getMessage()));
        };
    }

    /** The body as it was before it was compressed; its fingerprint is that of what has been read. */
    private InputStream decoded(Request request, RequestBody body, MessageDigest fingerprint) {
        InputStream plain = isGzip(request.getHeaders().get(HttpHeader.CONTENT_ENCODING))
                ? new PackedBody(body, PACKED_BYTES).unpacked()
                : body;
        InputStream limited = new LimitedStream(plain, settings.maxBodyBytes());
        return request.getHeaders().contains(IdempotencyKey.HEADER)
                ? new DigestInputStream(limited, fingerprint)
                : limited;
    }

    private static FragmentReader fragments(Request request, InputStream decoded) throws IOException {
        return BodyFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) == BodyFormat.JSON
                ? FragmentReader.sniffing(decoded)
                : FragmentReader.lines(decoded);
    }

    /** Publishes the body; an answer where it had to stop before the end. */
    private @Nullable Answer ship(FragmentReader fragments, PieceReader reader, Shipment shipment, Tally tally)
            throws IOException, InterruptedException {
        boolean array = fragments.readsArray();
        while (true) {
            Fragment fragment = fragments.next();
            boolean last = fragment == null;
            if (last) {
                fragment = fragments.rest();
            }
            if (fragment == null) {
                return null;
            }
            String position = array ? "element " + fragment.number() : "line " + fragment.line();
            int number = Math.toIntExact(fragment.number() * reader.mostOfOne());
            for (Intake found : reader.read(fragment)) {
                Offer offer = shipment.offer(found, number++, position, settings.fullPatience());
                if (offer != Offer.TAKEN) {
                    publisher.countBackPressure(HttpCollector.NAME);
                    Answer stopped =
                            offer == Offer.FULL ? full("the way to Kafka is full") : unavailable("Kafka is away");
                    stopped.body().put("resend_from", fragment.number());
                    return stopped;
                }
                tally.count(fragment, array, found);
            }
            if (last) {
                return null;
            }
        }
    }

    private static Answer answer(Tally tally) {
        if (tally.isEmpty()) {
            return Answer.error(HttpStatus.BAD_REQUEST_400, "empty", "the body holds no events");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        if (!tally.hasAccepted()) {
            body.put("error", "no_events");
            body.put("message", "nothing in the body is an event");
        }
        body.put("accepted", tally.accepted());
        body.put("rejected", tally.rejected());
        tally.describeErrors(body);
        return Answer.of(tally.hasAccepted() ? HttpStatus.ACCEPTED_202 : HttpStatus.BAD_REQUEST_400, body);
    }

    /** Tells the sender what Kafka has all the same, and from where to send again. */
    private static Answer withCounts(Answer answer, Shipment shipment, Tally tally, PieceReader reader) {
        Map<String, Object> body = answer.body();
        body.put("accepted", shipment.accepted());
        body.put("rejected", shipment.rejected());
        shipment.firstMissing().ifPresent(number -> body.put("resend_from", number / reader.mostOfOne()));
        tally.describeErrors(body);
        return answer;
    }

    private Answer tooLong() {
        return Answer.error(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                "too_large",
                "the body has more than " + settings.maxBodyBytes() + " bytes; send it in parts");
    }

    private static Answer full(String why) {
        return Answer.error(HttpStatus.TOO_MANY_REQUESTS_429, "full", why + "; send again in a moment")
                .with(HttpHeader.RETRY_AFTER, RETRY_WHEN_FULL_SECONDS);
    }

    private static Answer unavailable(String why) {
        return Answer.error(HttpStatus.SERVICE_UNAVAILABLE_503, "unavailable", why + "; send again")
                .with(HttpHeader.RETRY_AFTER, RETRY_WHEN_AWAY_SECONDS);
    }

    private static boolean isIdentity(@Nullable String encoding) {
        return encoding == null
                || encoding.isBlank()
                || "identity".equals(encoding.strip().toLowerCase(Locale.ROOT));
    }

    private static boolean isGzip(@Nullable String encoding) {
        String name = encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
        return "gzip".equals(name) || "x-gzip".equals(name);
    }

    private static boolean expectsContinue(Request request) {
        return request.getHeaders().contains(HttpHeader.EXPECT);
    }
}
