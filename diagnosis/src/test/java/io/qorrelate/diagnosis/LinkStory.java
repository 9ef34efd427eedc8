package io.qorrelate.diagnosis;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A link's telemetry, told in sentences. The physics is the textbook's: errors are a misalignment share plus half the dark
 * counts, losses dim everything alike, and every count is drawn at random; misalignment and loss wander besides (AR(1)).
 */
final class LinkStory {
    private static final double LOSS_DB = 8;
    private static final double RATE_HZ = 60_000;
    private static final double DARK_HZ = 400;
    private static final double MISALIGNMENT = 0.018;
    private static final double AR = 0.8;

    private final String link;
    private final Random random;
    private final Duration interval;
    private final Set<Observable> reported;
    private final List<TelemetryEvent> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    private int counter;
    private double wander;
    private double lossWander;

    // What is wrong at the moment.
    private double interceptedFraction;
    private double extraLossDb;
    private double angleRad;
    private double angleRateRadPerHour;
    private boolean noKey;
    private @Nullable Instant onset;

    private LinkStory(String link, long seed, Duration interval, Set<Observable> reported) {
        this.link = link;
        this.random = new Random(seed);
        this.interval = interval;
        this.reported = reported;
    }

    static LinkStory of(String link, long seed) {
        return new LinkStory(link, seed, Duration.ofSeconds(10), EnumSet.allOf(Observable.class));
    }

    LinkStory every(Duration otherInterval) {
        return new LinkStory(link, random.nextLong(), otherInterval, reported);
    }

    LinkStory reportingOnly(Observable... observables) {
        return new LinkStory(link, random.nextLong(), interval, Set.of(observables));
    }

    /** What a node says of its room. */
    static TelemetryEvent roomOf(String node, Instant time) {
        return new Environment(
                Header.ofNode(new EventId(node + "-room-" + time.toEpochMilli()), time, node),
                Readings.of(Observable.TEMPERATURE_C, 21 + 0.5 * Math.sin(time.toEpochMilli() / 1e6)),
                Environment.Power.OK,
                Environment.Cooling.OK);
    }

    LinkStory quietFor(Duration duration) {
        Instant end = now.plus(duration);
        while (now.isBefore(end)) {
            report();
        }
        return this;
    }

    LinkStory interceptResend(double fraction) {
        onset = now;
        interceptedFraction = fraction;
        return this;
    }

    LinkStory losesMore(double db) {
        onset = now;
        extraLossDb = db;
        return this;
    }

    /** What was wrong is wrong no more, and nobody says why. */
    LinkStory heals() {
        interceptedFraction = 0;
        extraLossDb = 0;
        angleRad = 0;
        angleRateRadPerHour = 0;
        return this;
    }

    LinkStory polarizationDrifts(double radPerHour) {
        onset = now;
        angleRateRadPerHour = radPerHour;
        return this;
    }

    LinkStory recalibrates(Calibration.Initiator initiator) {
        calibration(Calibration.Phase.STARTED, initiator);
        for (int i = 0; i < 3; i++) {
            double kept = angleRad;
            angleRad = 0.4;
            report();
            angleRad = kept;
        }
        angleRad = 0;
        angleRateRadPerHour = 0;
        calibration(Calibration.Phase.COMPLETED, initiator);
        return this;
    }

    LinkStory maintenance(Duration duration, double db) {
        events.add(new Transport(
                header(), Transport.Event.MAINTENANCE_STARTED, OptionalDouble.empty(), OptionalDouble.empty(), null));
        extraLossDb = db;
        interceptedFraction = 0.3;
        quietFor(duration);
        interceptedFraction = 0;
        events.add(new Transport(
                header(), Transport.Event.MAINTENANCE_ENDED, OptionalDouble.empty(), OptionalDouble.empty(), null));
        return this;
    }

    LinkStory authenticationFails(int times, Duration apart, AuthFailure.Plane plane, AuthFailure.Reason reason) {
        onset = now;
        noKey = plane == AuthFailure.Plane.CLASSICAL_CHANNEL;
        for (int i = 0; i < times; i++) {
            events.add(new AuthFailure(header(), plane, reason, "peer", "192.0.2.7", 1));
            Instant next = now.plus(apart);
            while (now.isBefore(next)) {
                report();
            }
        }
        noKey = false;
        return this;
    }

    LinkStory outlier() {
        double kept = interceptedFraction;
        interceptedFraction = 0.8;
        report();
        interceptedFraction = kept;
        return this;
    }

