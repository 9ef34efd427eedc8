package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** An exporter to scrape. */
record Exporter(Source source, URI target, MetricMapping mapping, HttpConnection connection)
        implements ConfiguredSource {
    /** Node exporters of large machines give a few hundred KiB. */
    static final int MAX_BODY_BYTES = 4 << 20;

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    @Override
    public Collector open(SourceContext context) {
        return PollingCollector.start(
                source,
                context,
                () -> ask(context.collectors().intake(), context.collectors().clock()));
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
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
        HttpConnection.Reply reply;
        try {
            reply = connection.get(target, headers(), source.timeout(), MAX_BODY_BYTES);
        } catch (TimeoutException e) {
            return trouble(
                    List.of(),
                    "timeout",
                    "does not answer within " + source.timeout().toMillis() + " ms");
        } catch (NoCredentials e) {
            return trouble(List.of(), "no_credentials", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return trouble(List.of(), "unreachable", "cannot be asked: " + HttpConnection.inWords(e));
        }
        if (reply.status() != OK) {
            boolean refused = reply.status() == UNAUTHORIZED || reply.status() == FORBIDDEN;
            String outcome = refused ? "unauthorized" : "http_" + reply.status();
            return trouble(List.of(), outcome, "answers with HTTP status " + reply.status());
        }
        if (reply.cut()) {
            Intake rejected = new Intake.Rejected(
                    reply.body(),
                    // How much more there would have been, nobody waited for.
                    reply.body().length + 1L,
                    RejectReason.TOO_LARGE,
                    "a scrape has at most " + MAX_BODY_BYTES + " bytes");
            return trouble(List.of(rejected), "bad_answer", "answers with more than a scrape may have");
        }
        List<Intake> intakes = read(reply.body(), intake, clock.instant());
        boolean sound = intakes.stream().anyMatch(Intake.Accepted.class::isInstance);
        return sound
                ? new Poll(intakes, null)
                : trouble(intakes, "bad_answer", "has none of the metrics that its mapping asks for");
    }

    private Map<String, String> headers() throws NoCredentials {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "text/plain;version=0.0.4");
        Secret token = source.credentials().get(Prometheus.TOKEN);
        if (token != null) {
            String revealed = token.revealText();
            // The platform's own complaint about such a header would repeat it.
            if (!revealed.chars().allMatch(letter -> letter > ' ' && letter < 0x7f)) {
                throw new NoCredentials("'token' (" + token + ") is no bearer token: it holds spaces or worse");
            }
            headers.put("Authorization", "Bearer " + revealed);
        }
        return headers;
    }

    private Poll trouble(List<Intake> intakes, String reason, String what) {
        return new Poll(intakes, new Poll.Trouble(reason, target + ": " + what));
    }
}
