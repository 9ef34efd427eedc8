package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Numbers that are written as text. */
final class Numbers {
    private Numbers() {}

    /** The text as a number where it is one; where it is none the contract refuses it by name. */
    static JsonNode read(String text) {
        try {
            return DoubleNode.valueOf(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
            return TextNode.valueOf(text);
        }
    }
}
