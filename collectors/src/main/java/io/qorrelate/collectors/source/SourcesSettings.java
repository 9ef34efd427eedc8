package io.qorrelate.collectors.source;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.CollectorSettings;
import io.qorrelate.collectors.buffer.BufferSettings;
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
 * @param bufferBytes most that is kept on disk while Kafka is away
 * @param bufferAge how long it is kept
 */
public record SourcesSettings(
        Path file, List<SourceType> types, Duration lookEvery, long bufferBytes, Duration bufferAge)
        implements CollectorSettings {
    private static final Duration DEFAULT_LOOK_EVERY = Duration.ofSeconds(2);

    public SourcesSettings {
        types = List.copyOf(types);
    }

    /** Looks at the file every two seconds. */
    public SourcesSettings(Path file, List<SourceType> types) {
        this(file, types, DEFAULT_LOOK_EVERY);
    }

    /** With the default buffer. */
    public SourcesSettings(Path file, List<SourceType> types, Duration lookEvery) {
        this(file, types, lookEvery, BufferSettings.DEFAULT_MAX_BYTES, BufferSettings.DEFAULT_MAX_AGE);
    }

    /** Looks at the file every two seconds. */
    public SourcesSettings(Path file, List<SourceType> types, long bufferBytes, Duration bufferAge) {
        this(file, types, DEFAULT_LOOK_EVERY, bufferBytes, bufferAge);
    }

    @Override
    public Sources open(CollectorContext context) throws IOException {
        return Sources.start(this, context);
    }
}
