package io.qorrelate.diagnosis.physics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The very ends of the declared ranges, where products overflow and differences vanish. */
class EdgesTest {
    private static final double[] SHARES = {0, Double.MIN_VALUE, 1e-300, 1e-9, 0.5, Math.nextDown(1.0), 1};
    private static final double[] POSITIVE = {Double.MIN_VALUE, 1e-300, 1e-9, 1, 1e15, 1e300, Double.MAX_VALUE};
    private static final double[] PHOTONS = {Double.MIN_VALUE, 1e-300, 1e-9, 0.5, 100};

    @Test
    void gainsAreProbabilities() {
        for (double mu : POSITIVE) {
            for (double nu : POSITIVE) {
                for (double share : SHARES) {
                    for (double y0 : SHARES) {
                        assertThat(DecoyBb84.gain(mu, share, y0)).isBetween(0.0, 1.0);
                        assertThat(DecoyBb84.errorRate(mu, share, y0, 0.02)).isBetween(0.0, 1.0);
                        assertThat(DecoyBb84.gainRatio(mu, nu, share, y0)).isGreaterThanOrEqualTo(0);
                        assertThat(DecoyBb84.decoyGain(share, mu, nu, y0)).isBetween(0.0, 1.0);
                        assertThat(DecoyBb84.transmittanceOfGain(share, mu, y0)).isBetween(0.0, 1.0);
                        assertThat(DecoyBb84.singlePhotonGain(mu, share)).isBetween(0.0, 0.3679);
                        assertThat(DecoyBb84.darkShare(mu, nu)).isBetween(0.0, 1.0);
                    }
                }
            }
        }
    }

    @Test
    void splittingKeepsGainsProbabilities() {
        for (double mu : PHOTONS) {
            for (double nu : PHOTONS) {
                for (double eta : SHARES) {
                    for (double y0 : SHARES) {
                        assertThat(DecoyBb84.gainUnderSplitting(nu, mu, eta, y0, 0.7))
                                .isBetween(0.0, 1.0);
                        assertThat(DecoyBb84.mostBlockedUnseen(mu, eta, y0)).isBetween(0.0, 1.0);
                    }
                }
            }
        }
    }

    @Test
    void errorRatesAreFractions() {
        double[] decibels = {-1000, -3, 0, Double.MIN_VALUE, 3, 1000};
        for (double qber : SHARES) {
            for (double dark : SHARES) {
                for (double db : decibels) {
                    assertThat(DecoyBb84.qberAfterLoss(qber, dark, db)).isBetween(0.0, 1.0);
                    assertThat(DecoyBb84.qberAfterGain(qber, dark, db)).isBetween(0.0, 1.0);
                    assertThat(DecoyBb84.gainChangeDb(dark, db)).isFinite();
                }
                assertThat(DecoyBb84.qberAfterBackground(qber, dark, 0)).isBetween(0.0, 1.0);
                assertThat(DecoyBb84.qberAfterBackground(qber, dark, 1e15)).isBetween(0.0, 1.0);
                assertThat(DecoyBb84.qberUnderInterceptResend(qber, dark)).isBetween(0.0, 1.0);
                assertThat(DecoyBb84.interceptedFraction(qber, dark)).isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void keysAreCounted() {
        for (double a : POSITIVE) {
            for (double b : POSITIVE) {
                for (double c : POSITIVE) {
                    assertThat(KeyStoreBalance.produced(1e15, b, c)).isNotNegative();
                    assertThat(KeyStoreBalance.found(a, b, c)).isNotNaN();
                }
            }
        }
    }

    @Test
    void darkCountsStayPositive() {
        double[] celsius = {Math.nextUp(-273.15), -200, -40, 20, 1e300};
        for (double from : celsius) {
            for (double to : celsius) {
                assertThat(DetectorPhysics.darkCountRatio(from, to, 0.3)).isGreaterThanOrEqualTo(0);
                assertThat(DetectorPhysics.darkCountRatio(from, to, 0)).isEqualTo(1);
            }
        }
    }
}
