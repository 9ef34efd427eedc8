package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.PieceReader;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The lines of one file, and what they mean. */
final class Reading {
    private final LineSource lines;
    private final Supplier<PieceReader> readers;
    private PieceReader reader;

    Reading(LineSource lines, Supplier<PieceReader> readers) {
        this.lines = lines;
        this.readers = readers;
        reader = readers.get();
    }

    LineSource lines() {
        return lines;
    }

    /** Goes to a place; what the beginning of the file says of all that follows is read again. */
    void goTo(long offset) throws IOException {
        reader = readers.get();
        if (offset > 0 && reader.needsBeginning()) {
            lines.seek(0);
            while (lines.position() < offset && reader.needsBeginning()) {
                Fragment line = lines.next();
                if (line == null) {
                    break;
                }
                // Its events, or what is wrong with it, were told when it was read first.
                var unused = reader.read(line);
            }
        }
        lines.seek(offset);
    }

    /** What the next line is; null where there is none now. */
    @Nullable
    List<Intake> next(boolean rest) throws IOException {
        Fragment line = lines.next();
        if (line == null && rest) {
            line = lines.rest();
        }
        return line == null ? null : reader.read(line);
    }

    int mostOfOne() {
        return reader.mostOfOne();
    }
}
