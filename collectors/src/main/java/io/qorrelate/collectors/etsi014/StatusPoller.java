package io.qorrelate.collectors.etsi014;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Kind;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a key management entity about each of its slave SAEs, one after the other. Where it does not answer, or does not let us in,
 * it is not asked about the next one: the answer would be the same.
 */
final class StatusPoller implements PollingCollector.Poller {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int SERVICE_UNAVAILABLE = 503;

    /** A status is less than 1 KiB; a vendor's extension has room. */
    static final int MAX_BODY_BYTES = 64 << 10;

    private static final Map<String, String> ACCEPT = Map.of("Accept", "application/json");

    /** A server's message is for people, and comes from a stranger. */
    private static final int MAX_MESSAGE_CHARS = 200;

    /**
     * In TLS 1.3 a server refuses a certificate after the handshake, and its alert races with the end of the connection, which
     * says nothing: on a busy machine the end is first now and then, and who asks again hears why.
     */
    private static final int MOST_ATTEMPTS = 4;

    private static final JsonMapper JSON = new JsonMapper();

    /** What asking about one SAE came to. */
    private record Step(List<Intake> intakes, Poll.@Nullable Trouble trouble, boolean lastOfRound) {}

    private final KeyManagementEntity kme;
    private final EventIntake intake;
    private final InstantSource clock;

    StatusPoller(KeyManagementEntity kme, EventIntake intake, InstantSource clock) {
        this.kme = kme;
        this.intake = intake;
        this.clock = clock;
    }

    @Override
    public Poll ask() throws InterruptedException {
        List<Intake> intakes = new ArrayList<>();
        Poll.Trouble trouble = null;
        boolean answered = false;
        for (String sae : kme.saes()) {
            Step step = ask(sae, 1);
            intakes.addAll(step.intakes());
            answered |= step.trouble() == null;
            trouble = trouble == null ? step.trouble() : trouble;
            if (step.lastOfRound()) {
                return new Poll(intakes, trouble);
            }
        }
        // One SAE that the entity does not know is no reason to ask less often about the others.
        return new Poll(intakes, answered ? null : trouble);
    }

