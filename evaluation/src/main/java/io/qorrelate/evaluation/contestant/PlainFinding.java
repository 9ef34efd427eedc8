package io.qorrelate.evaluation.contestant;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A finding of a method that knows no doubt. */
final class PlainFinding {
    private PlainFinding() {}

    static Finding of(
            String id,
            @Nullable String link,
            @Nullable String node,
            AnomalyClass anomalyClass,
            @Nullable Subtype subtype,
            Instant onset,
            Instant detected,
            @Nullable Instant ended,
            String why) {
        return new Finding(
                id,
                link,
                node,
                anomalyClass,
                subtype,
                onset,
                detected,
                ended,
                Map.of(anomalyClass, 1.0),
                Severity.MEDIUM,
                List.of(),
                why,
                null,
                List.of(),
                List.of());
    }
}
