package io.qorrelate.streams.sink;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Observable;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;

/** The explicit mappings of all that the platform writes, and their installation. */
public final class IndexTemplates {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Above the priority of Elasticsearch's built-in templates (100 to 200), so that none of them takes our names. */
    private static final int PRIORITY = 500;

    /** Longer strings are kept but not indexed: an index key is at most 32 766 bytes, and no name is that long. */
    private static final int IGNORE_ABOVE_CHARACTERS = 1024;

    private static final List<String> TELEMETRY_KEYWORDS = List.of(
            "kind",
            "link",
            "node",
            "master_sae",
            "slave_sae",
            "first_key_id",
            "plane",
            "reason",
            "principal",
            "origin",
            "routine",
            "phase",
            "initiator",
            "event",
            "to",
            "power",
            "cooling",
            "decision");

    private IndexTemplates() {}

    /**
     * Installs the templates and creates the indices where they are missing. Safe to repeat.
     *
     * @param replicas copies of each shard besides the first, ≥ 0
     * @throws IOException where Elasticsearch cannot be reached
     */
    public static void install(ElasticsearchClient client, int replicas) throws IOException {
        ObjectNode telemetry = template(Indices.TELEMETRY, telemetryMapping(), replicas);
        telemetry.putObject("data_stream");
        put(client, telemetry);
        put(client, template(Indices.FINDINGS, findingMapping(), replicas));
        put(client, template(Indices.INCIDENTS, incidentMapping(), replicas));
        for (String index : List.of(Indices.FINDINGS, Indices.INCIDENTS)) {
            create(client, index);
        }
    }

    private static void create(ElasticsearchClient client, String index) throws IOException {
        try {
            client.indices().create(request -> request.index(index));
        } catch (ElasticsearchException e) {
            if (!"resource_already_exists_exception".equals(e.error().type())) {
                throw e;
            }
        }
    }

    private static void put(ElasticsearchClient client, ObjectNode template) throws IOException {
        String name = template.get("index_patterns").get(0).asText();
        client.indices()
                .putIndexTemplate(request -> request.name(name).withJson(new StringReader(template.toString())));
    }

    private static ObjectNode template(String index, ObjectNode mapping, int replicas) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("index_patterns").add(index);
        root.put("priority", PRIORITY);
        ObjectNode template = root.putObject("template");
        ObjectNode settings = template.putObject("settings");
        settings.put("number_of_shards", 1);
        settings.put("number_of_replicas", replicas);
        template.set("mappings", mapping);
        return root;
    }

    static ObjectNode telemetryMapping() {
        ObjectNode properties = JSON.createObjectNode();
        common(properties);
        object(properties, "observer").set("name", keyword());
        properties.putObject("labels").put("type", "flattened").put("ignore_above", IGNORE_ABOVE_CHARACTERS);
        ObjectNode qkd = object(properties, "qkd");
        TELEMETRY_KEYWORDS.forEach(field -> qkd.set(field, keyword()));
        for (Observable observable : Observable.values()) {
            qkd.putObject(observable.field())
                    .put("type", "double")
                    .putObject("meta")
                    .put("unit", observable.unit());
        }
        for (String number : List.of("position_km", "offset")) {
            qkd.putObject(number).put("type", "double");
        }
        for (String number : List.of("count", "key_count", "key_size_bits")) {
            qkd.putObject(number).put("type", "long");
        }
        for (String time : List.of("generated_from", "generated_to")) {
            qkd.set(time, date());
        }
        return strict(properties);
    }

    static ObjectNode findingMapping() {
        ObjectNode properties = JSON.createObjectNode();
        common(properties);
        properties.putObject("message").put("type", "text");
        ObjectNode qkd = object(properties, "qkd");
        for (String field :
                List.of("link", "node", "class", "subtype", "severity", "status", "recommended_actions", "rules")) {
            qkd.set(field, keyword());
        }
        for (String time : List.of("onset", "detected", "ended")) {
            qkd.set(time, date());
        }
        qkd.putObject("explanation").put("type", "text");
        ObjectNode probabilities = object(qkd, "probabilities");
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            probabilities.putObject(anomalyClass.name()).put("type", "double");
        }
        ObjectNode exposure = object(qkd, "exposure");
        exposure.putObject("secret_bits").put("type", "long");
        exposure.putObject("secret_bits_is_bound").put("type", "boolean");
        exposure.putObject("keys_delivered").put("type", "long");
        exposure.set("saes", keyword());
        // The ledger is read with its finding, never searched by its weights: it is kept as it is.
        qkd.putObject("evidence").put("type", "object").put("enabled", false);
        return strict(properties);
    }

    static ObjectNode incidentMapping() {
        ObjectNode properties = JSON.createObjectNode();
        common(properties);
        properties.putObject("message").put("type", "text");
        ObjectNode qkd = object(properties, "qkd");
        for (String field : List.of("scope", "what", "class", "severity", "status", "links", "nodes", "findings")) {
            qkd.set(field, keyword());
        }
        for (String time : List.of("opened", "updated", "ended")) {
            qkd.set(time, date());
        }
        qkd.putObject("summary").put("type", "text");
        return strict(properties);
    }

    private static void common(ObjectNode properties) {
        properties.set("@timestamp", date());
        ObjectNode event = object(properties, "event");
        event.set("id", keyword());
        event.set("kind", keyword());
        event.set("dataset", keyword());
        event.set("ingested", date());
        event.set("start", date());
        event.set("end", date());
        event.putObject("severity").put("type", "long");
    }

    /** A field that no mapping names is a mistake of ours, and must be seen as one rather than guessed at. */
    private static ObjectNode strict(ObjectNode properties) {
        ObjectNode mapping = JSON.createObjectNode();
        mapping.put("dynamic", "strict");
        mapping.set("properties", properties);
        return mapping;
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.putObject(name).putObject("properties");
    }

    private static ObjectNode keyword() {
        return JSON.createObjectNode().put("type", "keyword").put("ignore_above", IGNORE_ABOVE_CHARACTERS);
    }

    private static ObjectNode date() {
        return JSON.createObjectNode().put("type", "date");
    }
}
