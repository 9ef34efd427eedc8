package io.qorrelate.model;

import static io.qorrelate.model.AnomalyClass.ATTACK;
import static io.qorrelate.model.AnomalyClass.CALIBRATION_DRIFT;
import static io.qorrelate.model.AnomalyClass.PHYSICAL_DEGRADATION;

import java.util.Locale;

/** The causes the platform knows, by the class they belong to. */
public enum Subtype {
    INTERCEPT_RESEND(ATTACK),
    PHOTON_NUMBER_SPLITTING(ATTACK),
    DETECTOR_BLINDING(ATTACK),
    TIME_SHIFT(ATTACK),
    TROJAN_HORSE(ATTACK),
    WAVELENGTH(ATTACK),
    PHASE_REMAPPING(ATTACK),
    LASER_SEEDING(ATTACK),
    CHANNEL_TAP(ATTACK),
    CLASSICAL_CHANNEL_MITM(ATTACK),
    KEY_API_ABUSE(ATTACK),
    MANAGEMENT_COMPROMISE(ATTACK),
    DENIAL_OF_SERVICE(ATTACK),

    POLARIZATION_DRIFT(CALIBRATION_DRIFT),
    PHASE_DRIFT(CALIBRATION_DRIFT),
    TIMING_DRIFT(CALIBRATION_DRIFT),
    DETECTOR_DRIFT(CALIBRATION_DRIFT),
    INTENSITY_DRIFT(CALIBRATION_DRIFT),
    WAVELENGTH_DRIFT(CALIBRATION_DRIFT),
    FAILED_CALIBRATION(CALIBRATION_DRIFT),

    FIBRE_CUT(PHYSICAL_DEGRADATION),
    MACRO_BEND(PHYSICAL_DEGRADATION),
    CONNECTOR(PHYSICAL_DEGRADATION),
    FIBRE_AGEING(PHYSICAL_DEGRADATION),
    LASER_AGEING(PHYSICAL_DEGRADATION),
    DETECTOR_AGEING(PHYSICAL_DEGRADATION),
    COOLING_FAILURE(PHYSICAL_DEGRADATION),
    POWER_EVENT(PHYSICAL_DEGRADATION),
    VIBRATION(PHYSICAL_DEGRADATION);

    private final AnomalyClass anomalyClass;
    private final String wireName = name().toLowerCase(Locale.ROOT);

    Subtype(AnomalyClass anomalyClass) {
        this.anomalyClass = anomalyClass;
    }

    /** The class this cause belongs to. */
    public AnomalyClass anomalyClass() {
        return anomalyClass;
    }

    /** Name in JSON. */
    public String wireName() {
        return wireName;
    }
}
