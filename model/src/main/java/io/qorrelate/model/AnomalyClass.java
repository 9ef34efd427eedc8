package io.qorrelate.model;

/** What an anomaly is, or that the evidence does not decide. */
public enum AnomalyClass {
    /** Somebody does it. */
    ATTACK,
    /** The equipment moved out of its own alignment. */
    CALIBRATION_DRIFT,
    /** Fibre, hardware or facility got worse. */
    PHYSICAL_DEGRADATION,
    /** Something is wrong, and the evidence does not say which of the others, or that it is none of them. */
    UNDETERMINED
}
