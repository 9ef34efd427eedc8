package io.qorrelate.diagnosis;

import io.qorrelate.model.Finding;
import java.util.List;

/**
 * One step of the fold.
 *
 * @param state the subject's state after the event
 * @param findings findings that are new or have changed
 */
public record Step(LinkState state, List<Finding> findings) {
    public Step {
        findings = List.copyOf(findings);
    }
}
