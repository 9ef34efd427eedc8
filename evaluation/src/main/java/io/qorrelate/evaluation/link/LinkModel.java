package io.qorrelate.evaluation.link;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.optics.DecoyState;
import io.qorrelate.evaluation.optics.EntangledPairs;
import io.qorrelate.evaluation.optics.GaussianModulation;
import io.qorrelate.model.Observable;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A link's physics: from its hardware, its own restlessness and what is done to it to what its reports would say. All its
 * observables follow from the same few causes, so that they keep the relations that nature keeps.
 */
public final class LinkModel {
    private static final double LN10_OVER_10 = Math.log(10) / 10;
    private static final double DAY_S = 86_400;

    /** Share of clock cycles in which dark counts are watched. */
    private static final double DARK_DUTY = 0.02;

    /** Double clicks of a matched basis need a dark count or a wrong photon, of the other basis two photons: an eighth of the mean. */
    private static final double DOUBLE_CLICK = 0.125;

    /** Receivers of continuous variables follow phase and polarization by pilot light; this share of a turn is left. */
    private static final double COMPENSATED = 0.1;

    private static final Set<Observable> OF_KEYS =
            EnumSet.of(SECRET_KEY_RATE_BPS, STORED_KEYS, MAX_KEYS, KEYS_REQUESTED, KEYS_DELIVERED, KEYS_REJECTED);

    private final Optics optics;
    private final Restlessness restlessness;
    private final Reporting reporting;
    private final double[] stepVariance = new double[Expectation.OBSERVABLES];
    private final double[] step = new double[Expectation.OBSERVABLES];
    private final double detectionEfficiency;

    LinkModel(Optics optics, Restlessness restlessness, Reporting reporting) {
        this.optics = optics;
        this.restlessness = restlessness;
        this.reporting = reporting;
        this.detectionEfficiency = optics.efficiency() * fromDb(optics.receiverLossDb());
        for (Map.Entry<Observable, Double> each : reporting.steps().entrySet()) {
            step[each.getKey().ordinal()] = each.getValue();
            // Of a uniform error of rounding.
            stepVariance[each.getKey().ordinal()] = each.getValue() * each.getValue() / 12;
        }
    }

    /** What equipment of a protocol can report at all. */
    static Set<Observable> observablesOf(Protocol protocol) {
        Set<Observable> known = switch (protocol) {
            case DECOY_BB84 -> {
                Set<Observable> all = EnumSet.allOf(Observable.class);
                all.remove(EXCESS_NOISE_SNU);
                yield all;
            }
            case BBM92 -> {
                Set<Observable> all = EnumSet.allOf(Observable.class);
                all.removeAll(EnumSet.of(
                        EXCESS_NOISE_SNU, GAIN_SIGNAL, GAIN_DECOY, GAIN_VACUUM, QBER_DECOY, BACK_REFLECTION_DBM));
                yield all;
            }
            case CV_QKD -> {
                Set<Observable> some = EnumSet.of(
                        EXCESS_NOISE_SNU,
                        LOSS_DB,
                        RX_POWER_DBM,
                        LASER_TEMPERATURE_C,
                        BACK_REFLECTION_DBM,
                        POLARIZATION_DRIFT_RAD);
                some.addAll(OF_KEYS);
                yield some;
            }
        };
        known.removeAll(EnumSet.of(TEMPERATURE_C, HUMIDITY, VIBRATION_G));
        return known;
    }

