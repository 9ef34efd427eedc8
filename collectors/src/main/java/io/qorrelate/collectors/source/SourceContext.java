package io.qorrelate.collectors.source;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.buffer.DiskBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a source is started with.
 *
 * @param collectors what all collectors share
 * @param health where it tells how it fares
 * @param buffer for what Kafka does not take; null where there is none
 */
public record SourceContext(
        CollectorContext collectors,
        SourceHealth health,
        @Nullable DiskBuffer buffer) {
    /** Without a buffer. */
    public SourceContext(CollectorContext collectors, SourceHealth health) {
        this(collectors, health, null);
    }
}
