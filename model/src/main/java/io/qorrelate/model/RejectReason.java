package io.qorrelate.model;

import java.util.Locale;

/** Why an input was not accepted as an event; a few stable words that metrics and dead letters carry. */
public enum RejectReason {
    /** Not JSON, or not one JSON object. */
    NOT_JSON,
    /** A required field is absent. */
    MISSING_FIELD,
    /** {@code kind} is none of the contract's. */
    UNKNOWN_KIND,
    /** A field holds another type of value, or a word that is none of its words. */
    WRONG_TYPE,
    /** A number or name that cannot be true: a fraction outside 0..1, a negative count. */
    OUT_OF_RANGE,
    /** Measured further in the future than clocks are allowed to differ. */
    FUTURE_TIME,
    /** More than {@link TelemetryJson#MAX_EVENT_BYTES}. */
    TOO_LARGE;

    /** Name in metrics, headers and JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
