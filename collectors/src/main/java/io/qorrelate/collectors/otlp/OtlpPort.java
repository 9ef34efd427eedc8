package io.qorrelate.collectors.otlp;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.LogMapping;
import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port to listen on.
 *
 * @param grpc whether it speaks OTLP/gRPC, else OTLP/HTTP
 * @param tls whether over TLS
 * @param metrics mappings of metrics
 * @param documents mappings of log records as JSON, asked first
 * @param patterns of log records as lines
 */
record OtlpPort(
        Source source,
        boolean grpc,
        boolean tls,
        String host,
        int port,
        List<MetricMapping> metrics,
        List<JsonMapping> documents,
        LogMapping patterns)
        implements ConfiguredSource {
    /** gRPC's own limit; an exporter's batch has some hundred KiB. */
    static final int MAX_BODY_BYTES = 4 << 20;

    /** What is said of a larger one. */
    static final String TOO_LARGE = "a request has at most " + MAX_BODY_BYTES + " bytes; send it in parts";

    /** Of data points or records. OpenTelemetry's collector sends 8192 in a batch unless told otherwise. */
    static final int MAX_ITEMS = 20_000;

    OtlpPort {
        metrics = List.copyOf(metrics);
        documents = List.copyOf(documents);
    }

    @Override
    public Collector open(SourceContext context) throws IOException {
        return grpc ? GrpcReceiver.start(this, context) : HttpReceiver.start(this, context);
    }

    /** A body of either signal, in JSON or protobuf: which one it is, it shows. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        Encoding encoding = startsAsJson(payload) ? Encoding.JSON : Encoding.PROTOBUF;
        Signal signal = isOfMetrics(encoding, payload) ? Signal.METRICS : Signal.LOGS;
        try {
            return read(signal, parse(signal, encoding, payload), intake, "payload", received)
                    .intakes();
        } catch (Encoding.Malformed e) {
            return List.of(rejected(payload, e));
        }
    }

    /** The two are written alike but for their innermost part, and a metric has a name. */
    private static boolean isOfMetrics(Encoding encoding, byte[] payload) {
        try {
            return ((ExportMetricsServiceRequest) parse(Signal.METRICS, encoding, payload))
                    .getResourceMetricsList().stream()
                            .flatMap(resource -> resource.getScopeMetricsList().stream())
                            .flatMap(scope -> scope.getMetricsList().stream())
                            .anyMatch(metric -> !metric.getName().isEmpty());
        } catch (Encoding.Malformed e) {
            return false;
        }
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException {
        throw new IOException("listens and does not ask; try it with --payload FILE, a request's body");
    }

    /**
     * Reads a body.
     *
     * @throws Encoding.Malformed where it is no request of that signal, or holds more than a request may
     */
    static Message parse(Signal signal, Encoding encoding, byte[] body) throws Encoding.Malformed {
        Message.Builder request = signal.request();
        encoding.read(body, request);
        Message read = request.build();
        long count = switch (signal) {
            case METRICS -> Metrics.count((ExportMetricsServiceRequest) read);
            case LOGS -> Logs.count((ExportLogsServiceRequest) read);
        };
        if (count > MAX_ITEMS) {
            throw new Encoding.Malformed(
                    "a request holds at most " + MAX_ITEMS + " points or records, this one " + count);
        }
        return read;
    }

    /** What a request holds. */
    Reading read(Signal signal, Message request, EventIntake intake, String peer, Instant received) {
        return switch (signal) {
            case METRICS -> Metrics.read((ExportMetricsServiceRequest) request, source, metrics, intake, received);
            case LOGS -> Logs.read((ExportLogsServiceRequest) request, this, intake, peer, received);
        };
    }

    /**
     * A body that is larger than a request may be.
     *
     * @param held all of it, or its beginning
     */
    static Intake tooLarge(byte[] held, long totalBytes) {
        return new Intake.Rejected(held, totalBytes, RejectReason.TOO_LARGE, TOO_LARGE);
    }

    /** A body that is no request at all. */
    static Intake rejected(byte[] body, Encoding.Malformed why) {
        return new Intake.Rejected(body, body.length, RejectReason.WRONG_TYPE, String.valueOf(why.getMessage()));
    }

    /** A sender's address as events have it. */
    static String peer(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(address);
    }

    private static boolean startsAsJson(byte[] payload) {
        for (byte b : payload) {
            if (!Character.isWhitespace(b)) {
                return b == '{';
            }
        }
        return false;
    }
}
