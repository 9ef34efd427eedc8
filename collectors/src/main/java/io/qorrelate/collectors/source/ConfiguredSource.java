package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A source that is understood and could be started. */
public interface ConfiguredSource {
    /** What it has in common with all others. */
    Source source();

    /**
     * Starts collecting from it.
     *
     * @throws IOException in words for the operator
     */
    Collector open(SourceContext context) throws IOException;

    /**
     * What the source's saying this would give, without Kafka.
     *
     * @param payload as it comes over the wire
     * @param received when it would have been heard
     */
    List<Intake> read(byte[] payload, EventIntake intake, Instant received);

    /**
     * Asks the target once, without Kafka.
     *
     * @throws IOException in words, where it does not answer, or where this type listens and does not ask
     */
    Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException;
}
