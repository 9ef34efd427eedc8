package io.qorrelate.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObservableTest {
    @ParameterizedTest
    @EnumSource
    void everyObservableHasAUnitAMeaningAndARange(Observable observable) {
        assertThat(observable.unit()).isNotBlank();
        assertThat(observable.meaning()).isNotBlank().doesNotEndWith(".");
        assertThat(observable.range().min()).isLessThan(observable.range().max());
        assertThat(Observable.of(observable.kind())).contains(observable);
    }

    @ParameterizedTest
    @EnumSource
    void theUnitInAFieldsNameIsTheUnitItSays(Observable observable) {
        String field = observable.field();
        String unit = observable.unit();

        assertThat(field.endsWith("_hz")).isEqualTo(unit.equals("Hz"));
        assertThat(field.endsWith("_db")).isEqualTo(unit.equals("dB"));
        assertThat(field.endsWith("_dbm")).isEqualTo(unit.equals("dBm"));
        assertThat(field.endsWith("_ps")).isEqualTo(unit.equals("ps"));
        assertThat(field.endsWith("_rad")).isEqualTo(unit.equals("rad"));
        assertThat(field.endsWith("_ua")).isEqualTo(unit.equals("µA"));
        assertThat(field.endsWith("_c")).isEqualTo(unit.equals("°C"));
        assertThat(field.endsWith("_snu")).isEqualTo(unit.equals("SNU"));
        assertThat(field.endsWith("_bps")).isEqualTo(unit.equals("bit/s"));
        assertThat(field.endsWith("_g")).isEqualTo(unit.equals("g"));
        assertThat(observable.range().equals(Observable.Range.FRACTION)).isEqualTo(unit.equals("fraction"));
    }

    @Test
    void kindsThatReportNoNumbersOfTheirOwnHaveNoObservables() {
        assertThat(Observable.of(Kind.POLICY)).isEmpty();
        assertThat(Observable.of(Kind.KEY_RATE)).hasSize(6).first().isEqualTo(Observable.SECRET_KEY_RATE_BPS);
    }

    @Test
    void aRangeIsToldInWords() {
        assertThat(Observable.QBER.range().describe()).isEqualTo("0..1");
        assertThat(Observable.DETECTOR_IMBALANCE.range().describe()).isEqualTo("-1..1");
        assertThat(Observable.STORED_KEYS.range().describe()).isEqualTo("at least 0");
        assertThat(Observable.TEMPERATURE_C.range().describe()).isEqualTo("at least -273.15");
        assertThat(Observable.LOSS_DB.range().describe()).isEqualTo("a finite number");
    }

    @Test
    void severitiesAreRankedFromOneToFive() {
        assertThat(Severity.INFO.rank()).isEqualTo(1);
        assertThat(Severity.CRITICAL.rank()).isEqualTo(5);
    }
}
