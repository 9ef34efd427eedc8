package io.qorrelate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetropolisTest {
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    private final Topology topology = Metropolis.topology();

    @Test
    void thereAreAtLeastTwelveLinks() {
        assertThat(topology.links()).hasSizeGreaterThanOrEqualTo(12);
        assertThat(Metropolis.links())
                .containsExactlyElementsOf(topology.links().keySet());
    }

    @Test
    void everyLinkEndsAtNodesOfTheNetwork() {
        assertThat(topology.links().values()).allSatisfy(link -> {
            assertThat(topology.nodes()).containsKeys(link.from(), link.to());
            assertThat(link.id()).isEqualTo(link.from() + "~" + link.to());
        });
    }

    @Test
    void theTrustedNodesFormARingSoThatAnyOneLinkOfItMayFail() {
        Set<String> ring = withoutSpurs();

        assertThat(ring).hasSizeGreaterThanOrEqualTo(4);
        assertThat(neighboursWithin(ring).values())
                .allSatisfy(neighbours -> assertThat(neighbours).hasSizeGreaterThanOrEqualTo(2));
        topology.links().values().stream()
                .filter(link -> ring.contains(link.from()) && ring.contains(link.to()))
                .forEach(cut -> assertThat(reachable(ring.iterator().next(), cut.id()))
                        .as("nodes that are still reached without %s", cut.id())
                        .containsAll(ring));
    }

    @Test
    void smallerTownsHangOnSpurs() {
        Set<String> towns = new LinkedHashSet<>(topology.nodes().keySet());
        towns.removeAll(withoutSpurs());

        assertThat(towns)
                .isNotEmpty()
                .allSatisfy(town -> assertThat(topology.linksOf(town)).hasSize(1));
    }

    @Test
    void theFileParsesToTheSameNetworkEachTime() {
        assertThat(Topology.parse(Metropolis.topologyYaml(), "metropolis.yaml")).isEqualTo(topology);
    }

    @Test
    void theNominalFiguresAreThoseOfThePhysics() {
        assertThat(topology.links().values()).allSatisfy(link -> {
            SimulatedLink.Design design =
                    SimulatedLink.Design.of(link.lengthKm().orElseThrow());
            assertThat(link.qber().orElseThrow()).isCloseTo(design.qber(), within(0.00005));
            assertThat(link.lossDb().orElseThrow()).isCloseTo(design.lossDb(), within(0.005));
            assertThat(link.secretKeyRateBps().orElseThrow()).isCloseTo(design.secretKeyRateBps(), within(0.5));
        });
    }

    @Test
    void linksShareDuctsSitesPowerAndCooling() {
        assertThat(topology.sharedRisks())
                .extracting(Topology.SharedRisk::what)
                .contains("duct", "cable", "site_power", "site_cooling");
    }

    @Test
    void someLinksAreOfAVendorThatReportsLittle() {
        assertThat(topology.links().values())
                .anyMatch(Metropolis::reportsLittle)
                .anyMatch(link -> !Metropolis.reportsLittle(link));
    }

    @Test
    void everyLinkMakesItsNominalKeyOnAQuietDay() {
        Duration interval = Duration.ofMinutes(5);
        NetworkSimulation simulation = new NetworkSimulation(topology, 1, START, interval);
        Map<String, List<Double>> rates = new HashMap<>();
        simulation.advanceTo(START.plus(Duration.ofDays(1))).forEach(event -> {
            if (event instanceof KeyRate rate) {
                rates.computeIfAbsent(Objects.requireNonNull(rate.link()), link -> new ArrayList<>())
                        .add(rate.readings().value(Observable.SECRET_KEY_RATE_BPS));
            }
        });

        assertThat(topology.links().values()).allSatisfy(link -> {
            double nominal = link.secretKeyRateBps().orElseThrow();
            assertThat(nominal).isPositive();
            assertThat(Series.of(rates.getOrDefault(link.id(), List.of())).mean())
                    .isBetween(0.9 * nominal, 1.1 * nominal);
        });
    }

    /** What is left when towns with one link are taken away until there are none. */
    private Set<String> withoutSpurs() {
        Set<String> left = new LinkedHashSet<>(topology.nodes().keySet());
        boolean shrank = true;
        while (shrank) {
            Map<String, Set<String>> neighbours = neighboursWithin(left);
            shrank = left.removeIf(
                    node -> neighbours.getOrDefault(node, Set.of()).size() < 2);
        }
        return left;
    }

    private Map<String, Set<String>> neighboursWithin(Set<String> nodes) {
        Map<String, Set<String>> neighbours = new HashMap<>();
        topology.links().values().forEach(link -> {
            String from = Objects.requireNonNull(link.from());
            String to = Objects.requireNonNull(link.to());
            if (nodes.contains(from) && nodes.contains(to)) {
                neighbours.computeIfAbsent(from, node -> new LinkedHashSet<>()).add(to);
                neighbours.computeIfAbsent(to, node -> new LinkedHashSet<>()).add(from);
            }
        });
        return neighbours;
    }

    private Set<String> reachable(String begin, String cut) {
        Set<String> reached = new LinkedHashSet<>(Set.of(begin));
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Topology.Link link : topology.links().values()) {
                if (!link.id().equals(cut) && (reached.contains(link.from()) || reached.contains(link.to()))) {
                    grew |= reached.add(Objects.requireNonNull(link.from()));
                    grew |= reached.add(Objects.requireNonNull(link.to()));
                }
            }
        }
        return reached;
    }
}
