package io.qorrelate.simulator;

import io.qorrelate.model.Topology;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The simulated network: a ring of trusted nodes between the cities of Holland, a chord, and spurs to smaller towns. */
public final class Metropolis {
    private static final String BASIC = "Photonis";
    private static final String FULL = "Lumenkey";

    private Metropolis() {}

    /** Fibre length follows the roads; every third link is of the vendor that reports little. */
    private record Span(String from, String to, double lengthKm, String vendor) {
        String id() {
            return from + "~" + to;
        }
    }

    private static final List<Span> SPANS = List.of(
            new Span("ams-1", "haa-1", 22, FULL),
            new Span("haa-1", "lei-1", 34, FULL),
            new Span("lei-1", "hag-1", 19, BASIC),
            new Span("hag-1", "del-1", 12, FULL),
            new Span("del-1", "rot-1", 16, FULL),
            new Span("rot-1", "gou-1", 25, BASIC),
            new Span("gou-1", "utr-1", 36, FULL),
            new Span("utr-1", "ams-1", 43, FULL),
            new Span("ams-1", "del-1", 30, FULL),
            new Span("lei-1", "gou-1", 38, BASIC),
            new Span("utr-1", "hil-1", 21, FULL),
            new Span("ams-1", "alm-1", 32, FULL),
            new Span("hag-1", "zoe-1", 17, BASIC),
            new Span("rot-1", "dor-1", 24, FULL));

    /** The network as a topology file; its nominal figures are computed from the same physics that the simulation runs on. */
    public static String topologyYaml() {
        StringBuilder yaml = new StringBuilder("# The simulated metropolitan network.\nnodes:\n");
        Set<String> nodes = new LinkedHashSet<>();
        SPANS.forEach(span -> {
            nodes.add(span.from());
            nodes.add(span.to());
        });
        nodes.forEach(node -> yaml.append("  - {id: ")
                .append(node)
                .append(", site: ")
                .append(node, 0, 3)
                .append("}\n"));
        yaml.append("links:\n");
        for (Span span : SPANS) {
            SimulatedLink.Design design = SimulatedLink.Design.of(span.lengthKm());
            yaml.append(String.format(
                    Locale.ROOT,
                    "  - {id: %s, from: %s, to: %s, protocol: decoy_bb84, vendor: %s, length_km: %.1f, qber: %.4f, loss_db: %.2f,"
                            + " secret_key_rate_bps: %.0f, fallback: pqc}%n",
                    span.id(),
                    span.from(),
                    span.to(),
                    span.vendor(),
                    span.lengthKm(),
                    design.qber(),
                    design.lossDb(),
                    design.secretKeyRateBps()));
        }
        yaml.append("shared_risk:\n");
        yaml.append("  - {id: duct-a13, what: duct, members: [hag-1~del-1, del-1~rot-1, ams-1~del-1]}\n");
        yaml.append("  - {id: duct-a4, what: duct, members: [haa-1~lei-1, lei-1~hag-1]}\n");
        yaml.append("  - {id: cable-a12, what: cable, members: [gou-1~utr-1, lei-1~gou-1]}\n");
        yaml.append("  - {id: power-ams, what: site_power, members: [ams-1]}\n");
        yaml.append("  - {id: power-rot, what: site_power, members: [rot-1]}\n");
        yaml.append("  - {id: cooling-del, what: site_cooling, members: [del-1]}\n");
        yaml.append("consumers:\n");
        yaml.append("  - {sae: sae-bank-ams, owner: bank, criticality: high}\n");
        yaml.append("  - {sae: sae-ministry-hag, owner: ministry, criticality: critical}\n");
        yaml.append("  - {sae: sae-port-rot, owner: port, criticality: medium}\n");
        return yaml.toString();
    }

    /** The same, read. */
    public static Topology topology() {
        return Topology.parse(topologyYaml(), "metropolis.yaml");
    }

    static boolean reportsLittle(Topology.Link link) {
        return BASIC.equals(link.vendor());
    }

    static List<String> links() {
        return new ArrayList<>(SPANS.stream().map(Span::id).toList());
    }
}
