package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.Times;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one node says, in either encoding. Of what it said before it remembers what later sayings leave out – its own name, and
 * which links an interface serves – and up to when each application's consumption has been told.
 */
final class NodeReader {
    /** A node has some tens of each; what claims to have more than this is not remembered. */
    private static final int MOST_REMEMBERED = 10_000;

    private static final JsonMapper JSON = new JsonMapper();

    private static final Set<String> NOTIFICATION_PARTS = Set.of("link", "interface", "application");

    private final SdnNode node;

    private @Nullable String qkdnId;
    private Map<String, List<String>> linksOfInterface = new HashMap<>();
    private Map<String, Instant> toldUntil = new HashMap<>();

    NodeReader(SdnNode node) {
        this.node = node;
    }

    /** The events of anything that a node may say: its data, an answer that holds it, or a notification. */
    synchronized List<Intake> read(byte[] document, EventIntake intake, Instant received) {
        List<Intake> found = new ArrayList<>();
        try {
            ObjectNode tree = YangDocument.read(document);
            JsonNode notification = tree.get("notification");
            if (notification != null) {
                notification(notification, document, intake, received, found);
            } else {
                node(data(tree), intake, received, found);
            }
        } catch (Malformed e) {
            found.add(new Intake.Rejected(document, document.length, e.reason(), String.valueOf(e.getMessage())));
        }
        return found;
    }

    /** The node's data, whether it comes by itself or in NETCONF's answer. */
    private static JsonNode data(ObjectNode tree) throws Malformed {
        JsonNode root = tree;
        for (String wrapper : List.of("rpc-reply", "data")) {
            root = root.has(wrapper) ? root.path(wrapper) : root;
        }
        JsonNode node = root.get("qkd_node");
        if (node == null || !node.isObject()) {
            throw new Malformed(RejectReason.MISSING_FIELD, "'qkd_node' is required");
        }
        return node;
    }

