package io.qorrelate.collectors.mapping;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;

/** Patterns in mappings, which are RE2's: whatever text they meet, they take no longer than it is long. */
public final class Patterns {
    /**
     * Some twenty times the longest that the platform brings; what it takes to make one grows with the square of it, when its counted
     * repeats are written out.
     */
    private static final int MAX_CHARS = 4 << 10;

    private Patterns() {}

    /**
     * Makes one.
     *
     * @param flags of {@link Pattern}; 0 for none
     * @throws InvalidYaml at its place where it is none
     */
    public static Pattern compile(YamlValue written, int flags) {
        String text = written.text();
        if (text.length() > MAX_CHARS) {
            throw written.error("a pattern has at most " + MAX_CHARS + " characters, this one has " + text.length());
        }
        if (WrittenOut.isLonger(text, MAX_CHARS)) {
            throw written.error("a pattern has at most " + MAX_CHARS
                    + " characters with its counted repeats written out, as {100} of {100} is ten thousand; this one"
                    + " has more");
        }
        try {
            return Pattern.compile(text, flags);
        } catch (PatternSyntaxException e) {
            throw written.error("not a pattern of RE2: " + e.getMessage());
        }
    }
}