    private Step ask(String sae, int attempt) throws InterruptedException {
        Duration patience = kme.source().timeout();
        HttpConnection.Reply reply;
        try {
            reply = kme.connection().get(status(sae), ACCEPT, patience, MAX_BODY_BYTES);
        } catch (TimeoutException e) {
            return failed("timeout", "does not answer within " + patience.toMillis() + " ms");
        } catch (NoCredentials e) {
            return failed("no_credentials", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            TlsFailure tls = TlsFailure.of(e);
            if (tls == null && attempt < MOST_ATTEMPTS && !(e instanceof ConnectException)) {
                return ask(sae, attempt + 1);
            }
            return tls == null
                    ? failed("unreachable", "cannot be asked: " + HttpConnection.inWords(e))
                    : distrust(sae, tls);
        }
        return switch (reply.status()) {
            case OK -> status(sae, reply);
            case UNAUTHORIZED, FORBIDDEN -> refused(sae, reply);
            case BAD_REQUEST, SERVICE_UNAVAILABLE -> withoutStatus(sae, reply);
            default -> {
                String answer = "answers with HTTP status " + reply.status();
                yield new Step(List.of(), trouble("http_" + reply.status(), answer), false);
            }
        };
    }

    private URI status(String sae) {
        String base = kme.target().toString().replaceAll("/+$", "");
        String encoded = URLEncoder.encode(sae, StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create(base + "/api/v1/keys/" + encoded + "/status");
    }

    private Step status(String sae, HttpConnection.Reply reply) {
        List<Intake> intakes = reply.cut()
                ? List.of(new Intake.Rejected(
                        reply.body(),
                        // How much more there would have been, nobody waited for.
                        reply.body().length + 1L,
                        RejectReason.TOO_LARGE,
                        "a status has at most " + MAX_BODY_BYTES + " bytes"))
                : kme.status(reply.body(), sae, intake, clock.instant());
        boolean sound = intakes.stream().anyMatch(Intake.Accepted.class::isInstance);
        return new Step(
                intakes, sound ? null : trouble("bad_answer", "answers with what is no status of a key store"), false);
    }

    /** It knows us by our certificate and wants nothing to do with us. */
    private Step refused(String sae, HttpConnection.Reply reply) {
        AuthFailure.Reason reason = reply.status() == UNAUTHORIZED
                ? AuthFailure.Reason.BAD_CREDENTIALS
                : AuthFailure.Reason.UNKNOWN_PRINCIPAL;
        ObjectNode event = authFailure(sae, reason, kme.connection().subject());
        label(event, "refused_by", "server");
        label(event, "http_status", Integer.toString(reply.status()));
        label(event, "message", message(reply));
        return new Step(
                List.of(read(event)), trouble("unauthorized", "refuses us with HTTP status " + reply.status()), true);
    }

    private Step distrust(String sae, TlsFailure tls) {
        String principal =
                tls.serverRefused() ? kme.target().getHost() : kme.connection().subject();
        ObjectNode event = authFailure(sae, tls.reason(), principal);
        label(event, "refused_by", tls.serverRefused() ? "client" : "server");
        label(event, "message", shortened(tls.detail()));
        return new Step(List.of(read(event)), trouble("tls", tls.detail()), true);
    }

    /** The contract's key_rate event without readings: nothing is known of the store but that it does not say. */
    private Step withoutStatus(String sae, HttpConnection.Reply reply) {
        ObjectNode event = event(Kind.KEY_RATE, sae);
        label(event, "slave_sae", sae);
        label(event, "http_status", Integer.toString(reply.status()));
        label(event, "message", message(reply));
        boolean busy = reply.status() == SERVICE_UNAVAILABLE;
        return new Step(
                List.of(read(event)),
                trouble(
                        busy ? "unavailable" : "bad_request",
                        busy ? "says that it is unavailable" : "does not know what to say about SAE '" + sae + "'"),
                false);
    }

    private ObjectNode authFailure(String sae, AuthFailure.Reason reason, @Nullable String principal) {
        ObjectNode event = event(Kind.AUTH_FAILURE, sae);
        if (event.has("node")) {
            // It is the entity's matter, not that of one of its links.
            event.remove("link");
        }
        event.put("plane", "key_api");
        event.put("reason", reason.name().toLowerCase(Locale.ROOT));
        event.put("principal", principal);
        return event;
    }

    private ObjectNode event(Kind kind, String sae) {
        Defaults defaults = kme.defaults(sae, clock.instant());
        ObjectNode event = JSON.createObjectNode();
        event.put("time", Times.format(defaults.time()));
        event.put("kind", kind.wireName());
        event.put("link", defaults.link());
        if (defaults.node() != null) {
            event.put("node", defaults.node());
        }
        event.put("source", defaults.source());
        event.putObject("labels");
        return event;
    }

    private static void label(ObjectNode event, String name, @Nullable String text) {
        if (text != null) {
            event.withObject("/labels").put(name, text);
        }
    }

    private Intake read(ObjectNode event) {
        try {
            byte[] json = JSON.writeValueAsBytes(event);
            return intake.read(json, 0, json.length);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of text is JSON", e);
        }
    }

    /** The {@code message} of the standard's error body, clause 6.4; null where there is none. */
    private static @Nullable String message(HttpConnection.Reply reply) {
        try {
            JsonNode message = JSON.readTree(reply.body()).path("message");
            return message.isTextual() ? shortened(message.textValue()) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static String shortened(String text) {
        return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "…";
    }

    private Step failed(String reason, String what) {
        return new Step(List.of(), trouble(reason, what), true);
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, kme.target() + ": " + what);
    }
}
