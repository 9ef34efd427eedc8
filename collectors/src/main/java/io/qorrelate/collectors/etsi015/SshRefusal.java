package io.qorrelate.collectors.etsi015;

import io.qorrelate.model.AuthFailure;
import java.io.IOException;

/** Two ends of an SSH connection that do not believe each other. */
final class SshRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final AuthFailure.Reason reason;
    private final boolean byServer;

    /**
     * @param byServer whether it is we who were not believed
     */
    SshRefusal(AuthFailure.Reason reason, boolean byServer, String message) {
        super(message);
        this.reason = reason;
        this.byServer = byServer;
    }

    AuthFailure.Reason reason() {
        return reason;
    }

    boolean byServer() {
        return byServer;
    }
}
