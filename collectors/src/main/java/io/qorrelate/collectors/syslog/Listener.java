package io.qorrelate.collectors.syslog;

/** Hears messages and puts them into an inbox. */
interface Listener extends AutoCloseable {
    /** The port it listens on. */
    int port();

    @Override
    void close();
}
