package io.qorrelate.collectors.snmp;

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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;

/** Why a message was not let in; RFC 3414, clause 3.2. */
enum Refusal {
    /** The engine is none that is known, or another than the one that was. */
    UNKNOWN_ENGINE(AuthFailure.Reason.UNKNOWN_PRINCIPAL, SnmpConstants.usmStatsUnknownEngineIDs),
    UNKNOWN_USER(AuthFailure.Reason.UNKNOWN_PRINCIPAL, SnmpConstants.usmStatsUnknownUserNames),
    /** The message was not made with the user's key, or was changed on its way. */
    WRONG_DIGEST(AuthFailure.Reason.BAD_CREDENTIALS, SnmpConstants.usmStatsWrongDigests),
    DECRYPTION_ERROR(AuthFailure.Reason.BAD_CREDENTIALS, SnmpConstants.usmStatsDecryptionErrors),
    /** Genuine, and from another time: sent again by somebody, or a clock was set. */
    NOT_IN_TIME_WINDOW(AuthFailure.Reason.REPLAY, SnmpConstants.usmStatsNotInTimeWindows),
    /** Less protected than the user's messages must be. */
    UNSUPPORTED_SECURITY_LEVEL(AuthFailure.Reason.BAD_CREDENTIALS, SnmpConstants.usmStatsUnsupportedSecLevels),
    /** Of version 2c, where it is let in. */
    WRONG_COMMUNITY(AuthFailure.Reason.BAD_CREDENTIALS, null),
    /** A version, a security model or a kind of message that nobody asked for. */
    NOT_LET_IN(AuthFailure.Reason.OTHER, null);

    private static final JsonMapper JSON = new JsonMapper();

    /** A stranger wrote it. */
    private static final int MOST_PRINCIPAL_CHARS = 64;

    private final AuthFailure.Reason reason;
    private final @Nullable OID counter;

    Refusal(AuthFailure.Reason reason, @Nullable OID counter) {
        this.reason = reason;
        this.counter = counter;
    }

    /** The refusal that a report tells by the counter in it; null where it tells of something else. */
    static @Nullable Refusal of(OID counter) {
        for (Refusal refusal : values()) {
            if (counter.equals(refusal.counter)) {
                return refusal;
            }
        }
        return null;
    }

    /**
     * The event.
     *
     * @param byAgent whether an agent refused us, or we refused somebody
     * @param origin address of who was refused, or of the agent that refuses us
     * @param detail in words; null where there is nothing to add
     */
    Intake event(
            Instant time,
            String source,
            String node,
            boolean byAgent,
            @Nullable String principal,
            @Nullable String origin,
            long count,
            @Nullable String detail,
            EventIntake intake) {
        ObjectNode event = JSON.createObjectNode();
        event.put("time", Times.format(time));
        event.put("kind", Kind.AUTH_FAILURE.wireName());
        event.put("node", node);
        event.put("source", source);
        event.put("plane", "management");
        // An agent that finds our clock wrong is no replay.
        AuthFailure.Reason told = byAgent && this == NOT_IN_TIME_WINDOW ? AuthFailure.Reason.CLOCK_SKEW : reason;
        event.put("reason", told.name().toLowerCase(Locale.ROOT));
        if (principal != null && !principal.isBlank()) {
            event.put("principal", shortened(principal));
        }
        if (origin != null) {
            event.put("origin", origin);
        }
        event.put("count", count);
        ObjectNode labels = event.putObject("labels");
        labels.put("protocol", "snmp");
        labels.put("refusal", name().toLowerCase(Locale.ROOT));
        labels.put("refused_by", byAgent ? "agent" : "collector");
        if (detail != null) {
            labels.put("message", detail);
        }
        try {
            byte[] json = JSON.writeValueAsBytes(event);
            return intake.read(json, 0, json.length);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of text is JSON", e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= MOST_PRINCIPAL_CHARS ? text : text.substring(0, MOST_PRINCIPAL_CHARS) + "…";
    }
}
