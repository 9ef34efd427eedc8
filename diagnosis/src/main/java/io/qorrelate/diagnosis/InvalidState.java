package io.qorrelate.diagnosis;

import org.jspecify.annotations.Nullable;

/** Bytes that are no state of ours, or of a version that this one cannot read. */
public final class InvalidState extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean ofLaterVersion;

    InvalidState(String message, @Nullable Throwable cause) {
        super(message, cause);
        ofLaterVersion = false;
    }

    private InvalidState(String message) {
        super(message);
        ofLaterVersion = true;
    }

    static InvalidState ofLaterVersion(String message) {
        return new InvalidState(message);
    }

    /** Whether a later version of the program may read it: then it is not to be thrown away. */
    public boolean isOfLaterVersion() {
        return ofLaterVersion;
    }
}
