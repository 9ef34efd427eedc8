package io.qorrelate.collectors.mapping;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a pattern of RE2 is with its counted repeats written out, as it is when it is made ready: {@code ((x{100}){100}){100}} is a million,
 * and 24 characters. A pattern that is none has a length too; what is wrong with it, RE2 says.
 */
final class WrittenOut {
    /** RE2 takes no more than a thousand times. */
    private static final Pattern TIMES = Pattern.compile("\\{(\\d{1,4})(?:,(\\d{0,4}))?}");

    /** Of those of letters: what is in the braces is no repeat. */
    private static final Pattern NAMED_LETTERS = Pattern.compile("\\\\[pPx]\\{[^}]*}");

    private static final Pattern QUOTED = Pattern.compile("\\\\Q(.*?)(?:\\\\E|$)", Pattern.DOTALL);

    private final String text;
    private final long limit;
    private final Deque<Long> before = new ArrayDeque<>();
    private long length;
    private long last;
    private int at;

    private WrittenOut(String text, long limit) {
        this.text = text;
        this.limit = limit;
    }

    /** Whether it is longer than that. */
    static boolean isLonger(String pattern, long limit) {
        return new WrittenOut(pattern, limit).isLonger();
    }

    private boolean isLonger() {
        while (at < text.length() && length <= limit) {
            switch (text.charAt(at)) {
                case '\\' -> escaped();
                case '[' -> letters();
                case '(' -> {
                    before.push(length);
                    length = 0;
                    last = 0;
                    at++;
                }
                case ')' -> {
                    last = length + 1;
                    length = last + (before.isEmpty() ? 0 : before.pop());
                    at++;
                }
                case '{' -> repeat();
                default -> add(1, 1);
            }
        }
        return length > limit;
    }

    private void add(int atoms, int characters) {
        length += atoms;
        last = atoms == 0 ? 0 : 1;
        at += characters;
    }

    private void escaped() {
        Matcher quoted = QUOTED.matcher(text).region(at, text.length());
        if (quoted.lookingAt()) {
            add(quoted.group(1).length(), quoted.end() - at);
            return;
        }
        Matcher named = NAMED_LETTERS.matcher(text).region(at, text.length());
        add(1, named.lookingAt() ? named.end() - at : 2);
    }

    /** A set of letters counts for one; a bracket that is its first letter does not close it. */
    private void letters() {
        int end = at + 1;
        if (end < text.length() && text.charAt(end) == '^') {
            end++;
        }
        end++;
        while (end < text.length() && text.charAt(end) != ']') {
            if (text.startsWith("[:", end) && text.indexOf(":]", end) > 0) {
                end = text.indexOf(":]", end) + 1;
            } else if (text.charAt(end) == '\\') {
                end++;
            }
            end++;
        }
        add(1, end + 1 - at);
    }

    private void repeat() {
        Matcher times = TIMES.matcher(text).region(at, text.length());
        if (!times.lookingAt()) {
            add(1, 1);
            return;
        }
        long most = Long.parseLong(times.group(1));
        String upTo = times.group(2);
        if (upTo != null && !upTo.isEmpty()) {
            most = Math.max(most, Long.parseLong(upTo));
        }
        // Once at least: with none of it, it was made all the same.
        long whole = last * Math.max(1, most);
        length += whole - last;
        last = whole;
        at = times.end();
    }
}
