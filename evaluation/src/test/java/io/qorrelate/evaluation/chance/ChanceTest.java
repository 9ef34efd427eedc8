package io.qorrelate.evaluation.chance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChanceTest {
    private static final int MANY = 200_000;

    @Test
    void theSameSeedThrowsTheSameAndASplitIsNotMovedByWhatFollows() {
        Dice one = new Dice(7);
        Dice other = new Dice(7);
        Dice ofOne = one.split();
        Dice ofOther = other.split();
        one.gaussian();

        assertThat(ofOne.gaussian()).isEqualTo(ofOther.gaussian());
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "4, 1", "4, 2.5", "50, 3", "500, 1", "500, 2", "80000, 1.5"})
    void countsHaveTheirMeanAndAsMuchMoreThanPoissonsVarianceAsIsAsked(double mean, double dispersion) {
        Dice dice = new Dice(3);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < MANY; i++) {
            double count = dice.count(mean, dispersion);
            sum += count;
            squares += count * count;
        }
        double found = sum / MANY;

        assertThat(found).isCloseTo(mean, within(0.02 * mean));
        assertThat(squares / MANY - found * found).isCloseTo(mean * dispersion, within(0.04 * mean * dispersion));
    }

    @ParameterizedTest
    @CsvSource({"60, 10", "300, 10", "30, 60"})
    void ornsteinUhlenbeckIsStationaryAndForgetsAtItsTimeConstant(double timeConstantS, double stepS) {
        OrnsteinUhlenbeck noise = new OrnsteinUhlenbeck(0.3, timeConstantS);
        Dice dice = new Dice(5);
        double value = noise.begin(dice);
        double squares = 0;
        double products = 0;
        for (int i = 0; i < MANY; i++) {
            double next = noise.next(value, stepS, dice);
            squares += value * value;
            products += value * next;
            value = next;
        }

        assertThat(squares / MANY).isCloseTo(0.09, within(0.09 * 0.08));
        assertThat(products / squares).isCloseTo(Math.exp(-stepS / timeConstantS), within(0.01));
    }

    @Test
    void irregularStepsLeaveTheNoiseAsItIs() {
        OrnsteinUhlenbeck noise = new OrnsteinUhlenbeck(1, 100);
        Dice dice = new Dice(6);
        double value = noise.begin(dice);
        double squares = 0;
        for (int i = 0; i < MANY; i++) {
            value = noise.next(value, dice.logBetween(1, 1_000), dice);
            squares += value * value;
        }

        assertThat(squares / MANY).isCloseTo(1, within(0.05));
    }
}
