package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that spoke.
 *
 * @param rule the rule's name
 * @param title what it found, for people
 * @param subtype the cause it names, if it names one
 * @param logOdds what it adds to each class, in nats
 * @param raises whether it is a finding of its own
 * @param level how much it matters
 * @param events ids of the events it rests on
 * @param sinceMs time of the first of them, epoch ms
 * @param actions runbook steps
 */
public record RuleVoice(
        String rule,
        String title,
        @Nullable Subtype subtype,
        Map<AnomalyClass, Double> logOdds,
        boolean raises,
        Severity level,
        List<String> events,
        long sinceMs,
        List<String> actions) {
    public RuleVoice {
        logOdds = Map.copyOf(logOdds);
        events = List.copyOf(events);
        actions = List.copyOf(actions);
    }
}
