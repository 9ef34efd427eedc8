package io.qorrelate.collectors.source;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where on the network a source's telemetry belongs.
 *
 * @param link of all it reports; null where it reports on several or none
 * @param node of all it reports
 * @param links by the source's own name for them; what a name is, the type of source says
 * @param nodes by the source's own name for them
 */
public record Placement(
        @Nullable String link, @Nullable String node, Map<String, String> links, Map<String, String> nodes) {
    public Placement {
        links = Map.copyOf(links);
        nodes = Map.copyOf(nodes);
    }

    /** The link that the source calls by that name. */
    public @Nullable String linkOf(String name) {
        return links.getOrDefault(name, link);
    }

    /** The node that the source calls by that name. */
    public @Nullable String nodeOf(String name) {
        return nodes.getOrDefault(name, node);
    }
}