    /**
     * What would be reported.
     *
     * @param timeS s since the scenario's start
     * @param misalignment how far misalignment (or excess noise) has wandered by itself, relative
     * @param lossDb how far the loss has wandered by itself, dB
     * @param intensity how far the source has wandered by itself, relative
     * @param effects what is done to the link
     */
    public void expect(
            double timeS, double misalignment, double lossDb, double intensity, Effects effects, Expectation out) {
        out.clear();
        double day = Math.sin(2 * Math.PI * (timeS + restlessness.dayPhaseS()) / DAY_S);
        double wandered = Math.max(0.2, 1 + misalignment + restlessness.dayMisalignment() * day);
        double loss = optics.fibreLossDb() + lossDb + restlessness.dayLossDb() * day + effects.lossDb;
        double brightness = Math.max(0.1, 1 + intensity) * effects.intensityFactor;
        double offset = effects.gateOffsetPs / optics.gatePs();
        double gate = offset == 0 ? 1 : Math.exp(-offset * offset / 2);
        switch (optics.protocol()) {
            case DECOY_BB84 -> decoyState(wandered, loss, brightness, gate, effects, out);
            case BBM92 -> entangled(wandered, loss, brightness, gate, effects, out);
            case CV_QKD -> continuous(wandered, loss, gate, effects, out);
        }
        out.set(LOSS_DB, loss + effects.reportedLossDb);
        out.set(RX_POWER_DBM, optics.rxAtNoLossDbm() - loss + effects.rxPowerDb);
        out.set(BACK_REFLECTION_DBM, optics.backReflectionDbm() + effects.backReflectionDb);
        out.set(LASER_TEMPERATURE_C, optics.laserC() + effects.laserWarmerK + 0.05 * restlessness.dayK() * day);
        out.set(POLARIZATION_DRIFT_RAD, Math.abs(effects.rotationRad));
        if (optics.protocol() != Protocol.CV_QKD) {
            double following = optics.nanowires() ? 0 : 0.02 * restlessness.dayK() * day;
            out.set(DETECTOR_TEMPERATURE_C, optics.detectorC() + effects.detectorWarmerK + following);
            out.set(SYNC_OFFSET_PS, effects.gateOffsetPs);
            out.set(PHOTOCURRENT_UA, optics.photocurrentUa() * effects.photocurrentFactor);
            out.set(DETECTOR_IMBALANCE, Math.clamp(optics.imbalance() + effects.imbalance, -1, 1));
            out.set(BASIS_Z_FRACTION, Math.clamp(optics.zShare() + effects.zShare, 0, 1));
        }
    }

    private void decoyState(
            double wandered, double loss, double brightness, double gate, Effects effects, Expectation out) {
        double eta = fromDb(loss) * detectionEfficiency * effects.efficiencyFactor * gate;
        double y0 = darkYield(effects) + optics.backgroundYield() * darkness(effects) + effects.backgroundYield;
        double mu = optics.mu() * brightness;
        double nu = optics.nu() * brightness * effects.decoyFactor;
        double signal = DecoyState.gain(mu, eta, y0);
        double decoy = DecoyState.gain(nu, eta, y0);
        if (effects.split > 0) {
            signal += DecoyState.splitting(mu, mu, eta, effects.split);
            decoy += DecoyState.splitting(nu, mu, eta, effects.split);
        }
        double pulses = optics.pulsesHz();
        double vacuumShare = 1 - optics.signalShare() - optics.decoyShare();
        double clicksHz = pulses * (optics.signalShare() * signal + optics.decoyShare() * decoy + vacuumShare * y0);
        // Detectors that do not fire again until they have recovered (non-paralysable).
        double awake = 1 / (1 + clicksHz * optics.deadTimeS());
        double lightX = lightError(optics.errorX() * wandered, effects.rotationOnX, effects.errorX, true, effects);
        double lightZ = lightError(optics.errorZ() * wandered, effects.rotationOnZ, effects.errorZ, false, effects);
        double errorX = effects.errorFactor * DecoyState.errorRatio(signal, y0, lightX);
        double errorZ = effects.errorFactor * DecoyState.errorRatio(signal, y0, lightZ);
        double z = Math.clamp(optics.zShare() + effects.zShare, 0.01, 0.99);
        double seconds = reporting.intervalS();
        double signalClicks = pulses * optics.signalShare() * signal * awake * seconds;
        out.signalClicks = signalClicks;
        out.decoyClicks = pulses * optics.decoyShare() * decoy * awake * seconds;
        out.vacuumClicks = pulses * vacuumShare * y0 * awake * seconds;
        double bothX = (1 - z) * (1 - z);
        double bothZ = z * z;
        sift(signalClicks, bothX, bothZ, errorX, errorZ, out);
        double ofZ = bothZ / (bothX + bothZ);
        double decoyError = effects.errorFactor * DecoyState.errorRatio(decoy, y0, (1 - ofZ) * lightX + ofZ * lightZ);
        out.siftedDecoy = Math.max(1, out.decoyClicks * (bothX + bothZ));
        out.set(QBER_DECOY, Math.clamp(decoyError, 0, 1));
        out.set(GAIN_SIGNAL, Math.min(1, signal * awake));
        out.set(GAIN_DECOY, Math.min(1, decoy * awake));
        out.set(GAIN_VACUUM, Math.min(1, y0 * awake));
        clicks(clicksHz * awake, lightX, lightZ, effects, eta * mu, out);
        double secret = DecoyState.secretBitsPerPulse(
                optics.mu(), optics.nu(), signal, out.value(QBER), decoy, decoyError, y0, optics.correction());
        out.set(
                SECRET_KEY_RATE_BPS,
                secret
                        * pulses
                        * optics.signalShare()
                        * (bothX + bothZ)
                        * awake
                        * optics.finiteKey()
                        * effects.keyFactor);
    }

