package io.qorrelate.diagnosis;

import static io.qorrelate.diagnosis.Diagnosed.findingsOf;
import static io.qorrelate.diagnosis.Diagnosed.theFindingOf;
import static io.qorrelate.diagnosis.FindingAssert.assertThat;
import static io.qorrelate.model.AnomalyClass.PHYSICAL_DEGRADATION;
import static io.qorrelate.model.AnomalyClass.UNDETERMINED;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every cause of the domain page as one plain case: what it does to a link, and what is then said of it. */
class EverySubtypeTest {
    private static final String LINK = "ams-1~del-1";
    private static final String NEIGHBOUR = "ams-2~del-2";

    /** The link ends at the node whose room is told of, and lies in one duct with another. */
    private static final Topology NETWORK = Topology.parse("""
            nodes:
              - {id: ams-1}
              - {id: del-1}
              - {id: ams-2}
              - {id: del-2}
            links:
              - {id: ams-1~del-1, from: ams-1, to: del-1}
              - {id: ams-2~del-2, from: ams-2, to: del-2}
            shared_risk:
              - {id: a13, what: duct, members: [ams-1~del-1, ams-2~del-2]}
            """, "network.yml");

    /** A link with every instrument that has been well for three hours. */
    private static LinkStory wellKnown(long seed) {
        return LinkStory.of(LINK, seed).withEveryInstrument().quietFor(ofHours(3));
    }

    // Attacks.

