package io.qorrelate.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainCasesTest {
    private static final String LINK = "ams-1~del-1";

    /** The onset is the weakest estimate as yet: wander before a change can make it seem to have begun earlier. */
    private static final Duration ONSET_WITHIN = Duration.ofMinutes(15);

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void fullInterceptResendIsAnAttack(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .interceptResend(1)
                .quietFor(Duration.ofMinutes(5));

        assertOne(story, AnomalyClass.ATTACK, Subtype.INTERCEPT_RESEND, Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25})
    void interceptingATenthIsAnAttackToo(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .interceptResend(0.1)
                .quietFor(Duration.ofMinutes(10));

        assertOne(story, AnomalyClass.ATTACK, Subtype.INTERCEPT_RESEND, Duration.ofMinutes(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35})
    void aLossStepThatDimsEverythingAlikeIsDegradation(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .losesMore(2.5)
                .quietFor(Duration.ofMinutes(5));

        assertOne(story, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.MACRO_BEND, Duration.ofSeconds(30));
    }

    /** After two quiet hours the polarization turns by 0.12 rad an hour. */
    private static LinkStory drifting(long seed) {
        return LinkStory.of(LINK, seed).quietFor(Duration.ofHours(2)).polarizationDrifts(0.12);
    }

    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154, 155})
    void anInterceptionOnALinkThatDriftsAlreadyIsNotTakenForMoreOfTheDrift(long seed) {
        LinkStory story = drifting(seed)
                .quietFor(Duration.ofHours(1))
                .interceptResend(0.2)
                .quietFor(Duration.ofMinutes(20));

        assertThat(Diagnosed.findingsOf(story).getLast().subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    /** What fails to be aligned is one basis more than the other. */
    @ParameterizedTest
    @ValueSource(longs = {191, 192, 193, 194, 195})
    void errorsOfBothBasesAlikeAfterACalibrationThatLooksScheduledAreAnInterception(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .recalibrates(Calibration.Routine.POLARIZATION, Calibration.Initiator.SCHEDULED)
                .interceptResend(0.4)
                .quietFor(Duration.ofMinutes(20));

        assertThat(Diagnosed.theFindingOf(story).subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    /** The bases are not told apart here; each routine in vain is one drift less that it may be. */
    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105})
    void errorsThatGrowWhateverIsCalibratedAreNoDrift(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .reportingOnly(
                        Observable.QBER,
                        Observable.VISIBILITY,
                        Observable.LOSS_DB,
                        Observable.DETECTION_RATE_HZ,
                        Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(2))
                .interceptsMoreAndMore(0.1)
                .quietFor(Duration.ofHours(2))
                .recalibratesInVain(Calibration.Routine.FULL)
                .quietFor(Duration.ofMinutes(30))
                .recalibratesInVain(Calibration.Routine.TIMING)
                .quietFor(Duration.ofMinutes(30));

        assertThat(Diagnosed.findingsOf(story).getLast().subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154, 155})
    void anInterceptionWithinADriftThatWasHardlyNoticedIsNotTakenForMoreOfIt(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .withEveryInstrument()
                .quietFor(Duration.ofHours(2))
                .polarizationDrifts(0.2)
                .quietFor(Duration.ofMinutes(20))
                .interceptResend(0.4)
                .quietFor(Duration.ofMinutes(20));

        assertThat(Diagnosed.findingsOf(story).getLast().subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154, 155})
    void aDriftThatGoesOnStaysADrift(long seed) {
        LinkStory story = drifting(seed).quietFor(Duration.ofMinutes(80));

        assertThat(Diagnosed.findingsOf(story).getLast().anomalyClass()).isEqualTo(AnomalyClass.CALIBRATION_DRIFT);
    }

    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154, 155})
    void aDriftThatGoesOnWhileNothingIsReportedIsNoLeap(long seed) {
        LinkStory story = drifting(seed)
                .quietFor(Duration.ofHours(1))
                .silentFor(Duration.ofMinutes(30))
                .quietFor(Duration.ofMinutes(20));

        assertThat(Diagnosed.findingsOf(story).getLast().anomalyClass()).isEqualTo(AnomalyClass.CALIBRATION_DRIFT);
    }

    /** Errors grow with the square of the angle, and by seldom reports its bend is much like a step. */
    @Test
    void aDriftOfErrorsThatBendsIsSeldomTakenForALeapBySeldomReports() {
        long takenForAttacks = LongStream.range(241, 249)
                .filter(seed -> Diagnosed.findingsOf(bending(seed)).stream()
                        .anyMatch(finding -> finding.anomalyClass() == AnomalyClass.ATTACK))
                .count();

        assertThat(takenForAttacks).as("of eight").isLessThanOrEqualTo(1);
    }

    private static LinkStory bending(long seed) {
        return LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(4))
                .reportingOnly(Observable.QBER, Observable.LOSS_DB, Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(20))
                .polarizationDrifts(0.12)
                .quietFor(Duration.ofHours(4));
    }

    /** What was a quarter of an hour ago is remembered in a mean of sixteen reports: with it a quick drift looked like a leap. */
    @ParameterizedTest
    @ValueSource(longs = {301, 302, 303, 304, 305, 306})
    void aDriftThatIsQuickIsNoLeapThoughItsBeginningIsRememberedInAMean(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(1))
                .reportingOnly(Observable.QBER, Observable.LOSS_DB, Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(10))
                .polarizationDrifts(1.0)
                .quietFor(Duration.ofMinutes(50));

        assertThat(Diagnosed.findingsOf(story))
                .extracting(Finding::anomalyClass)
                .containsOnly(AnomalyClass.CALIBRATION_DRIFT);
    }

    /** Hours later the trace holds its beginning in a few averages, and those look like a step. */
    @ParameterizedTest
    @ValueSource(longs = {171, 172, 173, 174, 175})
    void aRateThatFellForHoursBySeldomReportsFellByDrift(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(2))
                .reportingOnly(
                        Observable.QBER,
                        Observable.LOSS_DB,
                        Observable.DETECTION_RATE_HZ,
                        Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(12))
                .timingDrifts(80)
                .quietFor(Duration.ofHours(3));

        assertThat(Diagnosed.findingsOf(story).getLast().anomalyClass()).isEqualTo(AnomalyClass.CALIBRATION_DRIFT);
    }

    /** What is as small as one report is off by chance is found by its lasting, and by that alone it is known to be over. */
    @ParameterizedTest
    @ValueSource(longs = {161, 162, 163, 164, 165})
    void aSmallChangeThatLastsIsNotFoundAndOverAgainAndAgain(long seed) {
        assertThat(Diagnosed.findingsOf(slightlyIntercepted(seed))).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void mostSmallChangesThatLastAreFound() {
        long found = LongStream.rangeClosed(161, 165)
                .filter(seed -> !Diagnosed.findingsOf(slightlyIntercepted(seed)).isEmpty())
                .count();

        assertThat(found).as("of five").isGreaterThanOrEqualTo(4);
    }

    /** Nobody could do anything about it; where it goes on and becomes clearer, it is told. */
    @Test
    void whatIsNineTimesInTenALinksOwnWanderingIsWatchedAndNotTold() {
        LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());
        LinkState state = diagnosis.initial(LINK);
        List<Finding> said = new ArrayList<>();
        LinkStory story = slightlyIntercepted(165);
        for (TelemetryEvent event : story.events()) {
            said.addAll(diagnosis.advance(state, event));
        }

        assertThat(said).isEmpty();
        assertThat(state.open).as("what is watched").isNotNull();
        assertThat(diagnosis.standing(state)).isEmpty();
        int before = story.events().size();
        story.interceptResend(0.3).quietFor(Duration.ofHours(1));
        for (TelemetryEvent event :
                story.events().subList(before, story.events().size())) {
            said.addAll(diagnosis.advance(state, event));
        }
        assertThat(said)
                .isNotEmpty()
                .first()
                .satisfies(finding ->
                        assertThat(finding.detected()).isAfter(story.now().minus(Duration.ofHours(1))));
        assertThat(said.getLast().subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    private static LinkStory slightlyIntercepted(long seed) {
        return LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(3))
                .reportingOnly(Observable.QBER, Observable.LOSS_DB)
                .quietFor(Duration.ofHours(30))
                .interceptResend(0.02)
                .quietFor(Duration.ofHours(20));
    }

    /** Else the attack would have the onset of the trifle, and the keys of an hour before would count as exposed. */
    @ParameterizedTest
    @ValueSource(longs = {201, 202, 203, 204, 205})
    void anAttackOnALinkOfWhichATrifleIsKnownIsAFindingOfItsOwn(long seed) {
        LinkStory story = slightlyBent(seed).quietFor(Duration.ofHours(1));
        Instant struck = story.now();
        story.blindsTheDetectors().quietFor(Duration.ofMinutes(10));

        List<Finding> findings = Diagnosed.findingsOf(story);
        assertThat(findings)
                .extracting(Finding::subtype)
                .containsExactly(Subtype.MACRO_BEND, Subtype.DETECTOR_BLINDING);
        assertThat(findings.getFirst().ended()).isBetween(struck.minusSeconds(60), struck.plusSeconds(60));
        assertThat(findings.getLast().onset()).isBetween(struck.minusSeconds(60), struck.plusSeconds(60));
    }

    /** Something else, and little by little: what is known for hours and what has just begun are two things. */
    @ParameterizedTest
    @ValueSource(longs = {251, 252, 253, 254, 255})
    void aDriftOnALinkOfWhichATrifleIsKnownSinceHoursIsAFindingOfItsOwn(long seed) {
        LinkStory story = slightlyBent(seed).quietFor(Duration.ofHours(4));
        Instant began = story.now();
        story.timingDrifts(150).quietFor(Duration.ofHours(1));

        List<Finding> findings = Diagnosed.findingsOf(story);
        assertThat(findings).extracting(Finding::subtype).containsExactly(Subtype.MACRO_BEND, Subtype.TIMING_DRIFT);
        assertThat(findings.getLast().onset()).isBetween(began.minusSeconds(600), began.plusSeconds(600));
    }

    private static LinkStory slightlyBent(long seed) {
        return LinkStory.of(LINK, seed)
                .withEveryInstrument()
                .quietFor(Duration.ofHours(2))
                .losesMore(0.4);
    }

    /** No measurement tells of them, so that none tells against them. */
    @ParameterizedTest
    @ValueSource(longs = {261, 262, 263, 264, 265})
    void whoGuessesPasswordsWhileALinkDriftsIsAFindingOfHisOwn(long seed) {
        LinkStory story = drifting(seed).quietFor(Duration.ofHours(3));
        Instant began = story.now();
        story.authenticationFails(
                        12, Duration.ofSeconds(20), AuthFailure.Plane.KEY_API, AuthFailure.Reason.BAD_CREDENTIALS)
                .quietFor(Duration.ofMinutes(20));

        List<Finding> findings = Diagnosed.findingsOf(story);
        assertThat(findings)
                .extracting(Finding::subtype)
                .containsExactly(Subtype.POLARIZATION_DRIFT, Subtype.KEY_API_ABUSE);
        assertThat(findings.getLast().onset()).isBetween(began, began.plusSeconds(60));
    }

    /** What an intruder has set wrong a calibration sets right: that it could be mended makes it no drift. */
    @ParameterizedTest
    @ValueSource(longs = {271, 272, 273, 274, 275})
    void whatAnIntruderMisalignedAndACalibrationMendedWasTheIntruder(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .authenticationFails(
                        3, Duration.ofSeconds(30), AuthFailure.Plane.MANAGEMENT, AuthFailure.Reason.BAD_CREDENTIALS)
                .isMisalignedRemotelyBy("svc-backup", 0.3)
                .quietFor(Duration.ofMinutes(30))
                .recalibrates(Calibration.Initiator.OPERATOR)
                .quietFor(Duration.ofMinutes(30));

        assertThat(Diagnosed.findingsOf(story).getFirst().subtype()).isEqualTo(Subtype.MANAGEMENT_COMPROMISE);
    }

    /** That the next one starts by schedule does not tell who asked for the last. */
    @ParameterizedTest
    @ValueSource(longs = {281, 282, 283, 284})
    void anInterceptionBehindACalibrationFromAfarIsOneWhileTheNextCalibrationRuns(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .reportingOnly(Observable.QBER, Observable.VISIBILITY, Observable.LOSS_DB, Observable.DETECTION_RATE_HZ)
                .quietFor(Duration.ofHours(2))
                .isCalibratedRemotelyBy("svc-backup")
                .interceptResend(0.3)
                .quietFor(Duration.ofHours(1));
        Finding before = Diagnosed.theFindingOf(story);

        Finding meanwhile = Diagnosed.theFindingOf(story.startsToCalibrate(Calibration.Routine.PHASE));

        assertThat(before.subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
        assertThat(meanwhile.subtype()).isEqualTo(Subtype.INTERCEPT_RESEND);
    }

    /** Of shaking nobody tells here: that it comes and goes does. */
    @ParameterizedTest
    @ValueSource(longs = {291, 292, 293, 294, 295})
    void errorsThatComeAndGoAreShakenThoughNoSensorSaysSo(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .shakes(6, Duration.ofMinutes(3), Duration.ofMinutes(12), 0.4)
                .quietFor(Duration.ofHours(1));

        assertThat(Diagnosed.theFindingOf(story).subtype()).isEqualTo(Subtype.VIBRATION);
    }

    @ParameterizedTest
    @ValueSource(longs = {211, 212, 213, 214, 215})
    void aLinkThatIsShakenAgainAndAgainHasOneFinding(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .withItsRoom()
                .quietFor(Duration.ofHours(2))
                .shakes(6, Duration.ofMinutes(3), Duration.ofMinutes(12), 0.4)
                .quietFor(Duration.ofHours(1));

        assertThat(Diagnosed.theFindingOf(story).subtype()).isEqualTo(Subtype.VIBRATION);
    }

    /** That it began at a calibration is not forgotten for the next one, by which it is cured. */
    @ParameterizedTest
    @ValueSource(longs = {241, 242, 243, 244})
    void whatOneCalibrationSpoiltAndTheNextMendedIsAFailedCalibration(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .isMisalignedBy(Calibration.Routine.POLARIZATION, 0.5)
                .quietFor(Duration.ofHours(1))
                .recalibrates(Calibration.Routine.POLARIZATION, Calibration.Initiator.AUTOMATIC)
                .quietFor(Duration.ofMinutes(20));

        Finding finding = Diagnosed.theFindingOf(story);

        assertThat(finding.subtype()).as(finding.explanation()).isEqualTo(Subtype.FAILED_CALIBRATION);
    }

    /** The first words on a small loss: with more reports it is clear, and then nothing is said of chance any more. */
    @ParameterizedTest
    @ValueSource(longs = {231, 234, 235, 236, 238})
    void whatHasJustAlarmedMayBeNoMoreThanALinkDoesByItself(long seed) {
        String chance = "no more than the link does by itself now and then";
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .losesMore(0.15)
                .quietFor(Duration.ofMinutes(40));

        List<Finding> said = wordsOn(story.events());

        assertThat(said.getFirst().anomalyClass()).isEqualTo(AnomalyClass.UNDETERMINED);
        assertThat(said.getFirst().explanation()).contains(chance);
        assertThat(said.getLast().explanation()).doesNotContain(chance);
    }

    /** No drift is over within the minutes between two reports, as often as not: it would show a report on its way. */
    @ParameterizedTest
    @ValueSource(longs = {221, 222, 223, 224, 225})
    void aLaserThatShinesBrighterFromOneSeldomReportToTheNextIsSeeded(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(4))
                .quietFor(Duration.ofHours(20))
                .seedsTheLaser(1.25)
                .quietFor(Duration.ofHours(2));

        assertThat(Diagnosed.theFindingOf(story).subtype()).isEqualTo(Subtype.LASER_SEEDING);
    }

    /** Half a decibel in two days, of a source that by itself moves by less. */
    @ParameterizedTest
    @ValueSource(longs = {231, 232, 233, 234, 235})
    void aLaserThatAgesByATwentiethADayIsFound(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(2))
                .quietFor(Duration.ofHours(36))
                .laserAges(0.95)
                .quietFor(Duration.ofHours(54));

        assertThat(Diagnosed.findingsOf(story).getFirst().subtype()).isEqualTo(Subtype.LASER_AGEING);
    }

    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153, 154, 155})
    void anOutlierOnADriftMakesItNoStep(long seed) {
        LinkStory story =
                drifting(seed).quietFor(Duration.ofMinutes(70)).outlier().quietFor(Duration.ofSeconds(20));

        assertThat(Diagnosed.findingsOf(story).getLast().anomalyClass()).isEqualTo(AnomalyClass.CALIBRATION_DRIFT);
    }

    @ParameterizedTest
    @ValueSource(longs = {181, 182, 183, 184, 185})
    void aCalibrationThatFailedBetweenTwoSeldomReportsIsKnownToHaveFailed(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .every(Duration.ofMinutes(5))
                .quietFor(Duration.ofHours(20))
                .failsToCalibrate(Calibration.Routine.POLARIZATION, 0.3)
                .quietFor(Duration.ofHours(1));

        assertThat(Diagnosed.theFindingOf(story).subtype()).isEqualTo(Subtype.FAILED_CALIBRATION);
    }

    @ParameterizedTest
    @ValueSource(longs = {161, 162, 163, 164, 165})
    void errorsThatNoLossOfThatSizeExplainsAreNoBend(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .reportingOnly(Observable.QBER, Observable.RX_POWER_DBM, Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(2))
                .losesMore(1.1)
                .interceptResend(0.15)
                .quietFor(Duration.ofMinutes(20));

        assertThat(Diagnosed.theFindingOf(story).anomalyClass()).isNotEqualTo(AnomalyClass.PHYSICAL_DEGRADATION);
    }

    @ParameterizedTest
    @ValueSource(longs = {131, 132, 133, 134, 135})
    void aBendIsOverWhenTheLightIsBackThoughTheKeyIsStillOfBlocksBegunBefore(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .tellingItsKeyEvery(Duration.ofMinutes(5))
                .quietFor(Duration.ofHours(6))
                .losesMore(2.5)
                .quietFor(Duration.ofMinutes(11));
        Instant healed = story.now();
        story.heals().quietFor(Duration.ofMinutes(30));

        Finding finding =
                assertOne(story, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.MACRO_BEND, Duration.ofSeconds(30));
        assertThat(finding.ended()).isBetween(healed, healed.plus(Duration.ofMinutes(2)));
    }

    @ParameterizedTest
    @ValueSource(longs = {131, 132, 133, 134, 135})
    void aBendThatIsStraightenedWasABendAndIsOver(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .losesMore(2.5)
                .quietFor(Duration.ofMinutes(3));
        Instant healed = story.now();
        story.heals().quietFor(Duration.ofMinutes(30));

        Finding finding =
                assertOne(story, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.MACRO_BEND, Duration.ofSeconds(30));
        assertThat(finding.ended()).isBetween(healed, healed.plus(Duration.ofMinutes(2)));
    }

    @ParameterizedTest
    @ValueSource(longs = {141, 142, 143, 144, 145})
    void anAttackThatStopsWasAnAttack(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .interceptResend(0.5)
                .quietFor(Duration.ofMinutes(5));
        Instant stopped = story.now();
        story.heals().quietFor(Duration.ofMinutes(30));

        Finding finding = assertOne(story, AnomalyClass.ATTACK, Subtype.INTERCEPT_RESEND, Duration.ofSeconds(30));
        assertThat(finding.ended()).isBetween(stopped, stopped.plus(Duration.ofMinutes(2)));
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45})
    void aRampThatARecalibrationCuresIsCalibrationDrift(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .quietFor(Duration.ofHours(2))
                .polarizationDrifts(0.5)
                .quietFor(Duration.ofMinutes(30))
                .recalibrates(Calibration.Initiator.AUTOMATIC)
                .quietFor(Duration.ofMinutes(10));

        Finding finding =
                assertOne(story, AnomalyClass.CALIBRATION_DRIFT, Subtype.POLARIZATION_DRIFT, Duration.ofMinutes(25));
        assertThat(finding.ended()).as("the recalibration ended it").isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53, 54, 55})
    void aLinkThatReportsOnlyQberAndKeyRateStillTellsAnAttack(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .reportingOnly(Observable.QBER, Observable.SECRET_KEY_RATE_BPS)
                .quietFor(Duration.ofHours(2))
                .interceptResend(1)
                .quietFor(Duration.ofMinutes(5));

        assertOne(story, AnomalyClass.ATTACK, Subtype.INTERCEPT_RESEND, Duration.ofSeconds(40));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60})
    void theReportingIntervalDoesNotChangeTheVerdict(int seconds) {
        LinkStory story = LinkStory.of(LINK, 61)
                .every(Duration.ofSeconds(seconds))
                .quietFor(Duration.ofSeconds(Math.max(1200, 400L * seconds)))
                .losesMore(3)
                .quietFor(Duration.ofSeconds(20L * seconds));

        assertOne(story, AnomalyClass.PHYSICAL_DEGRADATION, Subtype.MACRO_BEND, Duration.ofSeconds(4L * seconds));
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74})
    void aQuietWeekWithCalibrationsMaintenanceGapsAndOutliersHasNoFinding(long seed) {
        LinkStory story = LinkStory.of(LINK, seed).every(Duration.ofSeconds(30));
        for (int day = 0; day < 7; day++) {
            story.quietFor(Duration.ofHours(11))
                    .recalibrates(Calibration.Initiator.SCHEDULED)
                    .quietFor(Duration.ofHours(6))
                    .outlier()
                    .quietFor(Duration.ofHours(3))
                    .silentFor(Duration.ofMinutes(20))
                    .quietFor(Duration.ofHours(3));
        }
        story.maintenance(Duration.ofMinutes(30), 0.8).quietFor(Duration.ofHours(6));

        assertThat(findings(story.events())).isEmpty();
    }

    @Test
    void aFindingSaysWhatHappenedWhyAndWhyNotTheOthers() {
        LinkStory story = LinkStory.of(LINK, 81)
                .quietFor(Duration.ofHours(2))
                .interceptResend(1)
                .keysAreTaken(12, "sae-bank", "sae-vault")
                .quietFor(Duration.ofMinutes(5));

        Finding finding = findings(story.events()).getFirst();

        assertThat(finding.explanation())
                .contains("taken for attack (intercept resend)")
                .contains("Not calibration drift:")
                .contains("Not physical degradation:")
                .containsPattern("Between onset and detection at most [0-9,]+ bits of secret key were distilled")
                .contains("12 keys are known to have been taken (sae-bank, sae-vault).");
        assertThat(finding.evidence())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.logOdds()).isNotEmpty());
        assertThat(finding.recommendedActions()).first().asString().contains("Stop key delivery");
        assertThat(finding.exposure()).isNotNull();
        assertThat(finding.exposure().secretBits().orElse(0)).isPositive();
    }

    private static Finding assertOne(LinkStory story, AnomalyClass anomalyClass, Subtype subtype, Duration within) {
        List<Finding> findings = findings(story.events());
        assertThat(findings)
                .as(() -> String.join(
                        "\n", findings.stream().map(Finding::explanation).toList()))
                .hasSize(1);
        Finding finding = findings.getFirst();
        assertThat(finding.anomalyClass())
                .as(finding.explanation() + finding.evidence())
                .isEqualTo(anomalyClass);
        assertThat(finding.subtype())
                .as(finding.explanation() + finding.evidence())
                .isEqualTo(subtype);
        assertThat(Duration.between(story.onset(), finding.detected())).isBetween(Duration.ZERO, within);
        assertThat(Duration.between(story.onset(), finding.onset()).abs()).isLessThanOrEqualTo(ONSET_WITHIN);
        return finding;
    }

    /** All that is said, in its order. */
    private static List<Finding> wordsOn(List<TelemetryEvent> events) {
        LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());
        LinkState state = diagnosis.initial(LINK);
        return events.stream()
                .flatMap(event -> diagnosis.advance(state, event).stream())
                .toList();
    }

    private static List<Finding> findings(List<TelemetryEvent> events) {
        LinkDiagnosis diagnosis = new LinkDiagnosis(RulePack.empty(), DiagnosisSettings.defaults());
        return List.copyOf(Diagnosed.lastWords(diagnosis, events).values());
    }
}
