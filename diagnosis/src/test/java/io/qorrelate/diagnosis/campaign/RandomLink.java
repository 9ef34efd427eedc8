package io.qorrelate.diagnosis.campaign;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/**
 * A decoy-state BB84 link whose length, detectors, noise, reporting interval and reported observables are drawn at random. What
 * it reports follows from the physics: gains and errors by Ma, Qi, Zhao, Lo 2005, counts with their own statistics and more
 * than that, and everything that is aligned wanders with a correlation time of its own.
 */
final class RandomLink {
    static final String NAME = "x-1~y-1";

    private static final double SIGNAL_MU = 0.5;
    private static final double DECOY_MU = 0.1;
    private static final double SIGNAL_SHARE = 0.7;
    private static final int[] INTERVALS_S = {1, 2, 5, 10, 30, 60, 300};

    /** What links report, from those that tell all to those that tell least. */
    enum Profile {
        FULL(EnumSet.allOf(Observable.class)),
        NO_OPTICS(EnumSet.complementOf(EnumSet.of(
                Observable.VISIBILITY,
                Observable.RX_POWER_DBM,
                Observable.POLARIZATION_DRIFT_RAD,
                Observable.QBER_X,
                Observable.QBER_Z))),
        COMMON(EnumSet.of(
                Observable.QBER,
                Observable.VISIBILITY,
                Observable.LOSS_DB,
                Observable.DETECTION_RATE_HZ,
                Observable.SECRET_KEY_RATE_BPS)),
        LEAST(EnumSet.of(Observable.QBER, Observable.SECRET_KEY_RATE_BPS));

        private final Set<Observable> reported;

        Profile(Set<Observable> reported) {
            this.reported = reported;
        }
    }

    final Random random;
    final Profile profile;
    final int intervalS;
    private final List<TelemetryEvent> events = new ArrayList<>();
    Instant now = Instant.parse("2026-03-02T00:00:00Z");
    private int counter;

    private final double lossDb;
    private final double efficiency;
    private final double y0;
    private final double pulsesHz;
    private final double misalignment;
    private final double dispersion;
    private final double wanderShare;
    private final double wanderS;
    private final double lossSd;
    private final double lossWanderS;
    private final double dayShare;
    private final double visibilitySd;
    private final double opticalSd;
    private final double gapShare;
    private final double outlierShare;
    private final boolean xTurns;
    private double wander;
    private double lossWander;

    // What is wrong at the moment.
    double intercepted;
    double extraLossDb;
    double turnedRad;
    double phaseRad;
    double gateOffsetPs;
    double darkFactor = 1;
    double decoyFactor = 1;
    double photocurrentFactor = 1;
    double backReflectionDb;
    double detectorWarmerC;
    double laserWarmerC;
    boolean blinded;
    boolean noKey;

