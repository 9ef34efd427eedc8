package io.qorrelate.collectors.etsi015;

import io.qorrelate.model.yaml.YamlValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;

/**
 * The host keys that a node may show. Nothing is trusted at first sight: what is not listed is not the node.
 *
 * @param fingerprints as {@code ssh-keygen -l} prints them, {@code SHA256:…}
 */
record HostKeys(Set<String> fingerprints) {
    private static final String SHA_256 = "SHA256:";
    private static final int SHA_256_BYTES = 32;

    HostKeys {
        fingerprints = Set.copyOf(fingerprints);
    }

    /**
     * Reads one or a list of fingerprints ({@code SHA256:…}) or of public keys ({@code ssh-ed25519 AAAA…}).
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static HostKeys parse(YamlValue value) {
        Set<String> fingerprints = new LinkedHashSet<>();
        for (YamlValue each : value.itemsOrSelf()) {
            String text = each.text().strip();
            try {
                fingerprints.add(text.startsWith(SHA_256) ? fingerprint(text) : ofKey(text));
            } catch (IllegalArgumentException e) {
                throw each.error("a host key is given as ssh-keygen -l prints it, SHA256:…, or as in a .pub file,"
                        + " ssh-ed25519 AAAA…");
            }
        }
        return new HostKeys(fingerprints);
    }

    private static String fingerprint(String text) {
        if (Base64.getDecoder().decode(text.substring(SHA_256.length())).length != SHA_256_BYTES) {
            throw new IllegalArgumentException("no SHA-256");
        }
        return text.replaceAll("=+$", "");
    }

    private static String ofKey(String text) {
        String[] words = text.split("\\s+", -1);
        if (words.length < 2 || !words[0].matches("(ssh|ecdsa|sk)-.+")) {
            throw new IllegalArgumentException("no public key");
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(words[1]));
            return SHA_256 + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    boolean contains(PublicKey key) {
        return fingerprints.contains(fingerprint(key));
    }

    static String fingerprint(PublicKey key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }
}
