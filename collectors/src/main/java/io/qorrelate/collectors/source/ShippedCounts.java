package io.qorrelate.collectors.source;

import io.qorrelate.collectors.Intake;
import io.qorrelate.model.RejectReason;
import java.util.EnumMap;
import java.util.Map;

/** How many events and rejections went to Kafka together; counted as they go, told when Kafka has all of them. */
public final class ShippedCounts {
    private final Map<RejectReason, Integer> rejects = new EnumMap<>(RejectReason.class);
    private int events;

    /** One more. */
    public void add(Intake intake) {
        switch (intake) {
            case Intake.Accepted event -> events++;
            case Intake.Rejected input -> rejects.merge(input.reason(), 1, Integer::sum);
        }
    }

    int events() {
        return events;
    }

    Map<RejectReason, Integer> rejects() {
        return rejects;
    }
}
