package io.qorrelate.evaluation.score;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.ReportTimes;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cases and findings by hand. Times are seconds after midnight. */
public final class Told {
    static final Instant MIDNIGHT = Instant.parse("2026-03-02T00:00:00Z");
    static final double INTERVAL_S = 10;

    private Told() {}

    static Instant at(double seconds) {
        return MIDNIGHT.plusMillis((long) (seconds * 1000));
    }

    static Truth truth(Subtype subtype, double onsetS, double endS, double relative) {
        return new Truth(
                subtype.anomalyClass(),
                subtype,
                "a~b",
                Set.of("b"),
                Set.of("c~b"),
                at(onsetS),
                false,
                at(onsetS),
                at(endS),
                new Truth.Magnitude(1, "dB"),
                relative,
                INTERVAL_S);
    }

    static Finding finding(String id, Subtype subtype, double onsetS, double detectedS) {
        return finding(id, "a~b", null, subtype.anomalyClass(), subtype, onsetS, detectedS, null, 0.9);
    }

    static Finding finding(
            String id,
            @Nullable String link,
            @Nullable String node,
            AnomalyClass anomalyClass,
            @Nullable Subtype subtype,
            double onsetS,
            double detectedS,
            @Nullable Double endedS,
            double probability) {
        AnomalyClass other =
                anomalyClass == AnomalyClass.UNDETERMINED ? AnomalyClass.ATTACK : AnomalyClass.UNDETERMINED;
        return new Finding(
                id,
                link,
                node,
                anomalyClass,
                subtype,
                at(onsetS),
                at(detectedS),
                endedS == null ? null : at(endedS),
                Map.of(anomalyClass, probability, other, 1 - probability),
                Severity.HIGH,
                List.of(),
                "because <it> & \"that\"",
                null,
                List.of(),
                List.of());
    }

    static List<Verdict> verdicts(Finding... findings) {
        Verdicts verdicts = new Verdicts();
        verdicts.add(List.of(findings));
        return verdicts.all();
    }

    /** An incident with a report every ten seconds and a bound of two of them. */
    static Case.Played played(Truth... truths) {
        List<Case.PlayedIncident> incidents = List.of(truths).stream()
                .map(truth -> {
                    ReportTimes reports = new ReportTimes();
                    for (int i = 1; i <= 1_000; i++) {
                        reports.add(i * INTERVAL_S);
                    }
                    return new Case.PlayedIncident(OptionalDouble.of(20), OptionalInt.of(2), reports);
                })
                .toList();
        return new Case.Played(incidents, 1_000, 2_000);
    }

    /** A case of two links that lasts a day. */
    public record DayCase(String kind, Group group, List<Truth> truths) implements Case {
        @Override
        public String name() {
            return "1";
        }

        @Override
        public Topology topology() {
            return Topology.empty();
        }

        @Override
        public List<String> linkIds() {
            return List.of("a~b", "c~b");
        }

        @Override
        public Instant start() {
            return MIDNIGHT;
        }

        @Override
        public Instant end() {
            return at(86_400);
        }

        @Override
        public String description() {
            return "a day by hand";
        }

        @Override
        public Played play(Consumer<TelemetryEvent> audience) {
            return Told.played(truths.toArray(Truth[]::new));
        }
    }

    static CaseScore score(List<Truth> truths, Finding... findings) {
        DayCase day = new DayCase(
                truths.isEmpty() ? "quiet" : "by_hand", truths.isEmpty() ? Case.Group.QUIET : Case.Group.PLAIN, truths);
        return CaseScore.of(day, played(truths.toArray(Truth[]::new)), verdicts(findings));
    }

    /** A score with an incident that is right, one that is wrong, one that was missed, and a quiet day with a false attack. */
    public static Score small() {
        Truth attack = truth(Subtype.INTERCEPT_RESEND, 40_000, 50_000, 0.1);
        Truth bend = truth(Subtype.MACRO_BEND, 40_000, 50_000, 0.5);
        Truth drift = truth(Subtype.TIMING_DRIFT, 40_000, 50_000, 0.9);
        return new Score(
                "a method (by <hand>)",
                true,
                List.of(
                        score(List.of(attack), finding("1", Subtype.INTERCEPT_RESEND, 40_005, 40_020)),
                        score(List.of(bend), finding("2", Subtype.CHANNEL_TAP, 40_000, 40_040)),
                        score(List.of(drift)),
                        score(List.of(), finding("3", Subtype.TROJAN_HORSE, 10, 20))));
    }
}
