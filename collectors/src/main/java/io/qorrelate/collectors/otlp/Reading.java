package io.qorrelate.collectors.otlp;

import io.qorrelate.collectors.Intake;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a request turned out to hold; filled as it is read. */
final class Reading {
    /** Many points are rejected for one reason, and the sender reads one line. */
    private static final int MAX_WORDS = 5;

    private final List<Intake> intakes = new ArrayList<>();
    private final Map<String, Long> dropped = new TreeMap<>();
    private final Set<String> words = new LinkedHashSet<>();
    private long rejected;

    void add(Intake intake) {
        intakes.add(intake);
    }

    /** Counts points or records that are rejected, and keeps why. */
    void reject(long count, String why) {
        rejected += count;
        say(why);
    }

    /** Tells the sender something. */
    void say(String word) {
        words.add(word);
    }

    /** Counts what nothing was looked for in. */
    void drop(String reason, long count) {
        dropped.merge(reason, count, Long::sum);
    }

    List<Intake> intakes() {
        return List.copyOf(intakes);
    }

    Map<String, Long> dropped() {
        return Map.copyOf(dropped);
    }

    long rejected() {
        return rejected;
    }

    /** All that is to be said, in one line; empty where nothing is. */
    String word() {
        String said = String.join("; ", words.stream().limit(MAX_WORDS).toList());
        return words.size() > MAX_WORDS ? said + "; and " + (words.size() - MAX_WORDS) + " more reasons" : said;
    }
}
