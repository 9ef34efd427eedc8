package io.qorrelate.collectors.source;

import java.io.IOException;

/** A credential that cannot be had or used; the message names it and its place, and never holds it. */
public final class NoCredentials extends IOException {
    private static final long serialVersionUID = 1L;

    /** With the name of the credential and where it is kept. */
    public NoCredentials(String message) {
        super(message);
    }
}
