package io.qorrelate.evaluation.bound;

import io.qorrelate.evaluation.chance.OrnsteinUhlenbeck;
import java.util.List;

/**
 * The sequential-detection bound of one scenario.
 *
 * <p>No rule that raises one false alarm in γ reports detects a change sooner, in the worst case over what came before, than about
 * {@code log γ / I} reports after it, where {@code I} is the Kullback–Leibler information that a report carries of the change against
 * no change (Lorden 1971, <a href="https://doi.org/10.1214/aoms/1177693055">Ann. Math. Statist. 42, 1897</a>; for observations that
 * depend on each other and changes that grow, with conditional densities: Lai 1998,
 * <a href="https://doi.org/10.1109/18.737522">IEEE Trans. Inf. Theory 44, 2917</a>). So the bound is taken as the first report by which
 * the information that has come together reaches {@code log γ}.
 *
 * <p>For Gaussian reports whose mean the change shifts by {@code s} and whose covariance Σ it leaves alone, that information is
 * {@code ½ s' Σ⁻¹ s}. Σ is the true one: each observable's own noise by counting, measuring and rounding, plus the process noise of
 * misalignment, loss and source, which wanders as Ornstein–Uhlenbeck and moves several observables at once, each by its own
 * sensitivity. {@code s} and Σ run over the reports since the onset <em>and those before</em>, at which {@code s} is zero: a link whose
 * loss wanders slowly is known at the onset from the reports just before, and an ideal detector would use that. The form is evaluated
 * report by report as the innovations of a Kalman filter that is fed with {@code s} alone: a sum of {@code ½ ν² / S}, exact, and in time
 * proportional to the number of reports.
 *
 * <p>A single report that may be an outlier cannot tell more than {@code log 1/ε}, ε being the share of outliers: whatever it says,
 * the chance that it says so without any change is ε at least. Each report's contribution is capped at that.
 *
 * <p>Neither the shape nor the time nor the size of the change is known to a real detector, and neither is Σ; the bound knows them all.
 */
public final class DetectionBound {
    private final OrnsteinUhlenbeck[] sources;
    private final double needed;
    private final double cap;
    private final double[] mean;
    private final double[][] covariance;
    private double lastS = Double.NaN;
    private double information;
    private double reachedS = Double.NaN;

    /**
     * Nothing observed yet.
     *
     * @param sources the process noises that reports share
     * @param falseAlarmReports γ: mean number of reports between false alarms, &gt; 1
     * @param outlierShare ε, 0..1; 0 is no cap
     */
    public DetectionBound(List<OrnsteinUhlenbeck> sources, double falseAlarmReports, double outlierShare) {
        this.sources = sources.toArray(OrnsteinUhlenbeck[]::new);
        this.needed = Math.log(falseAlarmReports);
        this.cap = -Math.log(outlierShare);
        int n = this.sources.length;
        mean = new double[n];
        covariance = new double[n][n];
        for (int i = 0; i < n; i++) {
            covariance[i][i] = this.sources[i].sd() * this.sources[i].sd();
        }
    }

    /**
     * One report. Reports before the onset are given with shifts of zero.
     *
     * @param atS its time, s
     * @param shifts by how much the change moves the mean of each observable
     * @param sensitivities of each observable to each source
     * @param variances of each observable by its own noise, &gt; 0
     */
    public void report(double atS, double[] shifts, double[][] sensitivities, double[] variances) {
        predict(Double.isNaN(lastS) ? 0 : atS - lastS);
        lastS = atS;
        double gained = 0;
        for (int k = 0; k < shifts.length; k++) {
            gained += innovation(shifts[k], sensitivities[k], variances[k]);
        }
        information += Math.min(gained, cap);
        if (Double.isNaN(reachedS) && information >= needed) {
            reachedS = atS;
        }
    }

    private void predict(double elapsedS) {
        int n = sources.length;
        double[] kept = new double[n];
        for (int i = 0; i < n; i++) {
            kept[i] = sources[i].kept(elapsedS);
            mean[i] *= kept[i];
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                covariance[i][j] *= kept[i] * kept[j];
            }
            covariance[i][i] += sources[i].sd() * sources[i].sd() * (1 - kept[i] * kept[i]);
        }
    }

    private double innovation(double shift, double[] sensitivity, double variance) {
        int n = sources.length;
        double[] gain = new double[n];
        double expected = 0;
        double uncertainty = variance;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                gain[i] += covariance[i][j] * sensitivity[j];
            }
            expected += sensitivity[i] * mean[i];
            uncertainty += sensitivity[i] * gain[i];
        }
        double surprise = shift - expected;
        for (int i = 0; i < n; i++) {
            mean[i] += gain[i] * surprise / uncertainty;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                covariance[i][j] -= gain[i] * gain[j] / uncertainty;
            }
        }
        return surprise * surprise / (2 * uncertainty);
    }

    /** Whether the information sufficed by now. */
    public boolean isReached() {
        return !Double.isNaN(reachedS);
    }

    /** Time of the report by which it did, s; not a number if none. */
    public double reachedS() {
        return reachedS;
    }

    /** Information so far, nats. */
    public double information() {
        return information;
    }
}
