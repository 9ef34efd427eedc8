package io.qorrelate.benchmarks;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import java.io.IOException;
import java.util.List;

/** The diagnosis of whichever class loader this was loaded by. */
public final class DiagnosisEngine implements Engine {
    private final LinkDiagnosis diagnosis;
    private final LinkState[] states;

    /** Of so many links, with the rules of this checkout. */
    public DiagnosisEngine(int links) throws IOException {
        diagnosis = new LinkDiagnosis(Rules.ofThisCheckout(), DiagnosisSettings.defaults());
        states = new LinkState[links];
    }

    @Override
    public void begin(int link, String name) {
        states[link] = diagnosis.initial(name);
    }

    @Override
    public void read(int link, int like) {
        states[link] = LinkState.fromBytes(states[like].toBytes());
    }

    @Override
    public int diagnose(TelemetryEvent[] events, int[] links, int count) {
        int hash = 0;
        TelemetryEvent[] poll = new TelemetryEvent[DiagnosisBenchmark.POLL];
        LinkState[] theirs = new LinkState[poll.length];
        for (int from = 0; from < count; from += poll.length) {
            int size = Math.min(poll.length, count - from);
            for (int i = 0; i < size; i++) {
                poll[i] = events[from + i];
                theirs[i] = states[links[from + i]];
            }
            List<Finding> findings = diagnosis.advance(theirs, poll, size);
            hash = 31 * hash + (findings.isEmpty() ? 0 : findings.hashCode());
        }
        return hash;
    }

    @Override
    public byte[] state(int link) {
        return states[link].toBytes();
    }
}
