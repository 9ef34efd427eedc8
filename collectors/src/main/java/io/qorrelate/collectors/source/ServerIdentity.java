package io.qorrelate.collectors.source;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who we are to those that connect to us over TLS; a rotated certificate counts from the next connection on. */
public final class ServerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);

    private final Source source;
    private String stamp;
    private TlsIdentity identity;

    /**
     * Reads the credentials, so that what is wrong with them is told at the start.
     *
     * @throws IOException that names the credential and its place
     */
    public ServerIdentity(Source source) throws IOException {
        this.source = source;
        stamp = source.credentials().stamp();
        identity = TlsIdentity.of(source.credentials());
    }

    /** As the credentials are now; as they were where they cannot be read. */
    public synchronized TlsIdentity current() {
        String now = source.credentials().stamp();
        if (!now.equals(stamp)) {
            stamp = now;
            try {
                identity = TlsIdentity.of(source.credentials());
            } catch (IOException e) {
                LOG.warn("source {}: goes on with the old certificate: {}", source.id(), e.getMessage());
            }
        }
        return identity;
    }
}
