package io.qorrelate.diagnosis;

import io.qorrelate.model.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which links lie in one duct or cable: what happens to the fibre happens to all of them, and what happens to one alone is of
 * another kind.
 */
public final class FibreRoutes {
    private static final Set<String> ROUTES = Set.of("duct", "cable");

    private final Map<String, Set<String>> neighbours;

    private FibreRoutes(Map<String, Set<String>> neighbours) {
        this.neighbours = neighbours;
    }

    /** As the topology tells. */
    public static FibreRoutes of(Topology topology) {
        Map<String, Set<String>> neighbours = new HashMap<>();
        for (Topology.SharedRisk risk : topology.sharedRisks()) {
            if (ROUTES.contains(risk.what())) {
                for (String member : risk.members()) {
                    Set<String> others = neighbours.computeIfAbsent(member, key -> new HashSet<>());
                    others.addAll(risk.members());
                    others.remove(member);
                }
            }
        }
        return new FibreRoutes(neighbours);
    }

    /** Links on the same route. */
    public Set<String> of(String link) {
        return neighbours.getOrDefault(link, Set.of());
    }

    int neighbours(String link) {
        return of(link).size();
    }

    boolean isNeighbour(String link, @Nullable String other) {
        return other != null && of(link).contains(other);
    }
}
