package io.qorrelate.model;

import java.util.Locale;

/** How much a finding or incident matters, from least to most. */
public enum Severity {
    INFO,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    /** Name in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** 1 for {@link #INFO} to 5 for {@link #CRITICAL}: ECS {@code event.severity}. */
    public int rank() {
        return ordinal() + 1;
    }
}
