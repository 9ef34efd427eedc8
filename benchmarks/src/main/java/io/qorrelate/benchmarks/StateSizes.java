package io.qorrelate.benchmarks;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.evaluation.link.SimulatedLink;
import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Bytes of a link's state in a store, after days, for equipment that tells little, what is common, and all. */
final class StateSizes {
    private static final Duration LASTS = Duration.ofDays(7);

    /** States are looked at every so many reports: how many rows of the trace they hold depends on the moment. */
    private static final int EVERY = 29;

    /** The first day is not the largest. */
    private static final long FIRST_LOOK_S = 86_400;

    /** Kinds of equipment. */
    enum Told {
        QBER_AND_RATE(EnumSet.of(Observable.QBER, Observable.SECRET_KEY_RATE_BPS)),
        /** The fields of the contract's example events. */
        COMMON(EnumSet.of(
                Observable.QBER,
                Observable.SIFTED_BITS,
                Observable.VISIBILITY,
                Observable.LOSS_DB,
                Observable.DETECTION_RATE_HZ,
                Observable.SECRET_KEY_RATE_BPS,
                Observable.STORED_KEYS)),
        /** All that a link of decoy-state BB84 can. */
        ALL(all());

        private final Set<Observable> observables;

        Told(Set<Observable> observables) {
            this.observables = observables;
        }

        private static Set<Observable> all() {
            Set<Observable> all = EnumSet.noneOf(Observable.class);
            all.addAll(Observable.of(Kind.LINK_QUALITY));
            all.addAll(Observable.of(Kind.KEY_RATE));
            all.remove(Observable.EXCESS_NOISE_SNU);
            return all;
        }
    }

    /** Of the states that were looked at, in bytes. */
    record Sizes(int median, int largest) {}

    private StateSizes() {}

    static Sizes of(Told told, RulePack rules) {
        LinkDiagnosis diagnosis = new LinkDiagnosis(rules, DiagnosisSettings.defaults());
        Dice dice = new Dice(told.ordinal());
        LinkDesign design = Fleet.punctual(
                LinkDesign.draw("ams-1~del-1", "ams-1", "del-1", Protocol.DECOY_BB84, 10, dice), told.observables);
        SimulatedLink link =
                new SimulatedLink(design, List.of(), new Scribe(Instant.parse("2026-01-05T00:00:00Z")), dice);
        LinkState state = diagnosis.initial(design.id());
        List<Integer> sizes = new ArrayList<>();
        for (int reports = 0; link.nextS() < LASTS.toSeconds(); reports++) {
            List<TelemetryEvent> events = new ArrayList<>();
            link.report(events::add);
            events.forEach(event -> diagnosis.advance(state, event));
            if (reports % EVERY == 0 && link.nextS() > FIRST_LOOK_S) {
                sizes.add(state.toBytes().length);
            }
        }
        int[] sorted = sizes.stream().mapToInt(Integer::intValue).sorted().toArray();
        return new Sizes(sorted[sorted.length / 2], Arrays.stream(sorted).max().orElseThrow());
    }
}
