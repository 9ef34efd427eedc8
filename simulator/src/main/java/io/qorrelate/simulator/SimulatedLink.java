package io.qorrelate.simulator;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One link: its physics, its noise, its calibrations and what is done to it. Deterministic in its seed. */
final class SimulatedLink {
    /** Fibre at 1550 nm and the connectors on the way. */
    private static final double LOSS_DB_PER_KM = 0.21;

    private static final double INSERTION_DB = 1.5;
    private static final double DETECTOR_EFFICIENCY = 0.2;
    private static final double PULSES_HZ = 5e6;
    private static final double DARK_HZ = 300;
    private static final double MISALIGNMENT = 0.012;
    private static final double KEY_BITS = 256;
    private static final long MAX_KEYS = 100_000;

    /** Real links wander: correlation from report to report at the usual 5 s, and how far. */
    private static final double CORRELATION = 0.9;

    private static final double MISALIGNMENT_WANDER = 0.0012;
    private static final double LOSS_WANDER_DB = 0.03;
    private static final double POWER_WANDER = 0.006;

    /** Day and night at the terminal turn into this much misalignment. */
    private static final double DAY_MISALIGNMENT = 0.0008;

    private static final Duration CALIBRATE_EVERY = Duration.ofHours(6);
    private static final Duration CALIBRATION_TAKES = Duration.ofSeconds(25);
    private static final double CALIBRATION_ANGLE_RAD = 0.35;
    private static final double WALK_RAD = 0.0006;

    private final Topology.Link link;
    private final boolean reportsLittle;
    private final Design design;
    private final Random random;
    private final Duration interval;
    private final List<Disturbance> disturbances = new ArrayList<>();
    private Instant next;
    private Instant nextCalibration;
    private @Nullable Instant calibrationEnds;
    private Calibration.Initiator calibrationBy = Calibration.Initiator.SCHEDULED;
    private int reports;
    private double misalignmentWander;
    private double lossWander;
    private double powerWander;
    private double angleRad;
    /** What a drift has turned beyond the daily walk, until a calibration turns it back. */
    private double driftedRad;

    private double storedKeys = 20_000;
    private long counter;

    /** What a link of a length is designed for. */
    record Design(double lossDb, double qber, double secretKeyRateBps) {
        static Design of(double lengthKm) {
            double loss = LOSS_DB_PER_KM * lengthKm + INSERTION_DB;
            double eta = transmittance(loss);
            double y0 = DARK_HZ / PULSES_HZ;
            return new Design(
                    loss,
                    DecoyBb84.qber(DecoyBb84.SIGNAL, eta, y0, MISALIGNMENT),
                    PULSES_HZ * DecoyBb84.secretBitsPerPulse(eta, y0, MISALIGNMENT));
        }
    }

    /** Something that is done to the link. */
    static final class Disturbance {
        final Scenario scenario;
        final double magnitude;
        final Instant begins;
        Instant ends;
        boolean announced;
        boolean healed;
        int told;

        Disturbance(Scenario scenario, double magnitude, Instant begins) {
            this.scenario = scenario;
            this.magnitude = magnitude;
            this.begins = begins;
            this.ends = begins.plus(scenario.lasts());
        }

        boolean lastsAt(Instant time) {
            return !time.isBefore(begins) && time.isBefore(ends);
        }

        double progress(Instant time) {
            return Duration.between(begins, time).toMillis()
                    / (double) Duration.between(begins, ends).toMillis();
        }
    }

    SimulatedLink(Topology.Link link, boolean reportsLittle, long seed, Instant start, Duration interval) {
        this.link = link;
        this.reportsLittle = reportsLittle;
        this.design = Design.of(link.lengthKm().orElse(20));
        this.random = new Random(seed);
        this.interval = interval;
        this.next = start.plusMillis(random.nextInt((int) interval.toMillis()));
        this.nextCalibration =
                start.plus(CALIBRATE_EVERY.multipliedBy(1 + random.nextInt(100)).dividedBy(100));
    }

    void disturb(Disturbance disturbance) {
        disturbances.add(disturbance);
    }

