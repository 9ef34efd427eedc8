package io.qorrelate.evaluation.scenario;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What really befell a link.
 *
 * @param anomalyClass the class of the cause
 * @param subtype the cause itself; null where only its class is known
 * @param link where
 * @param nodes nodes whose findings tell of it too: those that the incident is about, or empty
 * @param affected other links that it befell as well; what is said of them is neither right nor wrong
 * @param prelude from when on what is said is about it: the onset, or an earlier event that belongs to it, such as an opened enclosure
 * @param accompanied whether from the prelude on something else is truly wrong with the link: what is said before the onset is then right
 *     about that, and about this one only if it comes to name it
 * @param onset when it began
 * @param end when it was over; the end of the telemetry where it lasted
 * @param magnitude its size, in its unit
 * @param relative how plain it is, from 0 (subtle) to 1 (plain); not a number where that is not known
 * @param intervalS usual time between the link's reports, s
 */
public record Truth(
        AnomalyClass anomalyClass,
        @Nullable Subtype subtype,
        String link,
        Set<String> nodes,
        Set<String> affected,
        Instant prelude,
        boolean accompanied,
        Instant onset,
        Instant end,
        Magnitude magnitude,
        double relative,
        double intervalS) {

    /**
     * A size with its unit.
     *
     * @param value in the unit
     * @param unit for people; null where it has none
     */
    public record Magnitude(double value, @Nullable String unit) {}

    public Truth {
        nodes = Set.copyOf(nodes);
        affected = Set.copyOf(affected);
    }
}
