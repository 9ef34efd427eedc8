package io.qorrelate.collectors.kafka;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/** Why topics cannot be read, as their Kafka's client tells it. */
record Failure(Feed feed, KafkaException exception) {
    /** In words that name the servers. */
    Poll.Trouble trouble() {
        String reason = switch (exception) {
            case SslAuthenticationException e -> "tls";
            case AuthenticationException e -> "unauthorized";
            case AuthorizationException e -> "unauthorized";
            default -> "unreachable";
        };
        return new Poll.Trouble(reason, feed.source().target() + ": " + inWords());
    }

    /** Where the two ends do not believe each other, the event that tells of it. */
    List<Intake> disbelief(Refusals refusals) {
        String link = feed.source().placement().link();
        return switch (exception) {
            case SslAuthenticationException e -> {
                TlsFailure tls = TlsFailure.of(e);
                // The client does not say which of the servers it was.
                yield tls == null
                        ? List.of()
                        : List.of(refusals.byTls(link, tls, feed.source().target(), us()));
            }
            case SaslAuthenticationException e ->
                List.of(refusals.of(link, AuthFailure.Reason.BAD_CREDENTIALS, us(), true, e.getMessage()));
            // The two ends speak of credentials, and do not get as far as those: no mechanism in common, mostly.
            case AuthenticationException e ->
                List.of(refusals.of(link, AuthFailure.Reason.OTHER, us(), true, e.getMessage()));
            case AuthorizationException e ->
                List.of(refusals.of(link, AuthFailure.Reason.UNKNOWN_PRINCIPAL, us(), true, e.getMessage()));
            default -> List.of();
        };
    }

    /** What is the matter: a failure's cause knows which of the servers has no address; neither quotes a credential. */
    String inWords() {
        Throwable cause = exception.getCause();
        String more = cause == null ? null : cause.getMessage();
        return exception.getMessage() + (more == null ? "" : ": " + more);
    }

    /** Who we say we are; null where we do not. */
    private @Nullable String us() {
        Credentials credentials = feed.source().credentials();
        String username = credentials.name(Kafka.USERNAME);
        try {
            return username == null ? TlsIdentity.of(credentials).subject() : username;
        } catch (IOException e) {
            return null;
        }
    }
}