    boolean isDisturbed(Instant time) {
        return disturbances.stream().anyMatch(disturbance -> !time.isAfter(disturbance.ends));
    }

    void advanceTo(Instant end, List<TelemetryEvent> events) {
        while (!next.isAfter(end)) {
            report(next, events);
            next = next.plus(interval);
        }
    }

    private void report(Instant now, List<TelemetryEvent> events) {
        reports++;
        calibrate(now, events);
        wander();
        Conditions conditions = conditions(now, events);
        Readings quality = quality(now, conditions);
        if (!conditions.dark() || reports % 4 == 0) {
            events.add(new LinkQuality(header(now), quality));
        }
        if (reports % 2 == 0) {
            keys(now, conditions, events);
        }
    }

    /** What holds at the moment of a report. */
    private record Conditions(
            double lossDb,
            double angleRad,
            double intercepted,
            double darkFactor,
            double photocurrentFactor,
            double reflectionDb,
            boolean controlled,
            boolean dark,
            boolean keyStopped) {}

    private Conditions conditions(Instant now, List<TelemetryEvent> events) {
        double loss = design.lossDb() + lossWander;
        double angle = angleRad;
        double intercepted = 0;
        double photocurrent = 1;
        double reflection = 0;
        boolean controlled = false;
        boolean dark = false;
        boolean keyStopped = false;
        for (Disturbance disturbance : disturbances) {
            if (!disturbance.lastsAt(now)) {
                heal(disturbance, now, events);
                continue;
            }
            announce(disturbance, now, events);
            switch (disturbance.scenario) {
                case INTERCEPT_RESEND, PARTIAL_INTERCEPT_RESEND -> intercepted = disturbance.magnitude;
                case FIBRE_LOSS_STEP -> loss += disturbance.magnitude;
                case FIBRE_CUT -> {
                    loss += disturbance.magnitude;
                    dark = true;
                }
                case POLARIZATION_DRIFT -> angle += disturbance.magnitude * disturbance.progress(now);
                case AUTH_FAILURE_BURST -> keyStopped = true;
                case KEY_API_ABUSE -> {
                    // the quantum side knows nothing of it
                }
                case DETECTOR_BLINDING -> {
                    photocurrent = disturbance.magnitude;
                    controlled = true;
                }
                case TROJAN_HORSE -> reflection = disturbance.magnitude;
            }
        }
        disturbances.removeIf(disturbance -> disturbance.healed);
        boolean calibrating = calibrationEnds != null;
        return new Conditions(
                loss,
                calibrating ? CALIBRATION_ANGLE_RAD : angle,
                intercepted,
                controlled ? 0 : 1,
                photocurrent,
                reflection,
                controlled,
                dark,
                keyStopped || calibrating);
    }

    private void announce(Disturbance disturbance, Instant now, List<TelemetryEvent> events) {
        switch (disturbance.scenario) {
            case FIBRE_CUT -> {
                if (!disturbance.announced) {
                    transport(now, Transport.Event.LOSS_OF_SIGNAL, OptionalDouble.empty(), events);
                    events.add(new Transport(
                            header(now),
                            Transport.Event.FAILOVER,
                            OptionalDouble.empty(),
                            OptionalDouble.empty(),
                            "pqc"));
                }
            }
            case FIBRE_LOSS_STEP -> {
                if (!disturbance.announced && disturbance.progress(now) > 0.15) {
                    transport(now, Transport.Event.OTDR_EVENT, OptionalDouble.of(disturbance.magnitude), events);
                } else if (!disturbance.announced) {
                    return;
                }
            }
            case AUTH_FAILURE_BURST -> {
                while (disturbance.told < disturbance.magnitude
                        && disturbance.told < 1 + disturbance.progress(now) * 2 * disturbance.magnitude) {
                    disturbance.told++;
                    events.add(new AuthFailure(
                            header(now),
                            AuthFailure.Plane.CLASSICAL_CHANNEL,
                            AuthFailure.Reason.BAD_TAG,
                            link.from(),
                            "198.51.100.23",
                            1));
                }
            }
            case KEY_API_ABUSE -> {
                while (disturbance.told < disturbance.magnitude
                        && disturbance.told < 1 + disturbance.progress(now) * 2 * disturbance.magnitude) {
                    disturbance.told++;
                    events.add(new AuthFailure(
                            header(now),
                            AuthFailure.Plane.KEY_API,
                            disturbance.told % 3 == 0
                                    ? AuthFailure.Reason.UNKNOWN_PRINCIPAL
                                    : AuthFailure.Reason.BAD_CREDENTIALS,
                            "sae-unknown",
                            "203.0.113.77",
                            1));
                }
            }
            default -> {
                // it shows in the measurements alone
            }
        }
        disturbance.announced = true;
    }

