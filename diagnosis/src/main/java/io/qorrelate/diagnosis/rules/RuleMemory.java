package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.TelemetryEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What rules over several events remember of one subject. Mutable; the fold copies it before it changes it. */
public final class RuleMemory {
    /** Events remembered for each rule and group: enough for any count worth a rule, and bounded against a flood. */
    private static final int MOST_EVENTS = 32;

    /** Groups remembered for each subject: a flood of origins forgets its oldest, not everybody's. */
    private static final int MOST_GROUPS = 16;

    /** Events named in evidence. */
    private static final int MOST_NAMED = 10;

    private final Map<String, List<Seen>> seen = new TreeMap<>();

    private record Seen(long timeMs, String rule, long count, String event) {}

    /** A copy. */
    public RuleMemory copy() {
        RuleMemory copy = new RuleMemory();
        seen.forEach((key, events) -> copy.seen.put(key, new ArrayList<>(events)));
        return copy;
    }

    /** Takes an event in, and gives the rules that speak because of it. */
    public List<RuleVoice> observe(TelemetryEvent event, RulePack pack) {
        List<RuleVoice> voices = new ArrayList<>();
        for (Rule rule : pack.singles(event.kind())) {
            if (rule.match() instanceof Rule.Single single && single.predicate().test(event)) {
                speak(
                        rule,
                        List.of(new Seen(
                                event.time().toEpochMilli(),
                                rule.name(),
                                1,
                                event.id().value())),
                        voices);
                for (Rule listener : pack.listeners(rule.name())) {
                    correlate(listener, rule.name(), event, voices);
                }
            }
        }
        return voices;
    }

    private void correlate(Rule rule, String trigger, TelemetryEvent event, List<RuleVoice> voices) {
        switch (rule.match()) {
            case Rule.Count count -> {
                List<Seen> events = remember(
                        rule, trigger, event, count.groupBy(), count.timespan().toMillis());
                if (events.stream().mapToLong(Seen::count).sum() >= count.atLeast()) {
                    speak(rule, events, voices);
                }
            }
            case Rule.Ordered ordered -> {
                List<Seen> events = remember(
                        rule,
                        trigger,
                        event,
                        ordered.groupBy(),
                        ordered.timespan().toMillis());
                List<Seen> chain = chain(ordered.rules(), events);
                // It speaks when its last step comes, not again for every event after it.
                if (!chain.isEmpty()
                        && chain.getLast().event().equals(event.id().value())) {
                    speak(rule, chain, voices);
                }
            }
            case Rule.Single single -> throw new IllegalStateException("a single-event rule listens to no other");
        }
    }

    private List<Seen> remember(
            Rule rule, String trigger, TelemetryEvent event, List<String> groupBy, long timespanMs) {
        String group = groupBy.stream()
                .map(field -> String.valueOf(EventFieldReader.value(event, field)))
                .collect(Collectors.joining("\u0000"));
        List<Seen> events = seen.computeIfAbsent(rule.name() + "\u0000" + group, key -> new ArrayList<>());
        long now = event.time().toEpochMilli();
        events.removeIf(old -> old.timeMs() < now - timespanMs);
        long count = event instanceof AuthFailure failure ? failure.count() : 1;
        events.add(new Seen(now, trigger, count, event.id().value()));
        if (events.size() > MOST_EVENTS) {
            Seen oldest = events.removeFirst();
            Seen next = events.removeFirst();
            events.addFirst(new Seen(next.timeMs(), next.rule(), oldest.count() + next.count(), next.event()));
        }
        if (seen.size() > MOST_GROUPS) {
            seen.entrySet().stream()
                    .min(Map.Entry.comparingByValue((one, other) ->
                            Long.compare(one.getLast().timeMs(), other.getLast().timeMs())))
                    .map(Map.Entry::getKey)
                    .ifPresent(seen::remove);
        }
        return events;
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

    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(seen.size());
        for (Map.Entry<String, List<Seen>> group : seen.entrySet()) {
            out.writeUTF(group.getKey());
            out.writeByte(group.getValue().size());
            for (Seen event : group.getValue()) {
                out.writeLong(event.timeMs());
                out.writeUTF(event.rule());
                out.writeLong(event.count());
                out.writeUTF(event.event());
            }
        }
    }

    public static RuleMemory readFrom(DataInput in) throws IOException {
        RuleMemory memory = new RuleMemory();
        int groups = in.readUnsignedByte();
        for (int i = 0; i < groups; i++) {
            String key = in.readUTF();
            List<Seen> events = new ArrayList<>();
            int count = in.readUnsignedByte();
            for (int j = 0; j < count; j++) {
                events.add(new Seen(in.readLong(), in.readUTF(), in.readLong(), in.readUTF()));
            }
            memory.seen.put(Objects.requireNonNull(key), events);
        }
        return memory;
    }
}
