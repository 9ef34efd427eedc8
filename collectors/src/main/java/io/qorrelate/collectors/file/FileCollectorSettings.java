package io.qorrelate.collectors.file;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.CollectorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The file collector, as configured.
 *
 * @param files with one event a line; each is read in its own order
 * @param mode whether to stop at the end of a file
 * @param checkpoints folder that remembers how far each file is in Kafka; made where it is missing
 * @param pollInterval how often a file that has no more is looked at again
 */
public record FileCollectorSettings(List<Path> files, Mode mode, Path checkpoints, Duration pollInterval)
        implements CollectorSettings {

    /** What the end of a file means. */
    public enum Mode {
        /** The end is the end; a last line without a line end counts. */
        ONCE,
        /** More will come; a last line without a line end waits for its end. */
        TAIL
    }

    private static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(250);

    public FileCollectorSettings {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("the file collector needs at least one file");
        }
        if (pollInterval.isNegative() || pollInterval.isZero()) {
            throw new IllegalArgumentException("the poll interval must be more than nothing, was " + pollInterval);
        }
        files = files.stream()
                .map(file -> file.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }

    /** Reads files to their end. */
    public static FileCollectorSettings once(List<Path> files, Path checkpoints) {
        return new FileCollectorSettings(files, Mode.ONCE, checkpoints, DEFAULT_POLL_INTERVAL);
    }

    /** Follows files as they grow. */
    public static FileCollectorSettings tail(List<Path> files, Path checkpoints) {
        return new FileCollectorSettings(files, Mode.TAIL, checkpoints, DEFAULT_POLL_INTERVAL);
    }

    @Override
    public FileCollector open(CollectorContext context) throws IOException {
        return FileCollector.start(this, context);
    }
}
