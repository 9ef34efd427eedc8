package io.qorrelate.diagnosis;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A link's telemetry, told in sentences: a verb says what begins, {@link #quietFor} how long it goes on. What the equipment
 * measures of it is {@link Equipment}'s matter; its room, if it is told of, is at node {@link #NODE}.
 */
final class LinkStory {
    /** The receiver's node. */
    static final String NODE = "del-1";

    private static final Duration ROOM_INTERVAL = Duration.ofMinutes(1);

    /** What every link reports; the others report what {@link #withEveryInstrument} adds too. */
    private static final Set<Observable> USUAL = EnumSet.of(
            Observable.QBER,
            Observable.QBER_X,
            Observable.QBER_Z,
            Observable.SIFTED_BITS,
            Observable.VISIBILITY,
            Observable.LOSS_DB,
            Observable.DETECTION_RATE_HZ,
            Observable.DARK_COUNT_RATE_HZ,
            Observable.RX_POWER_DBM,
            Observable.POLARIZATION_DRIFT_RAD,
            Observable.SECRET_KEY_RATE_BPS);

    private final String link;
    private final Random random;
    private final Duration interval;
    private final Set<Observable> reported;
    private final Equipment equipment;
    private final List<Course> courses = new ArrayList<>();
    private final List<TelemetryEvent> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    private int counter;
    private @Nullable Instant onset;

    /** When the room reports next; null where nobody tells of it. */
    private @Nullable Instant roomReport;

    /** How often the key rate is reported; null where with everything else. */
    private @Nullable Duration keyEvery;

    private DoubleSummaryStatistics keyBps = new DoubleSummaryStatistics();
    private @Nullable Instant keyReport;

    private double vibrationG = 0.002;
    private Environment.Power power = Environment.Power.OK;
    private Environment.Cooling cooling = Environment.Cooling.OK;

    /** Something that goes on by itself: sets what is wrong by the hours since it began. */
    private record Course(Instant since, DoubleConsumer hours) {}

    private LinkStory(String link, long seed, Duration interval, Set<Observable> reported) {
        this.link = link;
        this.random = new Random(seed);
        this.interval = interval;
        this.reported = reported;
        this.equipment = new Equipment(seed, reported);
    }

    static LinkStory of(String link, long seed) {
        return new LinkStory(link, seed, Duration.ofSeconds(10), USUAL);
    }

    LinkStory every(Duration otherInterval) {
        return new LinkStory(link, random.nextLong(), otherInterval, reported);
    }

    LinkStory reportingOnly(Observable... observables) {
        return new LinkStory(link, random.nextLong(), interval, Set.of(observables));
    }

    /** All that a discrete-variable system may report: gains, gates, currents, temperatures and light that comes back. */
    LinkStory withEveryInstrument() {
        return new LinkStory(link, random.nextLong(), interval, EnumSet.allOf(Observable.class));
    }

    /** The key rate is that of the blocks distilled in so long a time, and told at its end. */
    LinkStory tellingItsKeyEvery(Duration duration) {
        keyEvery = duration;
        return this;
    }

    /** The receiver's room reports every minute. */
    LinkStory withItsRoom() {
        roomReport = now;
        return this;
    }

    static TelemetryEvent tamperingAt(String node, Instant time) {
        return new PhysicalAccess(
                Header.ofNode(new EventId(node + "-tamper"), time, node), PhysicalAccess.Event.TAMPER, null);
    }

    /** What a node says of its room. */
    static TelemetryEvent roomOf(String node, Instant time) {
        return new Environment(
                Header.ofNode(new EventId(node + "-room-" + time.toEpochMilli()), time, node),
                Readings.of(Observable.TEMPERATURE_C, 21 + 0.5 * Math.sin(time.toEpochMilli() / 1e6)),
                Environment.Power.OK,
                Environment.Cooling.OK);
    }

    /** Stories that happened at the same time, as they arrive. */
    static List<TelemetryEvent> together(LinkStory... stories) {
        return Arrays.stream(stories)
                .flatMap(story -> story.events().stream())
                .sorted(Comparator.comparing(Place::of))
                .toList();
    }

    LinkStory quietFor(Duration duration) {
        Instant end = now.plus(duration);
        while (now.isBefore(end)) {
            report();
        }
        return this;
    }

    // What an attacker does.

    LinkStory interceptResend(double fraction) {
        begins();
        equipment.interceptedFraction = fraction;
        return this;
    }

    /** Ever more is intercepted, as slowly as a drift grows. */
    LinkStory interceptsMoreAndMore(double fractionPerHour) {
        return develops(hours -> equipment.interceptedFraction = fractionPerHour * hours);
    }

