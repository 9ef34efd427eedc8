package io.qorrelate.collectors.otlp;

import com.google.protobuf.Message;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Offer;
import io.qorrelate.collectors.PackedBody;
import io.qorrelate.collectors.TelemetryPublisher;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.Doorkeeper;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.SourceContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a request, whatever carried it: it is answered when Kafka has all of it, or not taken. */
final class Reception implements AutoCloseable {
    /** What a request is answered with. */
    sealed interface Outcome {
        /** Kafka has what there was to have. */
        record Done(Message response) implements Outcome {}

        /** It is no request, and sending it again would not make it one. */
        record Malformed(String why) implements Outcome {}

        /** It has more bytes than a request may have. */
        record TooLarge(String why) implements Outcome {}

        /** Not now; sent again, it is the same events. */
        record Later(String why, Duration after, boolean full) implements Outcome {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private static final Duration AFTER_FULL = Duration.ofSeconds(1);

    private static final Duration AFTER_AWAY = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Requests that are held at one time; the rest of the senders are told to wait. */
    private static final int PLACES = 8;

    /** Who sends more than is taken is not waited for, and what a few bytes may be unpacked to has no end. */
    private static final Duration COUNT_FOR = Duration.ofSeconds(2);

    private static final int PART_BYTES = 64 << 10;

    private static final String BEARER = "bearer ";

    private final OtlpPort port;
    private final SourceContext context;
    private final Delivery delivery;
    private final Doorkeeper door;
    private final Semaphore places = new Semaphore(PLACES);

    /**
     * Bytes that are being read at one time. A hostile body becomes fifty times its size in memory: a point of two bytes is an object
     * of a hundred.
     */
    private final Semaphore readingBytes = new Semaphore(OtlpPort.MAX_BODY_BYTES, true);

    /** One body at a time is held beyond what a request may have; it is for the dead letters alone. */
    private final Semaphore roomForTooLarge = new Semaphore(1);

    Reception(OtlpPort port, SourceContext context) {
        this.port = port;
        this.context = context;
        delivery = new Delivery(port.source(), context);
        door = new Doorkeeper(port.source(), context);
        context.collectors().publisher().announce(port.source().type());
    }

    /**
     * Whether a sender may send.
     *
     * @param authorization header of that name
     * @param peer address of the sender
     * @param session of TLS, with the sender's certificate if it showed one; null without TLS
     */
    boolean admits(@Nullable String authorization, String peer, @Nullable SSLSession session) {
        Secret token = port.source().credentials().get(Otlp.TOKEN);
        if (token == null) {
            return true;
        }
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        boolean admitted;
        try {
            // Senders hold no token that ends in a blank.
            byte[] wanted = token.revealText().getBytes(StandardCharsets.UTF_8);
            byte[] shown = bearer
                    ? authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8)
                    : new byte[0];
            admitted = wanted.length > 0 && MessageDigest.isEqual(wanted, shown);
        } catch (NoCredentials e) {
            // No fault of the sender's.
            LOG.warn("source {}: nobody is let in: {}", port.source().id(), e.getMessage());
            context.health().dropped("unauthorized");
            return false;
        }
        if (!admitted) {
            door.badCredentials(
                    peer, subject(session), bearer ? "the bearer token is another" : "there is no bearer token");
        }
        return admitted;
    }