    private void heal(Disturbance disturbance, Instant now, List<TelemetryEvent> events) {
        if (now.isBefore(disturbance.ends)) {
            return;
        }
        disturbance.healed = true;
        if (disturbance.scenario == Scenario.FIBRE_CUT && disturbance.announced) {
            transport(now, Transport.Event.SIGNAL_RESTORED, OptionalDouble.empty(), events);
            events.add(new Transport(
                    header(now), Transport.Event.FAILBACK, OptionalDouble.empty(), OptionalDouble.empty(), null));
        }
        if (disturbance.scenario == Scenario.POLARIZATION_DRIFT) {
            driftedRad = disturbance.magnitude;
            startCalibration(now, Calibration.Initiator.AUTOMATIC, events);
        }
    }

    private void calibrate(Instant now, List<TelemetryEvent> events) {
        Instant ends = calibrationEnds;
        if (ends != null && !now.isBefore(ends)) {
            calibrationEnds = null;
            double turned = angleRad + driftedRad;
            angleRad = 0;
            driftedRad = 0;
            events.add(new Calibration(
                    header(now),
                    Calibration.Routine.POLARIZATION,
                    Calibration.Phase.COMPLETED,
                    calibrationBy,
                    null,
                    OptionalDouble.of(turned)));
        }
        if (!now.isBefore(nextCalibration)) {
            nextCalibration = nextCalibration.plus(CALIBRATE_EVERY);
            // Equipment does not foresee what is yet to be done to it.
            if (disturbances.stream().allMatch(disturbance -> now.isBefore(disturbance.begins))) {
                startCalibration(now, Calibration.Initiator.SCHEDULED, events);
            }
        }
    }

    private void startCalibration(Instant now, Calibration.Initiator initiator, List<TelemetryEvent> events) {
        calibrationEnds = now.plus(CALIBRATION_TAKES);
        calibrationBy = initiator;
        events.add(new Calibration(
                header(now),
                Calibration.Routine.POLARIZATION,
                Calibration.Phase.STARTED,
                initiator,
                null,
                OptionalDouble.empty()));
    }

    private void wander() {
        double fresh = Math.sqrt(1 - CORRELATION * CORRELATION);
        misalignmentWander = CORRELATION * misalignmentWander + fresh * MISALIGNMENT_WANDER * random.nextGaussian();
        lossWander = CORRELATION * lossWander + fresh * LOSS_WANDER_DB * random.nextGaussian();
        powerWander = CORRELATION * powerWander + fresh * POWER_WANDER * random.nextGaussian();
        angleRad = Math.clamp(angleRad + WALK_RAD * random.nextGaussian(), -0.05, 0.05);
    }

