package io.qorrelate.evaluation.labelled;

import io.qorrelate.model.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A topology as the file that it would have been read from. */
final class TopologyYaml {
    private TopologyYaml() {}

    static String of(Topology topology) {
        StringBuilder yaml = new StringBuilder("nodes:\n");
        topology.nodes()
                .values()
                .forEach(node -> yaml.append(
                        entry(field("id", node.id()), field("site", node.site()), field("position", node.position()))));
        yaml.append("links:\n");
        topology.links()
                .values()
                .forEach(link -> yaml.append(entry(
                        field("id", link.id()),
                        field("from", link.from()),
                        field("to", link.to()),
                        field("protocol", link.protocol()),
                        field("vendor", link.vendor()),
                        field("length_km", link.lengthKm()),
                        field("qber", link.qber()),
                        field("loss_db", link.lossDb()),
                        field("secret_key_rate_bps", link.secretKeyRateBps()),
                        field("fallback", link.fallback()))));
        if (!topology.sharedRisks().isEmpty()) {
            yaml.append("shared_risk:\n");
            topology.sharedRisks()
                    .forEach(group -> yaml.append(entry(
                            field("id", group.id()),
                            field("what", group.what()),
                            group.members().stream()
                                    .map(TopologyYaml::quoted)
                                    .collect(Collectors.joining(", ", "members: [", "]")))));
        }
        if (!topology.consumers().isEmpty()) {
            yaml.append("consumers:\n");
            topology.consumers()
                    .forEach(consumer -> yaml.append(entry(
                            field("sae", consumer.sae()),
                            field("owner", consumer.owner()),
                            field("criticality", consumer.criticality()))));
        }
        return yaml.toString();
    }

    private static String entry(@Nullable String... fields) {
        List<String> known = new ArrayList<>();
        for (String field : fields) {
            if (field != null) {
                known.add(field);
            }
        }
        return "  - {" + String.join(", ", known) + "}\n";
    }

    private static @Nullable String field(String name, @Nullable String value) {
        return value == null ? null : name + ": " + quoted(value);
    }

    private static @Nullable String field(String name, OptionalDouble value) {
        return value.isEmpty() ? null : name + ": " + value.getAsDouble();
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
