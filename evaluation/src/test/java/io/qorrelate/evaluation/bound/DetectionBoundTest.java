package io.qorrelate.evaluation.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.chance.OrnsteinUhlenbeck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectionBoundTest {
    /** Of independent Gaussian reports each carries {@code δ²/2σ²}. */
    @ParameterizedTest
    @CsvSource({"1, 1, 43200", "0.5, 2, 2592000", "3, 1, 8640", "10, 1, 8640"})
    void ofAStepInIndependentNoiseItIsTheLogarithmOfTheFalseAlarmsOverTheInformationOfAReport(
            double delta, double sigma, double gamma) {
        DetectionBound bound = new DetectionBound(List.of(), gamma, 0);
        int reports = 0;
        while (!bound.isReached()) {
            reports++;
            bound.report(reports, new double[] {delta}, new double[][] {{}}, new double[] {sigma * sigma});
        }

        assertThat(reports).isEqualTo((int) Math.ceil(2 * sigma * sigma * Math.log(gamma) / (delta * delta)));
        assertThat(bound.reachedS()).isEqualTo(reports);
    }

    @Test
    void independentObservablesAddUp() {
        DetectionBound bound = new DetectionBound(List.of(), 100, 0);

        bound.report(1, new double[] {1, 2}, new double[][] {{}, {}}, new double[] {1, 4});

        assertThat(bound.information()).isCloseTo(0.5 + 0.5, within(1e-12));
    }

    @Test
    void aReportThatMayBeAnOutlierTellsNoMoreThanThat() {
        DetectionBound bound = new DetectionBound(List.of(), 1e5, 1e-3);

        bound.report(1, new double[] {1_000}, new double[][] {{}}, new double[] {1});

        assertThat(bound.information()).isCloseTo(Math.log(1_000), within(1e-9));
        assertThat(bound.isReached()).isFalse();
        bound.report(2, new double[] {1_000}, new double[][] {{}}, new double[] {1});
        assertThat(bound.isReached()).isTrue();
    }

    /** The filter's sum is {@code ½ s' Σ⁻¹ s}, here with Σ written out and inverted. */
    @Test
    void itIsTheQuadraticFormOfTheWholeCovariance() {
        List<OrnsteinUhlenbeck> sources = List.of(new OrnsteinUhlenbeck(0.8, 30), new OrnsteinUhlenbeck(0.3, 200));
        double[][] sensitivities = {{1, 0}, {0.5, -2}, {0, 0.7}};
        double[] variances = {0.2, 1.1, 0.05};
        Dice dice = new Dice(1);
        List<double[]> shifts = new ArrayList<>();
        List<Double> times = new ArrayList<>();
        double at = 0;
        DetectionBound bound = new DetectionBound(sources, 1e9, 0);
        for (int i = 0; i < 12; i++) {
            at += dice.between(3, 40);
            double[] shift = i < 5 ? new double[3] : new double[] {dice.gaussian(), 0.1 * i, dice.gaussian()};
            times.add(at);
            shifts.add(shift);
            bound.report(at, shift, sensitivities, variances);
        }

        int n = 36;
        double[][] covariance = new double[n][n];
        double[] s = new double[n];
        for (int i = 0; i < n; i++) {
            s[i] = shifts.get(i / 3)[i % 3];
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < 2; k++) {
                    double apart = Math.abs(times.get(i / 3) - times.get(j / 3));
                    double sd = sources.get(k).sd();
                    covariance[i][j] += sensitivities[i % 3][k]
                            * sensitivities[j % 3][k]
                            * sd
                            * sd
                            * Math.exp(-apart / sources.get(k).timeConstantS());
                }
            }
            covariance[i][i] += variances[i % 3];
        }
        double[] solved = solve(covariance, s.clone());
        double form = 0;
        for (int i = 0; i < n; i++) {
            form += s[i] * solved[i] / 2;
        }
        assertThat(bound.information()).isCloseTo(form, within(1e-9 * form));
    }

    @Test
    void aLinkThatWandersSlowlyIsKnownFromTheReportsBefore() {
        OrnsteinUhlenbeck slow = new OrnsteinUhlenbeck(1, 10_000);
        DetectionBound unseen = new DetectionBound(List.of(slow), 1e9, 0);
        DetectionBound watched = new DetectionBound(List.of(slow), 1e9, 0);
        for (int i = 1; i <= 500; i++) {
            watched.report(i, new double[] {0}, new double[][] {{1}}, new double[] {0.01});
        }

        unseen.report(501, new double[] {0.5}, new double[][] {{1}}, new double[] {0.01});
        watched.report(501, new double[] {0.5}, new double[][] {{1}}, new double[] {0.01});

        assertThat(unseen.information()).isCloseTo(0.125 / 1.01, within(1e-9));
        assertThat(watched.information()).isGreaterThan(50 * unseen.information());
    }

    private static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        for (int i = 0; i < n; i++) {
            for (int k = i + 1; k < n; k++) {
                double factor = a[k][i] / a[i][i];
                for (int j = i; j < n; j++) {
                    a[k][j] -= factor * a[i][j];
                }
                b[k] -= factor * b[i];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) {
                b[i] -= a[i][j] * b[j];
            }
            b[i] /= a[i][i];
        }
        return b;
    }
}