    private static @Nullable String subject(@Nullable SSLSession session) {
        try {
            return session == null ? null : session.getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** Nobody came to be asked for a token: the handshake failed. */
    void noHandshake(String peer, Throwable failure, @Nullable String us) {
        door.noHandshake(peer, failure, us);
    }

    /** Tells what is left to tell of those who were not let in. */
    @Override
    public void close() {
        door.close();
    }

    /** Takes one of the places for requests; null where there was one, and it must be given back. */
    Outcome.@Nullable Later enter() {
        if (places.tryAcquire()) {
            return null;
        }
        context.collectors().publisher().countBackPressure(port.source().type());
        return new Outcome.Later("too many requests at a time", AFTER_FULL, true);
    }

    /** Gives the place back. */
    void leave() {
        places.release();
    }

    /** Why nothing can be taken now; null where it can. */
    Outcome.@Nullable Later refusal() {
        TelemetryPublisher publisher = context.collectors().publisher();
        String problem = publisher.problem();
        if (problem == null && !publisher.isFull()) {
            return null;
        }
        publisher.countBackPressure(port.source().type());
        return problem == null ? later(Offer.FULL) : new Outcome.Later(problem, AFTER_AWAY, false);
    }

    /** Reads a request and brings it to Kafka. */
    Outcome take(Signal signal, Encoding encoding, byte[] body, String peer) throws InterruptedException {
        context.health().heard();
        Outcome refusal = refusal();
        if (refusal != null) {
            return refusal;
        }
        int charge = Math.clamp(body.length, 1, OtlpPort.MAX_BODY_BYTES);
        if (!readingBytes.tryAcquire(charge, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            return later(Offer.FULL);
        }
        Reading reading;
        try {
            reading = port.read(
                    signal,
                    OtlpPort.parse(signal, encoding, body),
                    context.collectors().intake(),
                    peer,
                    context.collectors().clock().instant());
        } catch (Encoding.Malformed e) {
            return malformed(OtlpPort.rejected(body, e), String.valueOf(e.getMessage()), peer);
        } catch (RuntimeException | Error e) {
            return malformed(Fault.rejected(body, e), "it cannot be read", peer);
        } finally {
            readingBytes.release(charge);
        }
        Offer offer = delivery.once(reading.intakes().stream()
                .map(intake -> new Delivery.Told(intake, peer))
                .toList());
        if (offer != Offer.TAKEN) {
            return later(offer);
        }
        reading.dropped().forEach((reason, count) -> context.health().dropped(reason, count));
        return new Outcome.Done(signal.response(reading.rejected(), reading.word()));
    }

    private Outcome malformed(Intake letter, String why, String peer) throws InterruptedException {
        Offer offer = delivery.once(List.of(new Delivery.Told(letter, peer)));
        return offer == Offer.TAKEN ? new Outcome.Malformed(why) : later(offer);
    }

    /**
     * Keeps a body that is too large among the dead letters: whole if that is possible, else its beginning and how long it is.
     *
     * @param begun what has been read of it
     * @param rest of it
     * @param totalBytes its length where the sender told; else negative
     */
    Outcome keep(byte[] begun, InputStream rest, long totalBytes, String peer) throws InterruptedException {
        context.health().heard();
        Outcome refusal = refusal();
        if (refusal != null) {
            return refusal;
        }
        boolean room = roomForTooLarge.tryAcquire();
        try {
            ByteArrayOutputStream held = new ByteArrayOutputStream(begun.length);
            held.writeBytes(begun);
            long counted = count(rest, held, room ? FragmentReader.MAX_HELD_BYTES : begun.length);
            Intake letter = OtlpPort.tooLarge(held.toByteArray(), Math.max(totalBytes, counted));
            Offer offer = delivery.once(List.of(new Delivery.Told(letter, peer)));
            return offer == Offer.TAKEN ? new Outcome.TooLarge(OtlpPort.TOO_LARGE) : later(offer);
        } finally {
            if (room) {
                roomForTooLarge.release();
            }
        }
    }

    /** Keeps a body that cannot be unpacked among the dead letters, as it was sent. */
    Outcome keepUnsound(PackedBody.Unsound why, String peer) throws InterruptedException {
        context.health().heard();
        Outcome refusal = refusal();
        if (refusal != null) {
            return refusal;
        }
        PackedBody sent = why.sent();
        sent.readOn(COUNT_FOR);
        return malformed(sent.rejected(why), String.valueOf(why.getMessage()), peer);
    }

    /**
     * Tells the dead letters of a body of which nothing was read, as it is larger than what can be held. Its sender has been answered.
     *
     * @param totalBytes how long it said it was
     */
    void tellUnread(long totalBytes, String peer) {
        context.health().heard();
        // As few at a time as of requests; who sends a flood of these is counted, as is what comes while Kafka is away.
        Offer offer = Offer.FULL;
        if (enter() == null) {
            try {
                offer = delivery.once(List.of(new Delivery.Told(OtlpPort.tooLarge(new byte[0], totalBytes), peer)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                leave();
            }
        }
        if (offer != Offer.TAKEN) {
            context.health().dropped("too_large");
        }
    }

    /** Reads for a moment, holds so much of it, and gives how much there was, with what was held before. */
    private static long count(InputStream rest, ByteArrayOutputStream held, int mostHeld) {
        long count = held.size();
        long end = System.nanoTime() + COUNT_FOR.toNanos();
        byte[] part = new byte[PART_BYTES];
        try {
            while (System.nanoTime() < end) {
                int length = rest.read(part);
                if (length < 0) {
                    break;
                }
                held.write(part, 0, Math.min(length, mostHeld - held.size()));
                count += length;
            }
        } catch (IOException e) {
            // So much there was, at least.
            LOG.debug("the rest of a body that is too large", e);
        }
        return count;
    }

    private static Outcome.Later later(Offer offer) {
        return offer == Offer.FULL
                ? new Outcome.Later("the way to Kafka is full", AFTER_FULL, true)
                : new Outcome.Later("Kafka is away", AFTER_AWAY, false);
    }
}
