package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the topology file says of a link is held against what was learned of it. The story's link has 2.1 % of errors and 8 dB. */
class NominalFiguresTest {
    private static final String LINK = "ams-1~del-1";
    private static final Topology NO_FIGURES = topology("");
    private static final Topology FIGURES = topology(", qber: 0.02, loss_db: 8");

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void anInterceptionThatWasThereBeforeTheFirstReportIsNotTakenForNormal(long seed) {
        LinkStory story = LinkStory.of(LINK, seed).interceptResend(0.2);
        Instant firstReport = story.now();
        story.quietFor(Duration.ofHours(3));

        Finding finding = Diagnosed.theFindingOf(LINK, story.events(), FIGURES);

        assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.UNDETERMINED);
        assertThat(finding.probabilities().get(AnomalyClass.ATTACK)).isGreaterThan(0.2);
        assertThat(finding.onset()).isBetween(firstReport, firstReport.plusSeconds(60));
        assertThat(finding.detected()).isBefore(firstReport.plus(Duration.ofMinutes(15)));
        assertThat(finding.ended()).isNull();
        assertThat(finding.explanation())
                .contains("has been far off the nominal figures of the topology file: qber ")
                .contains("where 2.00 % ± 2.00 % is expected")
                .contains("Nobody saw it come");
        assertThat(finding.evidence())
                .extracting(Evidence::observable)
                .as("what is told of its course, or by instruments that were learned with it")
                .doesNotContain("visibility", "qber over time", "pace", "physical_access");
        assertThat(finding.recommendedActions()).first().asString().contains("commissioning protocol");
    }

    @Test
    void aLinkWithoutFiguresIsLearnedAsItIs() {
        LinkStory story = LinkStory.of(LINK, 14).interceptResend(0.2).quietFor(Duration.ofHours(3));

        assertThat(Diagnosed.findings(story.events(), NO_FIGURES)).isEmpty();
        assertThat(Diagnosed.findings(story.events(), topology(", qber: 0, loss_db: 0")))
                .as("nought stands where nobody measured")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"qber: 0.014, loss_db: 6", "qber: 0.04, loss_db: 14", "qber: 0.01, loss_db: 8", "loss_db: 4.5"})
    void figuresThatAreRoundedOldOrCopiedAreNotHeldAgainstALink(String sloppy) {
        LinkStory story = LinkStory.of(LINK, 21).quietFor(Duration.ofHours(6));

        assertThat(Diagnosed.findings(story.events(), topology(", " + sloppy))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void lightThatWasLostBeforeTheFirstReportIsNoAttackOnThePhotons(long seed) {
        LinkStory story = LinkStory.of(LINK, seed).losesMore(12).quietFor(Duration.ofHours(1));

        Finding finding = Diagnosed.theFindingOf(LINK, story.events(), FIGURES);

        assertThat(finding.explanation()).contains("loss_db 20.0").contains("where 8.00 dB ± 5.40 dB is expected");
        assertThat(finding.subtype()).isNotEqualTo(Subtype.INTERCEPT_RESEND);
        assertThat(finding.probabilities().get(AnomalyClass.PHYSICAL_DEGRADATION))
                .isGreaterThan(finding.probabilities().get(AnomalyClass.CALIBRATION_DRIFT));
    }

    /** An hour's step is a third of what one report is off by chance, and the baseline has followed it when the next one comes. */
    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void anInterceptionThatCreepsSoSlowlyThatItIsLearnedIsCaughtWhenItHasGoneTooFar(long seed) {
        LinkStory story = LinkStory.of(LINK, seed).every(Duration.ofSeconds(30)).quietFor(Duration.ofHours(2));
        Instant firstStep = story.now();
        for (int hour = 1; hour <= 18; hour++) {
            story.interceptResend(0.002 * hour).quietFor(Duration.ofHours(1));
        }

        assertThat(Diagnosed.findings(story.events(), NO_FIGURES)).isEmpty();
        Finding finding = Diagnosed.theFindingOf(LINK, story.events(), topology(", qber: 0.012"));
        assertThat(finding.anomalyClass()).isEqualTo(AnomalyClass.UNDETERMINED);
        assertThat(finding.onset()).isBetween(firstStep, finding.detected());
        assertThat(finding.explanation()).contains("where 1.20 % ± 1.60 % is expected");
    }

    @Test
    void whatHappensToALinkThatIsOffItsFiguresIsToldBesides() {
        LinkStory story = LinkStory.of(LINK, 51)
                .interceptResend(0.2)
                .quietFor(Duration.ofHours(3))
                .losesMore(2.5)
                .quietFor(Duration.ofMinutes(10));

        List<Finding> findings = Diagnosed.findings(story.events(), FIGURES);

        assertThat(findings).extracting(Finding::ended).containsExactly(null, null);
        assertThat(findings)
                .extracting(Finding::subtype)
                .as("beside what was there before")
                .contains(Subtype.MACRO_BEND);
    }

    @Test
    void aLinkThatComesBackToItsFiguresIsWellAndIsLearnedAnew() {
        LinkStory story = LinkStory.of(LINK, 61)
                .interceptResend(0.2)
                .quietFor(Duration.ofHours(3))
                .heals();
        Instant healed = story.now();
        story.quietFor(Duration.ofHours(3));

        assertThat(Diagnosed.theFindingOf(LINK, story.events(), FIGURES).ended())
                .isBetween(healed, healed.plus(Duration.ofMinutes(20)));

        story.interceptResend(0.15).quietFor(Duration.ofMinutes(5));
        assertThat(Diagnosed.findings(story.events(), FIGURES).getLast().subtype())
                .as("below what it had been")
                .isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    @Test
    void aFileThatIsCorrectedEndsTheFinding() {
        LinkStory story = LinkStory.of(LINK, 71).interceptResend(0.2).quietFor(Duration.ofHours(1));
        LinkDiagnosis before = diagnosis(FIGURES);
        LinkState state = before.initial(LINK);
        story.events().forEach(event -> before.advance(state, event));
        LinkState stored = LinkState.fromBytes(state.toBytes());
        assertThat(before.standing(stored)).hasSize(1);

        int told = story.events().size();
        story.recalibrates(Calibration.Initiator.SCHEDULED).quietFor(Duration.ofMinutes(2));
        LinkDiagnosis after = diagnosis(topology(", qber: 0.07, loss_db: 8"));
        List<Finding> findings = story.events().stream()
                .skip(told)
                .flatMap(event -> after.advance(stored, event).stream())
                .toList();

        assertThat(findings).singleElement().extracting(Finding::ended).isNotNull();
        assertThat(after.standing(stored)).isEmpty();
    }

    private static LinkDiagnosis diagnosis(Topology topology) {
        return new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults(), topology);
    }

    private static Topology topology(String figures) {
        return Topology.parse(
                "nodes: [{id: ams-1}, {id: del-1}]\nlinks: [{id: ams-1~del-1, from: ams-1, to: del-1" + figures
                        + "}]\n",
                "network.yaml");
    }
}
