package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpAnswer;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** An exporter to scrape. */
record Exporter(Source source, URI target, MetricMapping mapping, HttpConnection connection)
        implements ConfiguredSource {
    /** Node exporters of large machines give a few hundred KiB. */
    static final int MAX_BODY_BYTES = 4 << 20;

    private static final Map<String, String> ACCEPT = Map.of("Accept", "text/plain;version=0.0.4");

    private static final int OK = 200;

    @Override
    public Collector open(SourceContext context) {
        return PollingCollector.start(
                source,
                context,
                () -> ask(context.collectors().intake(), context.collectors().clock()));
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        try {
            return found(payload, intake, received);
        } catch (RuntimeException | Error e) {
            return List.of(Fault.rejected(payload, e));
        }
    }

    private List<Intake> found(byte[] payload, EventIntake intake, Instant received) {
        List<Sample> samples;
        try {
            samples = Exposition.read(new String(payload, StandardCharsets.UTF_8));
        } catch (Exposition.Malformed e) {
            return List.of(new Intake.Rejected(
                    payload,
                    payload.length,
                    RejectReason.WRONG_TYPE,
                    "not Prometheus's text format: " + e.getMessage()));
        }
        Placement placement = source.placement();
        return mapping
                .read(
                        samples,
                        name -> new Defaults(received, placement.linkOf(name), placement.nodeOf(name), source.id()),
                        Exporter::lines,
                        intake)
                .stream()
                .map(MetricMapping.Found::intake)
                .toList();
    }

    private static byte[] lines(List<Sample> samples) {
        StringBuilder lines = new StringBuilder();
        samples.forEach(sample -> lines.append(sample.line()).append('\n'));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        return switch (connection.ask(source, target, ACCEPT, MAX_BODY_BYTES)) {
            case HttpAnswer.Failed failed -> new Poll(disbelief(failed, intake, clock), failed.trouble());
            case HttpAnswer.Told told -> read(told.reply(), intake, clock);
        };
    }

    /** Where the two ends do not believe each other, the event that tells of it. */
    private List<Intake> disbelief(HttpAnswer.Failed failed, EventIntake intake, InstantSource clock) {
        TlsFailure tls = failed.tls();
        return tls == null
                ? List.of()
                : List.of(refusals(intake, clock)
                        .byTls(source.placement().link(), tls, target.getHost(), connection.subject()));
    }

    private Refusals refusals(EventIntake intake, InstantSource clock) {
        return new Refusals(source, AuthFailure.Plane.MANAGEMENT, intake, clock);
    }

    private Poll read(HttpConnection.Reply reply, EventIntake intake, InstantSource clock) {
        if (Refusals.isRefusal(reply.status())) {
            return trouble(
                    List.of(refusals(intake, clock)
                            .byStatus(source.placement().link(), reply.status(), connection.subject(), null)),
                    "unauthorized",
                    "refuses us with HTTP status " + reply.status());
        }
        if (reply.status() != OK) {
            return trouble(List.of(), "http_" + reply.status(), "answers with HTTP status " + reply.status());
        }
        if (reply.cut()) {
            return trouble(
                    List.of(reply.tooLong("a scrape")), "bad_answer", "answers with more than a scrape may have");
        }
        List<Intake> intakes = read(reply.body(), intake, clock.instant());
        boolean sound = intakes.stream().anyMatch(Intake.Accepted.class::isInstance);
        return sound
                ? new Poll(intakes, null)
                : trouble(intakes, "bad_answer", "has none of the metrics that its mapping asks for");
    }

    private Poll trouble(List<Intake> intakes, String reason, String what) {
        return new Poll(intakes, new Poll.Trouble(reason, target + ": " + what));
    }
}
