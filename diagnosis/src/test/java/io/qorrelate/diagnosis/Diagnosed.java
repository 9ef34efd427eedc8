package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.diagnosis.rules.ShippedRules;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the diagnosis says in the end, with the rules that come with the platform: the last word on each finding. */
final class Diagnosed {
    private static final RulePack RULES = ShippedRules.pack();

    private Diagnosed() {}

    /** The one finding of a story of which no topology is known. */
    static Finding theFindingOf(LinkStory story) {
        return theOnly(findingsOf(story));
    }

    static List<Finding> findingsOf(LinkStory story) {
        return findings(story.events(), Topology.empty());
    }

    /** The one finding about a link or node. */
    static Finding theFindingOf(String subject, List<TelemetryEvent> events, Topology topology) {
        return theOnly(findings(events, topology).stream()
                .filter(finding -> finding.key().equals(subject))
                .toList());
    }

    static List<Finding> findings(List<TelemetryEvent> events, Topology topology) {
        return new ArrayList<>(lastWords(new LinkDiagnosis(RULES, DiagnosisSettings.defaults(), topology), events)
                .values());
    }

    /** By finding id. */
    static Map<String, Finding> lastWords(LinkDiagnosis diagnosis, List<TelemetryEvent> events) {
        NetworkDiagnosis network = new NetworkDiagnosis(diagnosis, Timeline.DEFAULT_LATENESS);
        Map<String, Finding> last = new LinkedHashMap<>();
        for (TelemetryEvent event : events) {
            network.accept(event).forEach(finding -> last.put(finding.id(), finding));
        }
        network.finish().forEach(finding -> last.put(finding.id(), finding));
        return last;
    }

    /** The same findings with the same verdicts; a probability that moved by less than a tenth is not said again. */
    static void assertSame(Map<String, Finding> live, Map<String, Finding> replayed) {
        assertThat(live).containsOnlyKeys(replayed.keySet());
        replayed.forEach((id, finding) -> {
            assertThat(live.get(id))
                    .extracting(
                            Finding::anomalyClass, Finding::subtype, Finding::onset, Finding::detected, Finding::ended)
                    .containsExactly(
                            finding.anomalyClass(),
                            finding.subtype(),
                            finding.onset(),
                            finding.detected(),
                            finding.ended());
            finding.probabilities()
                    .forEach((anomalyClass, probability) -> assertThat(
                                    live.get(id).probabilities().get(anomalyClass))
                            .isCloseTo(probability, within(0.1)));
        });
    }

    private static Finding theOnly(List<Finding> findings) {
        assertThat(findings)
                .as(() -> findings.stream()
                        .map(finding -> finding.onset() + ".." + finding.ended() + " " + finding.explanation())
                        .collect(Collectors.joining("\n", "findings:\n", "\n")))
                .hasSize(1);
        return findings.getFirst();
    }
}