    @Test
    void errorsInBothBasesAlikeWithNoLossAreInterceptResend() {
        LinkStory story = wellKnown(101).interceptResend(0.4).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.INTERCEPT_RESEND)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void decoysThatAreDimmerThanTheSignalAllowsArePhotonNumberSplitting() {
        LinkStory story = wellKnown(102).splitsPhotonNumbers(0.6).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.PHOTON_NUMBER_SPLITTING)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void detectorsThatDrawCurrentAndAreTooGoodAreBlinded() {
        LinkStory story = wellKnown(103).blindsTheDetectors().quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.DETECTOR_BLINDING)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aSyncOffsetThatJumpsWithUnevenDetectorsIsATimeShift() {
        LinkStory story = wellKnown(104).shiftsArrival(180).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.TIME_SHIFT)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void lightThatComesBackAndNothingElseIsATrojanHorse() {
        LinkStory story = wellKnown(105).probesTheTransmitter(12).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.TROJAN_HORSE)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    /** One row of the signatures, and one story: which of the two it was, only the bench can tell. */
    @Test
    void basesOffTheirSetShareAreAnAttackByWavelengthOrPhaseRemapping() {
        LinkStory story = wellKnown(106).steersTheBases(0.06).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isByOneOf(Subtype.WAVELENGTH, Subtype.PHASE_REMAPPING)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void intensitiesThatAllJumpButNotAlikeAreASeededLaser() {
        LinkStory story = wellKnown(107).seedsTheLaser(1.6).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.LASER_SEEDING)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aLossStepAfterAnOpenedEnclosureThatTheNeighbourInTheDuctDoesNotShareIsATap() {
        LinkStory story = LinkStory.of(LINK, 108)
                .withEveryInstrument()
                .withItsRoom()
                .quietFor(ofHours(3))
                .enclosureIsOpened()
                .quietFor(ofMinutes(10))
                .losesMore(1)
                .otdrShows(12.4, 1)
                .quietFor(ofMinutes(30));
        LinkStory neighbour = LinkStory.of(NEIGHBOUR, 109).quietFor(Duration.between(start(story), story.now()));

        assertThat(theFindingOf(LINK, LinkStory.together(story, neighbour), NETWORK))
                .isBy(Subtype.CHANNEL_TAP)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aBurstOfBadTagsWhileTheQuantumSideIsWellIsAManInTheMiddle() {
        LinkStory story = wellKnown(110)
                .authenticationFails(12, ofSeconds(10), AuthFailure.Plane.CLASSICAL_CHANNEL, AuthFailure.Reason.BAD_TAG)
                .quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.CLASSICAL_CHANNEL_MITM)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aStrangerWhoIsRefusedAgainAndAgainAtTheKeyApiAbusesIt() {
        LinkStory story = wellKnown(111)
                .demandRises(20)
                .authenticationFails(20, ofSeconds(10), AuthFailure.Plane.KEY_API, AuthFailure.Reason.UNKNOWN_PRINCIPAL)
                .demandRises(1)
                .quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.KEY_API_ABUSE)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void refusedLoginsAndThenARemoteCalibrationAreACompromisedManagement() {
        LinkStory story = wellKnown(112)
                .authenticationFails(5, ofSeconds(20), AuthFailure.Plane.MANAGEMENT, AuthFailure.Reason.BAD_CREDENTIALS)
                .quietFor(ofMinutes(5))
                .isCalibratedRemotelyBy("svc-backup")
                .quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.MANAGEMENT_COMPROMISE)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void lightFromElsewhereThatDrownsTheSignalIsDenialOfService() {
        LinkStory story = wellKnown(113).floodsWithLight(30_000).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.DENIAL_OF_SERVICE)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void onePrincipalWhoAsksUntilNoKeyIsLeftIsDenialOfServiceToo() {
        LinkStory story = wellKnown(114)
                .demandRises(100)
                .authenticationFails(20, ofSeconds(10), AuthFailure.Plane.KEY_API, AuthFailure.Reason.KEY_EXHAUSTED)
                .demandRises(1)
                .quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.DENIAL_OF_SERVICE)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    // Calibration drift.

    @Test
    void oneBasisThatTurnsAwayMoreThanTheOtherIsPolarizationDrift() {
        LinkStory story = wellKnown(201)
                .polarizationDrifts(0.5)
                .quietFor(ofMinutes(45))
                .recalibrates(Calibration.Routine.POLARIZATION, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.POLARIZATION_DRIFT)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void theInterferometersBasisAloneIsPhaseDrift() {
        LinkStory story = wellKnown(202)
                .phaseDrifts(0.9)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.PHASE, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.PHASE_DRIFT)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aSyncOffsetThatGrowsAndTakesTheClicksWithItIsTimingDrift() {
        LinkStory story = wellKnown(203)
                .timingDrifts(240)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.TIMING, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.TIMING_DRIFT)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void darkCountsThatFollowTheDetectorsTemperatureAreDetectorDrift() {
        LinkStory story = wellKnown(204)
                .detectorsWarmUp(20)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.DETECTOR, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.DETECTOR_DRIFT)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void gainsThatFadeTogetherBesideAClassicalChannelThatDoesNotAreIntensityDrift() {
        LinkStory story = wellKnown(205)
                .intensitiesDrift(0.6)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.INTENSITY, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.INTENSITY_DRIFT)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
    }

    @ParameterizedTest
    @ValueSource(longs = {1205, 2205, 3205})
    void theGainOfDecoysAloneTellsAnIntensityDrift(long seed) {
        LinkStory story = LinkStory.of(LINK, seed)
                .reportingOnly(
                        Observable.QBER, Observable.LOSS_DB, Observable.GAIN_DECOY, Observable.SECRET_KEY_RATE_BPS)
                .quietFor(ofHours(3))
                .intensitiesDrift(0.6)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.INTENSITY, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story)).isBy(Subtype.INTENSITY_DRIFT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1206, 2206, 3206})
    void errorsThatFollowTheLasersTemperatureAreWavelengthDrift(long seed) {
        assertWavelengthDrift(seed);
    }

    @Test
    void aCureIsSeenAlsoWhereTheFirstReportsAfterItWander() {
        assertWavelengthDrift(206);
    }

