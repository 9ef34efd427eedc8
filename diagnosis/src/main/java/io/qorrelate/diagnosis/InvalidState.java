package io.qorrelate.diagnosis;

import org.jspecify.annotations.Nullable;

/** Bytes that are no state of ours, or of a version that this one cannot read. */
public final class InvalidState extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidState(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
