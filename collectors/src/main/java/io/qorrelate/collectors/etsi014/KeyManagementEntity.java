package io.qorrelate.collectors.etsi014;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * A key management entity to ask.
 *
 * @param saes slave SAEs to ask about, in the file's order
 */
record KeyManagementEntity(Source source, URI target, List<String> saes, JsonMapping mapping, HttpConnection connection)
        implements ConfiguredSource {
    @Override
    public Collector open(SourceContext context) {
        StatusPoller poller = new StatusPoller(
                this, context.collectors().intake(), context.collectors().clock());
        return PollingCollector.start(source, context, poller);
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        return status(payload, saes.getFirst(), intake, received);
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        return new StatusPoller(this, intake, clock).ask();
    }

    /** The events of a status. */
    List<Intake> status(byte[] payload, String sae, EventIntake intake, Instant received) {
        try {
            return mapping.read(payload, defaults(sae, received), intake);
        } catch (RuntimeException | Error e) {
            return List.of(Fault.rejected(payload, e));
        }
    }

    Defaults defaults(String sae, Instant time) {
        return new Defaults(
                time, source.placement().linkOf(sae), source.placement().node(), source.id());
    }
}
