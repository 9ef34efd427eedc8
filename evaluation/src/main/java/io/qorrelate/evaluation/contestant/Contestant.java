package io.qorrelate.evaluation.contestant;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.util.List;

/** A method that tells findings from telemetry. */
public interface Contestant {
    /** Name in the reports. */
    String name();

    /** Whether the probabilities that it states are meant, so that they can be judged. */
    boolean statesProbabilities();

    /** Begins to watch a network that it has not seen before. */
    Watch watch(Topology topology);

    /** Watches one network. Findings that change are told again under the same id; the last one counts. */
    interface Watch {
        /** Takes an event in; what it says now that is new or changed. */
        List<Finding> accept(TelemetryEvent event);

        /** No more is to come; what is still to be said. */
        List<Finding> finish();
    }
}