    private Readings quality(Instant now, Conditions conditions) {
        double seconds = interval.toMillis() / 1000.0;
        double pulses = PULSES_HZ * seconds;
        double day = Math.sin(2 * Math.PI * (now.getEpochSecond() % 86_400) / 86_400);
        double misalignment = Math.max(0.001, MISALIGNMENT + misalignmentWander + DAY_MISALIGNMENT * day);
        double turned = Math.pow(Math.sin(conditions.angleRad()), 2);
        double eta = transmittance(conditions.lossDb()) * (1 + powerWander);
        double darkHz = Math.max(1, DARK_HZ * (1 + 0.05 * day) * conditions.darkFactor());
        double y0 = darkHz / PULSES_HZ;
        double eve = 0.25 * conditions.intercepted();
        double inX = mix(mix(misalignment, turned), eve);
        double inZ = mix(mix(misalignment, 0.2 * turned), eve);
        double gain = DecoyBb84.gain(DecoyBb84.SIGNAL, eta, y0);
        double clicks = Math.max(1, poisson(gain * pulses));
        double sifted = Math.max(1, Math.rint(clicks / 2));
        double errorX = conditions.controlled() ? 0.008 : DecoyBb84.qber(DecoyBb84.SIGNAL, eta, y0, inX);
        double errorZ = conditions.controlled() ? 0.008 : DecoyBb84.qber(DecoyBb84.SIGNAL, eta, y0, inZ);
        double qberX = binomial(errorX, sifted / 2);
        double qberZ = binomial(errorZ, sifted / 2);

        Readings.Builder readings = Readings.builder()
                .put(Observable.QBER, rounded((qberX + qberZ) / 2, 1e-6))
                .put(Observable.SIFTED_BITS, sifted);
        if (reportsLittle) {
            return readings.put(
                            Observable.LOSS_DB,
                            rounded(Math.max(0, conditions.lossDb() + 0.05 * random.nextGaussian()), 0.01))
                    .build();
        }
        double visibility = 1 - 2 * mix(mix(misalignment, 0.6 * turned), eve) + 0.0015 * random.nextGaussian();
        return readings.put(Observable.QBER_X, rounded(qberX, 1e-6))
                .put(Observable.QBER_Z, rounded(qberZ, 1e-6))
                .put(Observable.VISIBILITY, rounded(Math.clamp(visibility, 0, 1), 1e-5))
                .put(Observable.LOSS_DB, rounded(Math.max(0, conditions.lossDb() + 0.02 * random.nextGaussian()), 0.01))
                .put(Observable.DETECTION_RATE_HZ, rounded(clicks / seconds, 0.1))
                .put(Observable.DARK_COUNT_RATE_HZ, rounded(Math.max(0, poisson(darkHz * seconds) / seconds), 0.1))
                .put(
                        Observable.DOUBLE_CLICK_FRACTION,
                        conditions.controlled()
                                ? 0
                                : rounded(Math.max(0, gain / 2 + 2e-4 * random.nextGaussian()), 1e-6))
                .put(Observable.BASIS_Z_FRACTION, rounded(binomial(0.5, clicks), 1e-5))
                .put(
                        Observable.DETECTOR_IMBALANCE,
                        rounded(Math.clamp(0.02 + 0.004 * random.nextGaussian(), -1, 1), 1e-4))
                .put(Observable.GAIN_SIGNAL, rounded(clicks / pulses, 1e-8))
                .put(Observable.GAIN_DECOY, rounded(decoyGain(eta, y0, pulses), 1e-8))
                .put(Observable.SYNC_OFFSET_PS, rounded(12 + 3 * random.nextGaussian(), 0.1))
                .put(
                        Observable.POLARIZATION_DRIFT_RAD,
                        rounded(conditions.angleRad() + 0.004 * random.nextGaussian(), 1e-4))
                .put(
                        Observable.RX_POWER_DBM,
                        rounded(
                                -8
                                        - (conditions.lossDb() - design.lossDb())
                                        - design.lossDb()
                                        + 0.03 * random.nextGaussian(),
                                0.01))
                .put(
                        Observable.BACK_REFLECTION_DBM,
                        rounded(-62 + conditions.reflectionDb() + 0.4 * random.nextGaussian(), 0.01))
                .put(
                        Observable.PHOTOCURRENT_UA,
                        rounded(1.5 * conditions.photocurrentFactor() * (1 + 0.02 * random.nextGaussian()), 1e-3))
                .put(Observable.DETECTOR_TEMPERATURE_C, rounded(-40 + 0.05 * day + 0.03 * random.nextGaussian(), 0.01))
                .put(Observable.LASER_TEMPERATURE_C, rounded(25 + 0.1 * day + 0.02 * random.nextGaussian(), 0.01))
                .build();
    }

