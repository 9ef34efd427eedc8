package io.qorrelate.evaluation.score;

import static io.qorrelate.evaluation.score.Told.at;
import static io.qorrelate.evaluation.score.Told.finding;
import static io.qorrelate.evaluation.score.Told.score;
import static io.qorrelate.evaluation.score.Told.truth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaseScoreTest {
    private static final Truth BEND = truth(Subtype.MACRO_BEND, 40_000, 50_000, 0.5);

    @Test
    void whatIsSaidAfterTheOnsetIsTheVerdict() {
        CaseScore score = score(List.of(BEND), finding("1", Subtype.MACRO_BEND, 39_995, 40_030));

        assertThat(score.falseFindings()).isEmpty();
        assertThat(score.outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.isRight()).isTrue();
            assertThat(outcome.isSubtypeRight()).isTrue();
            assertThat(outcome.delayS()).isEqualTo(30);
            assertThat(outcome.delayReports()).isEqualTo(3);
            assertThat(outcome.delayOverBound()).hasValue(1.5);
            assertThat(outcome.onsetErrorS()).hasValue(5);
            assertThat(outcome.onsetErrorReports()).hasValue(0.5);
            assertThat(outcome.further()).isZero();
        });
    }

    @Test
    void silenceIsAMiss() {
        assertThat(score(List.of(BEND)).outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.verdict()).isEmpty();
            assertThat(outcome.isRight()).isFalse();
            assertThat(outcome.delayS()).isInfinite();
            assertThat(outcome.delayReports()).isInfinite();
            assertThat(outcome.delayOverBound()).hasValue(Double.POSITIVE_INFINITY);
            assertThat(outcome.onsetErrorS()).isEmpty();
        });
    }

    @Test
    void whatIsSaidBeforeTheOnsetIsFalseEvenIfItComesTrue() {
        CaseScore score = score(List.of(BEND), finding("1", Subtype.MACRO_BEND, 30_000, 30_020));

        assertThat(score.outcomes().getFirst().verdict()).isEmpty();
        assertThat(score.falseFindings()).hasSize(1);
    }

    @Test
    void ofTwoFindingsTheFirstCountsAndTheOtherIsOneMore() {
        CaseScore score = score(
                List.of(BEND),
                finding("late", Subtype.MACRO_BEND, 40_000, 40_200),
                finding("early", Subtype.CHANNEL_TAP, 40_000, 40_020));

        Outcome outcome = score.outcomes().getFirst();
        assertThat(outcome.said()).contains(AnomalyClass.ATTACK);
        assertThat(outcome.further()).isEqualTo(1);
        assertThat(score.falseFindings()).isEmpty();
    }

    @Test
    void ofTwoAtTheSameMomentTheSurerOneCounts() {
        Finding unsure = finding("1", "a~b", null, AnomalyClass.ATTACK, Subtype.CHANNEL_TAP, 40_000, 40_020, null, 0.6);

        CaseScore score = score(List.of(BEND), unsure, finding("2", Subtype.MACRO_BEND, 40_000, 40_020));

        assertThat(score.outcomes().getFirst().isRight()).isTrue();
    }

    @Test
    void theLastWordUnderAnIdCountsAndTheFirstTellsTheTime() {
        CaseScore score = score(
                List.of(BEND),
                finding("1", "a~b", null, AnomalyClass.UNDETERMINED, null, 40_000, 40_020, null, 0.7),
                finding("1", Subtype.CHANNEL_TAP, 40_000, 40_020),
                finding("1", Subtype.MACRO_BEND, 40_000, 40_400));

        Outcome outcome = score.outcomes().getFirst();
        assertThat(outcome.isRight()).isTrue();
        assertThat(outcome.delayS()).isEqualTo(20);
        assertThat(outcome.verdict().orElseThrow().everAttack()).isTrue();
    }

    @Test
    void undeterminedIsFoundAndWrong() {
        CaseScore score = score(
                List.of(BEND), finding("1", "a~b", null, AnomalyClass.UNDETERMINED, null, 40_000, 40_020, null, 0.7));

        assertThat(score.outcomes().getFirst().isRight()).isFalse();
        assertThat(score.outcomes().getFirst().delayS()).isEqualTo(20);
    }

    @Test
    void whatIsSaidLongAfterTheEndIsFalse() {
        assertThat(score(List.of(BEND), finding("1", Subtype.MACRO_BEND, 60_000, 60_020))
                        .falseFindings())
                .hasSize(1);
        assertThat(score(List.of(BEND), finding("1", Subtype.MACRO_BEND, 49_900, 50_900))
                        .falseFindings())
                .as("soon after it may still be about it")
                .isEmpty();
    }

    @Test
    void theNodeMaySpeakWhereTheIncidentIsItsOwn() {
        Finding ofNode = finding(
                "1", null, "b", AnomalyClass.PHYSICAL_DEGRADATION, Subtype.POWER_EVENT, 40_000, 40_000, null, 0.9);
        Finding ofOther = finding(
                "2", null, "z", AnomalyClass.PHYSICAL_DEGRADATION, Subtype.POWER_EVENT, 40_000, 40_000, null, 0.9);

        assertThat(score(List.of(BEND), ofNode).outcomes().getFirst().isRight()).isTrue();
        assertThat(score(List.of(BEND), ofOther).outcomes().getFirst().verdict())
                .isEmpty();
        assertThat(score(List.of(BEND), ofOther).falseFindings()).hasSize(1);
    }

    @Test
    void neighboursThatItBefellAsWellAreNeitherRightNorWrong() {
        Finding ofNeighbour = finding(
                "1", "c~b", null, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.MACRO_BEND, 40_000, 40_020, null, 0.9);

        CaseScore score = score(List.of(BEND), ofNeighbour);

        assertThat(score.falseFindings()).isEmpty();
        assertThat(score.outcomes().getFirst().verdict()).isEmpty();
    }

    @Test
    void whatBelongsToThePreludeCounts() {
        Truth tap = new Truth(
                AnomalyClass.ATTACK,
                Subtype.CHANNEL_TAP,
                "a~b",
                Set.of(),
                Set.of(),
                at(39_000),
                false,
                at(40_000),
                at(50_000),
                BEND.magnitude(),
                0.5,
                10);

        Outcome outcome = score(List.of(tap), finding("1", Subtype.CHANNEL_TAP, 39_000, 39_000))
                .outcomes()
                .getFirst();

        assertThat(outcome.isRight()).isTrue();
        assertThat(outcome.delayS()).isZero();
    }

    @Test
    void besideAnotherTrueTroubleAnEarlierFindingCountsOnlyIfItComesToNameTheIncident() {
        Truth within = new Truth(
                AnomalyClass.ATTACK,
                Subtype.INTERCEPT_RESEND,
                "a~b",
                Set.of(),
                Set.of(),
                at(30_000),
                true,
                at(40_000),
                at(50_000),
                BEND.magnitude(),
                0.5,
                10);
        Finding drift = finding("1", Subtype.POLARIZATION_DRIFT, 31_000, 32_000);
        Finding turned = finding("1", Subtype.INTERCEPT_RESEND, 31_000, 32_000);
        Finding attack = finding("2", Subtype.INTERCEPT_RESEND, 40_000, 40_020);

        assertThat(score(List.of(within), drift).falseFindings()).isEmpty();
        assertThat(score(List.of(within), drift).outcomes().getFirst().verdict())
                .isEmpty();
        assertThat(score(List.of(within), turned).outcomes().getFirst().isRight())
                .isTrue();
        assertThat(score(List.of(within), drift, attack).outcomes().getFirst().isRight())
                .isTrue();
    }

    @Test
    void quietTimeIsThatOfAllLinksLessTheIncident() {
        assertThat(score(List.of()).quietLinkS()).isEqualTo(2 * 86_400);
        assertThat(score(List.of(BEND)).quietLinkS())
                .as("two links for the incident and half an hour")
                .isCloseTo(2 * 86_400 - 2 * (10_000 + 1_800), within(1e-6));
    }
}
