package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.model.RejectReason;
import java.util.Map;
import java.util.Set;

/** The words of the standard's types, module {@value #MODULE}. Vendors may derive more, which carry their own module's prefix. */
final class Identities {
    static final String MODULE = "etsi-qkd-node-types";

    static final String NAMESPACE = "urn:etsi:qkd:yang:etsi-qkd-node-types";

    private static final Set<String> ROLES = Set.of("TRANSMITTER", "RECEIVER", "TRANSCEIVER");

    /** By the leaf that holds them. */
    private static final Map<String, Set<String>> WORDS = Map.ofEntries(
            Map.entry("qkdn_status", Set.of("NEW", "OPERATING", "DOWN", "FAILURE", "OUT")),
            Map.entry("qkdi_status", Set.of("ENABLED", "DISABLED", "FAILED")),
            Map.entry("qkdi_type", Set.of("CV-QKD", "DV-QKD", "DV-QKD-COW", "DV-QKD-2Ws")),
            Map.entry("role_support", ROLES),
            Map.entry("qkdl_status", Set.of("ACTIVE", "PASSIVE", "PENDING", "OFF")),
            Map.entry("qkdl_type", Set.of("PHYS", "VIRT")),
            Map.entry("phys_qkd_role", ROLES),
            Map.entry("perf_type", Set.of("QBER", "SNR")),
            Map.entry("app_type", Set.of("CLIENT", "INTERNAL")),
            Map.entry("app_status", Set.of("ON", "DISCONNECTED", "OUT-OF-TIME", "ZOMBIE")),
            Map.entry("severity", Set.of("MAJOR", "MINOR")));

    private Identities() {}

    /** Refuses words that the standard does not have, wherever in an entry they stand. */
    static void check(JsonNode entry) throws Malformed {
        if (entry.isObject()) {
            for (Map.Entry<String, JsonNode> member : entry.properties()) {
                Set<String> words = WORDS.get(member.getKey());
                if (words != null) {
                    check(member.getKey(), member.getValue(), words);
                }
                check(member.getValue());
            }
        } else if (entry.isArray()) {
            for (JsonNode item : entry) {
                check(item);
            }
        }
    }

    private static void check(String leaf, JsonNode value, Set<String> words) throws Malformed {
        String word = value.asText();
        if (!value.isTextual() || (!words.contains(word) && word.indexOf(':') <= 0)) {
            throw new Malformed(
                    RejectReason.WRONG_TYPE,
                    "'" + leaf + "' is " + (value.isTextual() ? "'" + word + "'" : "no word") + ", which is none of "
                            + String.join(", ", words.stream().sorted().toList()));
        }
    }
}
