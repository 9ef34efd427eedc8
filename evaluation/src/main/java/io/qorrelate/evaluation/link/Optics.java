package io.qorrelate.evaluation.link;

import io.qorrelate.evaluation.chance.Dice;

/**
 * A link's hardware, drawn at random over what is sold and published.
 *
 * @param lengthKm fibre, km
 * @param fibreLossDb fibre and connectors, dB
 * @param receiverLossDb receiver's own optics, dB; no part of what is reported as channel loss
 * @param efficiency detectors', 0..1
 * @param darkYield dark clicks of all detectors per pulse at the usual temperature
 * @param backgroundYield clicks by stray light per pulse
 * @param deadTimeS detectors' dead time, s
 * @param detectorC detectors' temperature, °C
 * @param darkDoublingK how much warmer doubles the dark counts, K
 * @param pulsesHz pulses per second (symbols with continuous variables)
 * @param mu signal's mean photon number (half the pairs per pulse of an entangled source)
 * @param nu weak decoy's mean photon number
 * @param signalShare share of pulses that are signal, 0..1
 * @param decoyShare share of pulses that are weak decoy, 0..1
 * @param errorX error ratio of the X basis by misalignment
 * @param errorZ the same of Z
 * @param zShare share of detections that are measured in Z
 * @param gatePs width (σ) of the detection gate, ps
 * @param correction inefficiency of error correction, ≥ 1
 * @param finiteKey what finite blocks leave of the asymptotic key, 0..1
 * @param modulation variance of a Gaussian modulation, shot-noise units
 * @param excessNoise excess noise at the channel's input, shot-noise units
 * @param rxAtNoLossDbm classical light at the receiver were there no loss, dBm
 * @param laserC laser's temperature, °C
 * @param backReflectionDbm light that comes back out of the device, dBm
 * @param photocurrentUa detectors' bias current, µA
 * @param imbalance of the detectors, −1..1
 */
public record Optics(
        Protocol protocol,
        double lengthKm,
        double fibreLossDb,
        double receiverLossDb,
        double efficiency,
        double darkYield,
        double backgroundYield,
        double deadTimeS,
        double detectorC,
        double darkDoublingK,
        double pulsesHz,
        double mu,
        double nu,
        double signalShare,
        double decoyShare,
        double errorX,
        double errorZ,
        double zShare,
        double gatePs,
        double correction,
        double finiteKey,
        double modulation,
        double excessNoise,
        double rxAtNoLossDbm,
        double laserC,
        double backReflectionDbm,
        double photocurrentUa,
        double imbalance) {

    /** A share of time that detectors are dead for, beyond which a maker would choose others. */
    private static final double MOST_DEAD = 0.3;

    static Optics draw(Protocol protocol, Dice dice) {
        double longestKm = switch (protocol) {
            case DECOY_BB84 -> 100;
            case BBM92 -> 60;
            case CV_QKD -> 40;
        };
        double lengthKm = dice.logBetween(4, longestKm);
        double fibreLossDb = lengthKm * dice.between(0.18, 0.23) + dice.between(0.3, 2.5);
        double receiverLossDb = dice.between(1, 3.5);
        boolean nanowires = dice.chance(0.25);
        double efficiency = nanowires ? dice.between(0.5, 0.85) : dice.between(0.1, 0.25);
        double darkYield = nanowires ? dice.logBetween(5e-9, 2e-7) : dice.logBetween(5e-7, 1e-5);
        double pulsesHz = protocol == Protocol.CV_QKD ? dice.logBetween(5e6, 1e8) : dice.logBetween(5e7, 1.25e9);
        double mu = protocol == Protocol.BBM92 ? dice.between(0.01, 0.05) : dice.between(0.4, 0.65);
        double nu = dice.between(0.05, 0.2);
        double clicksHz = pulsesHz * mu * efficiency * Math.pow(10, -(fibreLossDb + receiverLossDb) / 10);
        double deadTimeS =
                Math.min(nanowires ? dice.logBetween(2e-8, 1e-7) : dice.logBetween(1e-7, 2e-5), MOST_DEAD / clicksHz);
        double misalignment = dice.logBetween(0.004, 0.025);
        double uneven = dice.between(0.7, 1.3);
        double decoyShare = dice.between(0.05, 0.25);
        return new Optics(
                protocol,
                lengthKm,
                fibreLossDb,
                receiverLossDb,
                efficiency,
                darkYield,
                dice.chance(0.5) ? 0 : darkYield * dice.between(0, 1),
                deadTimeS,
                nanowires ? dice.between(-272.3, -270.5) : dice.between(-90, -30),
                nanowires ? dice.between(0.5, 1.5) : dice.between(7, 12),
                pulsesHz,
                mu,
                nu,
                1 - decoyShare - dice.between(0.02, 0.1),
                decoyShare,
                misalignment * uneven,
                misalignment * (2 - uneven),
                dice.chance(0.5) ? 0.5 : dice.between(0.55, 0.9),
                dice.between(80, 300),
                dice.between(1.08, 1.22),
                dice.between(0.6, 0.95),
                dice.between(2, 8),
                dice.between(0.005, 0.02),
                dice.between(-8, 3),
                dice.between(20, 40),
                dice.between(-70, -50),
                dice.logBetween(0.5, 30),
                dice.between(-0.08, 0.08));
    }

    /** Whether detectors are cooled to a few kelvin, where a kelvin is much. */
    public boolean nanowires() {
        return detectorC < -200;
    }
}
