package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** JSON objects one after the other, each over as many lines as it likes. */
final class DocumentFraming implements Framing {
    private final Nesting nesting = new Nesting();
    private long documents;
    private long newlines;
    private long line = 1;
    private boolean inside;

    @Override
    public int scan(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                newlines++;
            }
            if (!inside) {
                if (FragmentReader.isSpace(b)) {
                    continue;
                }
                inside = true;
                line = newlines + 1;
            }
            nesting.see(b);
            // Outside all brackets, an object's end ends it at once, and anything else ends with its line.
            if (!nesting.isInside() && (b == '}' || b == '\n')) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public int next(int end) {
        return end;
    }

    @Override
    public void begin() {
        nesting.reset();
        inside = false;
    }

    @Override
    public long count(boolean blank) {
        return blank ? documents : ++documents;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public boolean trimsStart() {
        return true;
    }

    @Override
    public boolean trimsEnd() {
        return true;
    }

    @Override
    public @Nullable String flaw() {
        return null;
    }

    @Override
    public @Nullable String flawAtTheEnd() {
        return null;
    }
}
