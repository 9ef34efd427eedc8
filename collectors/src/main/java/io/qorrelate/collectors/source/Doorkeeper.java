package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import io.qorrelate.model.AuthFailure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the door of a port that senders connect to: who is not let in is counted in metrics, and told of by events of authentication
 * failures with the address, one for each of it in five seconds.
 */
public final class Doorkeeper implements AutoCloseable {
    /** What connections are told apart by, beside address and name. */
    private record Refusal(AuthFailure.Reason reason, boolean byUs) {}

    private final SourceContext context;
    private final Refusals refusals;
    private final RefusedSenders<Refusal> refused;

    /** Opens the door. */
    public Doorkeeper(Source source, SourceContext context) {
        this.context = context;
        refusals = new Refusals(
                source,
                AuthFailure.Plane.MANAGEMENT,
                context.collectors().intake(),
                context.collectors().clock());
        refused = new RefusedSenders<>(source, context, this::event);
    }

    private Intake event(
            Instant time,
            String node,
            Refusal why,
            @Nullable String principal,
            @Nullable String origin,
            long times,
            String detail) {
        return refusals.at(time, node, why.reason(), principal, why.byUs(), origin, times, detail);
    }

    /**
     * There is a connection, and what was shown over it is not what is wanted.
     *
     * @param peer address of the sender
     * @param principal of its certificate; null where it showed none
     * @param detail in words
     */
    public void badCredentials(String peer, @Nullable String principal, String detail) {
        context.health().dropped("unauthorized");
        refused.add(new Refusal(AuthFailure.Reason.BAD_CREDENTIALS, true), peer, principal, detail);
    }

    /**
     * There is no connection: the handshake of TLS failed. Of one that fails for anything but who the two ends are, nothing is told.
     *
     * @param peer address of the sender
     * @param us subject of our certificate
     */
    public void noHandshake(String peer, Throwable failure, @Nullable String us) {
        context.health().dropped("no_handshake");
        TlsFailure tls = TlsFailure.ofSender(failure);
        if (tls != null) {
            refused.add(new Refusal(tls.reason(), tls.byUs()), peer, tls.byUs() ? null : us, tls.detail());
        }
    }

    /** Tells what is left to tell if Kafka takes it within half a second. */
    @Override
    public void close() {
        refused.close();
    }
}
