package io.qorrelate.collectors.source;

import org.jspecify.annotations.Nullable;

/** What came of asking over HTTP. */
public sealed interface HttpAnswer {
    /** The target said something, whatever its status. */
    record Told(HttpConnection.Reply reply) implements HttpAnswer {}

    /**
     * It said nothing.
     *
     * @param trouble why, in words that name the target
     * @param tls where the two ends do not believe each other; else null
     */
    record Failed(Poll.Trouble trouble, @Nullable TlsFailure tls) implements HttpAnswer {}
}
