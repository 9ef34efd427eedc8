package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.diagnosis.physics.DecoyBb84.Setting;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Against the figures of Ma, Qi, Zhao, Lo 2005 (Phys. Rev. A 72, 012326) for the experiment of Gobby, Yuan, Shields 2004 (Appl.
 * Phys. Lett. 84, 3762), and against what the textbooks say of each attack.
 */
class DecoyBb84Test {
    // Gobby, Yuan, Shields 2004, as Ma et al. list it in table I.
    private static final double ATTENUATION = 0.21;
    private static final double BOB = 0.045;
    private static final double Y0 = 1.7e-6;
    private static final double MISALIGNMENT = 0.033;
    private static final double CORRECTION = 1.22;
    private static final double MU = 0.48;

    @Test
    void theBestSignalIntensityOfGysIs048AndOfPerfectErrorCorrection054() {
        assertThat(DecoyBb84.optimalMu(MISALIGNMENT, CORRECTION)).isCloseTo(0.48, within(0.005));
        assertThat(DecoyBb84.optimalMu(MISALIGNMENT, 1)).isCloseTo(0.54, within(0.005));
    }

    @Test
    void theBestSignalIntensityIsTheOneThatGivesMostKeyFarOut() {
        double best = 0;
        for (double mu = 0.3; mu < 0.8; mu += 0.002) {
            best = gys(50, mu, 0.05).keyWithPerfectDecoys()
                            > gys(50, best == 0 ? 0.29 : best, 0.05).keyWithPerfectDecoys()
                    ? mu
                    : best;
        }

        assertThat(best).isCloseTo(DecoyBb84.optimalMu(MISALIGNMENT, CORRECTION), within(0.02));
    }

    @Test
    void gysReaches142KilometresWithPerfectDecoys() {
        assertThat(reachKm(Setting::keyWithPerfectDecoys, 0.05)).isCloseTo(142.05, within(0.5));
    }

    @Test
    void gysReaches140KilometresWithVacuumAndWeakDecoy() {
        double best = 0;
        for (double nu = 0.002; nu < 0.2; nu *= 1.2) {
            best = Math.max(best, reachKm(Setting::keyWithVacuumAndWeakDecoy, nu));
        }

        assertThat(best).isCloseTo(140.55, within(1.5)).isLessThan(reachKm(Setting::keyWithPerfectDecoys, 0.05));
    }

    @Test
    void at40KilometresADecoyOfAQuarterOfTheSignalIs35PercentLowInTheYieldAnd168PercentHighInTheError() {
        double eta = eta(40);
        double nu = MU / 4;
        double y1 = DecoyBb84.yieldOf(1, eta, Y0);
        double e1 = (0.5 * Y0 + MISALIGNMENT * eta) / y1;

        double bound =
                DecoyBb84.singlePhotonYield(MU, nu, DecoyBb84.gain(MU, eta, Y0), DecoyBb84.gain(nu, eta, Y0), Y0);
        double error = DecoyBb84.singlePhotonError(
                nu, DecoyBb84.gain(nu, eta, Y0), DecoyBb84.errorRate(nu, eta, Y0, MISALIGNMENT), Y0, bound);

        assertThat(1 - bound / y1).isCloseTo(0.035, within(0.0005));
        assertThat(error / e1 - 1).isCloseTo(0.168, within(0.0005));
    }

    @Test
    void singlePhotonsOfGysAreLostToInterceptResendBeyond208Kilometres() {
        // Lo, Ma, Chen 2005 (Phys. Rev. Lett. 94, 230504): no key where e₁ reaches a quarter.
        double km = 0;
        while ((0.5 * Y0 + MISALIGNMENT * eta(km)) / DecoyBb84.yieldOf(1, eta(km), Y0) < 0.25) {
            km += 0.1;
        }

        assertThat(km).isCloseTo(208, within(1.0));
    }

    @Test
    void withoutErrorCorrectionLossKeyEndsAtElevenPercent() {
        // Shor, Preskill 2000 (Phys. Rev. Lett. 85, 441).
        assertThat(DecoyBb84.tolerableQber(1))
                .isCloseTo(0.11, within(0.0005))
                .isCloseTo(DecoyBb84.SHOR_PRESKILL_LIMIT, within(1e-11));
        assertThat(DecoyBb84.tolerableQber(CORRECTION)).isBetween(0.09, 0.10);
    }

