package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Verdict;
import io.qorrelate.model.Subtype;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What to do next, first things first. */
final class Runbook {
    /** Where it is not known why keys are missing. */
    private static final List<String> OF_KEY_STORE = List.of(
            "Hold the key manager's log of deliveries against its store, and ask what else takes keys or deletes them.",
            "Look who has access to the key manager; until it is known where the keys went, hold those made since the onset.");

    private Runbook() {}

    /** What to do about an anomaly on which this is the verdict. */
    static List<String> steps(Verdict verdict, Anomaly anomaly) {
        Set<String> steps = new LinkedHashSet<>();
        if (anomaly.offNominal) {
            // Nobody knows how it came.
            steps.add(
                    "Compare with the commissioning protocol; where the figures of the topology file are wrong, correct them"
                            + " there, and this finding ends.");
        }
        anomaly.voices.forEach(voice -> steps.addAll(voice.actions()));
        boolean ofStore = verdict.subtype() == null && anomaly.picture.lead() == Feature.KEY_STORE;
        steps.addAll(ofStore ? OF_KEY_STORE : general(verdict));
        return new ArrayList<>(steps);
    }

    private static List<String> general(Verdict verdict) {
        Subtype subtype = verdict.subtype();
        if (subtype == null) {
            return List.of(
                    "Keep the link under watch and hold keys made since the onset.",
                    "Start a recalibration of the suspected routine: drift heeds it, an attacker and a fibre do not.",
                    "Ask for an OTDR trace and compare it with the one of commissioning.");
        }
        return switch (subtype) {
            case INTERCEPT_RESEND,
                    WAVELENGTH,
                    PHASE_REMAPPING,
                    PHOTON_NUMBER_SPLITTING,
                    TIME_SHIFT,
                    LASER_SEEDING,
                    DENIAL_OF_SERVICE ->
                List.of(
                        "Stop key delivery on this link and fail over.",
                        "Revoke the keys made between onset and detection; see the exposure.",
                        "Inspect the fibre path and both terminals for foreign devices before the link is used again.");
            case DETECTOR_BLINDING ->
                List.of(
                        "Stop key delivery on this link: its keys may be known in full, whatever the QBER says.",
                        "Read the detectors' bias current and the optical power at the receiver directly.",
                        "Revoke all keys made since the onset.");
            case TROJAN_HORSE ->
                List.of(
                        "Stop key delivery on this link.",
                        "Check isolators and the input monitor of the terminal; measure back reflection with the source off.",
                        "Revoke the keys made since the onset.");
            case CHANNEL_TAP ->
                List.of(
                        "Fail over, and send somebody to the position that the OTDR names.",
                        "Compare with access logs of ducts and sites.",
                        "Hold the keys made since the onset until the fibre has been seen.");
            case CLASSICAL_CHANNEL_MITM ->
                List.of(
                        "Block key delivery on this link; its post-processing cannot be trusted.",
                        "Compare the authentication keys of both ends out of band, and replace them.",
                        "Trace the classical channel's path hop by hop.");
            case KEY_API_ABUSE ->
                List.of(
                        "Block the origin at the key management entity and revoke the certificate it used.",
                        "List the keys it was given and revoke them.");
            case MANAGEMENT_COMPROMISE ->
                List.of(
                        "Close the management session and disable the account.",
                        "Undo changes made since, from a known good configuration.",
                        "Treat keys made since as exposed until the change is understood.");
            case POLARIZATION_DRIFT, PHASE_DRIFT, TIMING_DRIFT, DETECTOR_DRIFT, INTENSITY_DRIFT, WAVELENGTH_DRIFT ->
                List.of(
                        "Start a recalibration, if none is under way; it should bring the link back.",
                        "If it recurs, look at the temperature of the room and of the enclosure.");
            case FAILED_CALIBRATION ->
                List.of(
                        "Repeat the calibration, and read its log.",
                        "If it fails again, ask the vendor for a full alignment.");
            case FIBRE_CUT ->
                List.of(
                        "Fail over and open a ticket with the fibre's owner; the OTDR names the position.",
                        "Expect the other links of the duct to be dark too.");
            case MACRO_BEND, CONNECTOR, FIBRE_AGEING ->
                List.of(
                        "Take an OTDR trace and compare it with the one of commissioning.",
                        "Look for works on the route and for handled patch cords; clean and reseat connectors.",
                        "If nobody was there and the neighbours in the duct did not move, treat it as a possible tap.");
            case LASER_AGEING, DETECTOR_AGEING -> List.of("Plan the replacement of the part with the vendor.");
            case COOLING_FAILURE ->
                List.of(
                        "Call the facility: every link of this node is concerned.",
                        "Shed load where the key stores allow it.");
            case POWER_EVENT -> List.of("Call the facility, and watch how long the batteries last.");
            case VIBRATION -> List.of("Ask for works near the route; nothing to repair if it ends with them.");
        };
    }
}
