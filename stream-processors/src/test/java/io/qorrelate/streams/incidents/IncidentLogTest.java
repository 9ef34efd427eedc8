package io.qorrelate.streams.incidents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Incident;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncidentLogTest {
    static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
    static final Scope DUCT = new Scope("duct-7", "duct");
    private static final Topology NETWORK = Topology.parse("""
            nodes:
              - {id: a}
              - {id: b}
            links:
              - {id: a~b, from: a, to: b}
              - {id: b~a, from: b, to: a}
            shared_risk:
              - {id: room-a, what: site_cooling, members: [a]}
              - {id: grid-a, what: site_power, members: [a]}
              - {id: duct-7, what: duct, members: [a~b, b~a]}
            """, "network.yaml");

    private final IncidentLog log = IncidentLog.empty();

    @Test
    void findingsThatBeginTogetherAreOneIncident() {
        log.add(finding("f1", "a~b", TIME, null), DUCT);
        Incident incident = log.add(finding("f2", "b~a", TIME.plus(IncidentLog.JOIN_WITHIN), null), DUCT);

        assertThat(incident.findings()).containsExactly("f1", "f2");
        assertThat(incident.links()).containsExactly("a~b", "b~a");
        assertThat(incident.opened()).isEqualTo(TIME);
        assertThat(incident.isOpen()).isTrue();
        assertThat(incident.summary())
                .isEqualTo("2 findings on 2 links in duct duct-7 since 2026-11-23T10:00:00.000Z, gravest: macro bend"
                        + " (physical degradation); still open.");
    }

    @Test
    void findingsFurtherApartAreTwoIncidents() {
        Incident first = log.add(finding("f1", "a~b", TIME, null), DUCT);
        Incident second =
                log.add(finding("f2", "b~a", TIME.plus(IncidentLog.JOIN_WITHIN).plusMillis(1), null), DUCT);

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.findings()).containsExactly("f2");
    }

    @Test
    void aRevisionTakesThePlaceOfWhatWasSaidBefore() {
        log.add(finding("f1", "a~b", TIME, null), DUCT);
        Incident incident = log.add(finding("f1", "a~b", TIME, TIME.plusSeconds(300)), DUCT);

        assertThat(incident.findings()).containsExactly("f1");
        assertThat(incident.ended()).isEqualTo(TIME.plusSeconds(300));
        assertThat(incident.summary())
                .startsWith("1 finding on a~b in duct duct-7")
                .endsWith("; over.");
    }

    @Test
    void anIncidentLastsAsLongAsOneOfItsFindings() {
        log.add(finding("f1", "a~b", TIME, null), DUCT);
        Incident incident = log.add(finding("f2", "b~a", TIME, TIME.plusSeconds(300)), DUCT);

        assertThat(incident.isOpen()).isTrue();
        assertThat(log.add(finding("f1", "a~b", TIME, TIME.plusSeconds(200)), DUCT)
                        .ended())
                .isEqualTo(TIME.plusSeconds(300));
    }

    @Test
    void theGravestFindingNamesTheIncident() {
        log.add(finding("f1", "a~b", TIME, null), DUCT);
        Incident incident = log.add(
                new Finding(
                        "f2",
                        "b~a",
                        null,
                        AnomalyClass.ATTACK,
                        Subtype.CHANNEL_TAP,
                        TIME,
                        TIME,
                        null,
                        Map.of(AnomalyClass.ATTACK, 1.0),
                        Severity.CRITICAL,
                        List.of(),
                        "A tap.",
                        null,
                        List.of(),
                        List.of()),
                DUCT);

        assertThat(incident.anomalyClass()).isEqualTo(AnomalyClass.ATTACK);
        assertThat(incident.severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void whatIsOverForADayIsForgottenAndWhatIsOpenIsNot() {
        Incident over = log.add(finding("f1", "a~b", TIME, TIME.plusSeconds(60)), DUCT);
        Incident open = log.add(finding("f2", "a~b", TIME.plus(Duration.ofHours(1)), null), DUCT);

        log.add(finding("f3", "a~b", TIME.plus(Duration.ofHours(26)), null), DUCT);

        assertThat(new String(log.toBytes(), StandardCharsets.UTF_8))
                .doesNotContain(over.id())
                .contains(open.id());
    }

    @Test
    void theStoreGivesBackWhatItWasGiven() {
        log.add(finding("f1", "a~b", TIME, null), DUCT);
        log.add(finding("f2", "b~a", TIME, TIME.plusSeconds(60)), DUCT);

        IncidentLog read = IncidentLog.fromBytes(log.toBytes());

        assertThat(read.toBytes()).isEqualTo(log.toBytes());
        assertThat(read.add(finding("f1", "a~b", TIME, TIME.plusSeconds(90)), DUCT))
                .isEqualTo(log.add(finding("f1", "a~b", TIME, TIME.plusSeconds(90)), DUCT));
        assertThat(IncidentLog.fromBytes(null).toBytes())
                .isEqualTo(IncidentLog.empty().toBytes());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IncidentLog.fromBytes("{".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aCauseIsSharedThroughWhatCarriesIt() {
        assertThat(Scope.of(of(Subtype.MACRO_BEND, "a~b", null), NETWORK)).isEqualTo(DUCT);
        assertThat(Scope.of(of(Subtype.POWER_EVENT, "a~b", null), NETWORK))
                .isEqualTo(new Scope("grid-a", "site_power"));
        assertThat(Scope.of(of(Subtype.COOLING_FAILURE, null, "a"), NETWORK))
                .isEqualTo(new Scope("room-a", "site_cooling"));
        assertThat(Scope.of(of(Subtype.COOLING_FAILURE, null, "b"), NETWORK)).isEqualTo(new Scope("b", "node"));
        assertThat(Scope.of(of(Subtype.INTERCEPT_RESEND, "a~b", "a"), NETWORK)).isEqualTo(new Scope("a~b", "link"));
        assertThat(Scope.of(of(null, "a~b", null), NETWORK)).isEqualTo(DUCT);
        assertThat(Scope.of(of(null, "unknown", null), NETWORK)).isEqualTo(new Scope("unknown", "link"));
    }

    private static Finding of(@Nullable Subtype subtype, @Nullable String link, @Nullable String node) {
        AnomalyClass anomalyClass = subtype == null ? AnomalyClass.UNDETERMINED : subtype.anomalyClass();
        return new Finding(
                "f",
                link,
                node,
                anomalyClass,
                subtype,
                TIME,
                TIME,
                null,
                Map.of(anomalyClass, 1.0),
                Severity.MEDIUM,
                List.of(),
                "Something.",
                null,
                List.of(),
                List.of());
    }

    static Finding finding(String id, String link, Instant onset, @Nullable Instant ended) {
        return new Finding(
                id,
                link,
                null,
                AnomalyClass.PHYSICAL_DEGRADATION,
                Subtype.MACRO_BEND,
                onset,
                onset.plusSeconds(10),
                ended,
                Map.of(AnomalyClass.PHYSICAL_DEGRADATION, 1.0),
                Severity.MEDIUM,
                List.of(),
                "A bend.",
                null,
                List.of(),
                List.of());
    }
}
