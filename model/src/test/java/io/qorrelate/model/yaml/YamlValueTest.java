package io.qorrelate.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlValueTest {
    private enum Speed {
        SLOW,
        QUICK
    }

    private static YamlValue parse(String yaml) {
        return YamlValue.parse(yaml, "a.yml");
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatExceptionOfType(InvalidYaml.class).isThrownBy(reading).withMessage(message);
    }

    @Test
    void everyValueKnowsWhereItStands() {
        YamlValue root = parse("""
                # a comment
                first: 1
                second:
                  - x
                  -   deep: here
                """);

        assertThat(root.place()).isEqualTo("a.yml:2:1");
        assertThat(root.required("first").place()).isEqualTo("a.yml:2:8");
        assertThat(root.required("second").items())
                .extracting(YamlValue::toString)
                .containsExactly("a.yml:4:5", "a.yml:5:7");
        assertThat(root.required("second").items().get(1).required("deep").place())
                .isEqualTo("a.yml:5:13");
        assertThat(root.errorAt("second", "too late")).hasMessage("a.yml:3:1: too late");
        assertThat(root.errorAt("third", "too few")).hasMessage("a.yml:2:1: too few");
        assertThat(root.required("first").errorAt("x", "too flat")).hasMessage("a.yml:2:8: too flat");
    }

    @Test
    void scalarsAreReadAsWhatIsAskedFor() {
        YamlValue root =
                parse("{text: seven, number: 7.5e1, whole: -7, yes: true, no: false, word: Quick, quoted: '7'}");

        assertThat(root.required("text").text()).isEqualTo("seven");
        assertThat(root.required("number").number()).isEqualTo(75);
        assertThat(root.required("whole").integer()).isEqualTo(-7);
        assertThat(root.required("yes").bool()).isTrue();
        assertThat(root.required("no").bool()).isFalse();
        assertThat(root.required("word").oneOf(Speed.class)).isEqualTo(Speed.QUICK);
        assertThat(root.required("quoted").number()).isEqualTo(7);
        assertThat(root.required("quoted").isNumber()).isFalse();
        assertThat(root.required("whole").isNumber()).isTrue();
        assertThat(root.required("number").isNumber()).isTrue();
        assertThat(root.required("text").isNumber()).isFalse();
    }

    @Test
    void fieldsKeepTheirOrderAndNullIsAbsent() {
        YamlValue root = parse("z: 1\na: null\nm: ~\nk:\n");

        assertThat(root.isMapping()).isTrue();
        assertThat(root.isSequence()).isFalse();
        assertThat(root.fields()).containsOnlyKeys("z", "a", "m", "k");
        assertThat(root.fields().keySet()).containsExactly("z", "a", "m", "k");
        assertThat(root.field("z")).isPresent();
        assertThat(root.field("a")).isEmpty();
        assertThat(root.field("m")).isEmpty();
        assertThat(root.field("k")).isEmpty();
        assertThat(root.field("unheard-of")).isEmpty();
        assertRefused(() -> root.required("a"), "a.yml:1:1: 'a' is missing");
    }

    @Test
    void aValueMayStandForAListOfItself() {
        assertThat(parse("[a, b]").itemsOrSelf()).extracting(YamlValue::text).containsExactly("a", "b");
        assertThat(parse("a").itemsOrSelf()).extracting(YamlValue::text).containsExactly("a");
    }

    @Test
    void whatIsOfAnotherFormIsRefusedAtItsPlace() {
        assertRefused(() -> parse("[1]").fields(), "a.yml:1:1: expected a mapping of fields, found a list");
        assertRefused(() -> parse("x").items(), "a.yml:1:1: expected a list, found 'x'");
        assertRefused(() -> parse("a: null").fields().get("a").items(), "a.yml:1:4: expected a list, found nothing");
        assertRefused(() -> parse("a: {}").required("a").text(), "a.yml:1:4: expected a single value, found a mapping");
        assertRefused(() -> parse("a: 7.5").required("a").integer(), "a.yml:1:4: expected a whole number, found '7.5'");
        assertRefused(() -> parse("a: yes").required("a").bool(), "a.yml:1:4: expected true or false, found 'yes'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ten", "10d", "10f", "1_000", "0x10", "0x1p3", ".nan", ".inf", "NaN", "1e999", "1e", "' 1 '", "''"
            })
    void whatIsNoFiniteDecimalNumberIsNoNumber(String text) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> parse("a: " + text).required("a").number())
                .withMessageStartingWith("a.yml:1:4: expected a number, found '");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "-7.25, -7.25", "+.5, 0.5", "5., 5", "1E3, 1000", "2.5e-3, 0.0025", "010, 10"})
    void decimalNumbersAreReadInEveryUsualForm(String text, double number) {
        assertThat(parse("a: " + text).required("a").number()).isEqualTo(number);
    }

    @Test
    void anUnknownWordOrFieldComesWithTheOneThatWasPerhapsMeant() {
        assertRefused(
                () -> parse("a: quik").required("a").oneOf(Speed.class),
                "a.yml:1:4: unknown value 'quik'; did you mean 'quick'?");
        assertRefused(
                () -> parse("a: sideways").required("a").oneOf(Speed.class), "a.yml:1:4: unknown value 'sideways'");
        assertRefused(
                () -> parse("kind: x\nqbr: 0.1").rejectUnknown(List.of("kind", "qber"), "category link_quality"),
                "a.yml:2:1: unknown field 'qbr' in category link_quality; did you mean 'qber'?");
    }

    @Test
    void knownFieldsAreNotRefused() {
        YamlValue value = parse("kind: x\nqber: 0.1");

        value.rejectUnknown(List.of("kind", "qber"), "category link_quality");

        assertThat(value.fields()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "qbr,  ; did you mean 'qber'?",
        "QBER, ''",
        "loss, ; did you mean 'loss_db'?",
        "lossy_channel, ''",
        "x,    ''",
    })
    void onlyACloseWordIsSuggested(String word, String suggestion) {
        assertThat(YamlValue.suggestion(word, List.of("loss_db", "qber", "qber_x")))
                .isEqualTo(suggestion);
    }

    @Test
    void ofWordsEquallyCloseTheFirstByNameIsSuggested() {
        assertThat(YamlValue.suggestion("qber_y", List.of("qber_z", "qber_x"))).isEqualTo("; did you mean 'qber_x'?");
    }

    @Test
    void aFieldStandsThereOnce() {
        assertRefused(() -> parse("a: 1\nb: 2\na: 3").fields(), "a.yml:3:1: field 'a' stands here twice");
    }

    @Test
    void documentsAreSeparatedByThreeDashes() {
        assertThat(YamlValue.parseAll("a: 1\n---\na: 2\n", "a.yml"))
                .extracting(document -> document.required("a").place())
                .containsExactly("a.yml:1:4", "a.yml:3:4");
        assertThat(parse("a: 1\n---\na: 2\n").required("a").integer()).isEqualTo(1);
        assertThat(YamlValue.parseAll("", "a.yml")).isEmpty();
        assertRefused(() -> parse(""), "a.yml:1:1: the file is empty");
    }

    @ParameterizedTest
    @CsvSource({"'a: [1', a.yml:1:6: ", "'a: *x', a.yml:1:4: ", "'a: b: c', a.yml:1:5: ", "'a: \"x', a.yml:1:"})
    void whatIsNoYamlIsRefusedAtItsPlace(String text, String place) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> parse(text))
                .withMessageStartingWith(place.strip());
    }

    @Test
    void charactersThatYamlForbidsAreRefused() {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> parse("a: \u0000"))
                .withMessageStartingWith("a.yml: ");
    }

    @Test
    void nestingWithoutEndIsRefusedAndNoFaultOfTheProgram() {
        assertRefused(() -> parse("[".repeat(100_000)), "a.yml: nested too deeply to be read");
    }

    /** A file of a few kilobytes must not take hundreds of megabytes to be complained of. */
    @Test
    void aWordOfPagesIsLikeNone() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String word = "qber".repeat(10_000);
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(YamlValue.suggestion(word, List.of("qber", "qber_x", "qber_z", "loss_db")))
                .isEmpty();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes that were allocated")
                .isLessThan(1 << 20);
    }

    @Test
    @Timeout(20)
    void aNumberOfManyDigitsIsRefusedInAMoment() {
        YamlValue root = parse("length_km: " + "7".repeat(500_000) + "x");

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> root.required("length_km").number())
                .withMessageStartingWith("a.yml:1:12: expected a number");
    }

    @Test
    void aLongWordIsReadWithoutCopyingItOverAndOver() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String word = "x".repeat(1_000_000);
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(parse("site: " + word).required("site").text()).isEqualTo(word);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes that were allocated")
                .isLessThan(100_000_000);
    }
}
