package io.qorrelate.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Events, findings and incidents with every field filled, for tests that ask whether one is lost. */
final class Samples {
    static final Instant TIME = Instant.parse("2026-11-23T10:00:10.250Z");

    /** The example that the contract gives. */
    static final String CONTRACT_EXAMPLE = """
            {"time":"2026-11-23T10:00:10.000Z","kind":"link_quality","link":"ams-1~del-1","qber":0.0213,\
            "sifted_bits":41200,"visibility":0.981,"loss_db":7.9,"detection_rate_hz":61200,"gain_signal":0.0042,\
            "gain_decoy":0.00081}""";

    private Samples() {}

    /** An event of the kind with nothing but what all events need, and these further members. */
    static String event(Kind kind, String... members) {
        String about = kind.needsLink() ? "\"link\":\"ams-1~del-1\"" : "\"node\":\"ams-1\"";
        String more = members.length == 0 ? "" : "," + String.join(",", members);
        return "{\"time\":\"2026-11-23T10:00:10.000Z\",\"kind\":\"" + kind.wireName() + "\"," + about + more + "}";
    }

    static TelemetryEvent filled(Kind kind) {
        Header header = new Header(
                new EventId("rx-7/000123"),
                TIME,
                "ams-1~del-1",
                "del-1",
                "rx-7",
                Map.of("firmware", "4.2.1", "rack", "B 12 \"left\""));
        return switch (kind) {
            case LINK_QUALITY -> new LinkQuality(header, readings(kind));
            case KEY_RATE -> new KeyRate(header, readings(kind));
            case KEY_DELIVERY ->
                new KeyDelivery(
                        header,
                        OptionalLong.of(16),
                        OptionalLong.of(256),
                        "sae-bank-a",
                        "sae-bank-b",
                        "6f1e7c5a-0d2b-4c55-9f0e-2d2f1f9c9b01",
                        TIME.minusSeconds(60),
                        TIME.minusSeconds(1));
            case AUTH_FAILURE ->
                new AuthFailure(
                        header,
                        AuthFailure.Plane.KEY_API,
                        AuthFailure.Reason.EXPIRED_CERTIFICATE,
                        "sae-bank-a",
                        "192.0.2.17",
                        3);
            case CALIBRATION ->
                new Calibration(
                        header,
                        Calibration.Routine.POLARIZATION,
                        Calibration.Phase.COMPLETED,
                        Calibration.Initiator.OPERATOR,
                        "j.devries",
                        OptionalDouble.of(-0.125));
            case TRANSPORT ->
                new Transport(
                        header,
                        Transport.Event.OTDR_EVENT,
                        OptionalDouble.of(12.75),
                        OptionalDouble.of(3.5),
                        "ams-1~del-2");
            case ENVIRONMENT ->
                new Environment(header, readings(kind), Environment.Power.UPS, Environment.Cooling.DEGRADED);
            case PHYSICAL_ACCESS -> new PhysicalAccess(header, PhysicalAccess.Event.BADGE_DENIED, "badge 4711");
            case POLICY -> new Policy(header, Policy.Decision.PQC_ONLY, "QBER above 11 %", "policy-engine");
        };
    }

    /** Every observable of the kind, each with a value of its own. */
    static Readings readings(Kind kind) {
        Readings.Builder readings = Readings.builder();
        for (Observable observable : Observable.of(kind)) {
            readings.put(observable, (observable.ordinal() + 1) / 64.0);
        }
        return readings.build();
    }

    static Finding finding() {
        return new Finding(
                "ams-1~del-1/2026-11-23T10:00:10.250Z",
                "ams-1~del-1",
                "del-1",
                AnomalyClass.ATTACK,
                Subtype.INTERCEPT_RESEND,
                TIME,
                TIME.plusSeconds(30),
                TIME.plusSeconds(900),
                Map.of(
                        AnomalyClass.ATTACK, 0.9,
                        AnomalyClass.CALIBRATION_DRIFT, 0.05,
                        AnomalyClass.PHYSICAL_DEGRADATION, 0.03,
                        AnomalyClass.UNDETERMINED, 0.02),
                Severity.CRITICAL,
                List.of(
                        new Evidence(
                                "qber",
                                "2.1 % ± 0.2 %",
                                "11.4 %",
                                Map.of(
                                        AnomalyClass.ATTACK,
                                        3.25,
                                        AnomalyClass.CALIBRATION_DRIFT,
                                        -1.5,
                                        AnomalyClass.PHYSICAL_DEGRADATION,
                                        -2.0,
                                        AnomalyClass.UNDETERMINED,
                                        0.0),
                                List.of("rx-7/000123", "rx-7/000124"),
                                "in both bases alike"),
                        new Evidence("rule:auth-burst", null, null, Map.of(), List.of(), null)),
                "Wrong bits rose in both bases at once. A drift would have come slowly.",
                new Exposure(OptionalDouble.of(123_456), true, OptionalLong.of(16), List.of("sae-bank-a")),
                List.of("Stop key delivery of the link.", "Inspect the fibre."),
                List.of("auth-burst"));
    }

    /** With nothing but what every finding has. */
    static Finding bareFinding() {
        return new Finding(
                "f-1",
                null,
                "del-1",
                AnomalyClass.UNDETERMINED,
                null,
                TIME,
                TIME,
                null,
                Map.of(AnomalyClass.UNDETERMINED, 1.0),
                Severity.INFO,
                List.of(),
                "Something moved.",
                null,
                List.of(),
                List.of());
    }

    static Incident incident() {
        return new Incident(
                "duct-7/f-1",
                "duct-7",
                "duct",
                AnomalyClass.PHYSICAL_DEGRADATION,
                Severity.HIGH,
                TIME,
                TIME.plusSeconds(60),
                TIME.plusSeconds(600),
                List.of("ams-1~del-1", "ams-1~del-2"),
                List.of("ams-1"),
                List.of("f-1", "f-2"),
                "Two links of duct 7 lost light within a second.");
    }
}
