package io.qorrelate.collectors.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.re2j.Pattern;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {
    private static Pattern compile(String pattern) {
        YamlValue file = YamlValue.parse("message: '" + pattern + "'\n", "acme.yml");
        return Patterns.compile(file.required("message"), 0);
    }

    /** A pattern of two lines would take gigabytes to be made ready. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((x{100}){100}){100}",
                "(?:(?:[a-z]{10,1000}){1000}){1000}",
                "((a|b){0,64}c){65,}",
                "(\\Qabc\\E\\pL[]}]\\x{61}){820}",
                "(((((((((((((x{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9})"
            })
    void repeatsOfRepeatsAreCountedBeforeTheyAreWrittenOut(String pattern) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> compile(pattern))
                .withMessageContaining("acme.yml:1:10: a pattern has at most 4096 characters with its counted repeats");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x{1000}",
                "(\\d{1,3}\\.){3}\\d{1,3}",
                "[({]{1,1000}[x{1000}]{1,1000}",
                "\\Q((x{1000}){1000})\\E",
                "\\{1000}\\{1000}",
                "x{,1000}{"
            })
    void whatIsShortWrittenOutIsAPattern(String pattern) {
        assertThat(compile(pattern).pattern()).isEqualTo(pattern);
    }

    @Test
    void whatIsNoPatternIsNamed() {
        for (String pattern : new String[] {")", "(", "x{2000}", "[", "\\", "\\Q((", "x{2}{3}"}) {
            assertThat(WrittenOut.isLonger(pattern, 4_096)).isFalse();
        }
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> compile("x{2000}"))
                .withMessageContaining("not a pattern of RE2: ");
    }
}
