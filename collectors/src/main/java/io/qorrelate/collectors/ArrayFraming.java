package io.qorrelate.collectors;

import org.jspecify.annotations.Nullable;

/** The elements of one JSON array. */
final class ArrayFraming implements Framing {
    private enum Place {
        BEFORE,
        FIRST_ELEMENT,
        ELEMENT,
        AFTER
    }

    private final Nesting nesting = new Nesting();
    private Place place = Place.BEFORE;
    private Place nextPlace = Place.BEFORE;
    private long elements;
    private long newlines;
    private long line = 1;
    private boolean begun;

    @Override
    public int scan(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                newlines++;
            }
            if (FragmentReader.isSpace(b)) {
                continue;
            }
            if (place == Place.BEFORE) {
                // The framing was chosen for this bracket, and only space stands before it: a blank piece.
                nextPlace = Place.FIRST_ELEMENT;
                return i;
            }
            if (place != Place.AFTER && !nesting.isInside() && (b == ',' || b == ']')) {
                nextPlace = b == ',' ? Place.ELEMENT : Place.AFTER;
                return i;
            }
            if (!begun) {
                begun = true;
                line = newlines + 1;
            }
            // Behind the array nothing but space belongs; whatever does come is one piece to the end of the input.
            nesting.see(b);
        }
        return -1;
    }

    @Override
    public int next(int end) {
        return end + 1;
    }

    @Override
    public void begin() {
        place = nextPlace;
        begun = false;
        nesting.reset();
    }

    @Override
    public long count(boolean blank) {
        return blank ? elements : ++elements;
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
        boolean emptyArray = place == Place.FIRST_ELEMENT && nextPlace == Place.AFTER;
        return place == Place.BEFORE || begun || emptyArray ? null : "an element of the array is empty";
    }

    @Override
    public @Nullable String flawAtTheEnd() {
        return switch (place) {
            case BEFORE -> null;
            case FIRST_ELEMENT, ELEMENT -> "the input ends before the array does";
            case AFTER -> begun ? "the input goes on after the end of the array" : null;
        };
    }
}
