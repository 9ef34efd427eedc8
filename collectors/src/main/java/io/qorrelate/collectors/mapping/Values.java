package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What a device said, by name. */
@FunctionalInterface
public interface Values {
    /** The value of that name; null where the device said nothing of it. */
    @Nullable
    JsonNode get(String name);

    /** The value of that name where the contract wants a number: a number where it is one, else what was said instead. */
    default @Nullable JsonNode number(String name) {
        JsonNode said = get(name);
        return said == null ? null : Numbers.read(said.asText());
    }
}
