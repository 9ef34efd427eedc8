package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/** Numbers that are written as text. */
final class Numbers {
    /** Java's own idea of a number also takes hexadecimals, and d and f behind one. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?");

    private Numbers() {}

    /** The text as a number where it is one; where it is none the contract refuses it by name. */
    static JsonNode read(String text) {
        if (!NUMBER.matcher(text.strip()).matches()) {
            return TextNode.valueOf(text);
        }
        try {
            return DoubleNode.valueOf(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
            return TextNode.valueOf(text);
        }
    }
}