    private void entangled(
            double wandered, double loss, double brightness, double gate, Effects effects, Expectation out) {
        double etaA = detectionEfficiency * effects.efficiencyFactor;
        double etaB = etaA * fromDb(loss) * gate;
        double y0 = darkYield(effects) + optics.backgroundYield() * darkness(effects) + effects.backgroundYield;
        double lambda = optics.mu() * brightness;
        double gain = EntangledPairs.gain(lambda, etaA, etaB, y0);
        double lightX = lightError(optics.errorX() * wandered, effects.rotationOnX, effects.errorX, true, effects);
        double lightZ = lightError(optics.errorZ() * wandered, effects.rotationOnZ, effects.errorZ, false, effects);
        double errorX = effects.errorFactor * EntangledPairs.errorRatio(lambda, etaA, etaB, gain, lightX);
        double errorZ = effects.errorFactor * EntangledPairs.errorRatio(lambda, etaA, etaB, gain, lightZ);
        double clicksHz = optics.pulsesHz() * gain;
        double z = Math.clamp(optics.zShare() + effects.zShare, 0.01, 0.99);
        out.signalClicks = clicksHz * reporting.intervalS();
        out.decoyClicks = 0;
        out.vacuumClicks = 0;
        double bothX = (1 - z) * (1 - z);
        double bothZ = z * z;
        sift(out.signalClicks, bothX, bothZ, errorX, errorZ, out);
        clicks(clicksHz, lightX, lightZ, effects, etaB * lambda, out);
        out.set(
                SECRET_KEY_RATE_BPS,
                EntangledPairs.secretBitsPerCoincidence(out.value(QBER), optics.correction())
                        * clicksHz
                        * (bothX + bothZ)
                        * optics.finiteKey()
                        * effects.keyFactor);
    }

    private void continuous(double wandered, double loss, double gate, Effects effects, Expectation out) {
        double turned = COMPENSATED * Math.sin(effects.rotationRad);
        double dephased = COMPENSATED * effects.phaseRad;
        double transmittance = fromDb(loss) * gate * (1 - turned * turned);
        // An intercepted symbol is measured in both quadratures and prepared anew: two units of shot noise at the input
        // (Lodewyck et al. 2007, Phys. Rev. Lett. 98, 030503). A phase error turns modulation into noise.
        double excess = optics.excessNoise() * wandered
                + 2 * effects.intercepted
                + 2 * optics.modulation() * (1 - Math.cos(dephased))
                + optics.modulation() * turned * turned * 0.5
                + effects.excessNoiseSnu;
        out.set(EXCESS_NOISE_SNU, excess);
        double secret = GaussianModulation.secretBitsPerSymbol(
                optics.modulation(), transmittance, Math.max(0, excess), 0.6, 0.05, 0.95);
        out.set(SECRET_KEY_RATE_BPS, secret * optics.pulsesHz() * optics.finiteKey() * effects.keyFactor);
    }

    private void sift(double signalClicks, double bothX, double bothZ, double errorX, double errorZ, Expectation out) {
        double sifted = signalClicks * (bothX + bothZ);
        double sampled = Math.clamp(sifted, 4, reporting.bitsCap());
        double ofZ = bothZ / (bothX + bothZ);
        out.sifted = sifted;
        out.siftedX = sampled * (1 - ofZ);
        out.siftedZ = sampled * ofZ;
        double x = Math.clamp(errorX, 0, 1);
        double z = Math.clamp(errorZ, 0, 1);
        out.set(QBER_X, x);
        out.set(QBER_Z, z);
        out.set(QBER, (1 - ofZ) * x + ofZ * z);
        out.set(SIFTED_BITS, sampled);
    }

    private void clicks(
            double clicksHz, double lightX, double lightZ, Effects effects, double photons, Expectation out) {
        out.set(DETECTION_RATE_HZ, clicksHz);
        // Visibility and misalignment are the same thing: e_d = (1 − V)/2.
        out.set(VISIBILITY, Math.clamp(1 - (lightX + lightZ), 0, 1));
        double dark = darkYield(effects) + effects.backgroundYield;
        out.set(DARK_COUNT_RATE_HZ, dark * optics.pulsesHz());
        out.darkClicks = Math.max(1, dark * optics.pulsesHz() * DARK_DUTY * reporting.intervalS());
        double doubles = (DOUBLE_CLICK * photons + dark) * effects.doubleClickFactor;
        out.set(DOUBLE_CLICK_FRACTION, Math.clamp(doubles, 0, 1));
        out.doubleClicks = doubles * clicksHz * reporting.intervalS();
    }

