package io.qorrelate.fuzzing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FuzzTest {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    private static final List<byte[]> SOUND =
            List.of("{\"qber\":0.0213}".getBytes(US_ASCII), "{\"time\":\"2026-11-23T10:00:00Z\"}".getBytes(US_ASCII));

    private static void stumblesOverTwoBrackets(byte[] input) {
        if (new String(input, US_ASCII).contains("]]")) {
            throw new IllegalStateException("two brackets");
        }
    }

    private static AssertionError failure(Fuzz.Reader reader, long seed) {
        return catchThrowableOfType(
                AssertionError.class, () -> Fuzz.survive("the parser", SOUND, reader, LONG_ENOUGH, seed));
    }

    @Test
    void whatAParserThrowsIsToldWithItsCauseAndTheShortestInputThatGivesIt() {
        assertThat(failure(FuzzTest::stumblesOverTwoBrackets, 7))
                .hasMessageContaining("the parser does not bear input ")
                .hasMessageContaining("-Dqorrelate.fuzz.seed=7")
                .hasMessageEndingWith(
                        "2 bytes, in hexadecimal: " + HexFormat.of().formatHex("]]".getBytes(US_ASCII)))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSameSeedGivesTheSameFailure() {
        assertThat(failure(FuzzTest::stumblesOverTwoBrackets, 7))
                .hasMessage(failure(FuzzTest::stumblesOverTwoBrackets, 7).getMessage());
    }

    @Test
    void anErrorIsNoMoreBorneThanAnException() {
        assertThat(failure(
                        input -> {
                            throw new StackOverflowError();
                        },
                        1))
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void whatTakesMuchMemoryForLittleInputIsTold() {
        assertThat(failure(input -> assertThat(new byte[80 << 20]).isNotEmpty(), 1)
                        .getCause())
                .hasMessageContaining("bytes were allocated for");
    }

    @Test
    void whatNeverEndsIsToldWithWhereItIs() {
        assertThat(failure(
                                input -> {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        Thread.onSpinWait();
                                    }
                                },
                                1)
                        .getMessage())
                .contains("the parser takes too long for input 1 of");
    }

    @Test
    void whatIsBorneEndsInTime() {
        Fuzz.survive("the parser", SOUND, input -> {}, Duration.ofMillis(20), 1);
    }

    @Test
    void whatIsSoundIsReadFirstAsItIs() {
        List<byte[]> read = new ArrayList<>();
        Fuzz.survive("the parser", SOUND, read::add, Duration.ofMillis(1), 1);

        assertThat(read).hasSizeGreaterThan(2).startsWith(SOUND.get(0), SOUND.get(1));
    }

    @Test
    void inputsAreOfManyKinds() {
        Mutations mutations = new Mutations(SOUND, 1);
        Set<String> kinds = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            kinds.addAll(kinds(mutations.next()));
        }

        assertThat(kinds).contains("empty", "cut", "larger than an event", "in UTF-16", "deep", "with another number");
    }

    private static List<String> kinds(byte[] input) {
        List<String> kinds = new ArrayList<>();
        String text = new String(input, US_ASCII);
        if (input.length == 0) {
            kinds.add("empty");
        }
        if (input.length > 1 << 20) {
            kinds.add("larger than an event");
        }
        for (byte[] each : SOUND) {
            if (input.length > 0
                    && input.length < each.length
                    && Arrays.equals(input, Arrays.copyOf(each, input.length))) {
                kinds.add("cut");
            }
        }
        if (text.startsWith("\0{\0\"")) {
            kinds.add("in UTF-16");
        }
        if (text.contains("[".repeat(5_000))) {
            kinds.add("deep");
        }
        Matcher number = Pattern.compile("\"qber\":(?!0\\b)-?\\d+").matcher(text);
        if (number.find()) {
            kinds.add("with another number");
        }
        return kinds;
    }
}
