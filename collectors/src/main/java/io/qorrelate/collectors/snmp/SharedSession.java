package io.qorrelate.collectors.snmp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The session of all agents: there while one of them is asked. */
final class SharedSession {
    private @Nullable SnmpSession session;
    private int users;

    synchronized SnmpSession borrow() throws IOException {
        SnmpSession open = session == null ? SnmpSession.open() : session;
        session = open;
        users++;
        return open;
    }

    synchronized void giveBack() {
        users--;
        SnmpSession open = session;
        if (users == 0 && open != null) {
            session = null;
            open.close();
        }
    }
}
