package io.qorrelate.collectors.etsi015;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are made by ssh-keygen and openssl, and not by the library that reads them. */
class SshKeyTest {
    private static final String PHRASE = "a phrase";

    @TempDir
    private Path folder;

    @BeforeEach
    void needsTheTools() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-keygen")), "ssh-keygen is not installed");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
    }

    private String tool(String... line) throws Exception {
        Path log = folder.resolve("tool.log");
        int exit = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(exit).as("%s: %s", List.of(line), Files.readString(log)).isZero();
        return Files.readString(log);
    }

    private Secret secret(String name, String content) throws Exception {
        return new Secret.File(Files.writeString(folder.resolve(name), content));
    }

    private Path generated(String type, String form, String phrase) throws Exception {
        Path key = folder.resolve("key");
        List<String> line =
                new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-N", phrase, "-f", key.toString()));
        if (!form.equals("OpenSSH")) {
            line.addAll(List.of("-m", form));
        }
        tool(line.toArray(String[]::new));
        return key;
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, OpenSSH, OPENSSH PRIVATE KEY",
        "rsa, OpenSSH, OPENSSH PRIVATE KEY",
        "ecdsa, OpenSSH, OPENSSH PRIVATE KEY",
        "rsa, PEM, RSA PRIVATE KEY",
        "ecdsa, PEM, EC PRIVATE KEY",
        "rsa, PKCS8, PRIVATE KEY",
        "ecdsa, PKCS8, PRIVATE KEY"
    })
    void whatSshKeygenWritesIsReadWithAndWithoutAPassphrase(String type, String form, String title) throws Exception {
        for (String phrase : List.of("", PHRASE)) {
            Path key = generated(type, form, phrase);
            boolean encrypted = form.equals("PKCS8") && !phrase.isEmpty();
            assertThat(Files.readString(key))
                    .startsWith("-----BEGIN " + (encrypted ? "ENCRYPTED " : "") + title + "-----");

            KeyPair pair = SshKey.read(new Secret.File(key), phrase.isEmpty() ? null : secret("phrase", phrase + "\n"));
            assertThat(HostKeys.fingerprint(pair.getPublic()))
                    .isEqualTo(tool("ssh-keygen", "-l", "-f", key + ".pub").split(" ", -1)[1]);
            assertThat(pair.getPrivate()).isNotNull();

            Files.delete(key);
            Files.delete(Path.of(key + ".pub"));
        }
    }

    @ParameterizedTest
    @CsvSource({"ed25519, ''", "ed25519, aes256", "rsa, aes128", "ec, aes256"})
    void whatOpensslWritesIsRead(String algorithm, String cipher) throws Exception {
        Path key = folder.resolve("key");
        List<String> line =
                new ArrayList<>(List.of("openssl", "genpkey", "-algorithm", algorithm, "-out", key.toString()));
        if (algorithm.equals("ec")) {
            line.addAll(List.of("-pkeyopt", "ec_paramgen_curve:secp384r1"));
        }
        if (!cipher.isEmpty()) {
            line.addAll(List.of("-" + cipher, "-pass", "pass:" + PHRASE));
        }
        tool(line.toArray(String[]::new));
        tool(
                "openssl",
                "pkey",
                "-in",
                key.toString(),
                "-passin",
                "pass:" + PHRASE,
                "-pubout",
                "-outform",
                "DER",
                "-out",
                folder.resolve("public").toString());

        KeyPair pair = SshKey.read(new Secret.File(key), cipher.isEmpty() ? null : secret("phrase", PHRASE));
        assertThat(pair.getPublic().getEncoded()).isEqualTo(Files.readAllBytes(folder.resolve("public")));
    }

    @ParameterizedTest
    @CsvSource({"ed25519, OpenSSH", "rsa, PEM", "ecdsa, PKCS8"})
    void aPassphraseThatIsMissingOrWrongIsSaidToBeSo(String type, String form) throws Exception {
        Secret key = new Secret.File(generated(type, form, PHRASE));
        Secret wrong = secret("phrase", "an0ther");

        assertThatExceptionOfType(NoCredentials.class)
                .isThrownBy(() -> SshKey.read(key, null))
                .withMessageContaining(key + ")")
                .withMessageContaining("give 'key_password'");
        assertThatExceptionOfType(NoCredentials.class)
                .isThrownBy(() -> SshKey.read(key, wrong))
                .withMessageContaining("is 'key_password' the right one?")
                .withMessageNotContaining("an0ther");
    }

    @Test
    void aCipherThatNobodyShouldUseAnyMoreIsRefusedInWords() throws Exception {
        Path key = folder.resolve("key");
        tool(
                "openssl",
                "genpkey",
                "-algorithm",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-des3",
                "-pass",
                "pass:" + PHRASE,
                "-out",
                key.toString());
        Secret phrase = secret("phrase", PHRASE);

        assertThatExceptionOfType(NoCredentials.class)
                .isThrownBy(() -> SshKey.read(new Secret.File(key), phrase))
                .withMessageContaining("cannot be read as a private key of SSH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa", "ecdsa"})
    void hostKeysAreTakenAsTheToolsWriteThem(String type) throws Exception {
        Path key = generated(type, "OpenSSH", "");
        String line = Files.readString(Path.of(key + ".pub")).strip();
        String fingerprint = tool("ssh-keygen", "-l", "-f", key + ".pub").split(" ", -1)[1];
        Path known = Files.writeString(folder.resolve("known"), "[node.example]:830,ssh-gw " + line + "\n");
        String plain = Files.readString(known);
        tool("ssh-keygen", "-q", "-H", "-f", known.toString());
        String hashed = Files.readString(known);
        assertThat(hashed).startsWith("|1|");

        for (String written :
                List.of(fingerprint, line, plain, "ssh-gw " + line, hashed, "# comment\n\n" + plain + hashed)) {
            assertThat(hostKeys(written).fingerprints()).as(written).containsExactly(fingerprint);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh-ed25519|a host key is given as ssh-keygen -l prints it",
                "node.example ssh-ed25519 AAAAC3NzaC1yc2EAAAA=|a host key is given as ssh-keygen -l prints it",
                "SHA256:abcd|a host key is given as ssh-keygen -l prints it",
                "@revoked * ssh-ed25519 AAAA|begins with '@'",
                "# nothing|there is no host key"
            })
    void aHostKeyThatIsNoneIsNamedWithTheWayOut(String written, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> hostKeys(written))
                .withMessageContaining(message)
                .withMessageContaining("sources.yml:1:");
    }

    private static HostKeys hostKeys(String written) {
        String quoted = '"' + written.replace("\n", "\\n") + '"';
        return HostKeys.parse(
                YamlValue.parse("host_key: " + quoted, "sources.yml").required("host_key"));
    }

    @Test
    void aPublicKeyIsNoPrivateOne() throws Exception {
        Path key = generated("ed25519", "OpenSSH", "");
        assertThatExceptionOfType(NoCredentials.class)
                .isThrownBy(() -> SshKey.read(new Secret.File(Path.of(key + ".pub")), null))
                .withMessageContaining("holds no private key of SSH");
    }
}
