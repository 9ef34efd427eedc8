package io.qorrelate.diagnosis;

import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.time.Instant;
import java.util.Random;
import java.util.Set;

/**
 * A transmitter, a fibre and a receiver, and what is wrong with them at the moment. The physics is the textbook's: errors are
 * a misalignment share plus half the dark counts, losses dim everything alike, gains follow {@code Y0 + 1 − exp(−ημ)} (Ma, Qi,
 * Zhao, Lo 2005), and every count is drawn at random; misalignment and loss wander besides (AR(1)).
 */
final class Equipment {
    private static final double LOSS_DB = 8;
    private static final double RATE_HZ = 60_000;
    private static final double DARK_HZ = 400;
    private static final double MISALIGNMENT = 0.018;
    private static final double AR = 0.8;

    private static final double PULSES_HZ = 20e6;
    private static final double MU = 0.5;
    private static final double NU = 0.1;
    private static final double SIGNAL_SHARE = 0.8;
    private static final double DECOY_SHARE = 0.15;
    private static final double VACUUM_SHARE = 0.05;

    /** Transmittance with the detectors' efficiency, so that the pulses make {@link #RATE_HZ} clicks. */
    private static final double ETA = RATE_HZ / (PULSES_HZ * (SIGNAL_SHARE * MU + DECOY_SHARE * NU));

    /** Width (σ) of the detection gate, ps. */
    private static final double GATE_PS = 150;

    /** How much warmer doubles an avalanche diode's dark counts, K. */
    private static final double DARK_DOUBLING_K = 10;

    /** Keys that applications ask for, per second. */
    private static final double DEMAND_HZ = 2;

    private final Random random;

    /** Of the instruments that not every link has, so that a link reports the same with and without them. */
    private final Random instruments;

    private final Set<Observable> reported;
    private double wander;
    private double lossWander;

    /** Share of pulses that are measured and resent, 0..1. */
    double interceptedFraction;

    /** Share of single photons that are blocked while pulses of several photons make up for them, 0..1. */
    double splitFraction;

    /** Loss of the fibre beyond the usual, dB. */
    double extraLossDb;

    /** Light on the classical receiver beyond the usual, dB. */
    double extraLightDb;

    /** Polarization turned since the last alignment, rad; one basis feels it more than the other. */
    double angleRad;

    /** The interferometer's phase error, rad: felt in the phase basis alone, which is X here. */
    double phaseRad;

    /** Share of wrong bits that both bases and the visibility feel. */
    double misalignment;

    /** Share of wrong bits in one basis that the visibility does not show. */
    double wrongX;

    double wrongZ;

    /** Below one where an attacker decides what is detected. */
    double errorFactor = 1;

    double darkFactor = 1;

    /** Clicks per second by light from elsewhere. */
    double backgroundHz;

    double intensityFactor = 1;

    /** Of the decoy alone. */
    double decoyFactor = 1;

    /** From the gate to the pulse, ps. */
    double gateOffsetPs;

    double doubleClickFactor = 1;
    double imbalance;
    double basisShift;
    double photocurrentFactor = 1;
    double backReflectionDb;
    double detectorWarmerK;
    double laserWarmerK;
    double demandFactor = 1;

    /** The classical channel cannot be used, and no key is agreed upon. */
    boolean noKey;

    private double signalHz;
    private double error;

    Equipment(long seed, Set<Observable> reported) {
        this.random = new Random(seed);
        this.instruments = new Random(~seed);
        this.reported = reported;
    }

    /** Nothing is wrong any more. */
    void heal() {
        interceptedFraction = 0;
        splitFraction = 0;
        extraLossDb = 0;
        extraLightDb = 0;
        angleRad = 0;
        phaseRad = 0;
        misalignment = 0;
        wrongX = 0;
        wrongZ = 0;
        errorFactor = 1;
        darkFactor = 1;
        backgroundHz = 0;
        intensityFactor = 1;
        decoyFactor = 1;
        gateOffsetPs = 0;
        doubleClickFactor = 1;
        imbalance = 0;
        basisShift = 0;
        photocurrentFactor = 1;
        backReflectionDb = 0;
        detectorWarmerK = 0;
        laserWarmerK = 0;
        demandFactor = 1;
        noKey = false;
    }

