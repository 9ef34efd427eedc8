package io.qorrelate.collectors.source;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qorrelate.collectors.Certificates;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.util.Base64;
import java.util.Map;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    @TempDir
    private Path folder;

    private void assertRefused(String key, String message) throws Exception {
        Certificates authority = new Certificates(folder, "authority");
        authority.issue("collector", "-1d", 10);
        Credentials credentials = new Credentials(Map.of(
                "certificate", new Secret.File(authority.certificate("collector")),
                "key", new Secret.File(Files.writeString(folder.resolve("spoilt.key"), key)),
                "key_password", new Secret.File(Files.writeString(folder.resolve("password"), "changeit"))));
        assertThatExceptionOfType(NoCredentials.class)
                .isThrownBy(() -> TlsIdentity.of(credentials))
                .withMessageContaining("'key' (file:" + folder.resolve("spoilt.key") + ")")
                .withMessageContaining(message);
    }

    private static String encrypted(byte[] der) {
        return "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END ENCRYPTED PRIVATE KEY-----\n";
    }

    @Test
    void aKeyThatIsNoKeyIsNamedWhateverThePlatformThinksOfIt() throws Exception {
        assertRefused(encrypted(new byte[] {0x30, 3, 2, 1}), "cannot be read; is 'key_password' the right one?");
    }

    @Test
    @Timeout(60)
    void aFileOfManyBeginningsIsRefusedInAMoment() throws Exception {
        assertRefused("-----BEGIN PRIVATE KEY-----\n".repeat(37_000), "holds no private key in PEM");
    }

    /** Two thousand million are written in as few bytes as two thousand, and take an hour. */
    @Test
    void aKeyThatTakesForeverToDecryptIsRefused() throws Exception {
        AlgorithmParameters named = AlgorithmParameters.getInstance("PBEWithHmacSHA256AndAES_256");
        named.init(new PBEParameterSpec(new byte[16], Integer.MAX_VALUE, new IvParameterSpec(new byte[16])));
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(named.getEncoded());
        byte[] content = BigInteger.TWO.pow(500).toByteArray();
        byte[] der = new EncryptedPrivateKeyInfo(parameters, content).getEncoded();

        assertRefused(encrypted(der), "more than 2000000 iterations; convert it with 'openssl pkcs8");
    }
}