    private static void assertWavelengthDrift(long seed) {
        LinkStory story = wellKnown(seed)
                .wavelengthDrifts(2)
                .quietFor(ofMinutes(60))
                .recalibrates(Calibration.Routine.WAVELENGTH, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.WAVELENGTH_DRIFT)
                .beganWithin(ofMinutes(25), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void errorsThatBeginWithACalibrationThatFailedAreItsFault() {
        LinkStory story = wellKnown(207)
                .failsToCalibrate(Calibration.Routine.POLARIZATION, 0.3)
                .quietFor(ofMinutes(30))
                .recalibrates(Calibration.Routine.POLARIZATION, Calibration.Initiator.AUTOMATIC)
                .quietFor(ofMinutes(20));

        assertThat(theFindingOf(story))
                .isBy(Subtype.FAILED_CALIBRATION)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    // Physical degradation.

    @Test
    void aLinkThatGoesDarkWithLossOfSignalIsACutFibre() {
        LinkStory story = wellKnown(301).fibreIsCut().quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isBy(Subtype.FIBRE_CUT)
                .beganWithin(ofMinutes(1), story.onset())
                .saysWhyNotTheOthers();
    }

    /** A bend and a bad connector dim alike: the position tells them apart, and the splice plan is not in the telemetry. */
    @Test
    void aLossStepAtAPositionIsABendOrAConnector() {
        LinkStory story = wellKnown(302).losesMore(2).otdrShows(7.1, 2).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isByOneOf(Subtype.MACRO_BEND, Subtype.CONNECTOR)
                .beganWithin(ofMinutes(2), story.onset());
    }

    @Test
    void aLossStepSaysThatATapCannotBeRuledOut() {
        LinkStory story = wellKnown(302).losesMore(2).otdrShows(7.1, 2).quietFor(ofMinutes(30));

        assertThat(theFindingOf(story)).isA(PHYSICAL_DEGRADATION).speaksOfEveryClass();
    }

    /** That works were going on speaks for a connector; a fibre that they bent would look the same. */
    @Test
    void aLossThatWorksLeaveBehindIsAConnectorOrABend() {
        LinkStory story = wellKnown(303).maintenance(ofMinutes(20), 3).quietFor(ofMinutes(30));
        Instant left = story.now().minus(ofMinutes(30));

        assertThat(theFindingOf(story))
                .isByOneOf(Subtype.CONNECTOR, Subtype.MACRO_BEND)
                .beganWithin(ofMinutes(21), left);
    }

    /** After hours a fibre that ages may still be one that is bent little by little: the class is what is asked for. */
    @Test
    void lossThatGrowsOnEverythingThatCountsLightIsAFibreThatGetsWorse() {
        LinkStory story = ageing(304).fibreAges(1).quietFor(ofDays(6));

        assertThat(findingsOf(story).getFirst()).isA(PHYSICAL_DEGRADATION).beganWithin(ofHours(6), story.onset());
    }

    @Test
    void clicksThatFadeForDaysBesideAClassicalChannelThatDoesNotAreAnAgeingLaser() {
        LinkStory story = ageing(305).laserAges(0.85).quietFor(ofDays(6));

        assertThat(findingsOf(story).getFirst()).isBy(Subtype.LASER_AGEING).beganWithin(ofHours(6), story.onset());
    }

    @Test
    void darkCountsThatGrowForDaysWithoutTheirTemperatureAreAgeingDetectors() {
        LinkStory story = ageing(306).detectorsAge(1.4).quietFor(ofDays(6));

        assertThat(findingsOf(story).getFirst())
                .isBy(Subtype.DETECTOR_AGEING)
                .beganWithin(ofHours(6), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void aFibreThatAgesForDaysIsCalledThat() {
        assertAgeing(ageing(304).fibreAges(1).quietFor(ofDays(6)), Subtype.FIBRE_AGEING);
    }

    @Test
    void aLaserThatAgesForDaysIsCalledThat() {
        // Found again at the end, in a rate of which the baseline is young, it is not decided yet.
        List<Finding> findings = findingsOf(ageing(305).laserAges(0.85).quietFor(ofDays(6)));

        assertThat(findings.getFirst()).isBy(Subtype.LASER_AGEING);
        Assertions.assertThat(findings)
                .extracting(Finding::anomalyClass)
                .isSubsetOf(PHYSICAL_DEGRADATION, UNDETERMINED);
    }

    @Test
    void detectorsThatAgeForDaysAreCalledThat() {
        assertAgeing(ageing(306).detectorsAge(1.4).quietFor(ofDays(6)), Subtype.DETECTOR_AGEING);
    }

    @Test
    void darkCountsThatGrowAsTheRoomsCoolingFailsAreTheCoolingsFault() {
        LinkStory story = LinkStory.of(LINK, 307)
                .withEveryInstrument()
                .withItsRoom()
                .quietFor(ofHours(3))
                .coolingFails(20)
                .quietFor(ofMinutes(60));

        assertThat(theFindingOf(LINK, story.events(), NETWORK))
                .isBy(Subtype.COOLING_FAILURE)
                .beganWithin(ofMinutes(20), story.onset())
                .saysWhyNotTheOthers();
        assertThat(theFindingOf(LinkStory.NODE, story.events(), NETWORK))
                .isBy(Subtype.COOLING_FAILURE)
                .beganWithin(ofMinutes(2), story.onset());
    }

    /** The link itself says nothing while it has no power: the node's finding is the one there is. */
    @Test
    void aNodeThatLosesItsPowerHasHadAPowerEvent() {
        LinkStory story = LinkStory.of(LINK, 308)
                .withEveryInstrument()
                .withItsRoom()
                .quietFor(ofHours(3))
                .powerIsLostFor(ofMinutes(20))
                .quietFor(ofMinutes(30));

        List<Finding> findings = Diagnosed.findings(story.events(), NETWORK);

        assertThat(theFindingOf(LinkStory.NODE, story.events(), NETWORK))
                .isBy(Subtype.POWER_EVENT)
                .beganWithin(ofMinutes(2), story.onset())
                .endedWithin(ofMinutes(15), story.onset().plus(ofMinutes(20)))
                .saysWhyNotTheOthers();
        findings.forEach(finding -> assertThat(finding).isA(PHYSICAL_DEGRADATION));
    }

    @Test
    void errorsThatComeAndGoWhileTheSiteShakesAreVibration() {
        LinkStory story = LinkStory.of(LINK, 309)
                .withEveryInstrument()
                .withItsRoom()
                .quietFor(ofHours(3))
                .shakes(6, ofMinutes(5), ofMinutes(4), 0.35)
                .quietFor(ofMinutes(30));

        assertThat(theFindingOf(LINK, story.events(), NETWORK))
                .isBy(Subtype.VIBRATION)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    @Test
    void errorsThatComeAndGoOnTwoFibresOfADuctAreVibrationThoughNoSensorTellsOfIt() {
        LinkStory story = shaken(LINK, 310);

        assertThat(theFindingOf(LINK, LinkStory.together(story, shaken(NEIGHBOUR, 311)), NETWORK))
                .isBy(Subtype.VIBRATION)
                .beganWithin(ofMinutes(2), story.onset())
                .saysWhyNotTheOthers();
    }

    /** What the other fibre told in the beginning is not forgotten for what it tells after an hour's rest. */
    @Test
    void errorsOfTwoFibresAreVibrationStillWhereOneOfThemPauses() {
        LinkStory shaken = LinkStory.of(LINK, 310).quietFor(ofHours(3)).shakes(12, ofMinutes(8), ofMinutes(4), 0.35);
        LinkStory pausing = LinkStory.of(NEIGHBOUR, 311)
                .quietFor(ofHours(3))
                .shakes(3, ofMinutes(5), ofMinutes(4), 0.35)
                .quietFor(ofMinutes(60))
                .shakes(3, ofMinutes(5), ofMinutes(4), 0.35);

        assertThat(theFindingOf(LINK, LinkStory.together(shaken, pausing), NETWORK))
                .isBy(Subtype.VIBRATION)
                .beganWithin(ofMinutes(2), shaken.onset());
    }

    private static LinkStory shaken(String link, long seed) {
        return LinkStory.of(link, seed)
                .quietFor(ofHours(3))
                .shakes(6, ofMinutes(5), ofMinutes(4), 0.35)
                .quietFor(ofMinutes(30));
    }

    /** Long before the shaking pauses, nothing tells its errors from those of a step. */
    @Test
    void errorsThatLastAsLongAsTheSiteShakesAreVibration() {
        LinkStory story = LinkStory.of(LINK, 312)
                .withEveryInstrument()
                .withItsRoom()
                .quietFor(ofHours(3))
                .shakes(1, ofMinutes(12), ofMinutes(0), 0.35);

        assertThat(theFindingOf(LINK, story.events(), NETWORK)).isBy(Subtype.VIBRATION);
    }

    /** Months of ageing, played in days: reports of every ten minutes, after three days in which nothing aged. */
    private static LinkStory ageing(long seed) {
        return LinkStory.of(LINK, seed)
                .withEveryInstrument()
                .every(ofMinutes(10))
                .quietFor(ofDays(3));
    }

    /** What grows for days may be closed as how the link is now, and found again: it is the same cause each time. */
    private static void assertAgeing(LinkStory story, Subtype expected) {
        findingsOf(story).forEach(finding -> assertThat(finding).isA(PHYSICAL_DEGRADATION));
        assertThat(findingsOf(story).getLast()).isBy(expected);
    }

    private static Instant start(LinkStory story) {
        return story.events().getFirst().time();
    }
}
