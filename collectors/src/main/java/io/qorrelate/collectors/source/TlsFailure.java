package io.qorrelate.collectors.source;

import io.qorrelate.model.AuthFailure;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Why two ends of a connection do not believe each other.
 *
 * @param byUs whether it is we who did not believe the other end; else it did not believe us
 * @param detail in words
 */
public record TlsFailure(AuthFailure.Reason reason, boolean byUs, String detail) {
    /** How the platform's TLS says that the other end broke off, with the alert of RFC 8446, section 6.2. */
    private static final String ALERT = "received fatal alert: ";

    /**
     * How it says so of an alert in the clear: OpenSSL's clients send theirs before they have begun to encrypt, where in TLS 1.3 nothing is
     * said in the clear any more.
     */
    private static final Pattern PLAIN_ALERT = Pattern.compile("plaintext alert received: level: fatal; alert: (\\w+)");

    /** How the platform's TLS says that a client which must show a certificate shows none. */
    private static final String NO_CERTIFICATE = "empty client certificate chain";

    /**
     * What a failure to connect to somebody says about authentication; null where it says nothing about it, as with a closed port.
     *
     * @param failure as it was thrown, whatever it is wrapped in
     */
    public static @Nullable TlsFailure of(@Nullable Throwable failure) {
        TlsFailure found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            found = better(found, ofOne(cause));
        }
        return found;
    }

    /**
     * What a failed handshake says of who connected to us; null where it says nothing of who it is. Health checks hang up in the middle
     * of it, and scanners offer ciphers that nobody has had for years.
     */
    static @Nullable TlsFailure ofSender(Throwable failure) {
        TlsFailure found = of(failure);
        return found == null || found.reason() == AuthFailure.Reason.OTHER ? null : found;
    }

    /** The inner cause tells more. */
    private static @Nullable TlsFailure better(@Nullable TlsFailure outer, @Nullable TlsFailure inner) {
        return inner == null ? outer : inner;
    }

    private static @Nullable TlsFailure ofOne(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case CertificateExpiredException e ->
                new TlsFailure(AuthFailure.Reason.EXPIRED_CERTIFICATE, true, "its certificate has expired");
            case CertificateNotYetValidException e ->
                new TlsFailure(AuthFailure.Reason.CLOCK_SKEW, true, "its certificate is not valid yet");
            case CertPathValidatorException e -> untrusted(message);
            case CertPathBuilderException e -> untrusted(message);
            case CertificateException e -> untrusted(message);
            case GeneralSecurityException e -> ofPlainAlert(message);
            case SSLException e -> ofTls(e, message);
            default -> null;
        };
    }

    private static TlsFailure untrusted(String message) {
        return new TlsFailure(AuthFailure.Reason.BAD_CERTIFICATE, true, "its certificate is not trusted: " + message);
    }

    private static @Nullable TlsFailure ofTls(SSLException failure, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains(NO_CERTIFICATE)) {
            return new TlsFailure(AuthFailure.Reason.BAD_CREDENTIALS, true, "it shows no certificate");
        }
        int alert = lower.indexOf(ALERT);
        if (alert < 0) {
            return failure instanceof SSLHandshakeException
                    ? new TlsFailure(AuthFailure.Reason.OTHER, true, "the TLS handshake failed: " + message)
                    : null;
        }
        return ofAlert(lower.substring(alert + ALERT.length()));
    }

    private static @Nullable TlsFailure ofPlainAlert(String message) {
        Matcher alert = PLAIN_ALERT.matcher(message.toLowerCase(Locale.ROOT));
        return alert.find() ? ofAlert(alert.group(1)) : null;
    }

    private static TlsFailure ofAlert(String word) {
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