    LinkStory silentFor(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    Instant onset() {
        return Objects.requireNonNull(onset);
    }

    Instant now() {
        return now;
    }

    List<TelemetryEvent> events() {
        return List.copyOf(events);
    }

    private void calibration(Calibration.Phase phase, Calibration.Initiator initiator) {
        events.add(new Calibration(
                header(), Calibration.Routine.POLARIZATION, phase, initiator, null, OptionalDouble.empty()));
        now = now.plusSeconds(1);
    }

    private void report() {
        double seconds = interval.toMillis() / 1000.0;
        now = now.plus(interval);
        angleRad += angleRateRadPerHour * seconds / 3600;
        wander = AR * wander + Math.sqrt(1 - AR * AR) * 0.0015 * random.nextGaussian();
        lossWander = AR * lossWander + Math.sqrt(1 - AR * AR) * 0.04 * random.nextGaussian();
        double dayNight = 0.001 * Math.sin(2 * Math.PI * (now.getEpochSecond() % 86_400) / 86_400);
        double lossDb = LOSS_DB + extraLossDb + lossWander;
        double signal = RATE_HZ * Math.pow(10, -(extraLossDb + lossWander) / 10);
        double share = DARK_HZ / (signal + DARK_HZ);
        double turned = Math.pow(Math.sin(angleRad), 2);
        double base = Math.max(0.002, MISALIGNMENT + wander + dayNight);
        double intercepted = 0.25 * interceptedFraction;
        double errorX = (1 - share) * mix(mix(base, turned), intercepted) + share / 2;
        double errorZ = (1 - share) * mix(mix(base, 0.15 * turned), intercepted) + share / 2;
        double sifted = Math.max(20, Math.round((signal + DARK_HZ) * seconds / 2));
        double qberX = binomial(errorX, sifted / 2);
        double qberZ = binomial(errorZ, sifted / 2);
        double visibility = 1 - 2 * mix(base, 0.6 * turned) - 2 * intercepted + 0.001 * random.nextGaussian();
        Readings.Builder readings = Readings.builder();
        put(readings, Observable.QBER, (qberX + qberZ) / 2);
        put(readings, Observable.QBER_X, qberX);
        put(readings, Observable.QBER_Z, qberZ);
        put(readings, Observable.SIFTED_BITS, sifted);
        put(readings, Observable.VISIBILITY, Math.clamp(visibility, 0, 1));
        put(readings, Observable.LOSS_DB, lossDb + 0.02 * random.nextGaussian());
        put(readings, Observable.DETECTION_RATE_HZ, Math.max(0, poisson((signal + DARK_HZ) * seconds) / seconds));
        put(readings, Observable.DARK_COUNT_RATE_HZ, Math.max(0, poisson(DARK_HZ * seconds) / seconds));
        put(readings, Observable.RX_POWER_DBM, -20 - extraLossDb - lossWander + 0.03 * random.nextGaussian());
        put(readings, Observable.POLARIZATION_DRIFT_RAD, Math.abs(angleRad) + 0.01 * Math.abs(random.nextGaussian()));
        if (readings.build().size() > 0) {
            events.add(new LinkQuality(header(), readings.build()));
        }
        if (reported.contains(Observable.SECRET_KEY_RATE_BPS)) {
            double error = (qberX + qberZ) / 2;
            double rate = noKey
                    ? 0
                    : Math.max(0, signal * 0.25 * (1 - 2.2 * entropy(error)) * (1 + 0.03 * random.nextGaussian()));
            events.add(new KeyRate(header(), Readings.of(Observable.SECRET_KEY_RATE_BPS, rate)));
        }
    }

    private void put(Readings.Builder readings, Observable observable, double value) {
        if (reported.contains(observable)) {
            readings.put(observable, value);
        }
    }

    private static double mix(double one, double other) {
        return one + other - 2 * one * other;
    }

    private static double entropy(double error) {
        double e = Math.clamp(error, 1e-9, 0.5);
        return -(e * Math.log(e) + (1 - e) * Math.log(1 - e)) / Math.log(2);
    }

    private double binomial(double probability, double trials) {
        double spread = Math.sqrt(probability * (1 - probability) / trials);
        return Math.clamp(probability + spread * random.nextGaussian(), 0, 1);
    }

    private double poisson(double mean) {
        return mean + Math.sqrt(mean) * random.nextGaussian();
    }

    private Header header() {
        counter++;
        return Header.ofLink(new EventId(link + "-" + counter), now, link);
    }
}
