package io.qorrelate.evaluation.link;

/**
 * What is done to a link at a moment, by whatever causes: influences add to each other here. Nothing is done where all is as after
 * {@link #clear}.
 */
public final class Effects {
    /** Loss on the fibre over the nominal, dB; the classical channel on the same fibre suffers it too. */
    public double lossDb;

    /** What the equipment's own estimate of the loss is off by, dB. */
    public double reportedLossDb;

    /** Light on the classical receiver beyond that, dB. */
    public double rxPowerDb;

    /** Light coming back out of the device, dB over the usual. */
    public double backReflectionDb;

    /** Share of pulses that are intercepted, measured and resent, 0..1. */
    public double intercepted;

    /** Share of single photons blocked by photon-number splitting, 0..1. */
    public double split;

    /** Polarization turned since the last alignment, rad. */
    public double rotationRad;

    /** How much of the turn's {@code sin²} falls on the X basis and how much on Z, each 0..1. */
    public double rotationOnX = 1;

    public double rotationOnZ = 1;

    /** Interferometer's phase error, rad: falls on the X basis, which is the phase basis where there is one. */
    public double phaseRad;

    /** Offset of the detection gate from the pulse, ps. */
    public double gateOffsetPs;

    /** Error ratio added in a basis, 0..0.5. */
    public double errorX;

    public double errorZ;

    /** Factor on the error ratio: below one where an attacker decides what is detected. */
    public double errorFactor = 1;

    /** Factor on dark counts. */
    public double darkFactor = 1;

    /** Clicks per pulse by light from elsewhere. */
    public double backgroundYield;

    /** Factor on all intensities. */
    public double intensityFactor = 1;

    /** Factor on the decoy's intensity alone. */
    public double decoyFactor = 1;

    /** Factor on detector efficiency. */
    public double efficiencyFactor = 1;

    /** Factor on the detectors' bias current. */
    public double photocurrentFactor = 1;

    /** Factor on double clicks. */
    public double doubleClickFactor = 1;

    /** Added to the detectors' imbalance, −1..1. */
    public double imbalance;

    /** Added to the share of Z. */
    public double zShare;

    /** K over the usual. */
    public double detectorWarmerK;

    /** K over the usual. */
    public double laserWarmerK;

    /** Excess noise added at the channel's input, shot-noise units. */
    public double excessNoiseSnu;

    /** Factor on the secret key rate, 0 where the classical channel is unusable. */
    public double keyFactor = 1;

    /** Factor on the keys that applications ask for. */
    public double demandFactor = 1;

    /** Nothing is reported. */
    public boolean silent;

    /** Back to nothing being done. */
    public void clear() {
        lossDb = 0;
        reportedLossDb = 0;
        rxPowerDb = 0;
        backReflectionDb = 0;
        intercepted = 0;
        split = 0;
        rotationRad = 0;
        rotationOnX = 1;
        rotationOnZ = 1;
        phaseRad = 0;
        gateOffsetPs = 0;
        errorX = 0;
        errorZ = 0;
        errorFactor = 1;
        darkFactor = 1;
        backgroundYield = 0;
        intensityFactor = 1;
        decoyFactor = 1;
        efficiencyFactor = 1;
        photocurrentFactor = 1;
        doubleClickFactor = 1;
        imbalance = 0;
        zShare = 0;
        detectorWarmerK = 0;
        laserWarmerK = 0;
        excessNoiseSnu = 0;
        keyFactor = 1;
        demandFactor = 1;
        silent = false;
    }
}
