package io.qorrelate.evaluation.link;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link that lives: wanders, suffers what is done to it, makes keys and loses them, and reports. */
public final class SimulatedLink {
    private static final double DAY_S = 86_400;

    /** Fewer sifted bits than this are no QBER. */
    private static final double FEWEST_BITS = 8;

    /** What watches a link's true state from report to report. */
    @FunctionalInterface
    public interface Witness {
        /** Called for each report that is made. */
        void reported(double atS);
    }

    private final LinkDesign design;
    private final LinkModel model;
    private final Dice dice;
    private final Scribe scribe;
    private final Measurement measurement;
    private final List<Influence> toCome;
    private final List<Influence> acting = new ArrayList<>();
    private final Effects effects = new Effects();
    private final Expectation expected = new Expectation();
    private final double healthyKeysHz;
    private final boolean telling;
    private int next;
    private double misalignment;
    private double lossDb;
    private double intensity;
    private double atS;
    private double nextS;
    private double nominalNextS;
    private double store;
    private double nextDeliveryS;
    private double undelivered;
    private double wantedSinceReport;
    private double givenSinceReport;
    private double oldestKeyS;
    private @Nullable Witness witness;

    /**
     * A link at rest.
     *
     * @param influences all that will ever act on it
     */
    public SimulatedLink(LinkDesign design, List<Influence> influences, Scribe scribe, Dice dice) {
        this.design = design;
        this.model = design.model();
        this.dice = dice;
        this.scribe = scribe;
        this.measurement = new Measurement(model, design.restlessness(), design.reporting(), dice.split());
        this.toCome = influences.stream()
                .sorted(Comparator.comparingDouble(Influence::fromS))
                .toList();
        Restlessness restlessness = design.restlessness();
        misalignment = restlessness.misalignment().begin(dice);
        lossDb = restlessness.loss().begin(dice);
        intensity = restlessness.intensity().begin(dice);
        nominalNextS = design.reporting().intervalS() * dice.between(0, 1);
        nextS = nominalNextS;
        store = design.keys().maxKeys() * dice.between(0.3, 1);
        healthyKeysHz =
                design.nominal().value(SECRET_KEY_RATE_BPS) / design.keys().keyBits();
        telling = design.reports(SECRET_KEY_RATE_BPS, STORED_KEYS);
        nextDeliveryS = dice.exponential(design.keys().deliveryEveryS());
    }

    /** Who is told of each report. */
    public void watchedBy(Witness watcher) {
        this.witness = watcher;
    }

    /** When it reports next, s since the scenario's start. */
    public double nextS() {
        return nextS;
    }

    /** Lives on to its next report, and makes it, unless it is silent. */
    public void report(Consumer<TelemetryEvent> out) {
        double elapsed = nextS - atS;
        atS = nextS;
        Reporting reporting = design.reporting();
        Restlessness restlessness = design.restlessness();
        misalignment = restlessness.misalignment().next(misalignment, elapsed, dice);
        lossDb = restlessness.loss().next(lossDb, elapsed, dice);
        intensity = restlessness.intensity().next(intensity, elapsed, dice);
        nominalNextS += reporting.intervalS();
        nextS = Math.max(
                atS + 0.2 * reporting.intervalS(),
                nominalNextS + reporting.jitter() * reporting.intervalS() * dice.between(-0.5, 0.5));
        act();
        model.expect(atS, misalignment, lossDb, intensity, effects, expected);
        keep(elapsed);
        if (effects.silent || dice.chance(reporting.gapShare())) {
            return;
        }
        Readings quality = measurement.quality(expected);
        if (expected.sifted < FEWEST_BITS && quality.has(QBER)) {
            quality = quality.toBuilder()
                    .remove(QBER)
                    .remove(QBER_X)
                    .remove(QBER_Z)
                    .build();
        }
        if (quality.size() > 0) {
            out.accept(new LinkQuality(scribe.link(atS, design.id()), quality));
        }
        if (telling) {
            out.accept(new KeyRate(scribe.link(atS, design.id()), keys(reporting)));
        }
        if (witness != null) {
            witness.reported(atS);
        }
        deliver(reporting, out);
    }

    private void act() {
        while (next < toCome.size() && toCome.get(next).fromS() <= atS) {
            acting.add(toCome.get(next));
            next++;
        }
        effects.clear();
        if (!acting.isEmpty()) {
            acting.removeIf(influence -> influence.untilS() <= atS);
            for (Influence influence : acting) {
                influence.act(atS, effects);
            }
        }
    }

    /** Makes keys, gives some out, and stores the rest. */
    private void keep(double elapsedS) {
        KeyUse keys = design.keys();
        double made = expected.value(SECRET_KEY_RATE_BPS) / keys.keyBits() * elapsedS;
        double day = 1 + keys.dayShare() * Math.sin(2 * Math.PI * atS / DAY_S);
        double wanted = healthyKeysHz * keys.demandShare() * day * effects.demandFactor * elapsedS;
        double given = Math.min(store + made, wanted);
        store = Math.min(keys.maxKeys(), store + made - given);
        wantedSinceReport += wanted;
        givenSinceReport += given;
        undelivered += given;
    }

    private Readings keys(Reporting reporting) {
        Readings.Builder readings = Readings.builder();
        double wanted = Math.floor(wantedSinceReport);
        double given = Math.min(wanted, Math.floor(givenSinceReport));
        if (reporting.any(SECRET_KEY_RATE_BPS)) {
            readings.put(SECRET_KEY_RATE_BPS, measurement.keyRate(expected));
        }
        if (reporting.any(STORED_KEYS)) {
            readings.put(STORED_KEYS, Math.floor(store));
            if (reporting.any(MAX_KEYS)) {
                readings.put(MAX_KEYS, design.keys().maxKeys());
            }
            if (reporting.any(KEYS_REQUESTED)) {
                readings.put(KEYS_REQUESTED, wanted);
            }
            if (reporting.any(KEYS_DELIVERED)) {
                readings.put(KEYS_DELIVERED, given);
            }
            if (reporting.any(KEYS_REJECTED)) {
                readings.put(KEYS_REJECTED, wanted - given);
            }
        }
        wantedSinceReport -= wanted;
        givenSinceReport = Math.max(0, givenSinceReport - given);
        return readings.build();
    }

    private void deliver(Reporting reporting, Consumer<TelemetryEvent> out) {
        if (atS < nextDeliveryS) {
            return;
        }
        nextDeliveryS = atS + dice.exponential(design.keys().deliveryEveryS());
        long count = (long) undelivered;
        undelivered -= count;
        double from = oldestKeyS;
        oldestKeyS = atS;
        if (reporting.deliveries() && count > 0) {
            out.accept(new KeyDelivery(
                    scribe.link(atS, design.id()),
                    OptionalLong.of(count),
                    OptionalLong.of(design.keys().keyBits()),
                    design.keys().masterSae(),
                    design.keys().slaveSae(),
                    null,
                    scribe.time(from),
                    scribe.time(atS)));
        }
    }
}
