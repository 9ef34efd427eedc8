package io.qorrelate.collectors.source;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/** Private keys of PKCS #8 that are encrypted with a password, RFC 5958, section 3. */
public final class EncryptedKey {
    /** Of the function that makes a key of the password: seconds, and thrice what OWASP asks for; two thousand million can be written. */
    private static final int MAX_ITERATIONS = 2_000_000;

    private EncryptedKey() {}

    /**
     * Decrypts one.
     *
     * @param der as it stands between the lines of PEM
     * @param key where it is kept
     * @param password null where none is given
     * @throws NoCredentials where there is no password, or to try it would take minutes
     * @throws IOException where it is no such key
     * @throws GeneralSecurityException where the password is another, or a cipher is meant that the Java platform does not have
     */
    public static PKCS8EncodedKeySpec decrypted(byte[] der, Secret key, @Nullable Secret password)
            throws IOException, GeneralSecurityException {
        if (password == null) {
            throw new NoCredentials("'key' (" + key + ") is encrypted; give 'key_password'");
        }
        EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
        String algorithm = encrypted.getAlgParameters() == null
                ? encrypted.getAlgName()
                : encrypted.getAlgParameters().toString();
        if (encrypted.getAlgParameters() != null
                && encrypted
                                .getAlgParameters()
                                .getParameterSpec(PBEParameterSpec.class)
                                .getIterationCount()
                        > MAX_ITERATIONS) {
            throw new NoCredentials("'key' (" + key + ") is encrypted with more than " + MAX_ITERATIONS
                    + " iterations; convert it with 'openssl pkcs8 -topk8 -iter 600000 -in KEY -out NEW'");
        }
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(password.revealText().toCharArray())),
                encrypted.getAlgParameters());
        return encrypted.getKeySpec(cipher);
    }
}
