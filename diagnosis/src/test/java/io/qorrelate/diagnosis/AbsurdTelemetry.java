package io.qorrelate.diagnosis;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Kind;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Policy;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Telemetry that is valid and makes no sense: every value lies in its range, and nothing more can be said for it. Each
 * observable has a temper of its own (nought, tiny, huge, constant, alternating, wild), which changes now and then; times stand
 * still, leap over years and go back by days. The same seed gives the same telemetry.
 */
final class AbsurdTelemetry {
    /** How far back a time may go. */
    static final Duration BACK = Duration.ofDays(3);

    /** Larger than anything, and still finite when two of them are added. */
    private static final double HUGE = 1e300;

    private static final double TINY = 1e-300;

    private final Random random;
    private final List<String> links;
    private final List<String> nodes;
    private final Map<Observable, Temper> tempers = new EnumMap<>(Observable.class);
    private final int reported;
    private Instant now = Instant.parse("2026-11-23T00:00:00Z");
    private int counter;

    private enum Temper {
        ABSENT,
        LEAST,
        MOST,
        TINY,
        NOUGHT,
        CONSTANT,
        ALTERNATING,
        PLAUSIBLE,
        WILD
    }

    AbsurdTelemetry(long seed, List<String> links, List<String> nodes) {
        this.random = new Random(seed);
        this.links = links;
        this.nodes = nodes;
        // Some links report one thing alone.
        this.reported = random.nextInt(4) == 0 ? 1 : Observable.values().length;
        changeTempers();
    }

    List<TelemetryEvent> events(int count) {
        List<TelemetryEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(200) == 0) {
                changeTempers();
            }
            events.add(event(time()));
        }
        return events;
    }

    private void changeTempers() {
        tempers.clear();
        List<Observable> some = new ArrayList<>(List.of(Observable.values()));
        Collections.shuffle(some, random);
        some.subList(0, reported).forEach(observable -> tempers.put(observable, pick(Temper.values())));
    }

    private Instant time() {
        int chance = random.nextInt(300);
        if (chance < 2) {
            return now.minusSeconds(random.nextLong(BACK.toSeconds()));
        }
        if (chance == 2) {
            now = now.plus(Duration.ofDays(random.nextInt(3000)));
        } else if (chance > 10) {
            now = now.plusMillis(random.nextInt(20_000));
        }
        return now;
    }

    private TelemetryEvent event(Instant time) {
        // Mostly what is measured, so that there are baselines to upset.
        Kind kind = random.nextInt(5) > 0 ? Kind.LINK_QUALITY : pick(Kind.values());
        Header header = header(kind, time);
        return switch (kind) {
            case LINK_QUALITY -> new LinkQuality(header, readings(kind));
            case KEY_RATE -> new KeyRate(header, readings(kind));
            case KEY_DELIVERY ->
                new KeyDelivery(
                        header, whole(), whole(), "sae-1", "sae-2", null, null, random.nextBoolean() ? now : null);
            case AUTH_FAILURE ->
                new AuthFailure(
                        header,
                        pick(AuthFailure.Plane.values()),
                        pick(AuthFailure.Reason.values()),
                        "p" + random.nextInt(3),
                        "192.0.2." + random.nextInt(3),
                        random.nextBoolean() ? 1 : Long.MAX_VALUE);
            case CALIBRATION ->
                new Calibration(
                        header,
                        pick(Calibration.Routine.values()),
                        pick(Calibration.Phase.values()),
                        pick(Calibration.Initiator.values()),
                        null,
                        OptionalDouble.of(-HUGE));
            case TRANSPORT ->
                new Transport(
                        header,
                        pick(Transport.Event.values()),
                        OptionalDouble.of(HUGE),
                        OptionalDouble.of(-HUGE),
                        "pqc");
            case ENVIRONMENT ->
                new Environment(
                        header, readings(kind), pick(Environment.Power.values()), pick(Environment.Cooling.values()));
            case PHYSICAL_ACCESS -> new PhysicalAccess(header, pick(PhysicalAccess.Event.values()), null);
            case POLICY -> new Policy(header, pick(Policy.Decision.values()), null, null);
        };
    }

    private Header header(Kind kind, Instant time) {
        counter++;
        EventId id = new EventId("e" + counter);
        boolean ofLink = kind.needsLink() || random.nextBoolean();
        return ofLink
                ? Header.ofLink(id, time, links.get(random.nextInt(links.size())))
                : Header.ofNode(id, time, nodes.get(random.nextInt(nodes.size())));
    }

    private Readings readings(Kind kind) {
        Readings.Builder readings = Readings.builder();
        for (Observable observable : Observable.of(kind)) {
            Temper temper = tempers.getOrDefault(observable, Temper.ABSENT);
            if (temper != Temper.ABSENT) {
                double least = Math.max(observable.range().min(), -HUGE);
                double most = Math.min(observable.range().max(), HUGE);
                readings.put(observable, Math.clamp(value(temper, least, most), least, most));
            }
        }
        return readings.build();
    }

    private double value(Temper temper, double least, double most) {
        return switch (temper) {
            case ABSENT, NOUGHT -> 0;
            case LEAST -> least;
            case MOST -> most;
            case TINY -> TINY * random.nextDouble();
            case CONSTANT -> 0.25;
            case ALTERNATING -> counter % 2 == 0 ? least : most;
            case PLAUSIBLE -> 0.02 + 0.001 * random.nextGaussian();
            case WILD -> random.nextGaussian() * Math.pow(10, random.nextInt(-12, 13));
        };
    }

    private OptionalLong whole() {
        return OptionalLong.of(random.nextBoolean() ? 0 : Long.MAX_VALUE);
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
