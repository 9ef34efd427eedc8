package io.qorrelate.model;

/** An input that is not an event of the contract; the message names the field and what it should be. */
public final class InvalidEvent extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    /** Carries no stack trace: it is a result about the input, not a fault of the program. */
    public InvalidEvent(RejectReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** The kind of mistake. */
    public RejectReason reason() {
        return reason;
    }
}
