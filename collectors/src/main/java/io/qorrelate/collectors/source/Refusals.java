package io.qorrelate.collectors.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Times;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events of a target and us not believing each other. They belong to the node where it is known, else to a link, else to the source
 * itself as a node: it is the matter of the whole target.
 *
 * @param plane what the target is
 */
public record Refusals(Source source, AuthFailure.Plane plane, EventIntake intake, InstantSource clock) {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** What the other end says is for people, and comes from a stranger. */
    private static final int MAX_MESSAGE_CHARS = 200;

    private static final JsonMapper JSON = new JsonMapper();

    /** Whether an HTTP status says that we are not let in. */
    public static boolean isRefusal(int status) {
        return status == UNAUTHORIZED || status == FORBIDDEN;
    }

    /**
     * The target answered with HTTP status 401 or 403.
     *
     * @param link that it was asked about, if one
     * @param us who we said we are
     * @param message that came with it
     */
    public Intake byStatus(@Nullable String link, int status, @Nullable String us, @Nullable String message) {
        AuthFailure.Reason reason =
                status == UNAUTHORIZED ? AuthFailure.Reason.BAD_CREDENTIALS : AuthFailure.Reason.UNKNOWN_PRINCIPAL;
        ObjectNode event = event(link, reason, us, true, message);
        event.withObject("/labels").put("http_status", Integer.toString(status));
        return read(event);
    }

    /** The two ends could not agree on a TLS connection. */
    public Intake byTls(@Nullable String link, TlsFailure tls, String host, @Nullable String us) {
        return read(event(link, tls.reason(), tls.byUs() ? host : us, !tls.byUs(), tls.detail()));
    }

    /**
     * One end did not believe the other.
     *
     * @param principal the end that was not believed
     * @param byServer whether it is we
     */
    public Intake of(
            @Nullable String link,
            AuthFailure.Reason reason,
            @Nullable String principal,
            boolean byServer,
            @Nullable String message) {
        return read(event(link, reason, principal, byServer, message));
    }

    /**
     * Two ends of a connection did not believe each other, one of them at an address that is known.
     *
     * @param node that the other end belongs to
     * @param principal the end that was not believed; null where it has no name
     * @param byServer whether it is the end that was connected to which did not believe
     * @param origin address of the other end; null where there were many
     * @param count how often, at least 1
     */
    public Intake at(
            Instant time,
            String node,
            AuthFailure.Reason reason,
            @Nullable String principal,
            boolean byServer,
            @Nullable String origin,
            long count,
            String message) {
        ObjectNode event = event(null, reason, principal, byServer, message);
        event.put("time", Times.format(time));
        event.put("node", node);
        event.put("origin", origin);
        event.put("count", count);
        event.withObject("/labels").put("protocol", source.type());
        return read(event);
    }

    private ObjectNode event(
            @Nullable String link,
            AuthFailure.Reason reason,
            @Nullable String principal,
            boolean byServer,
            @Nullable String message) {
        ObjectNode event = JSON.createObjectNode();
        event.put("time", Times.format(clock.instant()));
        event.put("kind", Kind.AUTH_FAILURE.wireName());
        String node = source.placement().node();
        if (node == null && link != null) {
            event.put("link", link);
        } else {
            event.put("node", node == null ? source.id() : node);
        }
        event.put("source", source.id());
        event.put("plane", plane.name().toLowerCase(Locale.ROOT));
        event.put("reason", reason.name().toLowerCase(Locale.ROOT));
        event.put("principal", principal);
        ObjectNode labels = event.putObject("labels");
        labels.put("refused_by", byServer ? "server" : "client");
        if (message != null) {
            labels.put("message", shortened(message));
        }
        return event;
    }

    /** As much of what a stranger says as people read. */
    public static String shortened(String text) {
        return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "…";
    }

    private Intake read(ObjectNode event) {
        try {
            byte[] json = JSON.writeValueAsBytes(event);
            return intake.read(json, 0, json.length);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of text is JSON", e);
        }
    }
}
