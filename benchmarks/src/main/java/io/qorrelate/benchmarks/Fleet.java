package io.qorrelate.benchmarks;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.evaluation.link.Reporting;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.evaluation.link.SimulatedLink;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.TelemetryEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Links that report every ten seconds, as the evaluation simulates them: drawn from all its protocols and kinds of equipment, restless,
 * and nothing is wrong with them.
 */
final class Fleet {
    /** The most links of a fleet. */
    static final int SIMULATED = 1000;

    private static final double INTERVAL_S = 10;
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final long SEED = 20_260_105;

    private final List<SimulatedLink> simulated = new ArrayList<>();
    private long events;

    /** A fleet of so many links at rest, but of no more than a thousand. */
    Fleet(int links) {
        Dice dice = new Dice(SEED);
        Scribe scribe = new Scribe(START);
        for (int i = 0; i < Math.min(links, SIMULATED); i++) {
            LinkDesign drawn =
                    LinkDesign.draw(name(i), "ams-" + i, "del-" + i, protocol(dice), INTERVAL_S, dice.split());
            simulated.add(new SimulatedLink(
                    punctual(drawn, drawn.reporting().observables()), List.of(), scribe, dice.split()));
        }
    }

    /** In the shares in which the evaluation draws them. */
    private static Protocol protocol(Dice dice) {
        double u = dice.between(0, 1);
        return u < 0.76 ? Protocol.DECOY_BB84 : u < 0.88 ? Protocol.BBM92 : Protocol.CV_QKD;
    }

    /** The same link, but every ten seconds and without the events that come late. */
    static LinkDesign punctual(LinkDesign drawn, Set<io.qorrelate.model.Observable> observables) {
        Reporting it = drawn.reporting();
        Reporting punctual = new Reporting(
                it.profile(),
                observables,
                INTERVAL_S,
                it.jitter(),
                it.gapShare(),
                it.outagesPerDay(),
                it.outlierShare(),
                0,
                it.bitsCap(),
                it.steps(),
                it.calibrations(),
                it.transport(),
                it.facilities(),
                it.doors(),
                it.deliveries());
        return new LinkDesign(
                drawn.id(), drawn.from(), drawn.to(), drawn.optics(), drawn.restlessness(), punctual, drawn.keys());
    }

    /** How many links there are. */
    int simulated() {
        return simulated.size();
    }

    /** The name under which a link is told of. */
    String name(int link) {
        return "ams-" + link % SIMULATED + "~del-" + link % SIMULATED;
    }

    /** What is told by a link at a time. */
    record Told(int link, TelemetryEvent event) {}

    /** The next report of each link, one link after the other: so their events come in from a network. */
    List<Told> round() {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < simulated.size(); i++) {
            int link = i;
            simulated.get(i).report(event -> told.add(new Told(link, event)));
        }
        return told;
    }

    /** The same event as one of its own in memory, down to its readings and its time. */
    TelemetryEvent toldAnew(TelemetryEvent event) {
        events++;
        Header header = Header.ofLink(
                new EventId("e" + events), Instant.ofEpochMilli(event.time().toEpochMilli()), event.key());
        return switch (event) {
            case LinkQuality quality ->
                new LinkQuality(header, quality.readings().toBuilder().build());
            case KeyRate rate -> new KeyRate(header, rate.readings().toBuilder().build());
            case KeyDelivery it ->
                new KeyDelivery(
                        header,
                        it.keyCount(),
                        it.keySizeBits(),
                        it.masterSae(),
                        it.slaveSae(),
                        it.firstKeyId(),
                        it.generatedFrom(),
                        it.generatedTo());
            default -> throw new IllegalStateException("links tell of quality, key rates and deliveries");
        };
    }
}
