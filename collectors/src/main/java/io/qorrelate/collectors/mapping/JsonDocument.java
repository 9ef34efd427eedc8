package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.TelemetryJson;
import java.io.IOException;

/** Documents in JSON from equipment, read with suspicion: one object, nothing behind it, no name twice, no deep nesting. */
public final class JsonDocument {
    /** As for events: management interfaces answer in a few levels, and deeper nesting is hostile. */
    public static final int MAX_NESTING_DEPTH = 32;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING_DEPTH)
                            .maxStringLength(TelemetryJson.MAX_EVENT_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build()
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonDocument() {}

    /**
     * Reads a document.
     *
     * @throws IOException in words for people, where it is none
     */
    public static ObjectNode read(byte[] document) throws IOException {
        JsonNode tree;
        try {
            tree = READER.readValue(document);
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IOException("not JSON: " + e.getMessage(), e);
        }
        if (!(tree instanceof ObjectNode object)) {
            throw new IOException("expected a JSON object");
        }
        return object;
    }
}
