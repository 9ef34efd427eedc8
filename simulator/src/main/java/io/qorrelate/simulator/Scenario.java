package io.qorrelate.simulator;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Incidents that can be played on a link, with the answer that a good diagnosis gives. */
public enum Scenario {
    INTERCEPT_RESEND("an eavesdropper measures and resends every pulse", Subtype.INTERCEPT_RESEND, 1.0, 1, 180),
    PARTIAL_INTERCEPT_RESEND(
            "an eavesdropper measures and resends one pulse in five", Subtype.INTERCEPT_RESEND, 0.2, 1, 240),
    FIBRE_LOSS_STEP("somebody bends the fibre: 2.5 dB more loss", Subtype.MACRO_BEND, 2.5, 60, 180),
    FIBRE_CUT("the fibre is cut, and spliced again later", Subtype.FIBRE_CUT, 60, 100, 180),
    POLARIZATION_DRIFT(
            "the polarization turns, until a recalibration brings it back",
            Subtype.POLARIZATION_DRIFT,
            0.40,
            Math.PI / 2,
            300),
    AUTH_FAILURE_BURST(
            "messages on the classical channel fail their authentication, and key production stops",
            Subtype.CLASSICAL_CHANNEL_MITM,
            12,
            1000,
            120),
    KEY_API_ABUSE(
            "somebody tries stolen credentials on the key delivery interface", Subtype.KEY_API_ABUSE, 15, 1000, 120),
    DETECTOR_BLINDING(
            "bright light blinds the detectors and controls their clicks", Subtype.DETECTOR_BLINDING, 30, 1000, 180),
    TROJAN_HORSE("light is sent into the transmitter to read its settings", Subtype.TROJAN_HORSE, 25, 60, 180);

    private final String description;
    private final Subtype expected;
    private final double magnitude;
    private final double largest;
    private final Duration lasts;

    Scenario(String description, Subtype expected, double magnitude, double largest, long seconds) {
        this.description = description;
        this.expected = expected;
        this.magnitude = magnitude;
        this.largest = largest;
        this.lasts = Duration.ofSeconds(seconds);
    }

    /** Name on the command line: {@code intercept-resend}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What happens, in half a sentence. */
    public String description() {
        return description;
    }

    /** The class a good diagnosis names. */
    public AnomalyClass expectedClass() {
        return expected.anomalyClass();
    }

    /** The cause a good diagnosis names. */
    public Subtype expectedSubtype() {
        return expected;
    }

    /** How strong it is: a fraction, decibels, radians or a count, as the description says. */
    public double magnitude() {
        return magnitude;
    }

    /** How strong it can be at most: beyond, it would be no physics any more. */
    public double largestMagnitude() {
        return largest;
    }

    /** How long it lasts before the link heals. */
    public Duration lasts() {
        return lasts;
    }

    /** All names, in order. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Scenario::wireName).toList();
    }

    /** The scenario of that name. */
    public static Optional<Scenario> of(String name) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.wireName().equals(name))
                .findFirst();
    }
}
