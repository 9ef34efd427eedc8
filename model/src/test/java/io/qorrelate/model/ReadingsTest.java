package io.qorrelate.model;

import static io.qorrelate.model.Observable.LOSS_DB;
import static io.qorrelate.model.Observable.QBER;
import static io.qorrelate.model.Observable.VIBRATION_G;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ReadingsTest {
    @Test
    void absentIsNotZero() {
        Readings readings = Readings.of(LOSS_DB, 0);

        assertThat(readings.has(LOSS_DB)).isTrue();
        assertThat(readings.get(LOSS_DB)).isEqualTo(OptionalDouble.of(0));
        assertThat(readings.value(LOSS_DB)).isZero();
        assertThat(readings.has(QBER)).isFalse();
        assertThat(readings.get(QBER)).isEmpty();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> readings.value(QBER))
                .withMessage("qber was not reported");
    }

    @Test
    void anySetOfReadingsTellsWhatWasPutIntoIt() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            Map<Observable, Double> expected = new EnumMap<>(Observable.class);
            Readings.Builder builder = Readings.builder();
            for (int puts = random.nextInt(40); puts > 0; puts--) {
                Observable observable = Observable.values()[random.nextInt(Observable.values().length)];
                if (random.nextInt(4) == 0) {
                    builder.remove(observable);
                    expected.remove(observable);
                } else {
                    double value = random.nextDouble();
                    builder.put(observable, value);
                    expected.put(observable, value);
                }
            }

            Readings readings = builder.build();

            assertThat(readings.asMap()).isEqualTo(expected);
            assertThat(readings.size()).isEqualTo(expected.size());
            for (Observable observable : Observable.values()) {
                assertThat(readings.has(observable)).isEqualTo(expected.containsKey(observable));
                Double value = expected.get(observable);
                assertThat(readings.get(observable))
                        .isEqualTo(value == null ? OptionalDouble.empty() : OptionalDouble.of(value));
            }
            assertThat(readings.toBuilder().build()).isEqualTo(readings).hasSameHashCodeAs(readings);
        }
    }

    @Test
    void theSameReadingsAreEqualInWhateverOrderTheyCame() {
        Readings one = Readings.builder().put(QBER, 0.02).put(LOSS_DB, 7).build();
        Readings other = Readings.builder()
                .put(LOSS_DB, 7)
                .put(QBER, 0.5)
                .put(QBER, 0.02)
                .build();

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString("{QBER=0.02, LOSS_DB=7.0}");
        assertThat(one).isNotEqualTo(Readings.of(QBER, 0.02)).isNotEqualTo(Readings.none());
        assertThat(one).isNotEqualTo(one.toBuilder().put(LOSS_DB, 8).build());
    }

    @Test
    void minusZeroIsZero() {
        assertThat(Readings.of(LOSS_DB, -0.0)).isEqualTo(Readings.of(LOSS_DB, 0.0));
    }

    @Test
    void changingACopyLeavesTheOriginal() {
        Readings original = Readings.of(QBER, 0.02);

        Readings changed = original.toBuilder().remove(QBER).put(LOSS_DB, 7).build();
        original.asMap().put(LOSS_DB, 1.0);

        assertThat(original.asMap()).containsExactly(entry(QBER, 0.02));
        assertThat(changed.asMap()).containsExactly(entry(LOSS_DB, 7.0));
    }

    @Test
    void withoutReadingsThereIsNone() {
        assertThat(Readings.builder().put(QBER, 0).remove(QBER).build()).isEqualTo(Readings.none());
        assertThat(Readings.none().size()).isZero();
        assertThat(Readings.none().asMap()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void bothEndsOfTheRangeCanBeTrueAndNothingOutside(Observable observable) {
        Observable.Range range = observable.range();
        double min = Double.isInfinite(range.min()) ? -Double.MAX_VALUE : range.min();
        double max = Double.isInfinite(range.max()) ? Double.MAX_VALUE : range.max();

        assertThat(Readings.of(observable, min).value(observable)).isEqualTo(min);
        assertThat(Readings.of(observable, max).value(observable)).isEqualTo(max);
        for (double wrong : new double[] {Math.nextDown(min), Math.nextUp(max), Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Readings.of(observable, wrong))
                    .withMessage(observable.field() + " must be " + range.describe() + ", was " + wrong);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.INCLUDE,
            names = {"LINK_QUALITY", "KEY_RATE", "ENVIRONMENT"})
    void anEventTakesOnlyReadingsOfItsOwnKind(Kind kind) {
        Header header = Header.ofLink(new EventId("e"), Samples.TIME, "a~b");
        Readings foreign = kind == Kind.ENVIRONMENT ? Readings.of(QBER, 0.02) : Readings.of(VIBRATION_G, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    switch (kind) {
                        case LINK_QUALITY -> new LinkQuality(header, foreign);
                        case KEY_RATE -> new KeyRate(header, foreign);
                        default -> new Environment(header, foreign, null, null);
                    }
                })
                .withMessageEndingWith(" is not a field of " + kind.wireName());
    }
}
