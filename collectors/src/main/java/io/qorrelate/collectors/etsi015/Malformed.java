package io.qorrelate.collectors.etsi015;

import io.qorrelate.model.RejectReason;

/** Input that is not what it should be; the message says why in words for people. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    Malformed(RejectReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    RejectReason reason() {
        return reason;
    }
}
