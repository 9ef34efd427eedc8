package io.qorrelate.evaluation.score;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects findings as they are said, the last under one id winning. */
public final class Verdicts {
    private final Map<String, Verdict> byId = new LinkedHashMap<>();

    /** Takes what was said. */
    public void add(List<Finding> findings) {
        for (Finding finding : findings) {
            boolean attack = finding.anomalyClass() == AnomalyClass.ATTACK;
            byId.merge(
                    finding.id(),
                    new Verdict(finding, finding.detected(), attack),
                    (before, now) ->
                            new Verdict(now.last(), before.detected(), before.everAttack() || now.everAttack()));
        }
    }

    /** All of them, in the order in which they were said first. */
    public List<Verdict> all() {
        return new ArrayList<>(byId.values());
    }
}
