package io.qorrelate.streams;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/** What one link reports every ten seconds, with noise; told step by step. */
final class Telling {
    static final Instant BEGIN = Instant.parse("2026-11-23T00:00:00Z");
    private static final int INTERVAL_SECONDS = 10;
    private static final double QBER = 0.02;
    private static final double LOSS_DB = 8;
    private static final double RATE_HZ = 60_000;

    private final String link;
    private final Random random;
    private final List<TelemetryEvent> events = new ArrayList<>();
    private Instant now = BEGIN;
    private int counter;

    private Telling(String link, long seed) {
        this.link = link;
        this.random = new Random(seed);
    }

    static Telling of(String link, long seed) {
        return new Telling(link, seed);
    }

    Telling quiet(int reports) {
        return reports(reports, 0, 0);
    }

    /** Intercept–resend of a fraction f adds 0.25 f to the QBER and takes twice that from the visibility. */
    Telling interceptResend(int reports, double fraction) {
        return reports(reports, 0.25 * fraction, 0);
    }

    Telling losesMore(int reports, double db) {
        return reports(reports, 0, db);
    }

    Telling losesSignal() {
        events.add(new Transport(
                header(), Transport.Event.LOSS_OF_SIGNAL, OptionalDouble.empty(), OptionalDouble.empty(), null));
        return this;
    }

    Telling refusesTag() {
        events.add(new AuthFailure(
                header(), AuthFailure.Plane.CLASSICAL_CHANNEL, AuthFailure.Reason.BAD_TAG, null, null, 1));
        return this;
    }

    List<TelemetryEvent> events() {
        return List.copyOf(events);
    }

    Instant now() {
        return now;
    }

    static TelemetryEvent powerLost(String node, Instant time) {
        return new Environment(
                Header.ofNode(new EventId(node + "-power"), time, node), Readings.none(), Environment.Power.LOST, null);
    }

    static TelemetryEvent powerBack(String node, Instant time) {
        return new Environment(
                Header.ofNode(new EventId(node + "-power-" + time.toEpochMilli()), time, node),
                Readings.none(),
                Environment.Power.OK,
                null);
    }

    private Telling reports(int count, double error, double db) {
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(INTERVAL_SECONDS);
            double wander = 0.001 * random.nextGaussian();
            events.add(new LinkQuality(
                    header(),
                    Readings.builder()
                            .put(Observable.QBER, Math.abs(QBER + wander + error))
                            .put(Observable.VISIBILITY, 1 - 2 * (QBER + Math.abs(wander) + error))
                            .put(Observable.SIFTED_BITS, 100_000)
                            .put(Observable.LOSS_DB, LOSS_DB + db + 0.03 * random.nextGaussian())
                            .put(
                                    Observable.DETECTION_RATE_HZ,
                                    RATE_HZ * Math.pow(10, -db / 10) * (1 + 0.01 * random.nextGaussian()))
                            .put(Observable.RX_POWER_DBM, -20 - db + 0.03 * random.nextGaussian())
                            .build()));
        }
        return this;
    }

    private Header header() {
        counter++;
        return Header.ofLink(new EventId(link + "-" + counter), now, link);
    }
}
