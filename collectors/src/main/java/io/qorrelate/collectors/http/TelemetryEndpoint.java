package io.qorrelate.collectors.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.RequestBody;
import io.qorrelate.collectors.Shipment;
import io.qorrelate.collectors.TelemetryPublisher;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/telemetry}. Holds one event of a body at a time, and publishes in the body's order. */
final class TelemetryEndpoint {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private static final String RETRY_WHEN_FULL_SECONDS = "1";

    private static final String RETRY_WHEN_AWAY_SECONDS = "5";

    private static final int DECOMPRESSION_BUFFER_BYTES = 16 << 10;

    private final HttpCollectorSettings settings;
    private final EventIntake intake;
    private final TelemetryPublisher publisher;
    private final MeterRegistry registry;
    private final Semaphore places;

    TelemetryEndpoint(HttpCollectorSettings settings, CollectorContext context) {
        this.settings = settings;
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
                    answer = read(request, body);
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

    /** The answer where the headers or the state of things are enough to say no. */
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

    private Answer read(Request request, RequestBody body) throws InterruptedException {
        Shipment shipment = new Shipment(publisher, HttpCollector.NAME, Request.getRemoteAddr(request));
        Tally tally = new Tally();
        Answer stopped = null;
        try {
            stopped = ship(fragments(request, body), shipment, tally);
        } catch (RequestBody.BrokenOff e) {
            // The client is likely gone and never hears of it; what it sends again has the same ids.
            stopped = Answer.error(
                    HttpStatus.BAD_REQUEST_400,
                    "broken_off",
                    "the body broke off before its end, or is not sound HTTP");
        } catch (RequestBody.TooSlow e) {
            stopped = Answer.error(
                    HttpStatus.REQUEST_TIMEOUT_408, "too_slow", "the body stopped coming, or came too slowly");
        } catch (LimitedStream.TooLong e) {
            stopped = tooLong();
        } catch (IOException e) {
            stopped = Answer.error(
                    HttpStatus.BAD_REQUEST_400, "bad_encoding", "the body is not sound gzip: " + e.getMessage());
        }
        boolean all = shipment.await(settings.acknowledgeTimeout());
        if (stopped != null) {
            return withCounts(stopped, shipment, tally);
        }
        if (!all) {
            publisher.countBackPressure(HttpCollector.NAME);
            Exception failure = shipment.failure();
            return withCounts(
                    unavailable(
                            failure == null ? "Kafka does not acknowledge" : "Kafka failed: " + failure.getMessage()),
                    shipment,
                    tally);
        }
        return answer(tally);
    }

    private FragmentReader fragments(Request request, RequestBody body) throws IOException {
        InputStream decoded = isGzip(request.getHeaders().get(HttpHeader.CONTENT_ENCODING))
                ? new GZIPInputStream(body, DECOMPRESSION_BUFFER_BYTES)
                : body;
        InputStream limited = new LimitedStream(decoded, settings.maxBodyBytes());
        return BodyFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE)) == BodyFormat.LINES
                ? FragmentReader.lines(limited)
                : FragmentReader.sniffing(limited);
    }

    /** Publishes the body; an answer where it had to stop before the end. */
    private @Nullable Answer ship(FragmentReader fragments, Shipment shipment, Tally tally)
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
            Intake found = intake.read(fragment);
            String position = array ? "element " + fragment.number() : "line " + fragment.line();
            Offer offer = shipment.offer(found, Math.toIntExact(fragment.number()), position, settings.fullPatience());
            if (offer != Offer.TAKEN) {
                publisher.countBackPressure(HttpCollector.NAME);
                Answer stopped = offer == Offer.FULL ? full("the way to Kafka is full") : unavailable("Kafka is away");
                stopped.body().put("resend_from", fragment.number());
                return stopped;
            }
            tally.count(fragment, array, found);
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
    private static Answer withCounts(Answer answer, Shipment shipment, Tally tally) {
        Map<String, Object> body = answer.body();
        body.put("accepted", shipment.accepted());
        body.put("rejected", shipment.rejected());
        shipment.firstMissing().ifPresent(number -> body.put("resend_from", number));
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
