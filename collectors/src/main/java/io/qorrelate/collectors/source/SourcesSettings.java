package io.qorrelate.collectors.source;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.CollectorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The sources of one process, as configured.
 *
 * @param file lists them
 * @param types interfaces that they may speak
 * @param lookEvery how often the file is looked at
 */
public record SourcesSettings(Path file, List<SourceType> types, Duration lookEvery) implements CollectorSettings {
    private static final Duration DEFAULT_LOOK_EVERY = Duration.ofSeconds(2);

    public SourcesSettings {
        types = List.copyOf(types);
    }

    /** Looks at the file every two seconds. */
    public SourcesSettings(Path file, List<SourceType> types) {
        this(file, types, DEFAULT_LOOK_EVERY);
    }

    @Override
    public Sources open(CollectorContext context) throws IOException {
        return Sources.start(this, context);
    }
}
