package io.qorrelate.evaluation.score;

import java.util.Locale;

/** Thirds of the range of magnitudes that incidents are drawn from. */
public enum Third {
    SUBTLE,
    MIDDLING,
    PLAIN;

    /** Whether an incident belongs to it; one of unknown magnitude belongs to none. */
    public boolean has(Outcome outcome) {
        double relative = outcome.truth().relative();
        return relative >= ordinal() / 3.0 && (relative < (ordinal() + 1) / 3.0 || (this == PLAIN && relative <= 1));
    }

    /** For people and JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
