package io.qorrelate.collectors.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * A client's name for one request, by which it may send it again without its counting twice.
 *
 * @param value 1 to 255 visible characters
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">draft-ietf-httpapi-idempotency-key-header</a>
 */
record IdempotencyKey(String value) {
    static final String HEADER = "Idempotency-Key";

    /** A string of RFC 9651, as the draft asks for it; or the same without its quotes, as clients send it all the same. */
    private static final Pattern STRING =
            Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\]){1,255})\"|([!#-+\\--\\[\\]-~]{1,255})");

    /** Headers that are no such key. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(
                    HEADER
                            + " is given once, as up to 255 characters in quotes, such as \"8e03978e-40d5-43e8-bc93-6894a57f9324\"");
        }
    }

    /** The request's key; null where it has none. */
    static @Nullable IdempotencyKey of(HttpFields headers) throws Malformed {
        List<String> given = headers.getValuesList(HEADER);
        if (given.isEmpty()) {
            return null;
        }
        Matcher string = STRING.matcher(given.getFirst().strip());
        if (given.size() > 1 || !string.matches()) {
            throw new Malformed();
        }
        String quoted = string.group(1);
        return new IdempotencyKey(quoted == null ? string.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
    }
}
