package io.qorrelate.collectors.gnmi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a device has told on one connection, as far as an event may ask for it later: a component's type is told once. */
final class Known {
    /** Leaves; a device with more is told apart by fewer. */
    static final int MAX_LEAVES = 50_000;

    private final Map<DataPath, Map<String, JsonNode>> entries = new HashMap<>();
    private int count;

    void put(DataPath entry, String leaf, JsonNode value) {
        Map<String, JsonNode> leaves = entries.computeIfAbsent(entry, first -> new HashMap<>());
        if (leaves.containsKey(leaf) || count < MAX_LEAVES) {
            count += leaves.put(leaf, value) == null ? 1 : 0;
        }
    }

    @Nullable
    JsonNode get(DataPath entry, String leaf) {
        Map<String, JsonNode> leaves = entries.get(entry);
        return leaves == null ? null : leaves.get(leaf);
    }

    /** Forgets what is at that path and below. */
    void forget(DataPath path) {
        int depth = path.elements().size();
        entries.entrySet().removeIf(entry -> {
            boolean below = entry.getKey().elements().size() >= depth
                    && entry.getKey().upTo(depth).equals(path);
            if (below) {
                count -= entry.getValue().size();
                return true;
            }
            boolean above = depth > entry.getKey().elements().size()
                    && path.upTo(entry.getKey().elements().size()).equals(entry.getKey());
            if (above) {
                String leaf = path.from(entry.getKey().elements().size());
                int before = entry.getValue().size();
                entry.getValue().keySet().removeIf(each -> each.equals(leaf) || each.startsWith(leaf + "/"));
                count -= before - entry.getValue().size();
            }
            return false;
        });
    }
}
