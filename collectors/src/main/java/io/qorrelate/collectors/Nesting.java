package io.qorrelate.collectors;

/** How deep inside JSON's brackets a byte stands; brackets inside strings do not count. */
final class Nesting {
    private long depth;
    private boolean inString;
    private boolean escaped;

    void see(byte b) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                inString = false;
            }
            return;
        }
        switch (b) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> depth = Math.max(0, depth - 1);
            default -> {
                // nothing that nests
            }
        }
    }

    boolean isInside() {
        return inString || depth > 0;
    }

    void reset() {
        depth = 0;
        inString = false;
        escaped = false;
    }
}