    private void node(JsonNode tree, EventIntake intake, Instant received, List<Intake> found) {
        qkdnId = text(tree, "qkdn_id");
        ObjectNode about = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> member : tree.properties()) {
            if (!member.getKey().startsWith("qkd_")) {
                about.set(member.getKey(), member.getValue());
            }
        }
        Map<String, JsonNode> interfaces = new LinkedHashMap<>();
        List<JsonNode> soundInterfaces = new ArrayList<>();
        for (JsonNode each : entries(tree, "qkd_interfaces", "qkd_interface", found)) {
            if (isSound(each, "qkdi_id", found)) {
                interfaces.put(String.valueOf(text(each, "qkdi_id")), each);
                soundInterfaces.add(each);
            }
        }
        Map<String, List<String>> served = new HashMap<>();
        for (JsonNode each : entries(tree, "qkd_links", "qkd_link", found)) {
            if (isSound(each, "qkdl_id", found)) {
                link(each, about, interfaces, served, intake, received, found);
            }
        }
        linksOfInterface = served;
        for (JsonNode each : soundInterfaces) {
            tell(ofInterface("qkd_interface", each, null, raw(each)), intake, received, found);
        }
        Map<String, Instant> until = new HashMap<>();
        for (JsonNode each : entries(tree, "qkd_applications", "qkd_app", found)) {
            if (isSound(each, "app_id", found)) {
                application(each, until, intake, received, found);
            }
        }
        toldUntil = until;
    }

    private void link(
            JsonNode link,
            JsonNode about,
            Map<String, JsonNode> interfaces,
            Map<String, List<String>> served,
            EventIntake intake,
            Instant received,
            List<Intake> found) {
        String id = String.valueOf(text(link, "qkdl_id"));
        ObjectNode data = link.deepCopy();
        data.set("qkd_node", about);
        String used = text(link.path("qkdl_local"), "qkdi_id");
        if (used != null) {
            if (served.size() < MOST_REMEMBERED) {
                served.computeIfAbsent(used, first -> new ArrayList<>()).add(id);
            }
            JsonNode local = interfaces.get(used);
            if (local != null) {
                data.set("qkd_interface", local);
            }
        }
        try {
            performance(data.path("qkdl_performance"));
        } catch (Malformed e) {
            found.add(rejected(link, e));
            return;
        }
        tell(new Report("qkd_link", data, List.of(id), false, qkdnId, null, raw(link)), intake, received, found);
    }

    private void application(
            JsonNode app, Map<String, Instant> until, EventIntake intake, Instant received, List<Intake> found) {
        String id = String.valueOf(text(app, "app_id"));
        List<String> links = new ArrayList<>();
        app.path("backing_qkdl_id").forEach(link -> links.add(link.asText()));
        // Of several links nobody knows which one gave how much; then it is the node's matter.
        List<String> names = links.size() == 1 ? links : List.of();
        tell(new Report("qkd_app", app, names, false, qkdnId, null, raw(app)), intake, received, found);

        Instant before = toldUntil.getOrDefault(id, Instant.MIN);
        Instant latest = before;
        ObjectNode plain = app.deepCopy();
        plain.remove("app_statistics");
        for (JsonNode period : entries(app, "app_statistics", "statistics", found)) {
            Instant end;
            try {
                end = time(period, "end_time");
            } catch (Malformed e) {
                found.add(rejected(period, e));
                continue;
            }
            latest = end.isAfter(latest) ? end : latest;
            if (end.isAfter(before)) {
                ObjectNode data = period.deepCopy();
                data.set("qkd_app", plain);
                tell(new Report("statistics", data, names, false, qkdnId, end, raw(data)), intake, received, found);
            }
        }
        if (until.size() < MOST_REMEMBERED) {
            until.put(id, latest);
        }
    }

    private void notification(
            JsonNode notification, byte[] raw, EventIntake intake, Instant received, List<Intake> found)
            throws Malformed {
        Instant time = time(notification, "eventTime");
        for (Map.Entry<String, JsonNode> member : notification.properties()) {
            String name = member.getKey();
            if (name.equals("eventTime")
                    || name.startsWith(YangXml.ATTRIBUTE)
                    || !node.mapping().isAbout(name)) {
                continue;
            }
            JsonNode content = YangDocument.container(member.getValue());
            Identities.check(content);
            for (Map.Entry<String, JsonNode> part : content.properties()) {
                JsonNode data = YangDocument.container(part.getValue());
                if (data.isEmpty() && data.asText().isBlank()) {
                    // A container without presence may be told empty.
                    continue;
                }
                boolean named = NOTIFICATION_PARTS.contains(part.getKey());
                Report report = report(named ? name + "/" + part.getKey() : name, data, time, raw);
                tell(report, intake, received, found);
            }
        }
    }

    private Report report(String about, JsonNode data, Instant time, byte[] raw) throws Malformed {
        if (!data.isObject()) {
            throw new Malformed(RejectReason.WRONG_TYPE, "'" + about + "' is no container");
        }
        performance(data.path("performance"));
        String link = text(data, "qkdl_id");
        if (link != null) {
            return new Report(about, data, List.of(link), false, qkdnId, time, raw);
        }
        if (text(data, "qkdi_id") != null) {
            return ofInterface(about, data, time, raw);
        }
        String local = text(data, "local_qkdn_id");
        return new Report(about, data, List.of(), false, local == null ? qkdnId : local, time, raw);
    }

    private Report ofInterface(String about, JsonNode data, @Nullable Instant time, byte[] raw) {
        String id = String.valueOf(text(data, "qkdi_id"));
        List<String> links = linksOfInterface.getOrDefault(id, List.of());
        return new Report(about, data, links.isEmpty() ? List.of(id) : links, true, qkdnId, time, raw);
    }

    private void tell(Report report, EventIntake intake, Instant received, List<Intake> found) {
        found.addAll(node.mapping().read(report, node.source(), intake, received));
    }

    /** The entries of a list in its container; a container without it has none. */
    private static List<JsonNode> entries(JsonNode parent, String container, String list, List<Intake> found) {
        JsonNode listed = parent.path(container).path(list);
        if (listed.isMissingNode()) {
            return List.of();
        }
        if (!listed.isArray()) {
            found.add(rejected(listed, new Malformed(RejectReason.WRONG_TYPE, "'" + list + "' is no list")));
            return List.of();
        }
        List<JsonNode> entries = new ArrayList<>();
        for (JsonNode entry : listed) {
            if (entry.isObject()) {
                entries.add(entry);
            } else {
                found.add(rejected(
                        entry, new Malformed(RejectReason.WRONG_TYPE, "an entry of '" + list + "' is no object")));
            }
        }
        return entries;
    }

    private static boolean isSound(JsonNode entry, String key, List<Intake> found) {
        try {
            if (text(entry, key) == null) {
                throw new Malformed(RejectReason.MISSING_FIELD, "'" + key + "' is required");
            }
            Identities.check(entry);
            return true;
        } catch (Malformed e) {
            found.add(rejected(entry, e));
            return false;
        }
    }

    /** Makes the list of performance values an object by their types, so that a pointer can name one. */
    private static void performance(JsonNode performance) throws Malformed {
        if (!(performance instanceof ObjectNode object) || !object.has("phys_perf")) {
            return;
        }
        ObjectNode byType = JSON.createObjectNode();
        for (JsonNode each : object.path("phys_perf")) {
            String type = text(each, "perf_type");
            if (type == null) {
                throw new Malformed(RejectReason.MISSING_FIELD, "'perf_type' is required");
            }
            if (byType.has(type)) {
                throw new Malformed(RejectReason.WRONG_TYPE, "'phys_perf' has two values of type '" + type + "'");
            }
            JsonNode value = each.get("value");
            byType.set(type, value == null ? TextNode.valueOf("") : value);
        }
        object.set("phys_perf", byType);
    }

    private static Instant time(JsonNode parent, String leaf) throws Malformed {
        String text = text(parent, leaf);
        if (text == null) {
            throw new Malformed(RejectReason.MISSING_FIELD, "'" + leaf + "' is required");
        }
        try {
            return Times.parse(text);
        } catch (DateTimeException e) {
            throw new Malformed(RejectReason.WRONG_TYPE, "'" + leaf + "' is no time: '" + text + "'");
        }
    }

    /** A leaf's value as text; null where it has none. */
    private static @Nullable String text(JsonNode parent, String leaf) {
        JsonNode value = parent.path(leaf);
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? value.asText().strip()
                : null;
    }

    private static Intake rejected(JsonNode entry, Malformed why) {
        byte[] raw = raw(entry);
        return new Intake.Rejected(raw, raw.length, why.reason(), String.valueOf(why.getMessage()));
    }

    private static byte[] raw(JsonNode entry) {
        try {
            return JSON.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree is JSON", e);
        }
    }
}