    /** Error ratio of clicks by photons of the source. */
    private static double lightError(
            double misaligned, double rotationShare, double added, boolean phaseBasis, Effects effects) {
        double error = misaligned;
        if (effects.rotationRad != 0) {
            double sine = Math.sin(effects.rotationRad);
            error = mixed(error, rotationShare * sine * sine);
        }
        if (phaseBasis && effects.phaseRad != 0) {
            double sine = Math.sin(effects.phaseRad / 2);
            error = mixed(error, sine * sine);
        }
        if (added != 0) {
            error = mixed(error, added);
        }
        // A quarter of what is intercepted and resent in a random basis comes out wrong.
        return effects.intercepted == 0 ? error : mixed(error, 0.25 * effects.intercepted);
    }

    /** Two independent chances of a flip: both together flip back. */
    private static double mixed(double one, double other) {
        return one + other - 2 * one * other;
    }

    private double darkYield(Effects effects) {
        return optics.darkYield() * darkness(effects);
    }

    private double darkness(Effects effects) {
        return effects.detectorWarmerK == 0
                ? effects.darkFactor
                : effects.darkFactor * Math.pow(2, effects.detectorWarmerK / optics.darkDoublingK());
    }

    private static double fromDb(double db) {
        return Math.exp(-db * LN10_OVER_10);
    }

    /** Resolution of an observable, 0 where it is exact. */
    double step(Observable observable) {
        return step[observable.ordinal()];
    }

    /**
     * Variance of a reported value by counting, measuring and rounding, in the square of its unit: what {@link Measurement} does to it.
     * Not a number for what is not measured by chance (a key store).
     */
    public double variance(Observable observable, Expectation at) {
        double value = at.value(observable);
        double dispersion = restlessness.dispersion();
        double variance = switch (observable) {
            case QBER -> {
                double all = at.siftedX + at.siftedZ;
                double x = at.siftedX * binomial(at.value(QBER_X));
                double z = at.siftedZ * binomial(at.value(QBER_Z));
                yield dispersion * (x + z) / (all * all);
            }
            case QBER_X -> dispersion * binomial(value) / at.siftedX;
            case QBER_Z -> dispersion * binomial(value) / at.siftedZ;
            case QBER_DECOY -> dispersion * binomial(value) / at.siftedDecoy;
            case SIFTED_BITS -> at.sifted > value ? 0 : dispersion * value;
            case GAIN_SIGNAL -> counted(value, at.signalClicks);
            case GAIN_DECOY -> counted(value, at.decoyClicks);
            case GAIN_VACUUM -> counted(value, at.vacuumClicks);
            case DETECTION_RATE_HZ -> counted(value, at.signalClicks + at.decoyClicks + at.vacuumClicks);
            case DARK_COUNT_RATE_HZ -> counted(value, at.darkClicks);
            case DOUBLE_CLICK_FRACTION -> counted(value, Math.max(at.doubleClicks, 1e-9));
            case VISIBILITY -> square(restlessness.visibilitySd());
            case LOSS_DB -> square(restlessness.lossSd());
            case RX_POWER_DBM -> square(restlessness.powerSd());
            case BACK_REFLECTION_DBM -> square(3 * restlessness.powerSd());
            case SECRET_KEY_RATE_BPS -> square(restlessness.keySd() * value);
            case BASIS_Z_FRACTION, DETECTOR_IMBALANCE ->
                square(restlessness.ratioSd()) + binomial(0.5) / Math.max(1, at.signalClicks);
            case SYNC_OFFSET_PS -> square(restlessness.syncSd());
            case PHOTOCURRENT_UA -> square(restlessness.currentSd() * value);
            case DETECTOR_TEMPERATURE_C -> square(restlessness.detectorSd());
            case LASER_TEMPERATURE_C -> square(restlessness.laserSd());
            case POLARIZATION_DRIFT_RAD -> square(restlessness.rotationSd());
            case EXCESS_NOISE_SNU -> square(restlessness.excessNoiseSd());
            case STORED_KEYS,
                    MAX_KEYS,
                    KEYS_REQUESTED,
                    KEYS_DELIVERED,
                    KEYS_REJECTED,
                    TEMPERATURE_C,
                    HUMIDITY,
                    VIBRATION_G -> Double.NaN;
        };
        return variance + stepVariance[observable.ordinal()];
    }

    private double counted(double value, double clicks) {
        return clicks <= 0 ? 0 : restlessness.dispersion() * value * value / clicks;
    }

    private static double binomial(double probability) {
        return probability * (1 - probability);
    }

    private static double square(double x) {
        return x * x;
    }
}
