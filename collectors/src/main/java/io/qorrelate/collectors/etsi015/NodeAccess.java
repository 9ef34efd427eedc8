package io.qorrelate.collectors.etsi015;

import java.io.IOException;

/** A way to speak to a node. */
interface NodeAccess {
    /** Makes what is kept from one question to the next; nothing is sent yet. */
    Session open();

    /** Whether the node is to be asked for its notifications. */
    boolean isForNotifications();

    /** One conversation at a time. Closed by another thread, it ends what it waits for. */
    interface Session extends AutoCloseable {
        /**
         * Asks for the node's data.
         *
         * @throws IOException in words, where it could not be asked
         */
        Told ask() throws IOException, InterruptedException;

        /**
         * Listens to its notifications until they end.
         *
         * @return why they did
         */
        Told listen(Hearer hearer) throws IOException, InterruptedException;

        @Override
        void close();
    }

    /** Who hears notifications. */
    interface Hearer {
        /** There will be some. */
        void subscribed();

        /** One of them; returns when it is safe. */
        void heard(Told told) throws InterruptedException;
    }
}