    /** Blocks a share of the single photons, and keeps the signal's rate by passing on more of the pulses with several. */
    LinkStory splitsPhotonNumbers(double fraction) {
        begins();
        equipment.splitFraction = fraction;
        return this;
    }

    /** Bright light holds the detectors in their linear mode: they draw current, and click only where the attacker wants. */
    LinkStory blindsTheDetectors() {
        begins();
        equipment.photocurrentFactor = 20;
        equipment.darkFactor = 0.01;
        equipment.doubleClickFactor = 0.05;
        equipment.errorFactor = 0.8;
        equipment.extraLightDb = 1;
        return this;
    }

    /** Pulses come so much earlier, where one detector is more efficient than the other. */
    LinkStory shiftsArrival(double ps) {
        begins();
        equipment.gateOffsetPs = -ps;
        equipment.imbalance = 0.2;
        equipment.basisShift = 0.015;
        equipment.wrongX = 0.002;
        equipment.wrongZ = 0.002;
        return this;
    }

    /** Light is sent into the transmitter, and what comes back is read. */
    LinkStory probesTheTransmitter(double backReflectionDb) {
        begins();
        equipment.backReflectionDb = backReflectionDb;
        return this;
    }

    /** Light of another wavelength, or pulses that pass the modulator in its slope, divide unevenly between the bases. */
    LinkStory steersTheBases(double fraction) {
        begins();
        equipment.basisShift = fraction;
        equipment.wrongX = 0.012;
        equipment.wrongZ = 0.002;
        return this;
    }

    /** Foreign light in the laser makes all intensities brighter, and not all alike. */
    LinkStory seedsTheLaser(double factor) {
        begins();
        equipment.intensityFactor = factor;
        equipment.decoyFactor = 1.15;
        return this;
    }

    /** Light from elsewhere drowns the signal. */
    LinkStory floodsWithLight(double clicksPerSecond) {
        begins();
        equipment.backgroundHz = clicksPerSecond;
        return this;
    }

    LinkStory authenticationFails(int times, Duration apart, AuthFailure.Plane plane, AuthFailure.Reason reason) {
        begins();
        equipment.noKey = plane == AuthFailure.Plane.CLASSICAL_CHANNEL;
        for (int i = 0; i < times; i++) {
            events.add(new AuthFailure(header(), plane, reason, "peer", "192.0.2.7", 1));
            Instant next = now.plus(apart);
            while (now.isBefore(next)) {
                report();
            }
        }
        equipment.noKey = false;
        return this;
    }

    /** Applications take keys that were distilled in the last and the next report's time. */
    LinkStory keysAreTaken(int keys, String master, String slave) {
        events.add(new KeyDelivery(
                header(),
                OptionalLong.of(keys),
                OptionalLong.of(256),
                master,
                slave,
                null,
                now.minus(interval),
                now.plus(interval)));
        return this;
    }

    /** So many times as many keys are asked for. */
    LinkStory demandRises(double factor) {
        equipment.demandFactor = factor;
        return this;
    }

    LinkStory enclosureIsOpened() {
        events.add(new PhysicalAccess(nodeHeader(), PhysicalAccess.Event.ENCLOSURE_OPENED, null));
        return this;
    }

    // What moves by itself.

    LinkStory polarizationDrifts(double radPerHour) {
        return develops(hours -> equipment.angleRad = radPerHour * hours);
    }

    /** The laser's temperature leads, by a tenth of an hour. */
    LinkStory phaseDrifts(double radPerHour) {
        return develops(hours -> {
            equipment.laserWarmerK = hours;
            equipment.phaseRad = radPerHour * Math.max(0, hours - 0.1);
        });
    }

    LinkStory timingDrifts(double psPerHour) {
        return develops(hours -> {
            equipment.gateOffsetPs = psPerHour * hours;
            equipment.wrongX = 0.001 * hours;
            equipment.wrongZ = 0.001 * hours;
        });
    }

    LinkStory detectorsWarmUp(double kelvinPerHour) {
        return develops(hours -> equipment.detectorWarmerK = kelvinPerHour * hours);
    }

    /** Of all intensities alike: a factor for each hour. */
    LinkStory intensitiesDrift(double factorPerHour) {
        return develops(hours -> equipment.intensityFactor = Math.pow(factorPerHour, hours));
    }

