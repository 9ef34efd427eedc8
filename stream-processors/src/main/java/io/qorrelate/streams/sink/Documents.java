package io.qorrelate.streams.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.Finding;
import io.qorrelate.model.FindingJson;
import io.qorrelate.model.Incident;
import io.qorrelate.model.Kind;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * Which document an event, finding or incident becomes. The Elastic Common Schema is used where it has the field; every
 * field F of the contract is {@code qkd.F}.
 */
final class Documents {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Kinds whose events are measurements rather than happenings; ECS {@code event.kind}. */
    private static final Set<Kind> METRICS = Set.of(Kind.LINK_QUALITY, Kind.KEY_RATE, Kind.ENVIRONMENT);

    /** 128 bits of a digest: an accidental collision is out of reach. */
    private static final int ID_BYTES = 16;

    /** Fields of the contract that ECS has a place for, so that they are not told twice. */
    private static final Set<String> ELSEWHERE = Set.of("id", "time", "source", "labels");

    private Documents() {}

    /**
     * One document in Elasticsearch.
     *
     * @param id deterministic: the same event, finding or incident has the same
     * @param time event time, for the delay until it is searchable
     * @param json the document itself
     */
    record Document(String index, String id, Instant time, String json) {}

    static Document of(TelemetryEvent event, Instant ingested) {
        ObjectNode document = JSON.createObjectNode();
        document.put("@timestamp", Times.format(event.time()));
        ObjectNode about = document.putObject("event");
        about.put("id", event.id().value());
        about.put("kind", METRICS.contains(event.kind()) ? "metric" : "event");
        about.put("dataset", "qkd." + event.kind().wireName());
        about.put("ingested", Times.format(ingested));
        if (event.source() != null) {
            document.putObject("observer").put("name", event.source());
        }
        if (!event.labels().isEmpty()) {
            ObjectNode labels = document.putObject("labels");
            event.labels().forEach(labels::put);
        }
        copy(parse(TelemetryJson.write(event)), document.putObject("qkd"));
        return new Document(Indices.TELEMETRY, idOf(event), event.time(), document.toString());
    }

    static Document of(Finding finding) {
        ObjectNode document = JSON.createObjectNode();
        document.put("@timestamp", Times.format(finding.detected()));
        ObjectNode about = alert(document, finding.id(), finding.severity().rank());
        about.put("start", Times.format(finding.onset()));
        if (finding.ended() != null) {
            about.put("end", Times.format(finding.ended()));
        }
        document.put("message", finding.explanation());
        ObjectNode qkd = document.putObject("qkd");
        copy(FindingJson.tree(finding), qkd);
        qkd.put("status", finding.isOpen() ? "open" : "closed");
        return new Document(Indices.FINDINGS, finding.id(), finding.detected(), document.toString());
    }

    static Document of(Incident incident) {
        ObjectNode document = JSON.createObjectNode();
        document.put("@timestamp", Times.format(incident.opened()));
        ObjectNode about = alert(document, incident.id(), incident.severity().rank());
        about.put("start", Times.format(incident.opened()));
        if (incident.ended() != null) {
            about.put("end", Times.format(incident.ended()));
        }
        document.put("message", incident.summary());
        ObjectNode qkd = document.putObject("qkd");
        copy(FindingJson.tree(incident), qkd);
        qkd.put("status", incident.isOpen() ? "open" : "closed");
        return new Document(Indices.INCIDENTS, incident.id(), incident.updated(), document.toString());
    }

    /**
     * A producer's own id is only unique within what it reports: two devices that both count from one must not overwrite each
     * other, so the document's id covers subject, kind and time too.
     */
    private static String idOf(TelemetryEvent event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(event.key().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(event.kind().wireName().getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Long.BYTES)
                    .putLong(event.time().toEpochMilli())
                    .array());
            digest.update(event.id().value().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest.digest(), ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ObjectNode alert(ObjectNode document, String id, int severity) {
        ObjectNode about = document.putObject("event");
        about.put("id", id);
        about.put("kind", "alert");
        about.put("severity", severity);
        return about;
    }

    private static void copy(JsonNode contract, ObjectNode qkd) {
        contract.properties().forEach(field -> {
            if (!ELSEWHERE.contains(field.getKey())) {
                qkd.set(field.getKey(), field.getValue());
            }
        });
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("what we wrote is JSON", e);
        }
    }
}