    /** What it reports of the link's quality after having counted for so long, s. */
    Readings quality(Instant now, double seconds) {
        wander = AR * wander + Math.sqrt(1 - AR * AR) * 0.0015 * random.nextGaussian();
        lossWander = AR * lossWander + Math.sqrt(1 - AR * AR) * 0.04 * random.nextGaussian();
        double dayNight = 0.001 * Math.sin(2 * Math.PI * (now.getEpochSecond() % 86_400) / 86_400);
        double lossDb = LOSS_DB + extraLossDb + lossWander;
        double transmitted = Math.pow(10, -(extraLossDb + lossWander) / 10) * gate();
        signalHz = RATE_HZ * transmitted * intensityFactor;
        double darkHz = DARK_HZ * darkFactor * Math.pow(2, detectorWarmerK / DARK_DOUBLING_K) + backgroundHz;
        double share = darkHz / (signalHz + darkHz);
        double turned = Math.pow(Math.sin(angleRad), 2);
        double dephased = Math.pow(Math.sin(phaseRad / 2), 2);
        double base = Math.max(0.002, MISALIGNMENT + misalignment + wander + dayNight);
        double intercepted = 0.25 * interceptedFraction;
        double opticalX = mix(mix(mix(base, turned), dephased + wrongX), intercepted);
        double opticalZ = mix(mix(mix(base, 0.15 * turned), wrongZ), intercepted);
        double sifted = Math.max(20, Math.round((signalHz + darkHz) * seconds / 2));
        double qberX = binomial(errorFactor * ((1 - share) * opticalX + share / 2), sifted / 2);
        double qberZ = binomial(errorFactor * ((1 - share) * opticalZ + share / 2), sifted / 2);
        error = (qberX + qberZ) / 2;
        double contrast = 1 - 2 * mix(base, 0.6 * turned + 0.5 * dephased) - 2 * intercepted;
        double foreignShare = backgroundHz / (signalHz + darkHz);
        double visibility = contrast * (1 - foreignShare) + 0.001 * random.nextGaussian();
        Readings.Builder readings = Readings.builder();
        put(readings, Observable.QBER, error);
        put(readings, Observable.QBER_X, qberX);
        put(readings, Observable.QBER_Z, qberZ);
        put(readings, Observable.SIFTED_BITS, sifted);
        put(readings, Observable.VISIBILITY, Math.clamp(visibility, 0, 1));
        put(readings, Observable.LOSS_DB, lossDb + 0.02 * random.nextGaussian());
        put(readings, Observable.DETECTION_RATE_HZ, counted((signalHz + darkHz) * seconds, random) / seconds);
        put(readings, Observable.DARK_COUNT_RATE_HZ, counted(darkHz * seconds, random) / seconds);
        put(
                readings,
                Observable.RX_POWER_DBM,
                -20 - extraLossDb - lossWander + extraLightDb + 0.03 * random.nextGaussian());
        put(readings, Observable.POLARIZATION_DRIFT_RAD, Math.abs(angleRad) + 0.01 * Math.abs(random.nextGaussian()));
        gains(readings, ETA * transmitted, darkHz / PULSES_HZ, seconds);
        instruments(readings, share, seconds);
        return readings.build();
    }

    /** What it reports of the key, after {@link #quality}. */
    Readings key(double seconds) {
        // Only single photons make key, and what cannot be told from several photons makes none.
        double entropy = entropy(error);
        double secret = (1 - splitFraction) * (1 - entropy) - 1.2 * entropy;
        double rate = noKey ? 0 : Math.max(0, signalHz * 0.25 * secret * (1 + 0.03 * random.nextGaussian()));
        Readings.Builder readings = Readings.builder();
        put(readings, Observable.SECRET_KEY_RATE_BPS, rate);
        put(readings, Observable.KEYS_REQUESTED, Math.rint(counted(DEMAND_HZ * demandFactor * seconds, instruments)));
        return readings.build();
    }

