package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snmp4j.security.SecurityLevel;
import org.snmp4j.security.UsmUser;
import org.snmp4j.smi.OctetString;

/**
 * A user of the user-based security model.
 *
 * @param authPassword of which the authentication key is made
 * @param privPassword of which the privacy key is made; null where nothing is encrypted
 */
record SnmpUser(
        String name,
        Authentication auth,
        Privacy priv,
        Secret authPassword,
        @Nullable Secret privPassword) {
    static final String AUTH_PASSWORD = "auth_password";

    static final String PRIV_PASSWORD = "priv_password";

    /** RFC 3414, clause 11.2. */
    private static final int LEAST_PASSWORD_CHARS = 8;

    /** RFC 3414, clause 5: SnmpAdminString (SIZE(1..32)). */
    private static final int MOST_NAME_BYTES = 32;

    /** Fields that say which user, beside its passwords. */
    static final List<String> FIELDS = List.of("user", "auth", "priv");

    /**
     * Reads a user.
     *
     * @param value has the fields {@link #FIELDS}
     */
    static SnmpUser parse(YamlValue value, @Nullable Secret authPassword, @Nullable Secret privPassword) {
        YamlValue name = value.required("user");
        int bytes = name.text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MOST_NAME_BYTES) {
            throw name.error("a user's name has 1 to " + MOST_NAME_BYTES + " bytes");
        }
        Authentication auth = value.field("auth")
                .map(word -> word.oneOf(Authentication.class))
                .orElse(Authentication.SHA256);
        Privacy priv =
                value.field("priv").map(word -> word.oneOf(Privacy.class)).orElse(Privacy.AES128);
        if (authPassword == null) {
            throw value.error(
                    "the user '" + name.text() + "' needs '" + AUTH_PASSWORD + "', as {env: NAME} or {file: PATH}");
        }
        if (priv != Privacy.NONE && privPassword == null) {
            throw value.error("the user '" + name.text() + "' needs '" + PRIV_PASSWORD
                    + "', as {env: NAME} or {file: PATH}; who has none says 'priv: none'");
        }
        if (priv == Privacy.NONE && privPassword != null) {
            throw value.error("a user with 'priv: none' has no '" + PRIV_PASSWORD + "'");
        }
        return new SnmpUser(name.text(), auth, priv, authPassword, privPassword);
    }

    /** How a message of this user is protected, at least. */
    int securityLevel() {
        return priv == Privacy.NONE ? SecurityLevel.AUTH_NOPRIV : SecurityLevel.AUTH_PRIV;
    }

    /** For the library, passwords revealed. */
    UsmUser reveal() throws NoCredentials {
        return new UsmUser(
                new OctetString(name),
                auth.id(),
                password(AUTH_PASSWORD, authPassword),
                priv.id(),
                privPassword == null ? null : password(PRIV_PASSWORD, privPassword));
    }

    private OctetString password(String what, Secret secret) throws NoCredentials {
        String revealed = secret.revealText();
        if (revealed.length() < LEAST_PASSWORD_CHARS) {
            throw new NoCredentials("'" + what + "' (" + secret + ") has less than " + LEAST_PASSWORD_CHARS
                    + " characters, which RFC 3414 does not allow");
        }
        return new OctetString(revealed.getBytes(StandardCharsets.UTF_8));
    }

    /** Changes when a password does. */
    String stamp() {
        return authPassword.stamp() + "\n" + (privPassword == null ? "" : privPassword.stamp());
    }
}
