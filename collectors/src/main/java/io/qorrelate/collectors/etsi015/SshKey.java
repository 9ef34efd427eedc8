package io.qorrelate.collectors.etsi015;

import io.qorrelate.collectors.source.EncryptedKey;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.jspecify.annotations.Nullable;

/** Private keys with which we log in, in the forms that ssh-keygen and OpenSSL write. */
final class SshKey {
    private SshKey() {}

    /** Left to the platform: the SSH library knows all other forms by itself. */
    private static final Pattern ENCRYPTED_PKCS_8 = Pattern.compile(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----(.+?)-----END ENCRYPTED PRIVATE KEY-----", Pattern.DOTALL);

    /**
     * Reads a key: OpenSSH's own form, PKCS #1 and SEC 1 in PEM, or PKCS #8, each plain or encrypted.
     *
     * @throws NoCredentials that names the key's place, and what is wrong
     */
    static KeyPair read(Secret key, @Nullable Secret password) throws NoCredentials {
        try {
            byte[] pem = key.reveal();
            FilePasswordProvider provider = FilePasswordProvider.EMPTY;
            Matcher encrypted = ENCRYPTED_PKCS_8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
            if (encrypted.find()) {
                byte[] der = Base64.getMimeDecoder().decode(encrypted.group(1));
                pem = pem(EncryptedKey.decrypted(der, key, password).getEncoded());
            } else if (password != null) {
                provider = FilePasswordProvider.of(password.revealText());
            }
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName("key"), new ByteArrayInputStream(pem), provider);
            if (pairs != null) {
                for (KeyPair pair : pairs) {
                    return pair;
                }
            }
        } catch (NoCredentials e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Its message may quote what it could not read.
            throw new NoCredentials("'key' (" + key + ") cannot be read as a private key of SSH"
                    + (password == null
                            ? "; is it encrypted? then give 'key_password'"
                            : "; is 'key_password' the right one?"));
        }
        throw new NoCredentials("'key' (" + key + ") holds no private key of SSH");
    }

    private static byte[] pem(byte[] der) {
        return ("-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                        + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
