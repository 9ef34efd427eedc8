package io.qorrelate.collectors;

/** Protobuf's JSON on its way to the library that reads it. */
public final class ProtobufJson {
    private static final String MARK = "\uFEFF";

    private ProtobufJson() {}

    /**
     * The same text without byte-order marks: one at the beginning is left out, and any other written as a string may have it. Of many at
     * the beginning the library's reader never comes back.
     */
    public static String withoutMarks(String json) {
        String text = json.startsWith(MARK) ? json.substring(1) : json;
        return text.replace(MARK, "\\uFEFF");
    }
}
