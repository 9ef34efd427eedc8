package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one round of asking gave.
 *
 * @param intakes events and rejections, in the order in which they were told
 * @param trouble why the round counts as failed; null where the target did what it is there for
 */
public record Poll(List<Intake> intakes, @Nullable Trouble trouble) {
    public Poll {
        intakes = List.copyOf(intakes);
    }

    /**
     * A failure that belongs to the target.
     *
     * @param reason one of a few stable words, for metrics
     * @param detail a sentence that names the target
     */
    public record Trouble(String reason, String detail) {}
}
