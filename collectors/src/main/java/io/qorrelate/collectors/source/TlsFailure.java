package io.qorrelate.collectors.source;

import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Why two ends of a connection do not believe each other.
 *
 * @param serverRefused whether it is we who did not believe the server; else it did not believe us
 * @param detail in words
 */
public record TlsFailure(AuthFailure.Reason reason, boolean serverRefused, String detail) {
    /** How the platform's TLS says that the other end broke off, with the alert of RFC 8446, section 6.2. */
    private static final String ALERT = "received fatal alert: ";

    /** What a failure says about authentication; null where it says nothing about it, as with a closed port. */
    static @Nullable TlsFailure of(IOException failure) {
        TlsFailure found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            found = better(found, of(cause));
        }
        return found;
    }

    /** The inner cause tells more. */
    private static @Nullable TlsFailure better(@Nullable TlsFailure outer, @Nullable TlsFailure inner) {
        return inner == null ? outer : inner;
    }

    private static @Nullable TlsFailure of(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case CertificateExpiredException e ->
                new TlsFailure(AuthFailure.Reason.EXPIRED_CERTIFICATE, true, "its certificate has expired");
            case CertificateNotYetValidException e ->
                new TlsFailure(AuthFailure.Reason.CLOCK_SKEW, true, "its certificate is not valid yet");
            case CertPathValidatorException e -> untrusted(message);
            case CertPathBuilderException e -> untrusted(message);
            case CertificateException e -> untrusted(message);
            case SSLException e -> ofTls(e, message);
            default -> null;
        };
    }

    private static TlsFailure untrusted(String message) {
        return new TlsFailure(AuthFailure.Reason.BAD_CERTIFICATE, true, "its certificate is not trusted: " + message);
    }

    private static @Nullable TlsFailure ofTls(SSLException failure, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        int alert = lower.indexOf(ALERT);
        if (alert < 0) {
            return failure instanceof SSLHandshakeException
                    ? new TlsFailure(AuthFailure.Reason.OTHER, true, "the TLS handshake failed: " + message)
                    : null;
        }
        String word = lower.substring(alert + ALERT.length());
        AuthFailure.Reason reason = switch (word) {
            case "certificate_expired" -> AuthFailure.Reason.EXPIRED_CERTIFICATE;
            case "unknown_ca",
                    "bad_certificate",
                    "certificate_unknown",
                    "certificate_required",
                    "certificate_revoked",
                    "unsupported_certificate",
                    "decrypt_error" -> AuthFailure.Reason.BAD_CERTIFICATE;
            case "access_denied" -> AuthFailure.Reason.UNKNOWN_PRINCIPAL;
            default -> AuthFailure.Reason.OTHER;
        };
        return new TlsFailure(reason, false, "it refuses our certificate (" + word + ")");
    }
}
