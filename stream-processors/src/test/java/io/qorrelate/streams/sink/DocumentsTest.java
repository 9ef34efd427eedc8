package io.qorrelate.streams.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Exposure;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Header;
import io.qorrelate.model.Incident;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Kind;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Policy;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents, and the strict mappings that must have a place for each of their fields. */
class DocumentsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final Instant INGESTED = Instant.parse("2026-11-23T10:00:01Z");

    @ParameterizedTest
    @MethodSource("everyKind")
    void everyFieldOfEveryKindHasItsMapping(TelemetryEvent event) throws Exception {
        Documents.Document document = Documents.of(event, INGESTED);

        JsonNode json = JSON.readTree(document.json());
        assertThat(unmapped(json, IndexTemplates.telemetryMapping())).isEmpty();
        assertThat(json.path("@timestamp").asText()).isEqualTo("2026-11-23T10:00:00.123Z");
        assertThat(json.path("event").path("ingested").asText()).isEqualTo("2026-11-23T10:00:01.000Z");
        assertThat(json.path("event").path("dataset").asText())
                .isEqualTo("qkd." + event.kind().wireName());
        assertThat(json.path("observer").path("name").asText()).isEqualTo("probe-7");
        assertThat(json.path("labels").path("rack").asText()).isEqualTo("B2");
        assertThat(json.path("qkd").path("kind").asText())
                .isEqualTo(event.kind().wireName());
        assertThat(document.index()).isEqualTo("qkd-telemetry");
        assertThat(document.time()).isEqualTo(TIME);
    }

    @Test
    void everyKindIsAmongThoseTried() {
        assertThat(everyKind().map(TelemetryEvent::kind)).containsExactly(Kind.values());
    }

    @Test
    void anUnmappedFieldWouldBeSeen() throws Exception {
        JsonNode document = JSON.readTree("{\"qkd\": {\"qber\": 0.02, \"qbr\": 0.02}, \"evnt\": {\"id\": \"x\"}}");

        assertThat(unmapped(document, IndexTemplates.telemetryMapping())).containsExactly("qkd.qbr", "evnt");
    }

    @Test
    void everyFieldOfFindingsAndIncidentsHasItsMapping() throws Exception {
        assertThat(unmapped(JSON.readTree(Documents.of(finding()).json()), IndexTemplates.findingMapping()))
                .isEmpty();
        assertThat(unmapped(JSON.readTree(Documents.of(incident()).json()), IndexTemplates.incidentMapping()))
                .isEmpty();
    }

    @Test
    void everyObservableIsANumberWithItsUnit() {
        JsonNode fields = IndexTemplates.telemetryMapping().at("/properties/qkd/properties");
        for (Observable observable : Observable.values()) {
            JsonNode mapping = fields.path(observable.field());
            assertThat(mapping.path("type").asText()).as(observable.field()).isEqualTo("double");
            assertThat(mapping.at("/meta/unit").asText()).isEqualTo(observable.unit());
        }
    }

    @Test
    void theSameEventIsTheSameDocumentAndDevicesThatCountAlikeDoNotMeet() {
        TelemetryEvent event = quality("a~b", "1", TIME);

        assertThat(Documents.of(event, INGESTED).id())
                .isEqualTo(Documents.of(event, INGESTED.plusSeconds(9)).id());
        assertThat(Stream.of(
                                event,
                                quality("a~c", "1", TIME),
                                quality("a~b", "2", TIME),
                                quality("a~b", "1", TIME.plusMillis(1)),
                                new KeyRate(header("a~b", "1", TIME), Readings.none()))
                        .map(each -> Documents.of(each, INGESTED).id()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aFindingIsOneDocumentWhateverItsRevision() throws Exception {
        Documents.Document document = Documents.of(finding());
        JsonNode json = JSON.readTree(document.json());

        assertThat(document.id()).isEqualTo("f-1");
        assertThat(document.index()).isEqualTo("qkd-findings");
        assertThat(json.at("/qkd/status").asText()).isEqualTo("closed");
        assertThat(json.at("/qkd/class").asText()).isEqualTo("ATTACK");
        assertThat(json.at("/event/kind").asText()).isEqualTo("alert");
        assertThat(json.at("/event/start").asText()).isEqualTo("2026-11-23T10:00:00.123Z");
        assertThat(json.at("/message").asText()).isEqualTo("Somebody listens.");
        assertThat(json.at("/qkd/id").isMissingNode()).isTrue();
    }

    private static List<String> unmapped(JsonNode document, JsonNode mapping) {
        List<String> missing = new ArrayList<>();
        unmapped(document, mapping, "", missing);
        return missing;
    }

    private static void unmapped(JsonNode document, JsonNode mapping, String path, List<String> missing) {
        boolean takesAll = mapping.path("type").asText().equals("flattened")
                || !mapping.path("enabled").asBoolean(true);
        if (takesAll || !document.isObject()) {
            return;
        }
        document.properties().forEach(field -> {
            JsonNode place = mapping.path("properties").path(field.getKey());
            if (place.isMissingNode()) {
                missing.add(path + field.getKey());
            } else {
                unmapped(field.getValue(), place, path + field.getKey() + ".", missing);
            }
        });
    }

    static Stream<TelemetryEvent> everyKind() {
        Header header = header("a~b", "1", TIME);
        return Stream.of(
                new LinkQuality(header, all(Kind.LINK_QUALITY)),
                new KeyRate(header, all(Kind.KEY_RATE)),
                new KeyDelivery(header, OptionalLong.of(12), OptionalLong.of(256), "sae-1", "sae-2", "k-1", TIME, TIME),
                new AuthFailure(
                        header, AuthFailure.Plane.KEY_API, AuthFailure.Reason.BAD_CREDENTIALS, "sae-1", "192.0.2.7", 3),
                new Calibration(
                        header,
                        Calibration.Routine.PHASE,
                        Calibration.Phase.COMPLETED,
                        Calibration.Initiator.REMOTE,
                        "operator",
                        OptionalDouble.of(0.3)),
                new Transport(
                        header, Transport.Event.OTDR_EVENT, OptionalDouble.of(3.2), OptionalDouble.of(1.1), "pqc"),
                new Environment(header, all(Kind.ENVIRONMENT), Environment.Power.UPS, Environment.Cooling.DEGRADED),
                new PhysicalAccess(header, PhysicalAccess.Event.TAMPER, "badge 12"),
                new Policy(header, Policy.Decision.PQC_ONLY, "maintenance", "operator"));
    }

    private static Readings all(Kind kind) {
        Readings.Builder readings = Readings.builder();
        Observable.of(kind).forEach(observable -> readings.put(observable, 0.25));
        return readings.build();
    }

    private static TelemetryEvent quality(String link, String id, Instant time) {
        return new LinkQuality(header(link, id, time), Readings.of(Observable.QBER, 0.02));
    }

    private static Header header(String link, String id, Instant time) {
        return new Header(new EventId(id), time, link, "a", "probe-7", Map.of("rack", "B2"));
    }

    private static Finding finding() {
        return new Finding(
                "f-1",
                "a~b",
                "a",
                AnomalyClass.ATTACK,
                Subtype.INTERCEPT_RESEND,
                TIME,
                TIME.plusSeconds(10),
                TIME.plusSeconds(60),
                Map.of(AnomalyClass.ATTACK, 0.9, AnomalyClass.UNDETERMINED, 0.1),
                Severity.CRITICAL,
                List.of(new Evidence("qber", "0.02", "0.27", Map.of(AnomalyClass.ATTACK, 3.0), List.of("1"), "a step")),
                "Somebody listens.",
                new Exposure(OptionalDouble.of(1000), true, OptionalLong.of(4), List.of("sae-1")),
                List.of("Stop taking keys."),
                List.of("bad_tag"));
    }

    private static Incident incident() {
        return new Incident(
                "incident-f-1",
                "a~b",
                "link",
                AnomalyClass.ATTACK,
                Severity.CRITICAL,
                TIME,
                TIME,
                TIME,
                List.of("a~b"),
                List.of("a"),
                List.of("f-1"),
                "1 finding.");
    }
}
