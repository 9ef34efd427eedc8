package io.qorrelate.collectors.file;

import io.qorrelate.collectors.PieceReader;
import io.qorrelate.collectors.source.SourceHealth;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a file.
 *
 * @param source its name in the headers of dead letters
 * @param readers one for each time the file is read
 * @param health of the source that it is; null where it is none
 */
record FileContent(
        String source,
        Supplier<PieceReader> readers,
        @Nullable SourceHealth health) {}
