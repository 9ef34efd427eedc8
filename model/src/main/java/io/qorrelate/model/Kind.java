package io.qorrelate.model;

import java.util.Locale;

/** What an event tells about; the contract's {@code kind}. */
public enum Kind {
    LINK_QUALITY(true),
    KEY_RATE(true),
    KEY_DELIVERY(false),
    AUTH_FAILURE(false),
    CALIBRATION(true),
    TRANSPORT(true),
    ENVIRONMENT(false),
    PHYSICAL_ACCESS(false),
    POLICY(false);

    private final boolean needsLink;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    Kind(boolean needsLink) {
        this.needsLink = needsLink;
    }

    /** Whether an event of this kind is about a link and cannot be about a node alone. */
    public boolean needsLink() {
        return needsLink;
    }

    /** Name in JSON. */
    public String wireName() {
        return wireName;
    }
}
