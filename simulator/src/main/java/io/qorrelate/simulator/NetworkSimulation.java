package io.qorrelate.simulator;

import io.qorrelate.model.Environment;
import io.qorrelate.model.EventId;
import io.qorrelate.model.Header;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The network in event time. The same seed, start and disturbances give the same events, however the time is cut into pieces.
 * Not safe for use by several threads.
 */
public final class NetworkSimulation {
    private static final Duration ENVIRONMENT_EVERY = Duration.ofSeconds(60);

    private final Map<String, SimulatedLink> links = new LinkedHashMap<>();
    private final List<String> nodes;
    private final Random environment;
    private Instant nextEnvironment;
    private long counter;

    /**
     * A network of decoy-state links.
     *
     * @param seed the same seed gives the same noise
     * @param start event time before the first report
     * @param interval time between a link's reports
     */
    public NetworkSimulation(Topology topology, long seed, Instant start, Duration interval) {
        Random seeds = new Random(seed);
        topology.links()
                .values()
                .forEach(link -> links.put(
                        link.id(),
                        new SimulatedLink(link, Metropolis.reportsLittle(link), seeds.nextLong(), start, interval)));
        nodes = List.copyOf(topology.nodes().keySet());
        environment = new Random(seeds.nextLong());
        nextEnvironment = start.plus(ENVIRONMENT_EVERY);
    }

    /** All events up to a time, inclusive, in the order of their times. */
    public List<TelemetryEvent> advanceTo(Instant end) {
        List<TelemetryEvent> events = new ArrayList<>();
        links.values().forEach(link -> link.advanceTo(end, events));
        while (!nextEnvironment.isAfter(end)) {
            environment(nextEnvironment, events);
            nextEnvironment = nextEnvironment.plus(ENVIRONMENT_EVERY);
        }
        events.sort(Comparator.comparing(TelemetryEvent::time));
        return events;
    }

    /** Plays a scenario on a link from a time on; the link heals by itself. */
    public void play(Scenario scenario, String link, double magnitude, Instant at) {
        links.get(link).disturb(new SimulatedLink.Disturbance(scenario, magnitude, at));
    }

    /** Whether something is played on a link, or about to be. */
    public boolean isDisturbed(String link, Instant time) {
        return links.get(link).isDisturbed(time);
    }

    /** Ids of the links, in the topology's order. */
    public List<String> linkIds() {
        return List.copyOf(links.keySet());
    }

    private void environment(Instant now, List<TelemetryEvent> events) {
        double day = Math.sin(2 * Math.PI * (now.getEpochSecond() % 86_400) / 86_400);
        for (String node : nodes) {
            counter++;
            events.add(new Environment(
                    new Header(
                            new EventId(node + "/" + now.toEpochMilli() + "/" + counter),
                            now,
                            null,
                            node,
                            "facility",
                            Map.of()),
                    Readings.builder()
                            .put(
                                    Observable.TEMPERATURE_C,
                                    Math.rint(10 * (21 + day + 0.1 * environment.nextGaussian())) / 10)
                            .put(Observable.HUMIDITY, Math.rint(45 + environment.nextGaussian()))
                            .put(
                                    Observable.VIBRATION_G,
                                    Math.rint(1000 * Math.abs(0.01 + 0.002 * environment.nextGaussian())) / 1000)
                            .build(),
                    Environment.Power.OK,
                    Environment.Cooling.OK));
        }
    }
}