    /** Errors by the detuned interferometer, and a little loss at the filter's edge. */
    LinkStory wavelengthDrifts(double kelvinPerHour) {
        return develops(hours -> {
            equipment.laserWarmerK = kelvinPerHour * hours;
            equipment.misalignment = 0.015 * kelvinPerHour * hours;
            equipment.extraLossDb = 0.08 * kelvinPerHour * hours;
        });
    }

    // What gets worse.

    LinkStory losesMore(double db) {
        begins();
        equipment.extraLossDb = db;
        return this;
    }

    LinkStory fibreAges(double dbPerDay) {
        return develops(hours -> equipment.extraLossDb = dbPerDay * hours / 24);
    }

    /** A factor for each day. */
    LinkStory laserAges(double factorPerDay) {
        return develops(hours -> equipment.intensityFactor = Math.pow(factorPerDay, hours / 24));
    }

    /** A factor on the dark counts for each day. */
    LinkStory detectorsAge(double factorPerDay) {
        return develops(hours -> equipment.darkFactor = Math.pow(factorPerDay, hours / 24));
    }

    LinkStory fibreIsCut() {
        begins();
        equipment.extraLossDb = 45;
        transport(Transport.Event.LOSS_OF_SIGNAL, OptionalDouble.empty(), OptionalDouble.empty());
        return this;
    }

    LinkStory otdrShows(double positionKm, double db) {
        transport(Transport.Event.OTDR_EVENT, OptionalDouble.of(positionKm), OptionalDouble.of(db));
        return this;
    }

    /** The room's cooling fails, and the detectors warm up. */
    LinkStory coolingFails(double kelvinPerHour) {
        cooling = Environment.Cooling.DEGRADED;
        return detectorsWarmUp(kelvinPerHour);
    }

    /** The node is dark: its link tells nothing, and its room only that there is no power. */
    LinkStory powerIsLostFor(Duration duration) {
        begins();
        power = Environment.Power.LOST;
        Instant end = now.plus(duration);
        while (now.isBefore(end)) {
            now = now.plus(interval);
            reportRoom();
        }
        power = Environment.Power.OK;
        return this;
    }

    /** A machine works beside the fibre: so long it shakes, so long it rests, and every report catches another phase of it. */
    LinkStory shakes(int times, Duration shaking, Duration resting, double rad) {
        begins();
        for (int i = 0; i < times; i++) {
            vibrationG = 0.4;
            Instant rest = now.plus(shaking);
            while (now.isBefore(rest)) {
                equipment.angleRad = rad * (0.4 + 0.6 * random.nextDouble());
                report();
            }
            vibrationG = 0.002;
            equipment.angleRad = 0;
            quietFor(resting);
        }
        return this;
    }

    // What people and routines do.

    /** What was wrong is wrong no more, and nobody says why. */
    LinkStory heals() {
        courses.clear();
        equipment.heal();
        return this;
    }

    LinkStory recalibrates(Calibration.Initiator initiator) {
        return recalibrates(Calibration.Routine.POLARIZATION, initiator);
    }

    /** The routine mends what drifts, and nothing else. */
    LinkStory recalibrates(Calibration.Routine routine, Calibration.Initiator initiator) {
        calibrates(routine, initiator, "scheduler", Calibration.Phase.COMPLETED);
        courses.forEach(course -> course.hours.accept(0));
        courses.clear();
        equipment.angleRad = 0;
        return this;
    }

    /** The routine completes, and finds nothing to mend: what is wrong is none of its business. */
    LinkStory recalibratesInVain(Calibration.Routine routine) {
        double kept = equipment.angleRad;
        calibrates(routine, Calibration.Initiator.AUTOMATIC, "scheduler", Calibration.Phase.COMPLETED);
        equipment.angleRad = kept;
        return this;
    }

    /** The routine gives up, and leaves the link misaligned by so much. */
    LinkStory failsToCalibrate(Calibration.Routine routine, double rad) {
        begins();
        calibrates(routine, Calibration.Initiator.AUTOMATIC, "scheduler", Calibration.Phase.FAILED);
        equipment.angleRad = rad;
        return this;
    }

    /** The routine says that it is done, and leaves the link misaligned by so much. */
    LinkStory isMisalignedBy(Calibration.Routine routine, double rad) {
        begins();
        calibrates(routine, Calibration.Initiator.AUTOMATIC, "scheduler", Calibration.Phase.COMPLETED);
        equipment.angleRad = rad;
        return this;
    }

    /** Somebody asks for a calibration from afar, and it is done. */
    LinkStory isCalibratedRemotelyBy(String principal) {
        calibrates(
                Calibration.Routine.POLARIZATION, Calibration.Initiator.REMOTE, principal, Calibration.Phase.COMPLETED);
        return this;
    }

