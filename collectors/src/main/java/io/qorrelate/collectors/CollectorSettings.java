package io.qorrelate.collectors;

import java.io.IOException;

/** One interface to equipment, as configured. To add a collector is to write one of these. */
public interface CollectorSettings {
    /**
     * Starts collecting.
     *
     * @throws IOException in words for the operator, naming the port, file or address
     */
    Collector open(CollectorContext context) throws IOException;
}
