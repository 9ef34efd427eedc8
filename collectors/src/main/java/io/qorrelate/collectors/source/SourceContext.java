package io.qorrelate.collectors.source;

import io.qorrelate.collectors.CollectorContext;

/**
 * What a source is started with.
 *
 * @param collectors what all collectors share
 * @param health where it tells how it fares
 */
public record SourceContext(CollectorContext collectors, SourceHealth health) {}
