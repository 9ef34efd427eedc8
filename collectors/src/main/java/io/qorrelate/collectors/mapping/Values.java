package io.qorrelate.collectors.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What a device said, by name. */
@FunctionalInterface
public interface Values {
    /** The value of that name; null where the device said nothing of it. */
    @Nullable
    JsonNode get(String name);
}
