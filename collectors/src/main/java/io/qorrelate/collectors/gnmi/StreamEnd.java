package io.qorrelate.collectors.gnmi;

import io.grpc.Status;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.model.AuthFailure;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How a device's stream has ended.
 *
 * @param us who we said we are; null where we did not
 */
record StreamEnd(Device device, Status status, @Nullable String us) {
    /** In words that name the device. */
    Poll.Trouble trouble() {
        return switch (status.getCode()) {
            case OK -> trouble("ended", "has ended the stream");
            case UNAUTHENTICATED, PERMISSION_DENIED -> trouble("unauthorized", "refuses us: " + said());
            case UNAVAILABLE -> unavailable();
            case UNIMPLEMENTED, INVALID_ARGUMENT, NOT_FOUND ->
                trouble("refused", "does not take the subscription: " + said());
            default -> trouble("failed", "has broken off the stream: " + said());
        };
    }

    /** Where the two ends do not believe each other, the event that tells of it. */
    List<Intake> disbelief(Refusals refusals) {
        String link = device.source().placement().link();
        return switch (status.getCode()) {
            case UNAUTHENTICATED ->
                List.of(refusals.of(link, AuthFailure.Reason.BAD_CREDENTIALS, us, true, status.getDescription()));
            case PERMISSION_DENIED ->
                List.of(refusals.of(link, AuthFailure.Reason.UNKNOWN_PRINCIPAL, us, true, status.getDescription()));
            case UNAVAILABLE -> {
                TlsFailure tls = TlsFailure.of(status.getCause());
                yield tls == null ? List.of() : List.of(refusals.byTls(link, tls, device.host(), us));
            }
            default -> List.of();
        };
    }

    private Poll.Trouble unavailable() {
        TlsFailure tls = TlsFailure.of(status.getCause());
        if (tls != null) {
            return trouble("tls", tls.detail());
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return trouble("tls", String.valueOf(cause.getMessage()));
            }
        }
        Throwable cause = status.getCause();
        return trouble(
                "unreachable", "cannot be reached: " + said() + (cause == null ? "" : ": " + cause.getMessage()));
    }

    private String said() {
        return status.getDescription() == null
                ? status.getCode().toString()
                : status.getCode() + ": " + status.getDescription();
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, device.source().target() + ": " + what);
    }
}
