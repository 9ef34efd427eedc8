package io.qorrelate.evaluation.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is reported has the mean and the variance that the physics states: on these the bound rests. */
class MeasurementTest {
    private static final int REPORTS = 20_000;

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void reportsHaveTheStatedMeansAndVariances(Protocol protocol) {
        for (int seed = 0; seed < 5; seed++) {
            Dice dice = new Dice(seed);
            LinkDesign design = LinkDesign.draw("a~b", "a", "b", protocol, 1, dice);
            LinkModel model = design.model();
            Expectation nominal = design.nominal();
            Measurement measurement =
                    new Measurement(model, design.restlessness(), withoutOutliers(design.reporting()), dice);
            Map<Observable, double[]> sums = new EnumMap<>(Observable.class);
            for (int i = 0; i < REPORTS; i++) {
                Readings readings = measurement.quality(nominal);
                readings.asMap().forEach((observable, value) -> {
                    double off = value - nominal.value(observable);
                    double[] sum = sums.computeIfAbsent(observable, key -> new double[2]);
                    sum[0] += off;
                    sum[1] += off * off;
                });
            }

            int number = seed;
            sums.forEach((observable, sum) -> {
                double stated = model.variance(observable, nominal);
                double step = model.step(observable);
                String which = protocol + " " + number + " " + observable;
                assertThat(sum[0] / REPORTS)
                        .as("mean of %s", which)
                        .isCloseTo(
                                0,
                                within(6 * Math.sqrt(stated / REPORTS)
                                        + (stated > step * step ? 0.02 : 0.5) * step
                                        + truncation(observable, design)));
                // Rounding to steps far wider than the noise is no longer uniform: then it is only bounded.
                if (stated > step * step && truncation(observable, design) == 0) {
                    assertThat(sum[1] / REPORTS)
                            .as("variance of %s", which)
                            .isCloseTo(stated, within(0.06 * stated + 1e-300));
                } else {
                    assertThat(sum[1] / REPORTS).as("variance of %s", which).isLessThan(stated * 1.1 + step * step);
                }
            });
        }
    }

    /** How much of an observable's noise may lie beyond what can be true, and is cut off. */
    private static double truncation(Observable observable, LinkDesign design) {
        double value = design.nominal().value(observable);
        double sd = Math.sqrt(design.model().variance(observable, design.nominal()));
        Observable.Range range = observable.range();
        boolean near = value - range.min() < 5 * sd || range.max() - value < 5 * sd;
        return near ? sd : 0;
    }

    private static Reporting withoutOutliers(Reporting r) {
        return new Reporting(
                r.profile(),
                r.observables(),
                r.intervalS(),
                r.jitter(),
                r.gapShare(),
                r.outagesPerDay(),
                0,
                r.lateShare(),
                r.bitsCap(),
                r.steps(),
                r.calibrations(),
                r.transport(),
                r.facilities(),
                r.doors(),
                r.deliveries());
    }
}