    /** As above, and it leaves the link misaligned by so much. */
    LinkStory isMisalignedRemotelyBy(String principal, double rad) {
        begins();
        isCalibratedRemotelyBy(principal);
        equipment.angleRad = rad;
        return this;
    }

    /** A calibration starts by schedule, and is not over yet. */
    LinkStory startsToCalibrate(Calibration.Routine routine) {
        calibration(routine, Calibration.Phase.STARTED, Calibration.Initiator.SCHEDULED, "scheduler");
        return this;
    }

    /** Somebody says that he works on the link, and leaves it with so much more loss. */
    LinkStory maintenance(Duration duration, double db) {
        begins();
        transport(Transport.Event.MAINTENANCE_STARTED, OptionalDouble.empty(), OptionalDouble.empty());
        equipment.extraLossDb = db;
        equipment.interceptedFraction = 0.3;
        quietFor(duration);
        equipment.interceptedFraction = 0;
        transport(Transport.Event.MAINTENANCE_ENDED, OptionalDouble.empty(), OptionalDouble.empty());
        return this;
    }

    LinkStory outlier() {
        double kept = equipment.interceptedFraction;
        equipment.interceptedFraction = 0.8;
        report();
        equipment.interceptedFraction = kept;
        return this;
    }

    LinkStory silentFor(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    /** When what was told last began. */
    Instant onset() {
        return Objects.requireNonNull(onset);
    }

    Instant now() {
        return now;
    }

    List<TelemetryEvent> events() {
        return List.copyOf(events);
    }

    private void begins() {
        onset = now;
    }

    private LinkStory develops(DoubleConsumer byHours) {
        begins();
        courses.add(new Course(now, byHours));
        return this;
    }

    private void transport(Transport.Event event, OptionalDouble positionKm, OptionalDouble db) {
        events.add(new Transport(header(), event, positionKm, db, null));
    }

    private void calibrates(
            Calibration.Routine routine, Calibration.Initiator initiator, String principal, Calibration.Phase end) {
        calibration(routine, Calibration.Phase.STARTED, initiator, principal);
        for (int i = 0; i < 3; i++) {
            // It searches: what is measured meanwhile is odd on purpose.
            reportOnce(() -> equipment.angleRad = 0.4);
        }
        calibration(routine, end, initiator, principal);
    }

    private void calibration(
            Calibration.Routine routine, Calibration.Phase phase, Calibration.Initiator initiator, String principal) {
        events.add(new Calibration(header(), routine, phase, initiator, principal, OptionalDouble.empty()));
        now = now.plusSeconds(1);
    }

    private void report() {
        reportOnce(() -> {});
    }

    /** A report with something wrong for its time alone. */
    private void reportOnce(Runnable wrong) {
        now = now.plus(interval);
        double seconds = interval.toMillis() / 1000.0;
        for (Course course : courses) {
            course.hours.accept(Duration.between(course.since, now).toMillis() / 3_600_000.0);
        }
        double kept = equipment.angleRad;
        wrong.run();
        Readings quality = equipment.quality(now, seconds);
        equipment.angleRad = kept;
        if (quality.size() > 0) {
            events.add(new LinkQuality(header(), quality));
        }
        if (equipment.reportsKey()) {
            reportKey(equipment.key(seconds));
        }
        reportRoom();
    }

    private void reportKey(Readings key) {
        if (keyEvery == null) {
            events.add(new KeyRate(header(), key));
            return;
        }
        keyBps.accept(key.value(Observable.SECRET_KEY_RATE_BPS));
        if (keyReport == null || !now.isBefore(keyReport)) {
            keyReport = now.plus(keyEvery);
            events.add(new KeyRate(header(), Readings.of(Observable.SECRET_KEY_RATE_BPS, keyBps.getAverage())));
            keyBps = new DoubleSummaryStatistics();
        }
    }

    private void reportRoom() {
        if (roomReport == null || now.isBefore(roomReport)) {
            return;
        }
        roomReport = now.plus(ROOM_INTERVAL);
        Readings readings = Readings.builder()
                .put(Observable.TEMPERATURE_C, 21 + 0.5 * Math.sin(now.toEpochMilli() / 1e7))
                .put(Observable.VIBRATION_G, vibrationG)
                .build();
        events.add(new Environment(nodeHeader(), readings, power, cooling));
    }

    private Header header() {
        counter++;
        return Header.ofLink(new EventId(link + "-" + counter), now, link);
    }

    private Header nodeHeader() {
        counter++;
        return Header.ofNode(new EventId(NODE + "-" + counter), now, NODE);
    }
}
