package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.mapping.JsonDocument;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * YANG data in either of its encodings, as one tree: names without the module's, lists as arrays even of one, and the standard's own
 * identities without a prefix. A name that a vendor's module adds does not hide the standard's of the same name.
 */
final class YangDocument {
    /** Lists and leaf-lists of the model: XML does not tell one of many from one alone. */
    static final Set<String> LISTS = Set.of(
            "qkd_link",
            "qkd_interface",
            "qkd_app",
            "statistics",
            "phys_perf",
            "client_app_id",
            "backing_qkdl_id",
            "qkdl_applications",
            "virt_next_hop",
            "rpc-error");

    private static final String IDENTITY = Identities.MODULE + ":";

    private YangDocument() {}

    /** Reads a document of either encoding: never another exception, whatever the bytes are. */
    static ObjectNode read(byte[] document) throws Malformed {
        return isXml(document) ? YangXml.read(document) : json(document);
    }

    private static boolean isXml(byte[] document) {
        for (byte letter : document) {
            if (letter == '<') {
                return true;
            }
            // White space, or a byte order mark.
            if (letter > ' ') {
                return false;
            }
        }
        return false;
    }

    private static ObjectNode json(byte[] document) throws Malformed {
        try {
            return (ObjectNode) plain(JsonDocument.read(document));
        } catch (IOException e) {
            throw new Malformed(RejectReason.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode plain(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode plain = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    String name = member.getKey().substring(member.getKey().indexOf(':') + 1);
                    boolean standard =
                            name.equals(member.getKey()) || member.getKey().startsWith("etsi-qkd-");
                    if (standard || !plain.has(name)) {
                        plain.set(name, plain(member.getValue()));
                    }
                }
                yield plain;
            }
            case ArrayNode array -> {
                ArrayNode plain = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> plain.add(plain(item)));
                yield plain;
            }
            case TextNode text -> {
                String word = text.textValue();
                yield word.startsWith(IDENTITY) ? TextNode.valueOf(word.substring(IDENTITY.length())) : text;
            }
            default -> node;
        };
    }

    /** What a container holds: notifications have one that is named as the node's list, and in XML looks like a list of one. */
    static JsonNode container(JsonNode value) {
        return value.isArray() && value.size() == 1 ? value.get(0) : value;
    }
}
