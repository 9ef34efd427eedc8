package io.qorrelate.collectors.kafka;

import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;

/** How a Kafka is let know who we are: what the credentials say, as its client wants it. */
final class Security {
    private Security() {}

    /**
     * Properties of a client.
     *
     * @throws IOException that names the credential and its place, and never holds it
     */
    static Map<String, Object> properties(Feed feed) throws IOException {
        Map<String, Object> properties = new HashMap<>();
        String mechanism = feed.sasl();
        if (!feed.tls()) {
            return properties;
        }
        properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, mechanism == null ? "SSL" : "SASL_SSL");
        Credentials credentials = feed.source().credentials();
        // Says what is wrong in better words than the client does, which is given the same PEM.
        var unused = TlsIdentity.of(credentials);
        Secret trust = credentials.get("trust");
        if (trust != null) {
            properties.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            properties.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, password(trust));
        }
        Secret certificate = credentials.get("certificate");
        Secret key = credentials.get("key");
        if (certificate != null && key != null) {
            properties.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, "PEM");
            properties.put(SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG, password(certificate));
            properties.put(SslConfigs.SSL_KEYSTORE_KEY_CONFIG, password(key));
            Secret keyPassword = credentials.get("key_password");
            if (keyPassword != null) {
                properties.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, new Password(keyPassword.revealText()));
            }
        }
        if (mechanism != null) {
            properties.put(SaslConfigs.SASL_MECHANISM, mechanism);
            String module = mechanism.equals("PLAIN")
                    ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                    : "org.apache.kafka.common.security.scram.ScramLoginModule";
            properties.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    new Password(module + " required username=\"" + quoted(credentials, Kafka.USERNAME)
                            + "\" password=\"" + quoted(credentials, Kafka.PASSWORD) + "\";"));
        }
        return properties;
    }

    private static Password password(Secret secret) throws NoCredentials {
        return new Password(new String(secret.reveal(), StandardCharsets.UTF_8));
    }

    private static String quoted(Credentials credentials, String name) throws NoCredentials {
        String text = Objects.requireNonNull(credentials.get(name), name).revealText();
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
