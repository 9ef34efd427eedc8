package io.qorrelate.collectors.etsi014;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.source.HttpAnswer;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a key management entity about each of its slave SAEs, one after the other. Where it does not answer, or does not let us in,
 * it is not asked about the next one: the answer would be the same.
 */
final class StatusPoller implements PollingCollector.Poller {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int SERVICE_UNAVAILABLE = 503;

    /** A status is less than 1 KiB; a vendor's extension has room. */
    static final int MAX_BODY_BYTES = 64 << 10;

    private static final Map<String, String> ACCEPT = Map.of("Accept", "application/json");

    private static final JsonMapper JSON = new JsonMapper();

    /** What asking about one SAE came to. */
    private record Step(List<Intake> intakes, Poll.@Nullable Trouble trouble, boolean lastOfRound) {}

    private final KeyManagementEntity kme;
    private final EventIntake intake;
    private final InstantSource clock;
    private final Refusals refusals;

    StatusPoller(KeyManagementEntity kme, EventIntake intake, InstantSource clock) {
        this.kme = kme;
        this.intake = intake;
        this.clock = clock;
        refusals = new Refusals(kme.source(), AuthFailure.Plane.KEY_API, intake, clock);
    }

    @Override
    public Poll ask() throws InterruptedException {
        List<Intake> intakes = new ArrayList<>();
        Poll.Trouble trouble = null;
        boolean answered = false;
        for (String sae : kme.saes()) {
            Step step = ask(sae);
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

    private Step ask(String sae) throws InterruptedException {
        return switch (kme.connection().ask(kme.source(), status(sae), ACCEPT, MAX_BODY_BYTES)) {
            case HttpAnswer.Failed failed -> failed(sae, failed);
            case HttpAnswer.Told told -> told(sae, told.reply());
        };
    }

    private Step failed(String sae, HttpAnswer.Failed failed) {
        TlsFailure tls = failed.tls();
        List<Intake> intakes = tls == null
                ? List.of()
                : List.of(refusals.byTls(
                        link(sae), tls, kme.target().getHost(), kme.connection().subject()));
        return new Step(intakes, failed.trouble(), true);
    }

    private Step told(String sae, HttpConnection.Reply reply) {
        int status = reply.status();
        if (Refusals.isRefusal(status)) {
            // It knows us by our certificate and wants nothing to do with us.
            return new Step(
                    List.of(refusals.byStatus(
                            link(sae), status, kme.connection().subject(), message(reply))),
                    trouble("unauthorized", "refuses us with HTTP status " + status),
                    true);
        }
        return switch (status) {
            case OK -> status(sae, reply);
            case BAD_REQUEST, SERVICE_UNAVAILABLE -> withoutStatus(sae, reply);
            default -> {
                String answer = "answers with HTTP status " + status;
                yield new Step(List.of(), trouble("http_" + status, answer), false);
            }
        };
    }

    private @Nullable String link(String sae) {
        return kme.source().placement().linkOf(sae);
    }

    private URI status(String sae) {
        String base = kme.target().toString().replaceAll("/+$", "");
        String encoded = URLEncoder.encode(sae, StandardCharsets.UTF_8).replace("+", "%20");
        return URI.create(base + "/api/v1/keys/" + encoded + "/status");
    }

    private Step status(String sae, HttpConnection.Reply reply) {
        List<Intake> intakes = reply.cut()
                ? List.of(reply.tooLong("a status"))
                : kme.status(reply.body(), sae, intake, clock.instant());
        boolean sound = intakes.stream().anyMatch(Intake.Accepted.class::isInstance);
        return new Step(
                intakes, sound ? null : trouble("bad_answer", "answers with what is no status of a key store"), false);
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
            return message.isTextual() ? Refusals.shortened(message.textValue()) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, kme.target() + ": " + what);
    }
}
