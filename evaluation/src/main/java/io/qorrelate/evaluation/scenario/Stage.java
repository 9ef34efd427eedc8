package io.qorrelate.evaluation.scenario;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.Influence;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Reporting;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.evaluation.link.SimulatedLink;
import io.qorrelate.model.TelemetryEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Plays a script: lets all links and rooms live side by side in time, and delivers what they tell, some of it late. */
final class Stage {
    /** An event on its way. */
    private record Delayed(double arrivalS, long number, TelemetryEvent event) {}

    private final Script script;
    private final Dice dice;
    private final Scribe scribe;
    private final List<SimulatedLink> links = new ArrayList<>();
    private final List<Double> lateShares = new ArrayList<>();
    private final List<Facility> facilities = new ArrayList<>();
    private final List<Cue> cues;
    private final PriorityQueue<Delayed> underWay =
            new PriorityQueue<>(Comparator.comparingDouble(Delayed::arrivalS).thenComparingLong(Delayed::number));
    private int nextCue;
    private long sent;

    Stage(Script script, Scribe scribe, SimulatedLink.Witness witness, Dice dice) {
        this.script = script;
        this.scribe = scribe;
        this.dice = dice;
        for (LinkDesign design : script.network.links()) {
            List<Influence> influences = Stream.concat(
                            script.background(design.id()).stream(), script.incident(design.id()).stream())
                    .toList();
            SimulatedLink link = new SimulatedLink(design, influences, scribe, dice.split());
            if (design.id().equals(script.target().id())) {
                link.watchedBy(witness);
            }
            links.add(link);
            lateShares.add(design.reporting().lateShare());
        }
        if (script.target().reporting().facilities()) {
            for (String node : List.of(script.target().to(), script.target().from())) {
                facilities.add(new Facility(script.addressees(node), script.room(node), scribe, dice.split()));
            }
        }
        cues = script.cues().stream()
                .sorted(Comparator.comparingDouble(Cue::atS))
                .toList();
    }

    void play(Consumer<TelemetryEvent> audience) {
        double horizon = script.horizonS();
        while (true) {
            double at = horizon;
            int who = -1;
            for (int i = 0; i < links.size(); i++) {
                if (links.get(i).nextS() < at) {
                    at = links.get(i).nextS();
                    who = i;
                }
            }
            Facility facility = null;
            for (Facility each : facilities) {
                if (each.nextS() < at) {
                    at = each.nextS();
                    facility = each;
                }
            }
            boolean cue = nextCue < cues.size() && cues.get(nextCue).atS() < at;
            if (cue) {
                at = cues.get(nextCue).atS();
            }
            deliver(at, audience);
            if (cue) {
                audience.accept(cues.get(nextCue).event().apply(scribe));
                nextCue++;
            } else if (facility != null) {
                facility.report(audience);
            } else if (who >= 0) {
                double now = at;
                double lateShare = lateShares.get(who);
                links.get(who).report(event -> send(event, now, lateShare, audience));
            } else {
                break;
            }
        }
        deliver(Double.POSITIVE_INFINITY, audience);
    }

    private void send(TelemetryEvent event, double now, double lateShare, Consumer<TelemetryEvent> audience) {
        if (lateShare > 0 && dice.chance(lateShare)) {
            sent++;
            underWay.add(new Delayed(now + dice.between(0, Reporting.LATEST_S), sent, event));
        } else {
            audience.accept(event);
        }
    }

    private void deliver(double until, Consumer<TelemetryEvent> audience) {
        while (!underWay.isEmpty() && underWay.peek().arrivalS() <= until) {
            audience.accept(underWay.poll().event());
        }
    }
}
