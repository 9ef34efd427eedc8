package io.qorrelate.diagnosis.rules;

import io.qorrelate.diagnosis.binary.Texts;
import io.qorrelate.diagnosis.binary.Varint;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.TelemetryEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What rules remember of one subject: events that others are to be correlated with, and what was said lately. Mutable; the fold
 * copies it before it changes it.
 */
public final class RuleMemory {
    /** Events remembered for each rule and group: those before are added up, so that a flood is counted and yet bounded. */
    static final int MOST_EVENTS = 8;

    /** Groups remembered for each subject: a flood of origins forgets its oldest, not everybody's. */
    private static final int MOST_GROUPS = 8;

    /** Events named in evidence. */
    private static final int MOST_NAMED = 8;

    /** Rules remembered to have spoken. */
    private static final int MOST_SPOKEN = 4;

    /** Names and addresses come from outside, and may be of any length; so much of them tells them apart. */
    private static final int LONGEST_NAME = 96;

    /** How long what a rule said weighs in a finding that comes after it. */
    private static final long SPOKEN_MS = Duration.ofHours(1).toMillis();

    private final Map<String, Group> seen = new TreeMap<>();
    private final List<Spoken> spoken = new ArrayList<>();

    /** Events that count together, and how long each does, ms. */
    private static final class Group {
        private final long timespanMs;
        private final List<Seen> events = new ArrayList<>();

        Group(long timespanMs) {
            this.timespanMs = timespanMs;
        }

        Group copy() {
            Group copy = new Group(timespanMs);
            copy.events.addAll(events);
            return copy;
        }

        boolean isOver(long nowMs) {
            return events.getLast().timeMs() < nowMs - timespanMs;
        }
    }

    private record Seen(long timeMs, String rule, long count, String event) {}

    private record Spoken(long timeMs, RuleVoice voice) {}

    /** Reads whether anything could be remembered, which tells where that lies: see {@code LinkState.readAhead}. */
    public long readItself() {
        return seen == null ? 1 : 0;
    }

    /** Reads how much is remembered. */
    public long readParts() {
        return seen.size() + (long) spoken.size();
    }

    /** A copy. */
    public RuleMemory copy() {
        RuleMemory copy = new RuleMemory();
        seen.forEach((key, group) -> copy.seen.put(key, group.copy()));
        copy.spoken.addAll(spoken);
        return copy;
    }

    /** Takes an event in, and gives the rules that speak because of it. */
    public List<RuleVoice> observe(TelemetryEvent event, RulePack pack) {
        long now = event.time().toEpochMilli();
        forgetBefore(now);
        List<RuleVoice> voices = null;
        List<Rule> singles = pack.singles(event.kind());
        // By index, and without a list where nobody speaks: this is done for every event.
        for (int i = 0; i < singles.size(); i++) {
            Rule rule = singles.get(i);
            if (rule.match() instanceof Rule.Single single && single.predicate().test(event)) {
                voices = voices == null ? new ArrayList<>() : voices;
                long count = event instanceof AuthFailure failure ? failure.count() : 1;
                holds(rule, List.of(seen(event, rule, count)), event, pack, voices);
            }
        }
        if (voices == null) {
            return List.of();
        }
        for (RuleVoice voice : voices) {
            spoken.removeIf(old -> old.voice().rule().equals(voice.rule()));
            spoken.add(new Spoken(now, voice));
            if (spoken.size() > MOST_SPOKEN) {
                spoken.removeFirst();
            }
        }
        return voices;
    }

    /** What no rule will count, and no finding will hear, any more. */
    private void forgetBefore(long nowMs) {
        if (!seen.isEmpty()) {
            seen.values().removeIf(group -> group.isOver(nowMs));
        }
        if (!spoken.isEmpty()) {
            spoken.removeIf(old -> old.timeMs() < nowMs - SPOKEN_MS);
        }
    }

    /** What rules said within the hour before a time, latest last. */
    public List<RuleVoice> spokenBefore(long timeMs) {
        return spoken.stream()
                .filter(old -> old.timeMs() >= timeMs - SPOKEN_MS)
                .map(Spoken::voice)
                .toList();
    }

    /** What was said is told: a finding that comes later does not hear it again. */
    public void forgetSpoken() {
        spoken.clear();
    }

    /** A rule holds: it speaks, and rules that build on it hear of it. */
    private void holds(Rule rule, List<Seen> because, TelemetryEvent event, RulePack pack, List<RuleVoice> voices) {
        speak(rule, because, voices);
        for (Rule listener : pack.listeners(rule.name())) {
            // An event may stand for many; a rule that holds stands for itself.
            long count = rule.match() instanceof Rule.Single ? because.getLast().count() : 1;
            correlate(listener, seen(event, rule, count), event, pack, voices);
        }
    }

