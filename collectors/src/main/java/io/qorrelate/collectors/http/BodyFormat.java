package io.qorrelate.collectors.http;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the events of a body are told apart. */
enum BodyFormat {
    /** One event a line, strictly. */
    LINES,
    /** An array, one object, or one event a line: whichever it looks like. */
    JSON,
    /** One row of a table a line; a named mapping says what it means, and in which characters it is written. */
    CSV;

    /** What the content type says; null where it is none that holds telemetry. A body that does not say is taken for JSON. */
    static @Nullable BodyFormat of(@Nullable String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return JSON;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if ("text/csv".equals(parts[0].strip())) {
            return CSV;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=") && !isUtf8(parameter.substring("charset=".length()))) {
                return null;
            }
        }
        return switch (parts[0].strip()) {
            case "application/x-ndjson",
                    "application/ndjson",
                    "application/jsonl",
                    "application/jsonlines",
                    "application/x-jsonlines" -> LINES;
            case "application/json" -> JSON;
            default -> null;
        };
    }

    private static boolean isUtf8(String charset) {
        try {
            Charset named = Charset.forName(charset.replace("\"", ""));
            return named.equals(StandardCharsets.UTF_8) || named.equals(StandardCharsets.US_ASCII);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
