package io.qorrelate.evaluation.scenario;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.Expectation;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A small network drawn at random: a link that is looked at, and up to three neighbours.
 *
 * @param target the link that is looked at
 * @param inDuct neighbours whose fibre lies in the same duct
 * @param atSite neighbours that end at the target's receiving node
 * @param topology what the operator's file says of all this: all of it, parts of it, or nothing
 */
record Network(LinkDesign target, List<LinkDesign> inDuct, List<LinkDesign> atSite, Topology topology) {
    private static final List<String> TOWNS = List.of("ams", "rtm", "utr", "hag", "lei", "del", "ehv", "aah");

    /** A neighbour that reports each second would cost much and tell little. */
    private static final double NEIGHBOUR_SHORTEST_S = 10;

    Network {
        inDuct = List.copyOf(inDuct);
        atSite = List.copyOf(atSite);
    }

    /**
     * Draws one.
     *
     * @param shortestS shortest reporting interval of the target, s
     */
    static Network draw(Dice dice, double shortestS) {
        int first = dice.whole(0, TOWNS.size() - 1);
        String from = node(first, dice);
        String to = node(first + 1, dice);
        LinkDesign target = LinkDesign.draw(from + "~" + to, from, to, protocol(dice), shortestS, dice.split());
        int neighbours = dice.whole(0, 3);
        List<LinkDesign> inDuct = new ArrayList<>();
        List<LinkDesign> atSite = new ArrayList<>();
        for (int i = 0; i < neighbours; i++) {
            boolean sharesDuct = dice.chance(0.5);
            String far = node(first + 2 + i, dice);
            // A parallel fibre goes on to another node beyond; a link of the site comes from elsewhere.
            String start = sharesDuct ? from : far;
            String end = sharesDuct ? far : to;
            LinkDesign neighbour = LinkDesign.draw(
                    start + "~" + end,
                    start,
                    end,
                    protocol(dice),
                    Math.max(shortestS, NEIGHBOUR_SHORTEST_S),
                    dice.split());
            (sharesDuct ? inDuct : atSite).add(neighbour);
        }
        return new Network(target, inDuct, atSite, topology(target, inDuct, atSite, dice.split()));
    }

    private static String node(int town, Dice dice) {
        return TOWNS.get(town % TOWNS.size()) + "-" + dice.whole(1, 9);
    }

    private static Protocol protocol(Dice dice) {
        double u = dice.between(0, 1);
        return u < 0.76 ? Protocol.DECOY_BB84 : u < 0.88 ? Protocol.BBM92 : Protocol.CV_QKD;
    }

    private static Topology topology(LinkDesign target, List<LinkDesign> inDuct, List<LinkDesign> atSite, Dice dice) {
        if (dice.chance(0.15)) {
            return Topology.empty();
        }
        Map<String, Topology.Node> nodes = new LinkedHashMap<>();
        Map<String, Topology.Link> links = new LinkedHashMap<>();
        List<LinkDesign> all = new ArrayList<>();
        all.add(target);
        all.addAll(inDuct);
        all.addAll(atSite);
        for (LinkDesign link : all) {
            for (String end : List.of(link.from(), link.to())) {
                nodes.put(end, new Topology.Node(end, end.substring(0, 3), null));
            }
            links.put(link.id(), entry(link, dice));
        }
        List<Topology.SharedRisk> groups = new ArrayList<>();
        if (!inDuct.isEmpty()) {
            List<String> members = new ArrayList<>(List.of(target.id()));
            inDuct.forEach(link -> members.add(link.id()));
            groups.add(new Topology.SharedRisk("duct-1", dice.chance(0.7) ? "duct" : "cable", members));
        }
        List<String> members = new ArrayList<>(List.of(target.id()));
        atSite.forEach(link -> members.add(link.id()));
        if (dice.chance(0.7)) {
            groups.add(new Topology.SharedRisk(
                    "power-" + target.to(), "site_power", dice.chance(0.5) ? members : List.of(target.to())));
        }
        if (dice.chance(0.7)) {
            groups.add(new Topology.SharedRisk(
                    "cooling-" + target.to(), "site_cooling", dice.chance(0.5) ? members : List.of(target.to())));
        }
        List<Topology.Consumer> consumers = dice.chance(0.5)
                ? List.of(new Topology.Consumer(target.keys().masterSae(), "a bank", "high"))
                : List.of();
        return new Topology(nodes, links, groups, consumers);
    }

    private static Topology.Link entry(LinkDesign link, Dice dice) {
        Expectation nominal = link.nominal();
        boolean commissioned = dice.chance(0.7);
        return new Topology.Link(
                link.id(),
                link.from(),
                link.to(),
                dice.chance(0.8) ? link.optics().protocol().wireName() : null,
                null,
                given(dice.chance(0.7), link.optics().lengthKm()),
                given(commissioned && dice.chance(0.8), nominal.value(Observable.QBER) * dice.between(0.93, 1.07)),
                given(commissioned && dice.chance(0.8), nominal.value(Observable.LOSS_DB) + dice.between(-0.1, 0.1)),
                given(
                        commissioned && dice.chance(0.6),
                        nominal.value(Observable.SECRET_KEY_RATE_BPS) * dice.between(0.9, 1.1)),
                dice.chance(0.5) ? "pqc" : null);
    }

    private static OptionalDouble given(boolean known, double value) {
        return known && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    /** The target first, then its neighbours. */
    List<LinkDesign> links() {
        List<LinkDesign> links = new ArrayList<>();
        links.add(target);
        links.addAll(inDuct);
        links.addAll(atSite);
        return links;
    }

    /** Whether the operator's file exists. */
    boolean isDrawn() {
        return !topology.links().isEmpty();
    }
}
