package io.qorrelate.app.embedded;

import org.jspecify.annotations.Nullable;

/** Something could not be started; the message is a whole sentence that says what, why and what to do. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupException(String message) {
        super(message);
    }

    public StartupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
