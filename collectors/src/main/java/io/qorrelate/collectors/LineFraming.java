package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** One event a line. */
final class LineFraming implements Framing {
    private long lines;

    @Override
    public int scan(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int next(int end) {
        return end + 1;
    }

    @Override
    public void begin() {
        // a line needs no memory of the one before
    }

    @Override
    public long count(boolean blank) {
        return ++lines;
    }

    @Override
    public long line() {
        return lines + 1;
    }

    @Override
    public boolean trimsStart() {
        return false;
    }

    @Override
    public boolean trimsEnd() {
        return false;
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
