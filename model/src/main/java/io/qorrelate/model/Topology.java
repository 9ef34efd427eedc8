package io.qorrelate.model;

import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The network as its operator drew it: nodes, links, what they share, and who takes the keys. Links it does not name still work.
 *
 * @param nodes by id, in the file's order
 * @param links by id, in the file's order
 * @param sharedRisks groups of links or nodes that fail together, in the file's order
 * @param consumers the applications that take keys, in the file's order
 */
public record Topology(
        Map<String, Node> nodes, Map<String, Link> links, List<SharedRisk> sharedRisks, List<Consumer> consumers) {

    private static final Topology EMPTY = new Topology(Map.of(), Map.of(), List.of(), List.of());

    public Topology {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
        links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
        sharedRisks = List.copyOf(sharedRisks);
        consumers = List.copyOf(consumers);
    }

    /**
     * A trusted node.
     *
     * @param site the place it stands in
     * @param position where that is, as written
     */
    public record Node(
            String id, @Nullable String site, @Nullable String position) {}

    /**
     * A QKD link.
     *
     * @param from node of the transmitter
     * @param to node of the receiver
     * @param protocol {@code decoy_bb84}, {@code bbm92}, {@code cv_qkd}, … as written
     * @param lengthKm fibre length, km
     * @param qber nominal QBER, fraction
     * @param lossDb nominal channel loss, dB
     * @param secretKeyRateBps nominal secret key rate, bit/s
     * @param fallback what it fails over to: a link, or {@code pqc}
     */
    public record Link(
            String id,
            @Nullable String from,
            @Nullable String to,
            @Nullable String protocol,
            @Nullable String vendor,
            OptionalDouble lengthKm,
            OptionalDouble qber,
            OptionalDouble lossDb,
            OptionalDouble secretKeyRateBps,
            @Nullable String fallback) {}

    /**
     * Links or nodes that fail together.
     *
     * @param what {@code duct}, {@code cable}, {@code site_power} or {@code site_cooling}
     * @param members ids of links or nodes
     */
    public record SharedRisk(String id, String what, List<String> members) {
        public SharedRisk {
            members = List.copyOf(members);
        }
    }

    /**
     * An application that takes keys.
     *
     * @param sae its identity at the key management entity (ETSI GS QKD 014)
     */
    public record Consumer(
            String sae, @Nullable String owner, @Nullable String criticality) {}

    /** No file: everything is learned. */
    public static Topology empty() {
        return EMPTY;
    }

    /** Links that begin or end at a node, in the file's order. */
    public List<String> linksOf(String node) {
        return links.values().stream()
                .filter(link -> node.equals(link.from()) || node.equals(link.to()))
                .map(Link::id)
                .toList();
    }

    /** The groups a link or node belongs to, in the file's order. */
    public List<SharedRisk> sharedRisksOf(String member) {
        return sharedRisks.stream()
                .filter(group -> group.members().contains(member))
                .toList();
    }

    /** The link of that id, if the file names it. */
    public Optional<Link> link(String id) {
        return Optional.ofNullable(links.get(id));
    }

    /**
     * Reads a topology file. Fields it does not know are left alone: other tools keep theirs in the same file.
     *
     * @param file name for error messages
     * @throws InvalidYaml with file, line and column
     */
    public static Topology parse(String yaml, String file) {
        YamlValue root = YamlValue.parse(yaml, file);
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (YamlValue value : list(root, "nodes")) {
            Node node = new Node(id(value), text(value, "site"), position(value));
            if (nodes.put(node.id(), node) != null) {
                throw value.error("node '" + node.id() + "' stands here twice");
            }
        }
        Map<String, Link> links = new LinkedHashMap<>();
        for (YamlValue value : list(root, "links")) {
            Link link = link(value);
            if (links.put(link.id(), link) != null) {
                throw value.error("link '" + link.id() + "' stands here twice");
            }
        }
        List<SharedRisk> groups = new ArrayList<>();
        for (YamlValue value : list(root, "shared_risk")) {
            List<String> members = new ArrayList<>();
            for (YamlValue member : value.required("members").items()) {
                String id = member.text();
                if (!nodes.containsKey(id) && !links.containsKey(id)) {
                    List<String> known = new ArrayList<>(links.keySet());
                    known.addAll(nodes.keySet());
                    throw member.error(
                            "'" + id + "' is no node or link of this file" + YamlValue.suggestion(id, known));
                }
                members.add(id);
            }
            SharedRisk group = new SharedRisk(id(value), value.required("what").text(), members);
            // Incidents travel under the group's id: two groups of one id would overwrite each other's.
            if (groups.stream().anyMatch(other -> other.id().equals(group.id()))) {
                throw value.error("shared risk '" + group.id() + "' stands here twice");
            }
            groups.add(group);
        }
        List<Consumer> consumers = new ArrayList<>();
        for (YamlValue value : list(root, "consumers")) {
            String sae = value.field("sae").map(YamlValue::text).orElseGet(() -> id(value));
            if (consumers.stream().anyMatch(other -> other.sae().equals(sae))) {
                throw value.error("consumer '" + sae + "' stands here twice");
            }
            consumers.add(new Consumer(sae, text(value, "owner"), text(value, "criticality")));
        }
        return new Topology(nodes, links, groups, consumers);
    }

    private static Link link(YamlValue value) {
        // The nominal figures stand in the link itself or together under 'nominal'.
        YamlValue nominal = value.field("nominal").orElse(value);
        return new Link(
                id(value),
                text(value, "from"),
                text(value, "to"),
                text(value, "protocol"),
                text(value, "vendor"),
                number(value, "length_km", Observable.Range.NOT_NEGATIVE),
                number(nominal, "qber", Observable.Range.FRACTION),
                number(nominal, "loss_db", Observable.Range.FINITE),
                number(nominal, "secret_key_rate_bps", Observable.Range.NOT_NEGATIVE),
                text(value, "fallback"));
    }

    private static List<YamlValue> list(YamlValue root, String field) {
        return root.field(field).map(YamlValue::items).orElse(List.of());
    }

    private static String id(YamlValue value) {
        return value.required("id").text();
    }

    private static @Nullable String text(YamlValue value, String field) {
        return value.field(field).map(YamlValue::text).orElse(null);
    }

    private static @Nullable String position(YamlValue value) {
        return value.field("position")
                .map(position -> {
                    if (position.isSequence()) {
                        return String.join(
                                ", ",
                                position.items().stream().map(YamlValue::text).toList());
                    }
                    if (position.isMapping()) {
                        List<String> parts = new ArrayList<>();
                        position.fields().forEach((name, part) -> parts.add(name + " " + part.text()));
                        return String.join(", ", parts);
                    }
                    return position.text();
                })
                .orElse(null);
    }

    private static OptionalDouble number(YamlValue value, String field, Observable.Range range) {
        Optional<YamlValue> number = value.field(field);
        if (number.isEmpty()) {
            return OptionalDouble.empty();
        }
        double parsed = number.get().number();
        if (!range.contains(parsed)) {
            throw number.get().error(field + " must be " + range.describe() + ", was " + parsed);
        }
        return OptionalDouble.of(parsed);
    }
}
