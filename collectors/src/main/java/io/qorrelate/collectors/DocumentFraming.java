package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/**
 * JSON objects one after the other, each over as many lines as it likes. What stands between them and is none is one piece, up to the next
 * line that begins as an object does: of a megabyte of closing brackets nobody wants a million dead letters.
 */
final class DocumentFraming implements Framing {
    private final Nesting nesting = new Nesting();
    private long documents;
    private long newlines;
    private long line = 1;
    private boolean inside;
    private boolean isObject;
    private boolean atLineStart;

    @Override
    public int scan(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                newlines++;
            }
            boolean isSpace = FragmentReader.isSpace(b);
            if (!inside) {
                if (isSpace) {
                    continue;
                }
                inside = true;
                isObject = b == '{';
                line = newlines + 1;
            } else if (!isObject && atLineStart && b == '{' && !nesting.isInside()) {
                return i;
            }
            nesting.see(b);
            atLineStart = b == '\n' || (atLineStart && isSpace);
            if (isObject && b == '}' && !nesting.isInside()) {
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
        atLineStart = false;
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