    boolean reportsKey() {
        return reported.contains(Observable.SECRET_KEY_RATE_BPS);
    }

    private double gate() {
        return Math.exp(-Math.pow(gateOffsetPs / GATE_PS, 2) / 2);
    }

    private void gains(Readings.Builder readings, double eta, double y0, double seconds) {
        double signal = y0 - Math.expm1(-eta * MU * intensityFactor);
        double decoy = y0 - Math.expm1(-eta * NU * intensityFactor * decoyFactor) + splitting(eta);
        double pulses = PULSES_HZ * seconds;
        put(readings, Observable.GAIN_SIGNAL, perPulse(signal, pulses * SIGNAL_SHARE));
        put(readings, Observable.GAIN_DECOY, perPulse(decoy, pulses * DECOY_SHARE));
        put(readings, Observable.GAIN_VACUUM, perPulse(y0, pulses * VACUUM_SHARE));
    }

    /**
     * What the decoy's gain changes by where single photons are blocked, and pulses of several photons are passed on with as
     * much less loss as keeps the signal's gain: a decoy has fewer of those to make up with.
     */
    private double splitting(double eta) {
        double blocked = splitFraction * eta;
        double yieldOfSeveral = blocked * MU * Math.exp(-MU) / several(MU);
        return yieldOfSeveral * several(NU) - blocked * NU * Math.exp(-NU);
    }

    private static double several(double photons) {
        return -Math.expm1(-photons) - photons * Math.exp(-photons);
    }

    private void instruments(Readings.Builder readings, double darkShare, double seconds) {
        double doubles = (0.001 + 0.01 * darkShare) * doubleClickFactor;
        double clicks = (signalHz + DARK_HZ) * seconds;
        put(readings, Observable.DOUBLE_CLICK_FRACTION, Math.min(1, counted(doubles * clicks, instruments) / clicks));
        put(readings, Observable.BASIS_Z_FRACTION, 0.5 + basisShift + noise(0.001));
        put(readings, Observable.DETECTOR_IMBALANCE, 0.02 + imbalance + noise(0.002));
        put(readings, Observable.SYNC_OFFSET_PS, gateOffsetPs + noise(3));
        put(readings, Observable.BACK_REFLECTION_DBM, -60 + backReflectionDb + noise(0.15));
        put(readings, Observable.PHOTOCURRENT_UA, 5 * photocurrentFactor * (1 + noise(0.02)));
        put(readings, Observable.DETECTOR_TEMPERATURE_C, -40 + detectorWarmerK + noise(0.05));
        put(readings, Observable.LASER_TEMPERATURE_C, 30 + laserWarmerK + noise(0.03));
    }

    private void put(Readings.Builder readings, Observable observable, double value) {
        if (reported.contains(observable)) {
            readings.put(observable, value);
        }
    }

    private double noise(double spread) {
        return spread * instruments.nextGaussian();
    }

    private double perPulse(double probability, double pulses) {
        return Math.min(1, counted(probability * pulses, instruments) / pulses);
    }

    private double binomial(double probability, double trials) {
        double spread = Math.sqrt(probability * (1 - probability) / trials);
        return Math.clamp(probability + spread * random.nextGaussian(), 0, 1);
    }

    private static double counted(double mean, Random random) {
        return Math.max(0, mean + Math.sqrt(mean) * random.nextGaussian());
    }

    private static double mix(double one, double other) {
        return one + other - 2 * one * other;
    }

    private static double entropy(double error) {
        double e = Math.clamp(error, 1e-9, 0.5);
        return -(e * Math.log(e) + (1 - e) * Math.log(1 - e)) / Math.log(2);
    }
}
