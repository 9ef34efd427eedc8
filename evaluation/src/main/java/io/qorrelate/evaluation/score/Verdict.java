package io.qorrelate.evaluation.score;

import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import java.time.Instant;
import java.util.Locale;

/**
 * All that was said under one id.
 *
 * @param last what was said last, which counts
 * @param detected when it was said first, event time
 * @param everAttack whether it was called an attack at any time
 */
public record Verdict(Finding last, Instant detected, boolean everAttack) {

    /** The subtype that was named last, or the class where none was, as in JSON. */
    public String name() {
        Subtype subtype = last.subtype();
        return subtype == null ? last.anomalyClass().name().toLowerCase(Locale.ROOT) : subtype.wireName();
    }
}
