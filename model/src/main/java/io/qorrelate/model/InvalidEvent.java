package io.qorrelate.model;

/** An input that is not an event of the contract; the message names the field and what it should be. */
public final class InvalidEvent extends Exception {
    private static final long serialVersionUID = 1L;

    /** A message travels in a header beside the raw bytes: what it quotes of a hostile input must not outgrow the record. */
    private static final int MAX_MESSAGE_LENGTH = 500;

    private final RejectReason reason;

    /** Carries no stack trace: it is a result about the input, not a fault of the program. */
    public InvalidEvent(RejectReason reason, String message) {
        super(shortened(message), null, false, false);
        this.reason = reason;
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_LENGTH ? message : message.substring(0, MAX_MESSAGE_LENGTH - 1) + "…";
    }

    /** The kind of mistake. */
    public RejectReason reason() {
        return reason;
    }
}
