package io.qorrelate.collectors.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who we are on a TLS connection and whom we trust, from the PEM files that certificate authorities hand out.
 *
 * @param context for connections
 * @param subject of our own certificate, in RFC 2253; null without one
 * @param checksClients whether trust was given, by which a server can judge its clients
 * @param keys what the context shows, for libraries that make their own; null without a certificate
 * @param trusted whom the context trusts, likewise; null for the authorities of the Java platform
 */
public record TlsIdentity(
        SSLContext context,
        @Nullable String subject,
        boolean checksClients,
        @Nullable KeyManagerFactory keys,
        @Nullable TrustManagerFactory trusted) {
    /** Names of the credentials it is made of. */
    public static final List<String> CREDENTIALS = List.of("certificate", "key", "key_password", "trust");

    private static final Pattern KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Guards nothing: the store lives in memory alone. */
    private static final char[] IN_MEMORY = "in memory".toCharArray();

    /**
     * Reads the credentials: {@code certificate} (our chain) and {@code key} (PKCS #8, with {@code key_password} where it is
     * encrypted), and {@code trust} (authorities; those of the Java platform where it is not given).
     *
     * @throws IOException that names the credential and its place
     */
    public static TlsIdentity of(Credentials credentials) throws IOException {
        Secret certificate = credentials.get("certificate");
        Secret key = credentials.get("key");
        Secret trust = credentials.get("trust");
        if ((certificate == null) != (key == null)) {
            throw new NoCredentials("'certificate' and 'key' go together; one of them is missing in the credentials");
        }
        try {
            KeyManagerFactory keys = null;
            String subject = null;
            if (certificate != null && key != null) {
                List<X509Certificate> chain = certificates("certificate", certificate);
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry(
                        "us",
                        privateKey(key, credentials.get("key_password")),
                        IN_MEMORY,
                        chain.toArray(new Certificate[0]));
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, IN_MEMORY);
                subject = chain.getFirst().getSubjectX500Principal().getName();
            }
            TrustManagerFactory trusted = null;
            if (trust != null) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                int count = 0;
                for (X509Certificate authority : certificates("trust", trust)) {
                    store.setCertificateEntry("authority-" + count++, authority);
                }
                trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trusted.init(store);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys == null ? null : keys.getKeyManagers(),
                    trusted == null ? null : trusted.getTrustManagers(),
                    null);
            return new TlsIdentity(context, subject, trusted != null, keys, trusted);
        } catch (GeneralSecurityException e) {
            // Its message may quote what it could not read.
            throw new NoCredentials("the credentials for TLS do not fit together ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private static List<X509Certificate> certificates(String name, Secret secret) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(secret.reveal()))) {
                found.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new NoCredentials("'" + name + "' (" + secret + ") holds no certificates in PEM");
        }
        if (found.isEmpty()) {
            throw new NoCredentials("'" + name + "' (" + secret + ") holds no certificate");
        }
        return found;
    }

    private static PrivateKey privateKey(Secret secret, @Nullable Secret password) throws IOException {
        String text = new String(secret.reveal(), StandardCharsets.ISO_8859_1);
        Matcher pem = KEY.matcher(text);
        int end = pem.find() ? text.indexOf("-----END " + pem.group(1) + "PRIVATE KEY-----", pem.end()) : -1;
        if (end < 0) {
            throw new NoCredentials("'key' (" + secret + ") holds no private key in PEM");
        }
        String form = pem.group(1).strip();
        if (!form.isEmpty() && !"ENCRYPTED".equals(form)) {
            throw new NoCredentials("'key' (" + secret + ") is not in PKCS #8; convert it with"
                    + " 'openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW'");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(text.substring(pem.end(), end));
        } catch (IllegalArgumentException e) {
            throw new NoCredentials("'key' (" + secret + ") is not sound PEM");
        }
        try {
            return generate(
                    form.isEmpty() ? new PKCS8EncodedKeySpec(der) : EncryptedKey.decrypted(der, secret, password),
                    secret);
        } catch (NoCredentials e) {
            throw e;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // The platform's reader of ASN.1 tells by any of them that this is none.
            throw new NoCredentials("'key' (" + secret + ") cannot be read"
                    + (form.isEmpty() ? "" : "; is 'key_password' the right one?"));
        }
    }

    private static PrivateKey generate(PKCS8EncodedKeySpec spec, Secret secret) throws IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            PrivateKey key = generate(spec, algorithm);
            if (key != null) {
                return key;
            }
        }
        throw new NoCredentials("'key' (" + secret + ") is of none of the kinds " + String.join(", ", KEY_ALGORITHMS));
    }

    private static @Nullable PrivateKey generate(PKCS8EncodedKeySpec spec, String algorithm) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }
}