    RandomLink(long seed) {
        random = new Random(seed * 0x9E3779B97F4A7C15L + 12345);
        random.nextDouble();
        profile = Profile.values()[random.nextInt(Profile.values().length)];
        intervalS = INTERVALS_S[random.nextInt(INTERVALS_S.length)];
        lossDb = 0.2 * between(5, 80) + between(1, 4);
        efficiency = between(0.1, 0.25);
        y0 = Math.exp(between(Math.log(3e-7), Math.log(4e-6)));
        pulsesHz = Math.exp(between(Math.log(5e7), Math.log(1e9)));
        misalignment = between(0.006, 0.03);
        dispersion = between(1, 2.5);
        wanderShare = between(0.02, 0.12);
        wanderS = Math.exp(between(Math.log(5), Math.log(900)));
        lossSd = between(0.01, 0.06);
        lossWanderS = Math.exp(between(Math.log(5), Math.log(900)));
        dayShare = between(0, 0.08);
        visibilitySd = between(0.0005, 0.003);
        opticalSd = between(0.02, 0.08);
        gapShare = between(0, 0.02);
        outlierShare = random.nextBoolean() ? 0 : 1e-4;
        xTurns = random.nextBoolean();
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    List<TelemetryEvent> events() {
        return events;
    }

    void run(Duration duration, Runnable beforeEach) {
        Instant end = now.plus(duration);
        while (now.isBefore(end)) {
            beforeEach.run();
            report();
        }
    }

    void run(Duration duration) {
        run(duration, () -> {});
    }

    void calibrate(Calibration.Routine routine, Calibration.Initiator initiator) {
        calibration(routine, initiator, Calibration.Phase.STARTED);
        double kept = turnedRad;
        turnedRad = between(0.2, 0.7);
        run(Duration.ofSeconds((long) between(30, 120)));
        turnedRad = kept;
        calibration(routine, initiator, Calibration.Phase.COMPLETED);
    }

    void calibration(Calibration.Routine routine, Calibration.Initiator initiator, Calibration.Phase phase) {
        events.add(new Calibration(header(), routine, phase, initiator, null, OptionalDouble.empty()));
    }

    void transport(Transport.Event event) {
        events.add(new Transport(header(), event, OptionalDouble.empty(), OptionalDouble.empty(), null));
    }

    void access(PhysicalAccess.Event event) {
        events.add(new PhysicalAccess(header(), event, null));
    }

    void cooling(Environment.Cooling cooling) {
        events.add(new Environment(header(), Readings.builder().build(), null, cooling));
    }

    void refused(AuthFailure.Plane plane, AuthFailure.Reason reason) {
        events.add(new AuthFailure(header(), plane, reason, "peer", "192.0.2.7", 1));
    }

    private void report() {
        now = now.plusSeconds(intervalS);
        wander = ornsteinUhlenbeck(wander, wanderS, misalignment * wanderShare);
        lossWander = ornsteinUhlenbeck(lossWander, lossWanderS, lossSd);
        if (random.nextDouble() < gapShare) {
            return;
        }
        double day = Math.sin(2 * Math.PI * (now.getEpochSecond() % 86_400) / 86_400.0);
        double loss = lossDb + extraLossDb + lossWander + 0.02 * day;
        double gate = Math.exp(-gateOffsetPs * gateOffsetPs / (2 * 150.0 * 150.0));
        double eta = Math.pow(10, -loss / 10) * efficiency * gate;
        double dark = y0 * darkFactor;
        double gainSignal = dark - Math.expm1(-eta * SIGNAL_MU);
        double gainDecoy = dark - Math.expm1(-eta * DECOY_MU * decoyFactor);
        double base = Math.max(0.001, misalignment * (1 + dayShare * day) + wander);
        double turned = Math.pow(Math.sin(turnedRad), 2);
        double phase = Math.pow(Math.sin(phaseRad / 2), 2);
        double inX = mix(mix(base, xTurns ? turned : 0.2 * turned), phase);
        double inZ = mix(base, xTurns ? 0.2 * turned : turned);
        double added = 0.25 * intercepted;
        double light = gainSignal - dark;
        double errorX = (mix(inX, added) * light + dark / 2) / gainSignal;
        double errorZ = (mix(inZ, added) * light + dark / 2) / gainSignal;
        double rate = pulsesHz * SIGNAL_SHARE * gainSignal;
        double rateSeen = rate / (1 + rate * 1e-6);
        if (blinded) {
            errorX *= 0.9;
            errorZ *= 0.9;
        }
        double bits = Math.max(10, Math.min(2e5, rateSeen * intervalS / 2));
        double x = ratio(errorX, bits / 2);
        double z = ratio(errorZ, bits / 2);
        if (random.nextDouble() < outlierShare) {
            x = random.nextDouble() / 2;
            z = random.nextDouble() / 2;
        }
        double clicks = Math.max(1, rateSeen * intervalS);
        Readings.Builder readings = Readings.builder();
        put(readings, Observable.QBER, (x + z) / 2);
        put(readings, Observable.QBER_X, x);
        put(readings, Observable.QBER_Z, z);
        put(readings, Observable.SIFTED_BITS, Math.rint(bits));
        put(
                readings,
                Observable.VISIBILITY,
                Math.clamp(1 - (inX + inZ) - 2 * added + visibilitySd * random.nextGaussian(), 0, 1));
        put(readings, Observable.LOSS_DB, Math.rint(100 * (loss + 0.02 * random.nextGaussian())) / 100);
        put(readings, Observable.DETECTION_RATE_HZ, rateSeen * counted(clicks));
        put(
                readings,
                Observable.DARK_COUNT_RATE_HZ,
                blinded ? 0 : pulsesHz * dark * counted(Math.max(1, pulsesHz * dark * intervalS)));
        put(readings, Observable.GAIN_SIGNAL, gainSignal * counted(clicks));
        put(readings, Observable.GAIN_DECOY, gainDecoy * counted(Math.max(1, clicks * 0.1 * gainDecoy / gainSignal)));
        put(readings, Observable.RX_POWER_DBM, -15 - loss + opticalSd * random.nextGaussian());
        put(readings, Observable.POLARIZATION_DRIFT_RAD, Math.abs(turnedRad) + 0.01 * Math.abs(random.nextGaussian()));
        put(readings, Observable.SYNC_OFFSET_PS, gateOffsetPs + 3 * random.nextGaussian());
        put(readings, Observable.PHOTOCURRENT_UA, 5 * photocurrentFactor * (1 + 0.02 * random.nextGaussian()));
        put(readings, Observable.BACK_REFLECTION_DBM, -60 + backReflectionDb + 0.3 * random.nextGaussian());
        put(
                readings,
                Observable.DETECTOR_TEMPERATURE_C,
                -40 + detectorWarmerC + 0.1 * day + 0.03 * random.nextGaussian());
        put(readings, Observable.LASER_TEMPERATURE_C, 25 + laserWarmerC + 0.2 * day + 0.02 * random.nextGaussian());
        events.add(new LinkQuality(header(), readings.build()));
        double error = (x + z) / 2;
        double key = noKey ? 0 : Math.max(0, rateSeen * 0.2 * (1 - 2.2 * entropy(error)));
        if (profile.reported.contains(Observable.SECRET_KEY_RATE_BPS)) {
            events.add(new KeyRate(
                    header(),
                    Readings.of(Observable.SECRET_KEY_RATE_BPS, key * (1 + 0.02 * random.nextGaussian()) + 0)));
        }
    }

    private double ornsteinUhlenbeck(double value, double correlationS, double sd) {
        double kept = Math.exp(-intervalS / correlationS);
        return kept * value + Math.sqrt(1 - kept * kept) * sd * random.nextGaussian();
    }

    private double ratio(double probability, double trials) {
        double sd = Math.sqrt(dispersion * probability * (1 - probability) / trials);
        return Math.clamp(probability + sd * random.nextGaussian(), 0, 1);
    }

    private double counted(double count) {
        return Math.max(0, 1 + Math.sqrt(dispersion / count) * random.nextGaussian());
    }

    private void put(Readings.Builder readings, Observable observable, double value) {
        if (profile.reported.contains(observable)) {
            readings.put(observable, value);
        }
    }

    private Header header() {
        counter++;
        return Header.ofLink(new EventId("e-" + counter), now, NAME);
    }

    private static double mix(double one, double other) {
        return one + other - 2 * one * other;
    }

    private static double entropy(double error) {
        double e = Math.clamp(error, 1e-9, 0.5);
        return -(e * Math.log(e) + (1 - e) * Math.log(1 - e)) / Math.log(2);
    }
}
