package io.qorrelate.collectors.etsi015;

import io.qorrelate.model.yaml.YamlValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.jspecify.annotations.Nullable;

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
     * Reads one or a list of fingerprints ({@code SHA256:…}) or of public keys, as they stand in a {@code .pub} file
     * ({@code ssh-ed25519 AAAA…}) or in {@code known_hosts} ({@code host ssh-ed25519 AAAA…}), also several lines of these in one. Whose
     * keys they are, the source's target says; hosts that stand before a key are not looked at.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    static HostKeys parse(YamlValue value) {
        Set<String> fingerprints = new LinkedHashSet<>();
        for (YamlValue each : value.itemsOrSelf()) {
            for (String line : each.text().lines().map(String::strip).toList()) {
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (line.startsWith("@")) {
                    throw each.error(
                            "a line of known_hosts that begins with '@' is about a certificate authority, or a key that is"
                                    + " not trusted; give the keys that the node may show");
                }
                try {
                    fingerprints.add(line.startsWith(SHA_256) ? fingerprint(line) : ofKey(line));
                } catch (IllegalArgumentException e) {
                    throw each.error("a host key is given as ssh-keygen -l prints it, SHA256:…, or as in a .pub file or"
                            + " known_hosts, ssh-ed25519 AAAA…");
                }
            }
        }
        if (fingerprints.isEmpty()) {
            throw value.error("there is no host key");
        }
        return new HostKeys(fingerprints);
    }

    private static String fingerprint(String text) {
        if (Base64.getDecoder().decode(text.substring(SHA_256.length())).length != SHA_256_BYTES) {
            throw new IllegalArgumentException("no SHA-256");
        }
        return text.replaceAll("=+$", "");
    }

    private static String ofKey(String line) {
        List<String> words = List.of(line.split("\\s+", -1));
        // Behind the hosts in known_hosts, at the beginning in a .pub file.
        for (int i = 0; i < Math.min(2, words.size() - 1); i++) {
            byte[] key = key(words.get(i), words.get(i + 1));
            if (key != null) {
                return SHA_256 + Base64.getEncoder().withoutPadding().encodeToString(sha256(key));
            }
        }
        throw new IllegalArgumentException("no public key");
    }

    /** The key in RFC 4253's form, which begins with its type; null where the two words are none. */
    private static byte @Nullable [] key(String type, String text) {
        if (!text.matches("[A-Za-z0-9+/]+={0,2}")) {
            return null;
        }
        byte[] key = Base64.getDecoder().decode(text);
        byte[] name = type.getBytes(StandardCharsets.UTF_8);
        boolean sound = key.length > Integer.BYTES + name.length
                && ByteBuffer.wrap(key).getInt() == name.length
                && Arrays.equals(key, Integer.BYTES, Integer.BYTES + name.length, name, 0, name.length);
        return sound ? key : null;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
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