    @Test
    void theBoundsNeverPromiseMoreThanTheChannelHolds() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            double mu = 0.1 + 0.9 * random.nextDouble();
            double nu = mu * (0.01 + 0.9 * random.nextDouble());
            double eta = Math.pow(10, -4 * random.nextDouble());
            double y0 = Math.pow(10, -8 + 5 * random.nextDouble());
            double misalignment = 0.1 * random.nextDouble();
            double y1 = y0 + eta;
            double e1 = (0.5 * y0 + misalignment * eta) / y1;

            double bound =
                    DecoyBb84.singlePhotonYield(mu, nu, DecoyBb84.gain(mu, eta, y0), DecoyBb84.gain(nu, eta, y0), y0);
            double error = DecoyBb84.singlePhotonError(
                    nu, DecoyBb84.gain(nu, eta, y0), DecoyBb84.errorRate(nu, eta, y0, misalignment), y0, bound);
            Setting setting = new Setting(mu, nu, eta, y0, misalignment, 1.16, 0.5);

            assertThat(bound).isBetween(0.0, y1 * (1 + 1e-9));
            assertThat(error).isBetween(Math.min(0.5, e1) * (1 - 1e-6), 0.5);
            assertThat(setting.keyWithVacuumAndWeakDecoy()).isBetween(0.0, setting.keyWithPerfectDecoys() * (1 + 1e-6));
        }
    }

    @Test
    void gainsAreTheirPhotonNumbersSummed() {
        double eta = eta(25);
        double sum = 0;
        double poisson = Math.exp(-MU);
        for (int n = 0; n < 30; n++) {
            sum += poisson * DecoyBb84.yieldOf(n, eta, Y0);
            poisson *= MU / (n + 1);
        }

        assertThat(DecoyBb84.gain(MU, eta, Y0)).isCloseTo(sum, within(1e-15));
        assertThat(DecoyBb84.transmittanceOfGain(sum, MU, Y0)).isCloseTo(eta, within(1e-12));
    }

    @Test
    void theRatioOfDecoyToSignalRunsFromTheIntensitiesToOneAsDarknessTakesOver() {
        assertThat(DecoyBb84.gainRatio(0.5, 0.1, 1e-3, 0)).isCloseTo(0.2, within(1e-4));
        assertThat(DecoyBb84.gainRatio(0.5, 0.1, 0, 1e-5)).isEqualTo(1);
        assertThat(DecoyBb84.gainRatio(0.5, 0.1, 0, 0)).isEqualTo(0.2);
        double eta = eta(60);
        assertThat(DecoyBb84.decoyGain(DecoyBb84.gain(0.5, eta, Y0), 0.5, 0.1, Y0))
                .isCloseTo(DecoyBb84.gain(0.1, eta, Y0), within(1e-15));
    }

    // ── what loss alone predicts ──

    @Test
    void aQberPredictedFromLossIsTheOneThatTheChannelWouldHave() {
        for (double km = 0; km < 150; km += 10) {
            for (double moreDb = -2; moreDb < 12; moreDb += 0.5) {
                double gain = DecoyBb84.gain(MU, eta(km), Y0);
                double qber = DecoyBb84.errorRate(MU, eta(km), Y0, MISALIGNMENT);
                double lossier = eta(km + moreDb / ATTENUATION);
                double share = DecoyBb84.darkShare(Y0, gain);
                double after = DecoyBb84.gain(MU, lossier, Y0);
                double expected = DecoyBb84.errorRate(MU, lossier, Y0, MISALIGNMENT);

                // The prediction takes clicks of photons as linear in η, which they are to ημ/2 here.
                assertThat(DecoyBb84.qberAfterLoss(qber, share, moreDb)).isCloseTo(expected, within(3e-5));
                assertThat(DecoyBb84.qberAfterGain(qber, share, Decibels.changeOf(after / gain)))
                        .isCloseTo(expected, within(1e-12));
                assertThat(DecoyBb84.gainChangeDb(share, moreDb))
                        .isCloseTo(Decibels.changeOf(after / gain), within(0.05));
            }
        }
    }

    @Test
    void aQberPredictedFromABackgroundIsTheOneThatTheChannelWouldHave() {
        double gain = DecoyBb84.gain(MU, eta(80), Y0);
        double qber = DecoyBb84.errorRate(MU, eta(80), Y0, MISALIGNMENT);

        assertThat(DecoyBb84.qberAfterBackground(qber, Y0 / gain, 7))
                .isCloseTo(DecoyBb84.errorRate(MU, eta(80), 7 * Y0, MISALIGNMENT), within(1e-12));
        assertThat(DecoyBb84.qberAfterBackground(qber, Y0 / gain, 0)).isCloseTo(MISALIGNMENT, within(1e-12));
    }

    @Test
    void lossRaisesTheQberSlowlyAndNeverBeyondHalf() {
        double before = DecoyBb84.qberAfterLoss(0.02, 0.005, 0);
        assertThat(before).isCloseTo(0.02, within(1e-15));
        for (double db = 0.1; db < 100; db += 0.1) {
            double after = DecoyBb84.qberAfterLoss(0.02, 0.005, db);
            assertThat(after).isBetween(before, 0.5);
            before = after;
        }
        assertThat(DecoyBb84.qberAfterLoss(0.02, 0.005, 3)).isLessThan(0.023);
        assertThat(DecoyBb84.qberAfterLoss(0.02, 0, 40)).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void whatIsPredictedOfAnErrorRateIsAFraction() {
        Random random = new Random(2);
        for (int i = 0; i < 50_000; i++) {
            double qber = edge(random);
            double share = edge(random);
            double db = (random.nextDouble() - 0.5) * (random.nextBoolean() ? 2000 : 20);
            assertThat(DecoyBb84.qberAfterLoss(qber, share, db)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.qberAfterGain(qber, share, db)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.qberAfterBackground(qber, share, random.nextDouble() * 100))
                    .isBetween(0.0, 1.0);
            assertThat(DecoyBb84.qberAfterRotation(qber, db)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.rotationRad(qber, share)).isBetween(0.0, Math.PI / 2);
            assertThat(DecoyBb84.qberUnderInterceptResend(qber, share)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.interceptedFraction(qber, share)).isBetween(0.0, 1.0);
            assertThat(Math.abs(DecoyBb84.gainChangeDb(share, db))).isLessThanOrEqualTo(Math.abs(db) + 1e-9);
            double mu = 3 * random.nextDouble() + 1e-6;
            double eta = edge(random);
            double y0 = edge(random);
            assertThat(DecoyBb84.gainUnderSplitting(mu * edge(random), mu, eta, y0, share))
                    .isBetween(0.0, 1.0);
            assertThat(DecoyBb84.mostBlockedUnseen(mu, eta, y0)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.errorRate(mu, eta, y0, qber)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.transmittanceOfGain(share, mu, y0)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.decoyGain(share, mu, mu / 3, y0)).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.gainRatio(mu, mu / 3, eta, y0)).isBetween(0.0, 1.0);
            double y1 = DecoyBb84.singlePhotonYield(mu, mu / 3, share, edge(random), y0);
            assertThat(y1).isBetween(0.0, 1.0);
            assertThat(DecoyBb84.singlePhotonError(mu / 3, share, qber, y0, y1)).isBetween(0.0, 0.5);
        }
    }

    // ── attacks and misalignment ──

    @Test
    void measuringAndResendingEveryPulseCostsAQuarterAndAFractionThatFraction() {
        assertThat(DecoyBb84.qberUnderInterceptResend(0, 1)).isEqualTo(0.25);
        assertThat(DecoyBb84.qberUnderInterceptResend(0, 0.2)).isCloseTo(0.05, within(1e-15));
        assertThat(DecoyBb84.qberUnderInterceptResend(0.5, 1)).isEqualTo(0.5);
        assertThat(DecoyBb84.interceptedFraction(0.02, DecoyBb84.qberUnderInterceptResend(0.02, 0.3)))
                .isCloseTo(0.3, within(1e-12));
    }

    @Test
    void interceptResendPlayedOutPhotonByPhotonGivesTheSame() {
        Random random = new Random(3);
        int errors = 0;
        int bits = 400_000;
        double misalignment = 0.03;
        for (int i = 0; i < bits; i++) {
            boolean bit = random.nextBoolean();
            boolean intercepted = random.nextDouble() < 0.4;
            boolean wrongBasis = intercepted && random.nextBoolean();
            boolean seen = wrongBasis ? random.nextBoolean() : bit ^ (random.nextDouble() < misalignment);
            errors += seen == bit ? 0 : 1;
        }

        double expected = DecoyBb84.qberUnderInterceptResend(misalignment, 0.4);
        assertThat((double) errors / bits).isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / bits)));
    }

    @Test
    void aPolarizationThatTurnsCostsTheSquareOfTheSine() {
        assertThat(DecoyBb84.qberAfterRotation(0, Math.PI / 6)).isCloseTo(0.25, within(1e-15));
        assertThat(DecoyBb84.qberAfterRotation(0, Math.PI / 2)).isCloseTo(1, within(1e-15));
        assertThat(DecoyBb84.qberAfterRotation(0.5, 1)).isEqualTo(0.5);
        assertThat(DecoyBb84.qberAfterRotation(0.02, 0.1)).isCloseTo(0.02 + 0.96 * 0.00996671, within(1e-8));
        assertThat(DecoyBb84.rotationRad(0.02, DecoyBb84.qberAfterRotation(0.02, 0.1)))
                .isCloseTo(0.1, within(1e-9));
        assertThat(DecoyBb84.rotationRad(0.02, 0.01)).isZero();
        assertThat(DecoyBb84.rotationRad(0.5, 0.6)).isZero();
    }

    @Test
    void visibilityIsMisalignmentSeenFromTheOtherEnd() {
        assertThat(DecoyBb84.misalignment(1)).isZero();
        assertThat(DecoyBb84.misalignment(0.98)).isCloseTo(0.01, within(1e-15));
        assertThat(DecoyBb84.misalignment(0)).isEqualTo(0.5);
    }

    @Test
    void splittingPhotonNumbersKeepsTheSignalAndGivesItselfAwayInTheDecoy() {
        double eta = eta(30);
        double signal = DecoyBb84.gain(0.5, eta, Y0);
        double decoy = DecoyBb84.gain(0.1, eta, Y0);
        assertThat(DecoyBb84.mostBlockedUnseen(0.5, eta, Y0)).isEqualTo(1);
        double before = decoy;
        for (double blocked = 0.1; blocked <= 1; blocked += 0.1) {
            double under = DecoyBb84.gainUnderSplitting(0.1, 0.5, eta, Y0, blocked);
            assertThat(DecoyBb84.gainUnderSplitting(0.5, 0.5, eta, Y0, blocked)).isCloseTo(signal, within(1e-12));
            assertThat(under).isLessThan(before);
            assertThat(DecoyBb84.singlePhotonYield(0.5, 0.1, signal, under, Y0))
                    .isLessThanOrEqualTo((1 - blocked) * DecoyBb84.yieldOf(1, eta, Y0) + 1e-12);
            before = under;
        }
    }

    @Test
    void aNearLinkHasTooFewMultiplePhotonsForFullSplitting() {
        double most = DecoyBb84.mostBlockedUnseen(0.1, 0.5, Y0);

        assertThat(most).isBetween(0.01, 0.1);
        assertThat(DecoyBb84.gainUnderSplitting(0.1, 0.1, 0.5, Y0, most / 2))
                .isCloseTo(DecoyBb84.gain(0.1, 0.5, Y0), within(1e-12));
        assertThat(DecoyBb84.gainUnderSplitting(0.1, 0.1, 0.5, Y0, 2 * most))
                .isLessThan(DecoyBb84.gain(0.1, 0.5, Y0) - 1e-4);
    }

    @Test
    void whatLiesOutsideTheDeclaredRangesIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecoyBb84.gain(0.5, 1.1, 0))
                .withMessage("transmittance is 1.1, outside 0..1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecoyBb84.qberAfterLoss(Double.NaN, 0.1, 1))
                .withMessage("qber is NaN, outside 0..1");
        assertThatIllegalArgumentException().isThrownBy(() -> DecoyBb84.singlePhotonYield(0.1, 0.5, 0.1, 0.1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DecoyBb84.qberAfterLoss(0.1, 0.1, Double.POSITIVE_INFINITY));
    }

    private static double edge(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> Math.pow(10, -300 * random.nextDouble());
            default -> random.nextDouble();
        };
    }

    private static double eta(double km) {
        return DecoyBb84.transmittance(Math.max(0, km), ATTENUATION, 0, BOB)
                / (km < 0 ? Decibels.fractionLeft(-km * ATTENUATION) : 1);
    }

    private static Setting gys(double km, double mu, double nu) {
        return new Setting(mu, nu, eta(km), Y0, MISALIGNMENT, CORRECTION, 0.5);
    }

    private static double reachKm(ToDoubleFunction<Setting> key, double nu) {
        double km = 0;
        while (key.applyAsDouble(gys(km, MU, nu)) > 0) {
            km += 0.05;
        }
        return km;
    }
}