    /** A tenth of the pulses are decoys. */
    private double decoyGain(double eta, double y0, double pulses) {
        double decoys = pulses / 10;
        return Math.max(0, poisson(DecoyBb84.gain(DecoyBb84.DECOY, eta, y0) * decoys)) / decoys;
    }

    private void keys(Instant now, Conditions conditions, List<TelemetryEvent> events) {
        double seconds = 2 * interval.toMillis() / 1000.0;
        double eta = transmittance(conditions.lossDb());
        double turned = Math.pow(Math.sin(conditions.angleRad()), 2);
        double error = mix(mix(MISALIGNMENT + misalignmentWander, 0.6 * turned), 0.25 * conditions.intercepted());
        double rate = conditions.keyStopped()
                ? 0
                : PULSES_HZ
                        * DecoyBb84.secretBitsPerPulse(eta, DARK_HZ / PULSES_HZ, Math.max(0.001, error))
                        * (1 + 0.02 * random.nextGaussian());
        // Offices take most keys by day.
        double hour = now.getEpochSecond() % 86_400 / 3600.0;
        double demand = design.secretKeyRateBps() / KEY_BITS * (0.45 + 0.45 * Math.exp(-Math.pow((hour - 13) / 4, 2)));
        long wanted = Math.round(Math.max(0, poisson(demand * seconds)));
        storedKeys = Math.min(MAX_KEYS, storedKeys + rate * seconds / KEY_BITS);
        long delivered = Math.min(wanted, (long) storedKeys);
        storedKeys -= delivered;
        events.add(new KeyRate(
                header(now),
                Readings.builder()
                        .put(Observable.SECRET_KEY_RATE_BPS, rounded(Math.max(0, rate), 0.1))
                        .put(Observable.STORED_KEYS, Math.floor(storedKeys))
                        .put(Observable.MAX_KEYS, MAX_KEYS)
                        .put(Observable.KEYS_REQUESTED, (double) wanted)
                        .put(Observable.KEYS_DELIVERED, (double) delivered)
                        .put(Observable.KEYS_REJECTED, (double) (wanted - delivered))
                        .build()));
        if (reports % 12 == 0 && delivered > 0) {
            events.add(new KeyDelivery(
                    header(now),
                    OptionalLong.of(delivered),
                    OptionalLong.of((long) KEY_BITS),
                    "sae-bank-ams",
                    "sae-ministry-hag",
                    null,
                    now.minusSeconds(60),
                    now));
        }
    }

    private void transport(Instant now, Transport.Event event, OptionalDouble lossDb, List<TelemetryEvent> events) {
        double position = rounded(0.4 * link.lengthKm().orElse(20), 0.1);
        events.add(new Transport(header(now), event, OptionalDouble.of(position), lossDb, null));
    }

    private Header header(Instant now) {
        counter++;
        // Times alone are not unique, and a restart counts anew.
        EventId id = new EventId(link.id() + "/" + now.toEpochMilli() + "/" + counter);
        return new Header(id, now, link.id(), link.to(), "simulator", Map.of());
    }

    private static double transmittance(double lossDb) {
        return DETECTOR_EFFICIENCY * Math.pow(10, -lossDb / 10);
    }

    /** The error after two independent causes of error. */
    private static double mix(double one, double other) {
        return one + other - 2 * one * other;
    }

    private double poisson(double mean) {
        return mean + Math.sqrt(mean) * random.nextGaussian();
    }

    private double binomial(double probability, double trials) {
        double spread = Math.sqrt(Math.max(0, probability * (1 - probability)) / Math.max(1, trials));
        return Math.clamp(probability + spread * random.nextGaussian(), 0, 1);
    }

    private static double rounded(double value, double resolution) {
        return BigDecimal.valueOf(Math.rint(value / resolution) * resolution)
                .setScale(8, RoundingMode.HALF_EVEN)
                .doubleValue();
    }
}
