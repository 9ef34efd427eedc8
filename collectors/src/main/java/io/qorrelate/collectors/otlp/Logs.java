package io.qorrelate.collectors.otlp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventIds;
import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.LogMapping;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.Times;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads logs: each record is a JSON document to the JSON mappings, and a line to the patterns, whichever knows it first. */
final class Logs {
    private final OtlpPort port;
    private final EventIntake intake;
    private final String peer;
    private final Instant received;
    private final Reading reading = new Reading();

    private Logs(OtlpPort port, EventIntake intake, String peer, Instant received) {
        this.port = port;
        this.intake = intake;
        this.peer = peer;
        this.received = received;
    }

    static Reading read(
            ExportLogsServiceRequest request, OtlpPort port, EventIntake intake, String peer, Instant received) {
        Logs logs = new Logs(port, intake, peer, received);
        for (ResourceLogs resource : request.getResourceLogsList()) {
            String flaw = Attributes.flaw(resource.getResource().getAttributesList());
            for (ScopeLogs scope : resource.getScopeLogsList()) {
                String scopeFlaw =
                        flaw == null ? Attributes.flaw(scope.getScope().getAttributesList()) : flaw;
                scope.getLogRecordsList().forEach(record -> logs.read(resource, scope, record, scopeFlaw));
            }
        }
        return logs.reading;
    }

    /** How many records a request holds. */
    static long count(ExportLogsServiceRequest request) {
        long count = 0;
        for (ResourceLogs resource : request.getResourceLogsList()) {
            for (ScopeLogs scope : resource.getScopeLogsList()) {
                count += scope.getLogRecordsCount();
            }
        }
        return count;
    }

    private void read(ResourceLogs resource, ScopeLogs scope, LogRecord record, @Nullable String around) {
        String flaw = around == null ? Attributes.flaw(record.getAttributesList()) : around;
        flaw = flaw == null ? Attributes.flaw(record.getBody()) : flaw;
        if (flaw != null) {
            reject(new Intake.Rejected(new byte[0], 0, RejectReason.TOO_LARGE, flaw), resource, scope, record);
            return;
        }
        LogLine line = new LogLine(resource.getResource(), record, peer);
        List<Intake> found = found(line, scope);
        if (found.isEmpty()) {
            reading.drop("no_pattern", 1);
        }
        for (Intake each : found) {
            if (each instanceof Intake.Rejected rejected) {
                reject(rejected, resource, scope, record);
            } else {
                reading.add(each);
            }
        }
    }

    private List<Intake> found(LogLine line, ScopeLogs scope) {
        Defaults defaults = defaults(line);
        if (!port.documents().isEmpty()) {
            ObjectNode document = document(line, scope);
            for (JsonMapping mapping : port.documents()) {
                List<Intake> found = mapping.read(document, new byte[0], defaults, intake);
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        LogMapping patterns = port.patterns();
        Intake found = patterns.read(line, new byte[0], defaults, intake);
        return found == null ? List.of() : List.of(found);
    }

    private Defaults defaults(LogLine line) {
        LogRecord record = line.of();
        Instant time = Nanos.time(record.getTimeUnixNano(), Nanos.time(record.getObservedTimeUnixNano(), received));
        Source source = port.source();
        Placement placement = source.placement();
        Resource resource = line.resource();
        String service = Attributes.find(resource.getAttributesList(), "service.name");
        String sender = Stream.of(line.host(), service, peer)
                .filter(Objects::nonNull)
                .filter(name ->
                        placement.links().containsKey(name) || placement.nodes().containsKey(name))
                .findFirst()
                .orElse(line.host() == null ? peer : line.host());
        String link = placement.linkOf(sender);
        String node = placement.nodeOf(sender);
        return new Defaults(
                // Two failures of one second may make equal events; the records differ at least in a port or a process
                // id.
                EventIds.of(resource.toByteArray(), record.toByteArray()),
                time,
                link,
                // A machine that nobody placed stands for itself.
                link == null && node == null ? sender : node,
                service == null ? sender : service);
    }

    /** A record as JSON mappings see it. */
    private static ObjectNode document(LogLine line, ScopeLogs scope) {
        LogRecord record = line.of();
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.set("body", Attributes.json(record.getBody()));
        document.set("attributes", Attributes.json(record.getAttributesList()));
        document.set("resource", Attributes.json(line.resource().getAttributesList()));
        document.putObject("scope")
                .put("name", scope.getScope().getName())
                .set("attributes", Attributes.json(scope.getScope().getAttributesList()));
        document.put("event_name", record.getEventName());
        document.put("severity_text", record.getSeverityText());
        document.put("severity_number", record.getSeverityNumberValue());
        if (record.getTimeUnixNano() != 0) {
            document.put("time", Times.format(Nanos.time(record.getTimeUnixNano(), Instant.EPOCH)));
        }
        return document;
    }

    /** With a request of this record alone, in OTLP's JSON: it could be sent again as it stands. */
    private void reject(Intake.Rejected why, ResourceLogs resource, ScopeLogs scope, LogRecord record) {
        ExportLogsServiceRequest alone = ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(resource.toBuilder()
                        .clearScopeLogs()
                        .addScopeLogs(scope.toBuilder().clearLogRecords().addLogRecords(record)))
                .build();
        byte[] raw = Encoding.text(alone).getBytes(StandardCharsets.UTF_8);
        reading.add(new Intake.Rejected(raw, raw.length, why.reason(), why.detail()));
        reading.reject(1, why.detail());
    }
}