    private void correlate(Rule rule, Seen latest, TelemetryEvent event, RulePack pack, List<RuleVoice> voices) {
        switch (rule.match()) {
            case Rule.Count count -> {
                List<Seen> events = remember(
                        rule, latest, event, count.groupBy(), count.timespan().toMillis());
                if (events.stream().mapToLong(Seen::count).sum() >= count.atLeast()) {
                    holds(rule, events, event, pack, voices);
                }
            }
            case Rule.Ordered ordered -> {
                List<Seen> events = remember(
                        rule,
                        latest,
                        event,
                        ordered.groupBy(),
                        ordered.timespan().toMillis());
                List<Seen> chain = chain(ordered.rules(), events);
                // It speaks when its last step comes, not again for every event after it.
                if (!chain.isEmpty() && chain.getLast().equals(latest)) {
                    holds(rule, chain, event, pack, voices);
                }
            }
            case Rule.Single single -> throw new IllegalStateException("a single-event rule listens to no other");
        }
    }

    private static Seen seen(TelemetryEvent event, Rule rule, long count) {
        return new Seen(
                event.time().toEpochMilli(), rule.name(), count, clip(event.id().value()));
    }

    private List<Seen> remember(Rule rule, Seen latest, TelemetryEvent event, List<String> groupBy, long timespanMs) {
        String group = groupBy.stream()
                .map(field -> clip(String.valueOf(EventFieldReader.value(event, field))))
                .collect(Collectors.joining("\u0000"));
        List<Seen> events = seen.computeIfAbsent(rule.name() + "\u0000" + group, key -> new Group(timespanMs)).events;
        events.removeIf(old -> old.timeMs() < latest.timeMs() - timespanMs);
        events.add(latest);
        if (events.size() > MOST_EVENTS) {
            merge(events);
        }
        if (seen.size() > MOST_GROUPS) {
            seen.entrySet().stream()
                    .min(Map.Entry.comparingByValue(Comparator.comparingLong(
                            (Group one) -> one.events.getLast().timeMs())))
                    .map(Map.Entry::getKey)
                    .ifPresent(seen::remove);
        }
        return events;
    }

    /** Makes one of two neighbours of the same rule, the oldest there are; where there are none, forgets the oldest. */
    private static void merge(List<Seen> events) {
        for (int i = 0; i + 1 < events.size(); i++) {
            Seen one = events.get(i);
            Seen next = events.get(i + 1);
            if (one.rule().equals(next.rule())) {
                events.set(i + 1, new Seen(next.timeMs(), next.rule(), one.count() + next.count(), next.event()));
                events.remove(i);
                return;
            }
        }
        events.removeFirst();
    }

    /** The events that fulfil the rules in their order, or none. */
    private static List<Seen> chain(List<String> rules, List<Seen> events) {
        List<Seen> chain = new ArrayList<>();
        for (Seen event : events) {
            if (chain.size() < rules.size() && event.rule().equals(rules.get(chain.size()))) {
                chain.add(event);
            } else if (chain.size() == rules.size() && event.rule().equals(rules.getLast())) {
                chain.set(chain.size() - 1, event);
            }
        }
        return chain.size() == rules.size() ? chain : List.of();
    }

    private static void speak(Rule rule, List<Seen> events, List<RuleVoice> voices) {
        Rule.Speech speech = rule.speech();
        if (speech == null) {
            return;
        }
        voices.add(new RuleVoice(
                rule.name(),
                rule.title(),
                speech.subtype(),
                speech.logOdds(),
                speech.raises(),
                rule.level(),
                events.stream().map(Seen::event).distinct().limit(MOST_NAMED).toList(),
                events.stream().mapToLong(Seen::timeMs).min().orElseThrow(),
                speech.actions()));
    }

    private static String clip(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
    }

    public void writeTo(DataOutput out) throws IOException {
        Texts rules = new Texts();
        seen.values().forEach(group -> group.events.forEach(event -> rules.add(event.rule())));
        rules.writeTo(out);
        out.writeByte(seen.size());
        for (Map.Entry<String, Group> entry : seen.entrySet()) {
            Group group = entry.getValue();
            out.writeUTF(entry.getKey());
            Varint.write(out, group.timespanMs);
            out.writeByte(group.events.size());
            long before = 0;
            for (Seen event : group.events) {
                Varint.write(out, event.timeMs() - before);
                before = event.timeMs();
                Varint.write(out, rules.add(event.rule()));
                Varint.write(out, event.count());
                out.writeUTF(event.event());
            }
        }
        out.writeByte(spoken.size());
        for (Spoken voice : spoken) {
            Varint.write(out, voice.timeMs());
            voice.voice().writeTo(out);
        }
    }

    public static RuleMemory readFrom(DataInput in) throws IOException {
        RuleMemory memory = new RuleMemory();
        Texts rules = Texts.readFrom(in, MOST_GROUPS * MOST_EVENTS);
        int groups = in.readUnsignedByte();
        for (int i = 0; i < groups; i++) {
            String key = in.readUTF();
            Group group = new Group(Varint.read(in));
            int count = in.readUnsignedByte();
            if (count == 0) {
                throw new IOException("a group of no events");
            }
            long time = 0;
            for (int j = 0; j < count; j++) {
                time += Varint.read(in);
                group.events.add(new Seen(time, rules.get(Varint.read(in)), Varint.read(in), in.readUTF()));
            }
            memory.seen.put(key, group);
        }
        int voices = in.readUnsignedByte();
        for (int i = 0; i < voices; i++) {
            memory.spoken.add(new Spoken(Varint.read(in), RuleVoice.readFrom(in)));
        }
        return memory;
    }
}
