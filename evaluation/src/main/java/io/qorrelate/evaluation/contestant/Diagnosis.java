package io.qorrelate.evaluation.contestant;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.NetworkDiagnosis;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.util.List;

/** The diagnosis, code for code as it runs live. */
public final class Diagnosis implements Contestant {
    /** What the platform's own commands allow by default. */
    private static final Duration ALLOWED_LATENESS = Duration.ofMinutes(2);

    private final RulePack rules;

    /** With a pack of rules. */
    public Diagnosis(RulePack rules) {
        this.rules = rules;
    }

    @Override
    public String name() {
        return "diagnosis";
    }

    @Override
    public boolean statesProbabilities() {
        return true;
    }

    @Override
    public Watch watch(Topology topology) {
        NetworkDiagnosis network = new NetworkDiagnosis(
                new LinkDiagnosis(rules, DiagnosisSettings.defaults(), topology), ALLOWED_LATENESS);
        return new Watch() {
            @Override
            public List<Finding> accept(TelemetryEvent event) {
                return network.accept(event);
            }

            @Override
            public List<Finding> finish() {
                return network.finish();
            }
        };
    }
}
